import type { JSX } from 'preact';
import { useMemo } from 'preact/hooks';
import { apiPath } from '../api/path';
import type { Diff, DiffSide, MetricGap, MetricName, Parting, RecordWithLines, SeriesAnswer } from '../api/types';
import { useApi } from '../api/use_api';
import { kGroups } from '../charts/catalogue';
import { LineChart, Swatch } from '../charts/line_chart';
import { largestFirst, type Line } from '../charts/series';
import { Kind, Parties, RecordLink, type LogName } from '../components/links';
import { useRun } from '../components/run_context';
import { Await, Empty } from '../components/states';
import { exactCountText, measureText, percentText } from '../format/quantity';
import { titleOf } from '../format/words';
import { useNavigation, useParameter } from '../navigation/navigation';
import { changed } from '../navigation/place';
import { kMetricsPath } from './notable';

const kDiffPath = apiPath('diff');

// Two runs side by side: where they part, and what followed.
export function CompareView(): JSX.Element {
  const { run } = useRun();
  const answer = useApi<Diff>(run.compare ? kDiffPath : null);
  if (!run.compare) {
    return (
      <Empty>
        <h1>One run is open</h1>
        <p>
          To see two side by side, start <code>tranche inspect {fileName(run.path)} --compare OTHER.tranche</code>.
        </p>
      </Empty>
    );
  }
  return (
    <>
      <h1>Comparison</h1>
      <Await answer={answer} path={kDiffPath} what="the comparison">
        {(diff) => <Comparison diff={diff} />}
      </Await>
      <MetricsSideBySide />
    </>
  );
}

function fileName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

function Comparison(props: { diff: Diff }): JSX.Element {
  const { diff } = props;
  return (
    <>
      <div class="columns sides">
        <Side name="A" side={diff.a} />
        <Side name="B" side={diff.b} />
      </div>
      {diff.inputs.length === 0 ? null : (
        <p class="callout">
          They differ in what they are a function of: <span class="said">{diff.inputs.join('; ')}</span>
        </p>
      )}
      {diff.same ? (
        <p class="callout good">The runs are the same, record for record.</p>
      ) : (
        <>
          <PartingSection title="Where they part" parting={diff.parting} />
          {diff.message === null || diff.message.position === diff.parting?.position ? null : (
            <PartingSection title="The first message that differs" parting={diff.message} />
          )}
          <Gaps gaps={diff.metrics} />
        </>
      )}
    </>
  );
}

function Side(props: { name: string; side: DiffSide }): JSX.Element {
  const { name, side } = props;
  return (
    <section class="card side" aria-label={`Run ${name}`}>
      <h2>
        Run {name} <Swatch colour={0} dashed={name === 'B'} />
      </h2>
      <dl class="facts">
        <div>
          <dt>Log</dt>
          <dd class="said">{fileName(side.path)}</dd>
        </div>
        <div>
          <dt>Scenario</dt>
          <dd class="said">
            {side.scenario}, seed {side.seed}
          </dd>
        </div>
        <div>
          <dt>Length</dt>
          <dd>
            {side.quarters} quarters, {exactCountText(side.records)} records
          </dd>
        </div>
        <div>
          <dt>Digest</dt>
          <dd>
            <code title={side.digest}>{side.digest.slice(0, 16)}…</code>
          </dd>
        </div>
      </dl>
    </section>
  );
}

function PartingSection(props: { title: string; parting: Parting | null }): JSX.Element | null {
  const { parting } = props;
  if (parting === null) return null;
  return (
    <section>
      <h2>
        {props.title}: {parting.quarter}, round {parting.round}
      </h2>
      <div class="columns sides">
        <PartingRecord record={parting.a} log="a" />
        <PartingRecord record={parting.b} log="b" />
      </div>
      {parting.fields.length === 0 ? null : (
        <details>
          <summary>{parting.fields.length} fields differ</summary>
          <ul class="lines">
            {parting.fields.map((field, place) => (
              <li key={place} class="said">
                {field}
              </li>
            ))}
          </ul>
        </details>
      )}
    </section>
  );
}

