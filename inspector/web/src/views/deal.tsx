import type { ComponentChildren, JSX } from 'preact';
import { apiPath } from '../api/path';
import type { Closing, DealInFull, Review, Term, Version, Why } from '../api/types';
import { useApi } from '../api/use_api';
import { AgentLink, Kind, Parties, RecordLink, ThreadLink } from '../components/links';
import { Await, Empty } from '../components/states';
import { centsText, exactCentsText, microsText } from '../format/money';
import { countText, ppmText } from '../format/quantity';
import { titleOf, wordsOf } from '../format/words';
import { useParameter } from '../navigation/navigation';
import { holdings } from './cap_table';
import { DealState } from './deals';
import { LedgerTable } from './ledger';

export function DealView(): JSX.Element {
  const [id] = useParameter('id');
  const path = id === '' ? null : apiPath('deal', { id });
  const answer = useApi<DealInFull>(path);
  if (path === null) return <Empty>The address names no deal.</Empty>;
  return (
    <Await answer={answer} path={path} what="the deal">
      {(deal) => <DealPage deal={deal} />}
    </Await>
  );
}

function DealPage(props: { deal: DealInFull }): JSX.Element {
  const { deal, versions, reviews, closings, cap_table: capTable, ledger, why } = props.deal;
  const drawn = deal.drawn_cents !== null && deal.drawn_cents !== '0';
  return (
    <>
      <header class="view-head">
        <p class="eyebrow">{titleOf(deal.kind)} deal</p>
        <h1 class="thread-name">
          <bdi>{deal.deal}</bdi> <DealState deal={deal} />
        </h1>
        <p class="view-sub">
          {deal.investor === null ? '' : <AgentLink name={deal.investor} />} in{' '}
          {deal.lab === null ? '' : <AgentLink name={deal.lab} />}, signed {deal.signed_quarter}{' '}
          <RecordLink position={deal.position} />
          {deal.ended_quarter === null ? '' : `, ended ${deal.ended_quarter}`}
          {props.deal.thread === null ? null : (
            <>
              . <ThreadLink thread={props.deal.thread}>The negotiation</ThreadLink>
            </>
          )}
        </p>
        {deal.reason === null || deal.reason === '' ? null : <p class="said">{deal.reason}</p>}
      </header>
      <section class="run-facts" aria-label="The deal in figures">
        <Card label="Amount">
          <CentsLink cents={deal.amount_cents} position={deal.position} />
        </Card>
        <Card label={deal.kind === 'funding' ? 'Pre-money' : 'Price'}>
          <CentsLink cents={deal.pre_money_cents} position={deal.position} />
        </Card>
        <Card label="Paid so far">
          {drawn && deal.drawn_cents !== null ? (
            <CentsLink cents={deal.drawn_cents} position={closings[closings.length - 1]?.position ?? deal.position} />
          ) : (
            '–'
          )}
        </Card>
        <Card label="Instrument">{deal.instrument === null ? '–' : wordsOf(deal.instrument)}</Card>
        <Card label="Outside date">{deal.outside_quarter ?? '–'}</Card>
        {deal.cloud === null ? null : (
          <Card label={`To be spent at ${deal.cloud}`}>
            <CentsLink cents={deal.cloud_commitment_cents} position={deal.position} />
          </Card>
        )}
      </section>
      <WhySection why={why} />
      <Section id="versions" title="Terms, version by version">
        <Versions versions={versions} />
      </Section>
      <Section id="rulings" title="Rulings">
        {reviews.length === 0 ? (
          <Empty>No regulator had to be notified.</Empty>
        ) : (
          <div class="reviews">
            {reviews.map((review) => (
              <ReviewCard key={review.jurisdiction} review={review} />
            ))}
          </div>
        )}
      </Section>
      <Section id="closings" title="Closings">
        <Closings closings={closings} />
      </Section>
      <Section id="cap-table" title={`Who owns ${capTable.lab ?? 'the lab'}, before and after`}>
        <CapTable table={capTable} />
      </Section>
      {ledger.length === 0 ? null : (
        <Section id="ledger" title="Payments and bookings">
          <LedgerTable entries={ledger} />
        </Section>
      )}
    </>
  );
}

