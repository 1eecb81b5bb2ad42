import type { JSX } from 'preact';
import { apiPath } from '../api/path';
import type { ClosedQuarter, Deal, MetricName, Quarter, RecordPage } from '../api/types';
import { useApi } from '../api/use_api';
import { chartsFor, kGroups, type ChartGroup } from '../charts/catalogue';
import { MetricChart } from '../charts/metric_chart';
import { Kind, RecordLink } from '../components/links';
import { useRun } from '../components/run_context';
import { Await, Empty } from '../components/states';
import { centsText } from '../format/money';
import { exactCountText } from '../format/quantity';
import { quartersBetween } from '../format/quarter';
import { plural } from '../format/words';
import { Link, StateLink, useParameter } from '../navigation/navigation';
import { kDealsPath, kMetricsPath, kNotablePath, kQuartersPath, milestones, type Milestone } from './notable';

// Quarters with what happened in them, and charts of every metric.
export function TimelineView(): JSX.Element {
  const { run } = useRun();
  const metrics = useApi<{ metrics: MetricName[] }>(kMetricsPath);
  if (run.quarters_closed === 0) return <NothingYet />;
  return (
    <>
      <RunFacts />
      <QuarterStrip />
      <Await answer={metrics} path={kMetricsPath} what="the metrics">
        {(value) => <Charts groups={chartsFor(value.metrics)} />}
      </Await>
    </>
  );
}

export function NothingYet(): JSX.Element {
  const { run } = useRun();
  return (
    <Empty>
      <h1>No quarter is closed yet</h1>
      {run.state === 'live' ? (
        <p>The run has just begun. This page fills by itself as soon as its first quarter closes.</p>
      ) : run.state === 'interrupted' ? (
        <p>
          The run stopped before its first quarter closed. <code>tranche run --resume</code> goes on with it.
        </p>
      ) : (
        <p>The log holds no quarter.</p>
      )}
    </Empty>
  );
}

// The run in a few figures.
export function RunFacts(): JSX.Element {
  const { run } = useRun();
  const quarters = useApi<{ quarters: ClosedQuarter[] }>(kQuartersPath);
  const deals = useApi<{ deals: Deal[] }>(kDealsPath);
  const messages =
    quarters.state === 'ready' ? quarters.value.quarters.reduce((sum, one) => sum + one.messages, 0) : null;
  const drawn =
    deals.state === 'ready'
      ? deals.value.deals.reduce((sum, deal) => sum + BigInt(deal.drawn_cents ?? '0'), 0n)
      : null;
  const all =
    run.first_quarter !== null && run.last_quarter !== null
      ? quartersBetween(run.first_quarter, run.last_quarter).length
      : run.quarters_closed;
  return (
    <section class="run-facts" aria-label="The run in figures">
      <h1 class="visually-hidden">Timeline</h1>
      <FactCard label="Quarters closed" value={`${run.quarters_closed} of ${all}`} />
      <FactCard
        label="Messages"
        value={messages === null ? '…' : exactCountText(messages)}
        to="/messages"
      />
      <FactCard label="Deals signed" value={exactCountText(run.counts.deals)} to="/deals" />
      <FactCard label="Paid in deals" value={drawn === null ? '…' : centsText(drawn)} to="/deals" />
      <FactCard label="Contracts" value={exactCountText(run.counts.contracts)} to="/deals" />
      <FactCard label="Reviews" value={exactCountText(run.counts.reviews)} to="/deals" />
      <FactCard label="Agents" value={exactCountText(run.counts.agents)} to="/agents" />
    </section>
  );
}

function FactCard(props: { label: string; value: string; to?: string }): JSX.Element {
  return (
    <div class="fact-card">
      <div class="fact-label">{props.label}</div>
      <div class="fact-value">
        {props.to === undefined ? props.value : <Link to={props.to}>{props.value}</Link>}
      </div>
    </div>
  );
}

// A column for each quarter of the run, closed or still to come.
function QuarterStrip(): JSX.Element {
  const { run } = useRun();
  const quarters = useApi<{ quarters: ClosedQuarter[] }>(kQuartersPath);
  const deals = useApi<{ deals: Deal[] }>(kDealsPath);
  const notable = useApi<RecordPage>(kNotablePath);
  const [selected] = useParameter('quarter');
  const events =
    deals.state === 'ready' && notable.state === 'ready'
      ? milestones(deals.value.deals, notable.value.records)
      : [];
  return (
    <Await answer={quarters} path={kQuartersPath} what="the quarters">
      {(value) => {
        const closed = new Map(value.quarters.map((one) => [one.quarter, one]));
        const planned =
          run.first_quarter !== null && run.last_quarter !== null
            ? quartersBetween(run.first_quarter, run.last_quarter)
            : value.quarters.map((one) => one.quarter);
        const most = Math.max(1, ...value.quarters.map((one) => one.messages));
        return (
          <section aria-labelledby="quarters-heading">
            <h2 id="quarters-heading">Quarters</h2>
            <ol class="quarter-strip">
              {planned.map((quarter) => (
                <QuarterColumn
                  key={quarter}
                  quarter={quarter}
                  closed={closed.get(quarter)}
                  most={most}
                  events={events.filter((event) => event.quarter === quarter)}
                  selected={selected === quarter}
                />
              ))}
            </ol>
            {closed.has(selected) ? (
              <QuarterEvents quarter={selected} events={events.filter((event) => event.quarter === selected)} />
            ) : null}
          </section>
        );
      }}
    </Await>
  );
}