function PartingRecord(props: { record: RecordWithLines | null; log: LogName }): JSX.Element {
  const { record, log } = props;
  if (record === null) return <div class="card quiet">Run {log.toUpperCase()} has no record here: it ends before.</div>;
  return (
    <div class="card">
      <div class="talk-head">
        <span class="tag">{log.toUpperCase()}</span>
        <RecordLink position={record.position} log={log} />
        <Parties sender={record.sender} recipients={record.recipients} />
        <Kind kind={record.kind} refused={record.refused_by} />
      </div>
      <p class="said talk-text">{record.text}</p>
      {record.lines.length === 0 ? null : (
        <ul class="lines">
          {record.lines.map((line, place) => (
            <li key={place} class="said">
              {line}
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}

function Gaps(props: { gaps: readonly MetricGap[] }): JSX.Element | null {
  if (props.gaps.length === 0) return null;
  return (
    <section aria-labelledby="gaps-heading">
      <h2 id="gaps-heading">What followed: the widest gaps of each quarter</h2>
      <div class="scroll-x">
        <table class="list">
          <thead>
            <tr>
              <th scope="col">Quarter</th>
              <th scope="col">Metric</th>
              <th scope="col">Of</th>
              <th scope="col" class="number">
                A
              </th>
              <th scope="col" class="number">
                B
              </th>
              <th scope="col" class="number">
                Gap
              </th>
            </tr>
          </thead>
          <tbody>
            {props.gaps.map((gap) => (
              <tr key={`${gap.quarter} ${gap.name} ${gap.subject}`}>
                <td>{gap.quarter}</td>
                <td>{titleOf(gap.name)}</td>
                <td>
                  <bdi>{gap.subject === '' ? 'whole market' : gap.subject}</bdi>
                </td>
                <td class="number">{gapSide(gap.a, gap.a_position, gap.unit, 'a')}</td>
                <td class="number">{gapSide(gap.b, gap.b_position, gap.unit, 'b')}</td>
                <td class="number">{percentText(gap.relative, 0)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}

function gapSide(value: number | null, position: number | null, unit: string, log: LogName): JSX.Element {
  if (value === null) return <span class="quiet">–</span>;
  const text = measureText(value, unit);
  if (position === null) return <>{text}</>;
  return (
    <RecordLink position={position} log={log}>
      {text}
    </RecordLink>
  );
}

// A metric of both runs: A drawn through, B dashed, the same colour for the same subject.
function MetricsSideBySide(): JSX.Element {
  const [metric, setMetric] = useParameter('metric', 'market-share');
  const answer = useApi<{ metrics: MetricName[] }>(kMetricsPath);
  const names = answer.state === 'ready' ? [...new Set(answer.value.metrics.map((one) => one.name))] : [];
  const order = kGroups.flatMap((group) => group.charts.map((chart) => chart.metric));
  names.sort((a, b) => (order.indexOf(a) + 1 || 999) - (order.indexOf(b) + 1 || 999));
  return (
    <section aria-labelledby="metrics-heading">
      <div class="section-head">
        <h2 id="metrics-heading">A metric in both runs</h2>
        <label class="inline-field">
          <span>Metric</span>
          <select value={metric} onChange={(event) => setMetric(event.currentTarget.value)}>
            {names.map((name) => (
              <option key={name} value={name}>
                {titleOf(name)}
              </option>
            ))}
          </select>
        </label>
      </div>
      <p class="quiet">
        <Swatch colour={0} /> run A, <Swatch colour={0} dashed /> run B
      </p>
      <BothRuns metric={metric} />
    </section>
  );
}

const kMostCharts = 24;

function BothRuns(props: { metric: string }): JSX.Element {
  const path = apiPath('metrics/series', { name: props.metric });
  const pathB = apiPath('metrics/series', { name: props.metric, log: 'b' });
  const a = useApi<SeriesAnswer>(path);
  const b = useApi<SeriesAnswer>(pathB);
  if (a.state !== 'ready') return <Await answer={a} path={path}>{() => null}</Await>;
  if (b.state !== 'ready') return <Await answer={b} path={pathB}>{() => null}</Await>;
  return <BothCharts metric={props.metric} a={a.value} b={b.value} />;
}

function BothCharts(props: { metric: string; a: SeriesAnswer; b: SeriesAnswer }): JSX.Element {
  const { a, b } = props;
  const { palette } = useRun();
  const { place, go } = useNavigation();
  const charts = useMemo(() => {
    const quarters = a.quarters.length >= b.quarters.length ? a.quarters : b.quarters;
    const subjects = [...new Set(largestFirst([...a.series, ...b.series]).map((one) => one.subject))];
    const line = (answer: SeriesAnswer, subject: string, run: 'A' | 'B', colour: number): Line[] => {
      const series = answer.series.find((one) => one.subject === subject);
      if (series === undefined) return [];
      const points = series.points.map(([index, value, position]): [number, number, number] => [
        quarters.indexOf(answer.quarters[index] ?? ''),
        value,
        position,
      ]);
      return [
        { label: run, subject: run, unit: series.unit, colour, dashed: run === 'B', points: points.filter(([index]) => index >= 0) },
      ];
    };
    return subjects.slice(0, kMostCharts).map((subject, index) => {
      const colour = palette.place(subject, index);
      return { subject, quarters, lines: [...line(a, subject, 'A', colour), ...line(b, subject, 'B', colour)] };
    });
  }, [a, b, palette]);
  if (charts.length === 0) return <Empty>Neither run has figures of this metric.</Empty>;
  return (
    <div class="chart-grid">
      {charts.map((chart) => (
        <div class="chart-place" key={chart.subject}>
          <LineChart
            title={chart.subject === '' ? 'whole market' : chart.subject}
            quarters={chart.quarters}
            lines={chart.lines}
            syncKey="compare"
            onOpen={(position, line) =>
              go(
                place.path,
                changed(place.query, { record: line.label === 'B' ? `b:${position}` : position }),
                'replace',
              )
            }
          />
        </div>
      ))}
    </div>
  );
}

