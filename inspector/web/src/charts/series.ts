import type { Point, Series } from '../api/types';

// A line of a chart.
export interface Line {
  label: string;
  subject: string;
  unit: string;
  colour: number;
  dashed?: boolean;
  points: Point[];
}

// The lines that tell most come first: those with the largest last figure.
export function largestFirst(series: readonly Series[]): Series[] {
  const last = (one: Series): number => Math.abs(one.points[one.points.length - 1]?.[1] ?? 0);
  return [...series].sort((a, b) => last(b) - last(a) || a.subject.localeCompare(b.subject));
}

// Columns for the chart: the quarters' indices, then a column for each line with null where it has no
// figure.
export function columns(quarters: number, lines: readonly Line[]): (number | null)[][] {
  const x = Array.from({ length: quarters }, (_, index) => index);
  return [
    x,
    ...lines.map((line) => {
      const column: (number | null)[] = new Array<number | null>(quarters).fill(null);
      for (const [index, value] of line.points) column[index] = value;
      return column;
    }),
  ];
}

export function pointAt(line: Line, quarter: number): Point | null {
  return line.points.find(([index]) => index === quarter) ?? null;
}

// The last figure at or before a quarter would mislead where a line has ended, so this is null there.
export function valueAt(line: Line, quarter: number): number | null {
  return pointAt(line, quarter)?.[1] ?? null;
}

// Axes start at zero but for measures in which zero means nothing.
export function startsAtZero(unit: string): boolean {
  return !['log10 FLOP', 'ratio to the field', '0 to 10,000'].includes(unit) && !unit.startsWith('USD a ');
}
