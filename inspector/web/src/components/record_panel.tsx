import type { ComponentChildren, JSX } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { apiPath } from '../api/path';
import type { Agent, Json, RecordInFull } from '../api/types';
import { useApi } from '../api/use_api';
import { bytesText, measureText } from '../format/quantity';
import { titleOf } from '../format/words';
import { Link, StateLink, useNavigation } from '../navigation/navigation';
import { changed } from '../navigation/place';
import { leadsOf } from './behind';
import { JsonTree } from './json_tree';
import { DealLink, Kind, Parties, QuarterLink, RecordLink, ThreadLink, type LogName } from './links';
import { Await } from './states';
import { useAgents } from './run_context';

// The record that the address names, beside whatever view is open.
export function RecordPanel(): JSX.Element | null {
  const { place } = useNavigation();
  const name = place.query.get('record') ?? '';
  const match = /^(b:)?(\d{1,16})$/.exec(name);
  if (match === null) return null;
  const log: LogName = match[1] === undefined ? 'a' : 'b';
  return <Panel position={Number(match[2])} log={log} />;
}

function Panel(props: { position: number; log: LogName }): JSX.Element {
  const { position, log } = props;
  const { place, go } = useNavigation();
  const path = apiPath('record', { position, log: log === 'b' ? 'b' : null });
  const answer = useApi<RecordInFull>(path);
  const panel = useRef<HTMLElement>(null);
  const cameFrom = useRef<Element | null>(null);

  const close = (): void => {
    go(place.path, changed(place.query, { record: null }), 'replace');
    if (cameFrom.current instanceof HTMLElement && cameFrom.current.isConnected) cameFrom.current.focus();
  };
  const closing = useRef(close);
  closing.current = close;

  useEffect(() => {
    cameFrom.current = document.activeElement;
    panel.current?.focus({ preventScroll: true });
    const onKey = (event: KeyboardEvent): void => {
      if (event.key !== 'Escape' || event.defaultPrevented) return;
      closing.current();
    };
    window.addEventListener('keydown', onKey);
    return () => window.removeEventListener('keydown', onKey);
  }, []);
  useEffect(() => {
    if (panel.current !== null) panel.current.scrollTop = 0;
  }, [position]);

  return (
    <aside class="panel" ref={panel} tabIndex={-1} aria-label={`Record ${position}`}>
      <div class="panel-bar">
        <h2>
          Record <span class="nowrap">#{position}</span>
          {log === 'b' ? ' of run B' : ''}
        </h2>
        <Neighbours answer={answer.state === 'ready' ? answer.value : null} log={log} />
        <button type="button" class="icon-button" aria-label="Close the record" title="Close (Esc)" onClick={close}>
          ✕
        </button>
      </div>
      <Await answer={answer} path={path} what="the record">
        {(record) => <RecordBody record={record} log={log} />}
      </Await>
    </aside>
  );
}

function Neighbours(props: { answer: RecordInFull | null; log: LogName }): JSX.Element {
  const prefix = props.log === 'b' ? 'b:' : '';
  const to = (position: number | null | undefined, label: string, sign: string): JSX.Element =>
    position === null || position === undefined ? (
      <span class="icon-button disabled" aria-hidden="true">
        {sign}
      </span>
    ) : (
      <StateLink class="icon-button" change={{ record: `${prefix}${position}` }} aria-label={label} title={label}>
        {sign}
      </StateLink>
    );
  return (
    <>
      {to(props.answer?.previous, 'Record before', '↑')}
      {to(props.answer?.next, 'Record after', '↓')}
    </>
  );
}

