import type { JSX } from 'preact';
import { useEffect, useId, useLayoutEffect, useRef, useState } from 'preact/hooks';
import uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';
import type { Position, Quarter } from '../api/types';
import { measureText, unitText } from '../format/quantity';
import { useTheme } from '../components/theme';
import { colourVariable, cssValue, dashOf } from './palette';
import { columns, pointAt, startsAtZero, type Line } from './series';

export interface LineChartProps {
  title: string;
  quarters: Quarter[];
  lines: Line[];
  // A subject drawn strongly while the others step back; "" none.
  focus?: string;
  onFocus?: (subject: string) => void;
  // Charts with the same key share the cursor.
  syncKey?: string;
  onOpen: (position: Position, line: Line) => void;
  height?: number;
  hideLegend?: boolean;
}

// Lines over quarters. The legend says the figures of the quarter under the pointer, else the latest;
// each is a button that leads to the record behind. With the keyboard: left and right walk the
// quarters, up and down the lines, Enter opens the record.
export function LineChart(props: LineChartProps): JSX.Element {
  const { title, quarters, lines, focus = '', syncKey, height = 168 } = props;
  const box = useRef<HTMLDivElement>(null);
  const chart = useRef<uPlot | null>(null);
  const [at, setAt] = useState<number | null>(null);
  const [chosen, setChosen] = useState(0);
  const [spoken, setSpoken] = useState('');
  const theme = useTheme();
  const heading = useId();
  const unit = lines[0]?.unit ?? '';
  const latest = quarters.length - 1;
  const quarter = at ?? latest;

  const open = useRef<(index: number, top: number) => void>(() => undefined);
  open.current = (index, top) => {
    const plot = chart.current;
    if (plot === null) return;
    // The line nearest to the pointer.
    let best: { line: Line; distance: number } | null = null;
    for (const line of lines) {
      const value = pointAt(line, index)?.[1];
      if (value === undefined) continue;
      const distance = Math.abs(plot.valToPos(value, 'y') - top);
      if (best === null || distance < best.distance) best = { line, distance };
    }
    const point = best === null ? null : pointAt(best.line, index);
    if (best !== null && point !== null) props.onOpen(point[2], best.line);
  };

  useLayoutEffect(() => {
    const element = box.current;
    if (element === null) return undefined;
    const plot = new uPlot(
      options({ width: element.clientWidth, height, quarters, lines, focus, syncKey }, setAt, (index, top) =>
        open.current(index, top),
      ),
      columns(quarters.length, lines) as uPlot.AlignedData,
      element,
    );
    chart.current = plot;
    const observer = new ResizeObserver(() => {
      const width = element.clientWidth;
      if (width > 0 && width !== plot.width) plot.setSize({ width, height });
    });
    observer.observe(element);
    return () => {
      observer.disconnect();
      plot.destroy();
      chart.current = null;
    };
  }, [quarters, lines, focus, syncKey, theme, height]);

  useEffect(() => {
    if (chosen >= lines.length) setChosen(0);
  }, [chosen, lines.length]);

  const onKeyDown = (event: KeyboardEvent): void => {
    const plot = chart.current;
    if (plot === null || lines.length === 0) return;
    let toQuarter = at ?? latest;
    let toLine = chosen;
    if (event.key === 'ArrowLeft') toQuarter = Math.max(0, toQuarter - (at === null ? 0 : 1));
    else if (event.key === 'ArrowRight') toQuarter = Math.min(latest, toQuarter + 1);
    else if (event.key === 'Home') toQuarter = 0;
    else if (event.key === 'End') toQuarter = latest;
    else if (event.key === 'ArrowDown') toLine = (chosen + 1) % lines.length;
    else if (event.key === 'ArrowUp') toLine = (chosen + lines.length - 1) % lines.length;
    else if (event.key === 'Enter') {
      const line = lines[chosen];
      const point = line === undefined ? null : pointAt(line, quarter);
      if (line !== undefined && point !== null) props.onOpen(point[2], line);
      event.preventDefault();
      return;
    } else return;
    event.preventDefault();
    const line = lines[toLine];
    if (line === undefined) return;
    const value = pointAt(line, toQuarter)?.[1];
    setChosen(toLine);
    plot.setCursor({
      left: plot.valToPos(toQuarter, 'x'),
      top: value === undefined ? 0 : plot.valToPos(value, 'y'),
    });
    setSpoken(
      `${quarters[toQuarter] ?? ''}, ${line.label}: ${value === undefined ? 'no figure' : measureText(value, line.unit)}`,
    );
  };

  return (
    <figure class="chart" aria-labelledby={heading}>
      <figcaption>
        <span class="chart-title" id={heading}>
          {title}
        </span>
        <span class="chart-quarter">{quarters[quarter] ?? ''}</span>
        <span class="chart-unit">{unitText(unit)}</span>
      </figcaption>
      <div
        ref={box}
        class="chart-plot"
        style={{ height: `${height}px` }}
        tabIndex={0}
        role="application"
        aria-roledescription="line chart"
        aria-label={`${title}: ${lines.length} lines over ${quarters.length} quarters. Arrow keys walk, Enter opens the record.`}
        onKeyDown={onKeyDown}
        onBlur={() => chart.current?.setCursor({ left: -10, top: -10 })}
      />
      <span class="visually-hidden" aria-live="polite">
        {spoken}
      </span>
      {props.hideLegend === true ? null : (
        <Legend {...props} quarter={quarter} focus={focus} marked={spoken === '' ? -1 : chosen} />
      )}
    </figure>
  );
}