function QuarterColumn(props: {
  quarter: Quarter;
  closed: ClosedQuarter | undefined;
  most: number;
  events: Milestone[];
  selected: boolean;
}): JSX.Element {
  const { quarter, closed, events } = props;
  if (closed === undefined) {
    return (
      <li class="quarter-column to-come">
        <span class="quarter-bar" />
        <span class="quarter-name">{quarter}</span>
        <span class="quarter-note">to come</span>
      </li>
    );
  }
  const limit = closed.round_limit_reached ? ', round limit reached' : '';
  return (
    <li class={`quarter-column ${props.selected ? 'selected' : ''}`}>
      <StateLink
        change={{ quarter: props.selected ? null : quarter }}
        aria-current={props.selected ? 'true' : undefined}
        aria-label={`${quarter}: ${plural(closed.messages, 'message')}, ${plural(closed.rounds, 'round')}${limit}, ${plural(events.length, 'event')}`}
        title={`${plural(closed.messages, 'message')} in ${plural(closed.rounds, 'round')}${limit}`}
      >
        <span class="quarter-bar">
          <span style={{ height: `${Math.max(4, (closed.messages / props.most) * 100)}%` }} />
        </span>
        <span class="quarter-name">{quarter}</span>
        <span class="quarter-note">{plural(closed.messages, 'msg')}</span>
        <span class="quarter-dots" aria-hidden="true">
          {events.slice(0, 12).map((event) => (
            <i key={`${event.position}-${event.kind}`} class={`dot dot-${dotOf(event.kind)}`} title={event.text} />
          ))}
        </span>
      </StateLink>
    </li>
  );
}

function dotOf(kind: string): string {
  if (kind === 'deal_signed') return 'agreed';
  if (kind === 'insolvency' || kind === 'deal_ended') return 'ended';
  return kind === 'scheduled_event' ? 'event' : 'ruling';
}

function QuarterEvents(props: { quarter: Quarter; events: Milestone[] }): JSX.Element {
  return (
    <div class="quarter-events">
      <h3>
        What happened in {props.quarter}{' '}
        <Link class="aside-link" to="/messages" query={{ quarter: props.quarter }}>
          all messages
        </Link>
      </h3>
      {props.events.length === 0 ? (
        <p class="quiet">No deal was signed, no ruling made and nobody failed.</p>
      ) : (
        <ul class="events">
          {props.events.map((event) => (
            <li key={`${event.position}-${event.kind}`}>
              <RecordLink position={event.position} /> <Kind kind={event.kind} />{' '}
              <span class="said">{event.text}</span>
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}

function Charts(props: { groups: ChartGroup[] }): JSX.Element {
  const [chosen, setChosen] = useParameter('metrics');
  const [focus, setFocus] = useParameter('focus');
  const { agents } = useRun();
  const groups = props.groups.filter((group) => chosen === '' || group.id === chosen);
  const known = kGroups.some((group) => group.id === chosen) || chosen === 'more' || chosen === '';
  const labs = agents.filter((agent) => agent.role === 'lab' || agent.role === 'cloud');
  return (
    <section aria-labelledby="charts-heading">
      <div class="section-head">
        <h2 id="charts-heading">Metrics</h2>
        <label class="inline-field">
          <span>Highlight</span>
          <select value={focus} onChange={(event) => setFocus(event.currentTarget.value)}>
            <option value="">nobody</option>
            {labs.slice(0, 200).map((agent) => (
              <option key={agent.name} value={agent.name}>
                {agent.name}
              </option>
            ))}
            {focus !== '' && !labs.some((agent) => agent.name === focus) ? (
              <option value={focus}>{focus}</option>
            ) : null}
          </select>
        </label>
      </div>
      <div class="chips" role="group" aria-label="Which metrics">
        <button type="button" aria-pressed={chosen === ''} onClick={() => setChosen(null)}>
          All
        </button>
        {props.groups.map((group) => (
          <button
            key={group.id}
            type="button"
            aria-pressed={chosen === group.id}
            onClick={() => setChosen(group.id)}
          >
            {group.title}
          </button>
        ))}
      </div>
      {known && groups.length > 0 ? null : <Empty>There are no such metrics in this log.</Empty>}
      {groups.map((group) => (
        <section key={group.id} aria-labelledby={`group-${group.id}`} class="chart-group">
          <h3 id={`group-${group.id}`}>{group.title}</h3>
          <div class="chart-grid">
            {group.charts.map((spec) => (
              <MetricChart
                key={`${spec.metric} ${spec.title}`}
                spec={spec}
                focus={focus}
                onFocus={(subject) => setFocus(subject)}
              />
            ))}
          </div>
        </section>
      ))}
    </section>
  );
}

export const kSeriesPath = (name: string): string => apiPath('metrics/series', { name });