function RecordBody(props: { record: RecordInFull; log: LogName }): JSX.Element {
  const { record, log } = props;
  return (
    <div class="panel-body">
      <p class="panel-meta">
        <Kind kind={record.kind} refused={record.refused_by} /> <QuarterLink quarter={record.quarter} />
        {record.round > 0 ? `, round ${record.round}` : ', opening'}
      </p>
      {record.sender === null ? null : (
        <p>
          <Parties sender={record.sender} recipients={record.recipients} />
        </p>
      )}
      {record.refused_by === null ? null : (
        <p class="callout bad">
          The market refused this move by the rule <code>{record.refused_by}</code>; it had no effect.
        </p>
      )}
      <p class="panel-text said">{record.text}</p>
      {record.lines.length === 0 ? null : (
        <ul class="lines">
          {record.lines.map((line, place) => (
            <li key={place} class="said">
              {line}
            </li>
          ))}
        </ul>
      )}
      <MetricLeads record={record} />
      <dl class="facts">
        {record.thread === null ? null : (
          <Fact name="Thread">
            <ThreadLink thread={record.thread} />
          </Fact>
        )}
        {record.deal === null ? null : (
          <Fact name="Deal">
            <DealLink deal={record.deal} />
          </Fact>
        )}
        {record.in_reply_to === null || record.in_reply_to === 0 ? null : (
          <Fact name="Answers">
            <RecordLink position={record.in_reply_to} log={log} />
          </Fact>
        )}
        {record.answers.length === 0 ? null : (
          <Fact name="Answered by">
            {record.answers.map((position, place) => (
              <>
                {place > 0 ? ', ' : ''}
                <RecordLink key={position} position={position} log={log} />
              </>
            ))}
          </Fact>
        )}
      </dl>
      {record.fields.length === 0 ? null : (
        <>
          <h3>Contents</h3>
          <table class="fields">
            <tbody>
              {record.fields.map((field) => (
                <tr key={field.path}>
                  <th scope="row" title={field.path}>
                    {field.label}
                  </th>
                  <td class="said">{field.value}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </>
      )}
      {record.size_bytes === 0 ? null : <details class="payload">
        <summary>
          <h3>Payload</h3>
          <span class="quiet">
            {bytesText(record.size_bytes)}, CRC-32 {record.crc32.toString(16).padStart(8, '0')}
          </span>
        </summary>
        <JsonTree value={record.payload} />
      </details>}
    </div>
  );
}

function Fact(props: { name: string; children: ComponentChildren }): JSX.Element {
  return (
    <div>
      <dt>{props.name}</dt>
      <dd>{props.children}</dd>
    </div>
  );
}

// A metric is a sum over what was done: this says where to look for it.
function MetricLeads(props: { record: RecordInFull }): JSX.Element | null {
  const agents = useAgents();
  const metric = metricOf(props.record.payload);
  if (props.record.kind !== 'metric' || metric === null) return null;
  const quarter = props.record.quarter;
  const leads = leadsOf(metric.name, metric.subject, quarter, isAgent(agents, metric.subject));
  return (
    <div class="callout">
      <p class="metric-figure">
        {titleOf(metric.name)}
        {metric.subject === '' ? '' : ` of ${metric.subject}`}: <strong>{measureText(metric.value, metric.unit)}</strong>
      </p>
      <h3>Behind this figure</h3>
      <ul class="plain">
        {leads.map((lead) => (
          <li key={lead.label}>
            <Link to={lead.path} query={lead.query}>
              {lead.label}
            </Link>
          </li>
        ))}
      </ul>
    </div>
  );
}

function isAgent(agents: readonly Agent[], name: string): boolean {
  return agents.some((agent) => agent.name === name);
}

function metricOf(payload: Json): { name: string; subject: string; value: number; unit: string } | null {
  if (payload === null || typeof payload !== 'object' || Array.isArray(payload)) return null;
  const metric = payload['metric'];
  if (metric === null || metric === undefined || typeof metric !== 'object' || Array.isArray(metric)) return null;
  return {
    name: String(metric['name'] ?? ''),
    subject: String(metric['subject'] ?? ''),
    value: Number(metric['value'] ?? 0),
    unit: String(metric['unit'] ?? ''),
  };
}
