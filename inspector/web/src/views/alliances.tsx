import type { JSX } from 'preact';
import { useEffect, useMemo, useState } from 'preact/hooks';
import { apiPath } from '../api/path';
import type { ClosedQuarter, Edge, Quarter, Relations } from '../api/types';
import { useApi, useApiAll } from '../api/use_api';
import { RecordLink, ThreadLink } from '../components/links';
import { useRun } from '../components/run_context';
import { Await, Empty } from '../components/states';
import { titleOf, wordsOf } from '../format/words';
import { useParameter } from '../navigation/navigation';
import { AllianceGraph, edgeKey } from './alliance_graph';
import { kEdgeKinds, kFirstKinds, layOut, type Layout } from './alliance_layout';
import { kQuartersPath } from './notable';
import { NothingYet } from './timeline';

const kStepMillis = 1100;

export const relationsPath = (quarter: Quarter): string => apiPath('relations', { quarter });

// Who is bound to whom, quarter by quarter.
export function AlliancesView(): JSX.Element {
  const { run } = useRun();
  const answer = useApi<{ quarters: ClosedQuarter[] }>(kQuartersPath);
  if (run.quarters_closed === 0) return <NothingYet />;
  return (
    <Await answer={answer} path={kQuartersPath} what="the quarters">
      {(value) => <Through quarters={value.quarters.map((one) => one.quarter)} />}
    </Await>
  );
}

function Through(props: { quarters: Quarter[] }): JSX.Element {
  const { quarters } = props;
  const answer = useApiAll<Relations>(quarters.map(relationsPath));
  return (
    <Await answer={answer} what="the alliances">
      {(all) => <Alliances quarters={quarters} all={all} />}
    </Await>
  );
}

function Alliances(props: { quarters: Quarter[]; all: Relations[] }): JSX.Element {
  const { quarters, all } = props;
  const last = quarters.length - 1;
  const [quarter, setQuarter] = useParameter('quarter', quarters[last] ?? '');
  const [group] = useParameter('group');
  const [shown, setShown] = useParameter('kinds', kFirstKinds);
  const found = quarters.indexOf(quarter);
  const place = found < 0 ? last : found;
  const layout = useLayout(all);
  const kinds = new Set(shown === 'none' ? [] : shown.split(','));
  const edges = edgesOf(all[place]).filter((edge) => kinds.has(edge.kind));
  const before = new Set(edgesOf(all[place - 1]).map(edgeKey));
  const fresh = new Set(place === 0 ? [] : edges.map(edgeKey).filter((key) => !before.has(key)));
  const goTo = (next: number): void => setQuarter(quarters[Math.min(Math.max(0, next), last)] ?? null);
  const toggle = (kind: string): void => {
    if (kinds.has(kind)) kinds.delete(kind);
    else kinds.add(kind);
    setShown(kEdgeKinds.filter((one) => kinds.has(one)).join(',') || 'none');
  };
  const mine = group === '' ? edges : edges.filter((edge) => edge.from === group || edge.to === group);
  return (
    <>
      <h1>Alliances</h1>
      <div class="graph-controls">
        <QuarterSlider quarters={quarters} place={place} onChange={goTo} />
        <div class="chips edge-kinds" role="group" aria-label="Kinds of relations">
        {kEdgeKinds.map((kind) => (
          <button key={kind} type="button" aria-pressed={kinds.has(kind)} onClick={() => toggle(kind)}>
            <i class={`edge-key edge-key-${kind}`} aria-hidden="true" />
            {titleOf(kind)}
          </button>
        ))}
        </div>
      </div>
      {layout.nodes.size === 0 ? (
        <Empty>Nobody is bound to anybody in this run.</Empty>
      ) : (
        <div class="graph-box">
          <AllianceGraph layout={layout} edges={edges} fresh={fresh} selected={group} />
          <ul class="graph-legend" aria-label="Roles">
            {['lab', 'cloud', 'investor'].map((role) => (
              <li key={role}>
                <i class={`role-key role-${role}`} aria-hidden="true" />
                {titleOf(role)}
              </li>
            ))}
            <li>
              <i class="edge-key fresh-key" aria-hidden="true" /> new this quarter
            </li>
          </ul>
          {layout.left > 0 ? (
            <p class="quiet">The {layout.nodes.size} groups with the most relations; {layout.left} more are in the table.</p>
          ) : null}
        </div>
      )}
      <section aria-labelledby="relations-heading">
        <h2 id="relations-heading">
          Relations {group === '' ? '' : `of ${group} `}in {quarters[place]}
        </h2>
        <EdgeTable edges={mine} fresh={fresh} />
      </section>
    </>
  );
}