function Legend(props: LineChartProps & { quarter: number; focus: string; marked: number }): JSX.Element {
  return (
    <ul class="legend">
      {props.lines.map((line, place) => {
        const point = pointAt(line, props.quarter);
        const dim = props.focus !== '' && props.focus !== line.subject;
        return (
          <li key={line.label} class={`${dim ? 'dim' : ''} ${place === props.marked ? 'marked' : ''}`}>
            <Swatch colour={line.colour} dashed={line.dashed === true} />
            {props.onFocus === undefined ? (
              <span class="legend-name">{line.label}</span>
            ) : (
              <button
                type="button"
                class="legend-name"
                aria-pressed={props.focus === line.subject}
                title={`Highlight ${line.label}`}
                onClick={() => props.onFocus?.(props.focus === line.subject ? '' : line.subject)}
              >
                {line.label}
              </button>
            )}
            {point === null ? (
              <span class="legend-none">–</span>
            ) : (
              <button
                type="button"
                class="figure-link"
                title={`Record ${point[2]} and what is behind it`}
                onClick={() => props.onOpen(point[2], line)}
              >
                {measureText(point[1], line.unit)}
              </button>
            )}
          </li>
        );
      })}
    </ul>
  );
}

export function Swatch(props: { colour: number; dashed?: boolean }): JSX.Element {
  const dash = props.dashed === true ? [4, 3] : dashOf(props.colour);
  return (
    <svg class="swatch" width="14" height="8" aria-hidden="true">
      <line
        x1="1"
        y1="4"
        x2="13"
        y2="4"
        stroke={`var(${colourVariable(props.colour)})`}
        stroke-width="2.5"
        stroke-linecap="round"
        stroke-dasharray={dash.join(' ')}
      />
    </svg>
  );
}

interface Drawing {
  width: number;
  height: number;
  quarters: Quarter[];
  lines: Line[];
  focus: string;
  syncKey: string | undefined;
}

function options(
  drawing: Drawing,
  onQuarter: (index: number | null) => void,
  onClick: (index: number, top: number) => void,
): uPlot.Options {
  const { quarters, lines, focus, syncKey } = drawing;
  const ink = cssValue('--ink-soft');
  const rule = cssValue('--rule');
  const font = '11px system-ui, sans-serif';
  const unit = lines[0]?.unit ?? '';
  const few = quarters.length <= 2;
  return {
    width: Math.max(drawing.width, 120),
    height: drawing.height,
    padding: [8, 10, 0, 0],
    legend: { show: false },
    scales: {
      x: { time: false, range: () => [few ? -0.5 : 0, Math.max(quarters.length - (few ? 0.5 : 1), 0.5)] },
      y: {
        range: (_plot, low, high) => {
          if (low === null || high === null) return [0, 1];
          const from = startsAtZero(unit) ? Math.min(0, low) : low;
          const to = startsAtZero(unit) ? Math.max(0, high) : high;
          if (from === to) return from === 0 ? [0, 1] : [Math.min(from, from * 1.2), Math.max(from, from * 1.2)];
          const room = (to - from) * 0.06;
          return [from === 0 ? 0 : from - room, to === 0 ? 0 : to + room];
        },
      },
    },
    axes: [
      {
        stroke: ink,
        font,
        size: 24,
        gap: 4,
        grid: { show: false },
        ticks: { stroke: rule, size: 4 },
        splits: (plot) => quarterSplits(quarters.length, plot.width),
        values: (_plot, splits) => splits.map((index) => quarters[index] ?? ''),
      },
      {
        stroke: ink,
        font,
        size: 58,
        gap: 4,
        space: 34,
        grid: { stroke: rule, width: 1 },
        ticks: { show: false },
        values: (_plot, splits) => splits.map((value) => axisText(value, unit)),
      },
    ],
    series: [
      {},
      ...lines.map((line): uPlot.Series => {
        const dim = focus !== '' && focus !== line.subject;
        const colour = cssValue(colourVariable(line.colour));
        return {
          label: line.label,
          stroke: colour,
          alpha: dim ? 0.18 : 1,
          width: focus === line.subject && focus !== '' ? 2.6 : 1.7,
          dash: line.dashed === true ? [5, 4] : dashOf(line.colour),
          points: { show: few || line.points.length === 1, size: 6, fill: colour },
          spanGaps: false,
        };
      }),
    ],
    cursor: {
      y: false,
      points: { size: 7 },
      drag: { x: false, y: false },
      ...(syncKey === undefined ? {} : { sync: { key: syncKey, setSeries: false } }),
    },
    hooks: {
      setCursor: [
        (plot) => {
          const index = plot.cursor.idx ?? null;
          onQuarter((plot.cursor.left ?? -1) < 0 ? null : index);
        },
      ],
      ready: [
        (plot) => {
          plot.over.addEventListener('click', () => {
            const index = plot.cursor.idx;
            if (index !== null && index !== undefined) onClick(index, plot.cursor.top ?? 0);
          });
        },
      ],
    },
  };
}

// As many quarters as the axis has room for, and always the first.
export function quarterSplits(quarters: number, width: number): number[] {
  const most = Math.max(2, Math.floor((width - 60) / 62));
  const step = [1, 2, 4, 8, 16, 40].find((size) => Math.ceil(quarters / size) <= most) ?? 80;
  return Array.from({ length: Math.ceil(quarters / step) }, (_, index) => index * step);
}

// Round figures: "$40B" rather than "$40.0B".
export function axisText(value: number, unit: string): string {
  if (value === 0 && unit.startsWith('USD')) return '$0';
  if (unit === '0 or 1' && value !== 0 && value !== 1) return '';
  if (unit.startsWith('fraction')) return `${Math.round(value * 1000) / 10}%`;
  return measureText(value, unit).replace(/(\.\d*?)0+(?=[A-Z%]?$)/, '$1').replace(/\.(?=[A-Z%]?$)/, '');
}
