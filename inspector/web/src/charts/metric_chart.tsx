import type { JSX } from 'preact';
import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import { apiPath } from '../api/path';
import type { Series, SeriesAnswer } from '../api/types';
import { useApi } from '../api/use_api';
import { useRun } from '../components/run_context';
import { Failed } from '../components/states';
import { titleOf } from '../format/words';
import { useNavigation } from '../navigation/navigation';
import { changed } from '../navigation/place';
import { Subjects, type ChartSpec } from './catalogue';
import { LineChart } from './line_chart';
import type { Palette } from './palette';
import { largestFirst, type Line } from './series';

const kMostLines = 8;
// Nobody tells more lines than this apart.
const kAllLines = 40;

export interface MetricChartProps {
  spec: ChartSpec;
  // Only this subject.
  subject?: string;
  focus?: string;
  onFocus?: (subject: string) => void;
  height?: number;
}

// The chart of a metric, drawn once it comes near the screen; in a report at once, as it may be printed.
export function MetricChart(props: MetricChartProps): JSX.Element {
  const place = useRef<HTMLDivElement>(null);
  const { isReport } = useRun();
  const [near, setNear] = useState(isReport);
  useEffect(() => {
    const element = place.current;
    if (element === null || near) return undefined;
    const observer = new IntersectionObserver(
      (entries) => {
        if (entries.some((entry) => entry.isIntersecting)) setNear(true);
      },
      { rootMargin: '600px' },
    );
    observer.observe(element);
    return () => observer.disconnect();
  }, [near]);
  return (
    <div ref={place} class="chart-place" data-metric={props.spec.metric}>
      {near ? <Drawn {...props} /> : null}
    </div>
  );
}

function Drawn(props: MetricChartProps): JSX.Element | null {
  const { spec, subject } = props;
  const { agents, palette } = useRun();
  const { place, go } = useNavigation();
  const [all, setAll] = useState(false);
  const path = apiPath('metrics/series', { name: spec.metric });
  const answer = useApi<SeriesAnswer>(path);
  const value = answer.state === 'ready' ? answer.value : null;

  const series = useMemo(() => {
    if (value === null) return [];
    const subjects = new Subjects(agents);
    return value.series.filter(
      (one) =>
        (spec.of === undefined || spec.of.includes(subjects.kindOf(one.subject))) &&
        (subject === undefined || one.subject === subject || one.subject.startsWith(`${subject}/`)),
    );
  }, [value, agents, spec, subject]);
  const lines = useMemo(
    () => linesOf(series, palette, all ? kAllLines : kMostLines),
    [series, palette, all],
  );

  if (answer.state === 'failed') return <Failed error={answer.error} path={path} />;
  if (value === null) return <div class="chart skeleton" aria-hidden="true" />;
  if (lines.length === 0) return null;
  const title = spec.title === '' ? titleOf(spec.metric) : spec.title;
  const hidden = Math.min(series.length, kAllLines) - lines.length;
  return (
    <>
      <LineChart
        title={title}
        quarters={value.quarters}
        lines={lines}
        syncKey="quarters"
        {...(props.height === undefined ? {} : { height: props.height })}
        {...(lines.some((line) => line.subject === props.focus) ? { focus: props.focus ?? '' } : {})}
        {...(props.onFocus === undefined || lines.length < 2 ? {} : { onFocus: props.onFocus })}
        onOpen={(position) => go(place.path, changed(place.query, { record: position }), 'replace')}
      />
      {hidden > 0 || all ? (
        <button type="button" class="text-button" onClick={() => setAll(!all)}>
          {all ? 'Only the largest' : `${hidden} more`}
          {series.length > kAllLines && !all ? ` of ${series.length}` : ''}
        </button>
      ) : null}
    </>
  );
}

// Lines in the order of their last figure.
export function linesOf(series: readonly Series[], palette: Palette, most: number): Line[] {
  const places = new Map(series.map((one, place) => [one, place]));
  return largestFirst(series)
    .slice(0, most)
    .map((one) => ({
      label: labelOf(one.subject),
      subject: one.subject,
      unit: one.unit,
      colour: palette.place(one.subject, places.get(one) ?? 0),
      points: one.points,
    }));
}

function labelOf(subject: string): string {
  return subject === '' ? 'whole market' : subject.replace('/', ' in ');
}