function edgesOf(relations: Relations | undefined): Edge[] {
  return relations?.quarters[0]?.edges ?? [];
}

export function useLayout(all: readonly Relations[]): Layout {
  // Answers keep their identity, the array around them doesn't.
  const identity = all.map((one) => one.quarters[0]?.edges.length ?? 0).join(',');
  return useMemo(() => layOut(all), [identity]);
}

function QuarterSlider(props: { quarters: Quarter[]; place: number; onChange: (place: number) => void }): JSX.Element {
  const { quarters, place, onChange } = props;
  const [playing, setPlaying] = useState(false);
  const last = quarters.length - 1;
  useEffect(() => {
    if (!playing) return undefined;
    if (place >= last) {
      setPlaying(false);
      return undefined;
    }
    const timer = window.setTimeout(() => onChange(place + 1), kStepMillis);
    return () => window.clearTimeout(timer);
  }, [playing, place, last]);
  return (
    <div class="slider">
      <button
        type="button"
        class="icon-button"
        aria-label={playing ? 'Stop' : 'Play from quarter to quarter'}
        onClick={() => {
          if (!playing && place >= last) onChange(0);
          setPlaying(!playing);
        }}
      >
        {playing ? '❚❚' : '▶'}
      </button>
      <button type="button" class="icon-button" aria-label="Quarter before" disabled={place === 0} onClick={() => onChange(place - 1)}>
        ‹
      </button>
      <label>
        <span class="visually-hidden">Quarter</span>
        <input
          type="range"
          min={0}
          max={last}
          step={1}
          value={place}
          aria-valuetext={quarters[place]}
          onInput={(event) => onChange(Number(event.currentTarget.value))}
        />
      </label>
      <button type="button" class="icon-button" aria-label="Quarter after" disabled={place === last} onClick={() => onChange(place + 1)}>
        ›
      </button>
      <output class="slider-value">{quarters[place]}</output>
    </div>
  );
}

const kMostRows = 500;

export function EdgeTable(props: { edges: readonly Edge[]; fresh: ReadonlySet<string> }): JSX.Element {
  const order = new Map<string, number>(kEdgeKinds.map((kind, place) => [kind, place]));
  const sorted = [...props.edges].sort(
    (a, b) =>
      (order.get(a.kind) ?? 99) - (order.get(b.kind) ?? 99) ||
      Number(b.size) - Number(a.size) ||
      a.position - b.position,
  );
  if (sorted.length === 0) return <Empty>No relation of these kinds.</Empty>;
  return (
    <>
      <div class="scroll-x">
        <table class="list">
          <thead>
            <tr>
              <th scope="col">Kind</th>
              <th scope="col">From</th>
              <th scope="col">To</th>
              <th scope="col">What</th>
              <th scope="col">Since</th>
              <th scope="col">Behind it</th>
            </tr>
          </thead>
          <tbody>
            {sorted.slice(0, kMostRows).map((edge) => (
              <tr key={edge.position}>
                <td class="nowrap">
                  <i class={`edge-key edge-key-${edge.kind}`} aria-hidden="true" /> {wordsOf(edge.kind)}
                  {props.fresh.has(edgeKey(edge)) ? <span class="tag tag-new">new</span> : null}
                </td>
                <td>
                  <bdi>{edge.from}</bdi>
                </td>
                <td>
                  <bdi>{edge.to}</bdi>
                </td>
                <td>
                  <RecordLink position={edge.position}>{edge.text}</RecordLink>
                </td>
                <td>{edge.since ?? ''}</td>
                <td>
                  {edge.thread === null || edge.thread === '' ? (
                    <span class="quiet">cap table</span>
                  ) : (
                    <ThreadLink thread={edge.thread} />
                  )}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {sorted.length > kMostRows ? <p class="quiet">{sorted.length - kMostRows} more.</p> : null}
    </>
  );
}
