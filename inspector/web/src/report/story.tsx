import type { ComponentChildren, JSX } from 'preact';
import { apiPath } from '../api/path';
import type { Agent, ClosedQuarter, Deal, DealInFull, RecordPage, RecordRow, Relations, Thread } from '../api/types';
import { useApi, useApiAll } from '../api/use_api';
import { MetricChart } from '../charts/metric_chart';
import type { ChartSpec } from '../charts/catalogue';
import { AgentLink, AgentList, DealLink, Kind, RecordLink, ThreadLink } from '../components/links';
import { useRun } from '../components/run_context';
import { Await, Empty } from '../components/states';
import { centsText } from '../format/money';
import { titleOf, wordsOf } from '../format/words';
import { AllianceGraph, edgeKey } from '../views/alliance_graph';
import { kFirstKinds } from '../views/alliance_layout';
import { relationsPath, useLayout } from '../views/alliances';
import { DealTable } from '../views/deals';
import { kDealsPath, kNotablePath, kQuartersPath } from '../views/notable';
import { RunFacts } from '../views/timeline';

const kMainCharts: ChartSpec[] = [
  { metric: 'valuation', title: 'Valuation of labs' },
  { metric: 'market-share', title: 'Market share' },
  { metric: 'revenue', title: 'Revenue of labs', of: ['lab'] },
  { metric: 'cash', title: 'Cash of labs', of: ['lab'] },
  { metric: 'price', title: 'Price of models', of: ['lab'] },
  { metric: 'capability', title: 'Capability of models' },
  { metric: 'capacity', title: 'Capacity of clouds', of: ['cloud'] },
  { metric: 'utilisation', title: 'Utilisation of clouds' },
  { metric: 'on-demand-price', title: 'On-demand price of compute' },
  { metric: 'mhhi', title: 'Modified HHI of models' },
  { metric: 'consumer-surplus', title: 'Consumer surplus' },
  { metric: 'researchers', title: 'Senior researchers' },
];