function Section(props: { id: string; title: string; children: ComponentChildren }): JSX.Element {
  return (
    <section aria-labelledby={`${props.id}-heading`}>
      <h2 id={`${props.id}-heading`}>{props.title}</h2>
      {props.children}
    </section>
  );
}

function Card(props: { label: string; children: ComponentChildren }): JSX.Element {
  return (
    <div class="fact-card">
      <div class="fact-label">{props.label}</div>
      <div class="fact-value">{props.children}</div>
    </div>
  );
}

function CentsLink(props: { cents: string | null; position: number }): JSX.Element {
  if (props.cents === null || props.cents === '0') return <>–</>;
  return (
    <RecordLink position={props.position} label={`${exactCentsText(props.cents)}, record ${props.position}`}>
      {centsText(props.cents)}
    </RecordLink>
  );
}

// From the outcome back to its causes.
export function WhySection(props: { why: Why }): JSX.Element {
  const { why } = props;
  return (
    <section aria-labelledby="why-heading">
      <h2 id="why-heading">Why</h2>
      <p class="said why-summary">{why.summary}</p>
      <ol class="why">
        {why.steps.map((step) => (
          <li key={step.position} style={{ '--depth': String(Math.min(step.depth, 8)) }}>
            <div class="talk-head">
              <RecordLink position={step.position} />
              <span class="quiet nowrap">
                {step.quarter} round {step.round}
              </span>
              <Parties sender={step.sender} recipients={step.recipients} />
              <Kind kind={step.kind} />
            </div>
            {step.because === '' ? null : <p class="because said">{step.because}</p>}
            <p class="said talk-text">{step.text}</p>
          </li>
        ))}
      </ol>
    </section>
  );
}