// The story of a run on one page, to read from top to bottom.
export function StoryView(): JSX.Element {
  const { run, agents } = useRun();
  const deals = useApi<{ deals: Deal[] }>(kDealsPath);
  const quarters = useApi<{ quarters: ClosedQuarter[] }>(kQuartersPath);
  const notable = useApi<RecordPage>(kNotablePath);
  if (run.quarters_closed === 0) return <Empty>No quarter of this run is closed: there is no story to tell.</Empty>;
  const records = notable.state === 'ready' ? notable.value.records : [];
  return (
    <>
      <header class="view-head">
        <p class="eyebrow">The story of a run</p>
        <h1>
          <bdi>{run.scenario?.name ?? 'run'}</bdi>
          <span class="quiet">, seed {run.seed}</span>
        </h1>
        <p class="view-sub">
          {agents.length} agents played {run.quarters_closed} quarters
          {quarters.state === 'ready' && quarters.value.quarters.length > 0
            ? `, ${quarters.value.quarters[0]?.quarter ?? ''} to ${quarters.value.quarters[quarters.value.quarters.length - 1]?.quarter ?? ''}`
            : ''}
          {run.state === 'completed' ? '.' : '; the run is not over.'} Underlined figures lead to the records behind
          them.
        </p>
      </header>
      <RunFacts />
      <Await answer={deals} what="the deals">
        {(value) => (
          <>
            <Funding deals={value.deals} />
            <Rulings deals={value.deals} />
          </>
        )}
      </Await>
      <Section id="figures" title="The market in figures">
        <div class="chart-grid">
          {kMainCharts.map((spec) => (
            <MetricChart key={spec.title} spec={spec} />
          ))}
        </div>
      </Section>
      {quarters.state === 'ready' ? <BeginAndEnd quarters={quarters.value.quarters.map((one) => one.quarter)} /> : null}
      <Failures agents={agents} records={records} />
      <Notable records={records} />
      <Provenance />
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

// Rounds in the order of their signing, each with what was sought and what came of it.
function Funding(props: { deals: Deal[] }): JSX.Element {
  const rounds = new Map<string, Deal[]>();
  for (const deal of props.deals) {
    const cut = deal.deal.lastIndexOf('/');
    const thread = cut < 0 ? deal.deal : deal.deal.slice(0, cut);
    rounds.set(thread, [...(rounds.get(thread) ?? []), deal]);
  }
  return (
    <Section id="funding" title="Who funded whom">
      {rounds.size === 0 ? <Empty>No deal was signed.</Empty> : null}
      {[...rounds].map(([thread, deals]) => (
        <Round key={thread} thread={thread} deals={deals} />
      ))}
    </Section>
  );
}

function Round(props: { thread: string; deals: Deal[] }): JSX.Element {
  const answer = useApi<Thread>(apiPath('thread', { id: props.thread }));
  const opening = answer.state === 'ready' ? answer.value.messages[0] : undefined;
  const paid = props.deals.reduce((sum, deal) => sum + BigInt(deal.drawn_cents ?? '0'), 0n);
  const lab = props.deals[0]?.lab ?? '';
  return (
    <div class="round">
      <h3>
        <ThreadLink thread={props.thread} /> <span class="quiet">{centsText(paid)} paid</span>
      </h3>
      {opening === undefined ? null : (
        <p>
          <RecordLink position={opening.position} /> {opening.sender === null ? '' : <AgentLink name={opening.sender} />}{' '}
          <span class="said">{opening.text}</span>
          {lab !== '' && opening.sender !== lab ? <> ({lab})</> : null}
        </p>
      )}
      <DealTable deals={props.deals} whole />
    </div>
  );
}

function Rulings(props: { deals: Deal[] }): JSX.Element {
  const paths = props.deals.map((deal) => apiPath('deal', { id: deal.deal }));
  const answer = useApiAll<DealInFull>(paths);
  return (
    <Section id="rulings" title="Rulings">
      <Await answer={answer} what="the rulings">
        {(deals) => {
          const reviews = deals.flatMap((deal) => deal.reviews.map((review) => ({ deal: deal.deal, review })));
          if (reviews.length === 0) return <Empty>No deal had to be notified to a regulator.</Empty>;
          return (
            <div class="scroll-x">
              <table class="list">
                <thead>
                  <tr>
                    <th scope="col">Deal</th>
                    <th scope="col">Before</th>
                    <th scope="col">Notified</th>
                    <th scope="col">Ruling</th>
                    <th scope="col">Conditions</th>
                    <th scope="col">Record</th>
                  </tr>
                </thead>
                <tbody>
                  {reviews.map(({ deal, review }) => (
                    <tr key={`${deal.deal} ${review.jurisdiction}`}>
                      <th scope="row">
                        <DealLink deal={deal.deal} />
                      </th>
                      <td>{titleOf(review.jurisdiction)}</td>
                      <td class="nowrap">{review.notified ?? ''}</td>
                      <td>
                        {review.outcome !== null
                          ? wordsOf(review.outcome)
                          : review.waiting_period_expired !== null
                            ? 'waiting period expired'
                            : 'none'}
                        {review.prohibition_upheld === null || review.prohibition_upheld === undefined
                          ? ''
                          : review.prohibition_upheld
                            ? ', upheld in court'
                            : ', undone in court'}
                      </td>
                      <td class="said">{review.conditions ?? ''}</td>
                      <td>
                        {review.steps.length === 0 ? null : (
                          <RecordLink position={review.steps[review.steps.length - 1]?.position ?? 0} />
                        )}
                      </td>
                    </tr>
                  ))}
                </tbody>
              </table>
            </div>
          );
        }}
      </Await>
    </Section>
  );
}

function BeginAndEnd(props: { quarters: string[] }): JSX.Element | null {
  const first = props.quarters[0];
  const last = props.quarters[props.quarters.length - 1];
  const answer = useApiAll<Relations>(first === undefined || last === undefined ? [] : [first, last].map(relationsPath));
  if (first === undefined || last === undefined) return null;
  return (
    <Section id="alliances" title="Alliances at the beginning and at the end">
      <Await answer={answer} what="the alliances">
        {(both) => <TwoGraphs both={both} names={[first, last]} />}
      </Await>
    </Section>
  );
}

function TwoGraphs(props: { both: Relations[]; names: [string, string] }): JSX.Element {
  const layout = useLayout(props.both);
  const kinds = new Set(kFirstKinds.split(','));
  const edges = props.both.map((one) => (one.quarters[0]?.edges ?? []).filter((edge) => kinds.has(edge.kind)));
  const before = new Set((edges[0] ?? []).map(edgeKey));
  return (
    <div class="two-graphs">
      {props.names.map((quarter, place) => (
        <figure key={quarter} class="graph-box">
          <figcaption>{quarter}</figcaption>
          <AllianceGraph
            layout={layout}
            edges={edges[place] ?? []}
            fresh={place === 0 ? new Set() : new Set((edges[1] ?? []).map(edgeKey).filter((key) => !before.has(key)))}
            selected=""
          />
        </figure>
      ))}
      <ul class="graph-legend">
        {[...kinds].map((kind) => (
          <li key={kind}>
            <i class={`edge-key edge-key-${kind}`} aria-hidden="true" /> {wordsOf(kind)}
          </li>
        ))}
        <li>
          <i class="edge-key fresh-key" aria-hidden="true" /> not there at the beginning
        </li>
      </ul>
    </div>
  );
}

function Failures(props: { agents: readonly Agent[]; records: readonly RecordRow[] }): JSX.Element {
  const kinds = new Set(['insolvency', 'default_notice']);
  const failed = props.records.filter(
    (record) => kinds.has(record.kind) || (record.kind === 'deal_ended' && !record.text.includes('completed')),
  );
  const left = props.agents.filter((agent) => agent.left_quarter !== null);
  return (
    <Section id="failures" title="Failures">
      {failed.length === 0 && left.length === 0 ? (
        <p class="quiet">Nobody failed, and no signed deal was lost.</p>
      ) : null}
      {left.length === 0 ? null : (
        <p>
          Left the market:{' '}
          {left.map((agent, place) => (
            <>
              {place > 0 ? ', ' : ''}
              <AgentLink key={agent.name} name={agent.name} /> ({agent.left_quarter})
            </>
          ))}
        </p>
      )}
      <RecordList records={failed} />
    </Section>
  );
}

// Quarter by quarter. An announcement of the release beside it would say the same again.
function Notable(props: { records: readonly RecordRow[] }): JSX.Element {
  const shown = new Set(['decision', 'court_ruling', 'scheduled_event', 'rule_in_force', 'model_release', 'announcement']);
  const quarters = new Map<string, RecordRow[]>();
  for (const record of props.records) {
    if (!shown.has(record.kind) || repeatsRelease(record, props.records)) continue;
    quarters.set(record.quarter, [...(quarters.get(record.quarter) ?? []), record]);
  }
  return (
    <Section id="notable" title="Messages to note">
      {quarters.size === 0 ? <p class="quiet">None.</p> : null}
      {[...quarters].map(([quarter, records]) => (
        <div key={quarter} class="round">
          <h3>{quarter}</h3>
          <RecordList records={records} />
        </div>
      ))}
    </Section>
  );
}

function repeatsRelease(record: RecordRow, records: readonly RecordRow[]): boolean {
  return (
    record.kind === 'announcement' &&
    records.some(
      (one) =>
        one.kind === 'model_release' &&
        one.sender === record.sender &&
        one.quarter === record.quarter &&
        one.round === record.round,
    )
  );
}

function RecordList(props: { records: readonly RecordRow[] }): JSX.Element | null {
  if (props.records.length === 0) return null;
  return (
    <ul class="events">
      {props.records.map((record) => (
        <li key={record.position}>
          <RecordLink position={record.position} /> <Kind kind={record.kind} />{' '}
          {record.sender === null || record.sender === 'market' ? null : (
            <>
              <AgentList names={[record.sender]} />{' '}
            </>
          )}
          <span class="said">{record.text}</span>
        </li>
      ))}
    </ul>
  );
}

function Provenance(): JSX.Element {
  const { run } = useRun();
  return (
    <Section id="provenance" title="Where this comes from">
      <dl class="facts provenance">
        <div>
          <dt>Log</dt>
          <dd class="said">{run.path}</dd>
        </div>
        <div>
          <dt>Made by</dt>
          <dd class="said">{run.created_by}</dd>
        </div>
        <div>
          <dt>Scenario</dt>
          <dd>
            <code>{run.scenario?.digest}</code>
          </dd>
        </div>
        <div>
          <dt>Run digest</dt>
          <dd>
            <code>{run.digest}</code>
          </dd>
        </div>
      </dl>
      <p class="quiet">
        The same scenario, seed and strategies give the same digest: <code>tranche replay</code> checks a log against it.
      </p>
    </Section>
  );
}