// Terms down, versions across; what differs from the version before is marked.
function Versions(props: { versions: readonly Version[] }): JSX.Element {
  const { versions } = props;
  if (versions.length === 0) return <Empty>There was no proposal before the signing.</Empty>;
  const rows = new Map<string, Term>();
  for (const version of versions) {
    for (const term of version.terms) if (!rows.has(term.path)) rows.set(term.path, term);
    for (const change of version.changes) {
      if (!rows.has(change.path)) rows.set(change.path, { path: change.path, label: change.label, value: '', raw: '' });
    }
  }
  return (
    <div class="scroll-x" tabIndex={0} role="region" aria-label="Versions of the terms, scrolls">
      <table class="versions">
        <thead>
          <tr>
            <td />
            {versions.map((version) => (
              <th key={version.position} scope="col">
                <RecordLink position={version.position} /> <Kind kind={version.kind} />
                <div class="quiet">
                  {version.sender ?? ''}, {version.quarter} r{version.round}
                </div>
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {[...rows.values()].map((row) => (
            <tr key={row.path}>
              <th scope="row" title={row.path}>
                {row.label}
              </th>
              {versions.map((version) => (
                <VersionCell key={version.position} version={version} path={row.path} />
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function VersionCell(props: { version: Version; path: string }): JSX.Element {
  const term = props.version.terms.find((one) => one.path === props.path);
  const change = props.version.changes.find((one) => one.path === props.path);
  if (term === undefined && change === undefined) return <td class="quiet">–</td>;
  return (
    <td
      class={change === undefined ? '' : 'changed'}
      title={change === undefined ? undefined : `before: ${change.before ?? 'nothing'}`}
    >
      {term === undefined ? <span class="quiet">dropped</span> : <span class="said">{term.value}</span>}
      {change === undefined ? null : <span class="visually-hidden"> changed, before {change.before ?? 'nothing'}</span>}
    </td>
  );
}

function ReviewCard(props: { review: Review }): JSX.Element {
  const { review } = props;
  return (
    <article class="card">
      <h3>
        {titleOf(review.jurisdiction)}{' '}
        <span class={`kind kind-${review.outcome === null ? 'ruling' : /block|prohib/.test(review.outcome) ? 'ended' : 'agreed'}`}>
          {review.outcome === null
            ? review.waiting_period_expired !== null
              ? `waiting period expired ${review.waiting_period_expired}`
              : 'open'
            : wordsOf(review.outcome)}
        </span>
      </h3>
      <p class="quiet said">
        {review.ground ?? ''}
        {review.notified === null ? '' : `, notified ${review.notified}`}
        {review.regulator === null ? null : (
          <>
            {' '}
            to <AgentLink name={review.regulator} />
          </>
        )}
      </p>
      {review.conditions === null || review.conditions === '' ? null : (
        <p class="said">
          <strong>Conditions:</strong> {review.conditions}
        </p>
      )}
      <ol class="steps">
        {review.steps.map((step) => (
          <li key={step.position}>
            <RecordLink position={step.position} />{' '}
            <span class="quiet nowrap">
              {step.quarter} r{step.round}
            </span>{' '}
            <Kind kind={step.kind} /> <span class="said">{step.text}</span>
          </li>
        ))}
      </ol>
    </article>
  );
}

function Closings(props: { closings: readonly Closing[] }): JSX.Element {
  if (props.closings.length === 0) return <Empty>Nothing has been paid.</Empty>;
  return (
    <div class="scroll-x">
      <table class="list">
        <thead>
          <tr>
            <th scope="col">Tranche</th>
            <th scope="col">Quarter</th>
            <th scope="col" class="number">
              Cash
            </th>
            <th scope="col" class="number">
              Credits
            </th>
            <th scope="col" class="number">
              Shares
            </th>
            <th scope="col" class="number">
              Price a share
            </th>
            <th scope="col" class="number">
              Post-money
            </th>
            <th scope="col" class="number">
              Holds then
            </th>
          </tr>
        </thead>
        <tbody>
          {props.closings.map((closing) => (
            <tr key={closing.position}>
              <th scope="row">
                {closing.tranche + 1} <RecordLink position={closing.position} />
              </th>
              <td>{closing.quarter}</td>
              <td class="number">
                <RecordLink position={closing.position}>{centsText(closing.cash_cents)}</RecordLink>
              </td>
              <td class="number">{closing.credits_cents === '0' ? '–' : centsText(closing.credits_cents)}</td>
              <td class="number">{countText(closing.shares_issued)}</td>
              <td class="number">{microsText(closing.price_micros_per_share)}</td>
              <td class="number">{centsText(closing.post_money_cents)}</td>
              <td class="number">{ppmText(closing.holding_ppm)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function CapTable(props: { table: DealInFull['cap_table'] }): JSX.Element {
  const { before, after } = props.table;
  const rows = holdings(before.rows, after.rows);
  if (rows.length === 0) return <Empty>The log has no cap table of this lab.</Empty>;
  const most = Math.max(1, ...rows.map((row) => Math.max(row.before?.stake_ppm ?? 0, row.after?.stake_ppm ?? 0)));
  return (
    <div class="scroll-x">
      <table class="list cap-table">
        <thead>
          <tr>
            <th scope="col">Holder</th>
            <th scope="col">Class</th>
            <th scope="col" class="number">
              {before.quarter ?? 'before'}
            </th>
            <th scope="col" class="number">
              {after.quarter ?? 'after'}
            </th>
            <th scope="col" class="number">
              Change
            </th>
            <th scope="col" class="bars">
              <span class="visually-hidden">As bars</span>
            </th>
            <th scope="col" class="number">
              Value
            </th>
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={`${row.holder} ${row.shareClass}`}>
              <th scope="row">
                <bdi>{row.holder}</bdi>
              </th>
              <td class="quiet">{wordsOf(row.shareClass)}</td>
              <td class="number">
                {row.before === null ? (
                  '–'
                ) : (
                  <RecordLink position={row.before.position}>{ppmText(row.before.stake_ppm)}</RecordLink>
                )}
              </td>
              <td class="number">
                {row.after === null ? (
                  '–'
                ) : (
                  <RecordLink position={row.after.position}>{ppmText(row.after.stake_ppm)}</RecordLink>
                )}
              </td>
              <td class={`number ${row.gainedPpm > 0 ? 'gain' : row.gainedPpm < 0 ? 'loss' : 'quiet'}`}>
                {row.gainedPpm === 0 ? '0' : `${row.gainedPpm > 0 ? '+' : ''}${ppmText(row.gainedPpm)}`}
              </td>
              <td class="bars" aria-hidden="true">
                <i class="bar bar-before" style={{ width: `${((row.before?.stake_ppm ?? 0) / most) * 100}%` }} />
                <i class="bar bar-after" style={{ width: `${((row.after?.stake_ppm ?? 0) / most) * 100}%` }} />
              </td>
              <td class="number">{row.after === null ? '–' : centsText(row.after.value_cents)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
