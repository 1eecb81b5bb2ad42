import { describe, expect, it } from 'vitest';
import type { CapTableRow, RecordRow, Relations } from '../api/types';
import { chartsFor, inOrderOfQuestions, Subjects } from '../charts/catalogue';
import { Palette } from '../charts/palette';
import { columns, largestFirst } from '../charts/series';
import { layOut } from './alliance_layout';
import { holdings } from './cap_table';
import { rangeOf } from './messages';
import { milestones } from './notable';
import { lifelines } from './sequence_diagram';

const record = (fields: Partial<RecordRow>): RecordRow => ({
  position: 1,
  quarter: '2026Q1',
  round: 1,
  kind: 'note',
  sender: 'a',
  recipients: [],
  thread: null,
  in_reply_to: null,
  refused_by: null,
  text: '',
  ...fields,
});

describe('cap tables', () => {
  const row = (holder: string, ppm: number, position: number): CapTableRow => ({
    position,
    holder,
    share_class: 'common',
    shares: '1',
    stake_ppm: ppm,
    value_cents: '1',
  });
  it('pair what was with what is', () => {
    const table = holdings([row('old', 400_000, 1), row('both', 600_000, 2)], [row('both', 500_000, 3), row('new', 500_001, 4)]);
    expect(table.map((one) => [one.holder, one.gainedPpm])).toEqual([
      ['new', 500_001],
      ['both', -100_000],
      ['old', -400_000],
    ]);
  });
});

describe('charts', () => {
  const agent = (name: string, role: string, ordinal: number, group: string | null = null) => ({
    ordinal,
    name,
    role,
    strategy: null,
    parameters: null,
    group,
    home: null,
    jurisdiction: null,
    left_quarter: null,
  });
  const agents = [agent('lab-b', 'lab', 2), agent('cloud-a', 'cloud', 1, 'big'), agent('lab-a', 'lab', 0)];
  it('give a subject one colour, by role and order', () => {
    const palette = new Palette(agents);
    expect(palette.place('lab-a', 9)).toBe(0);
    expect(palette.place('lab-b', 9)).toBe(1);
    expect(palette.place('cloud-a', 9)).toBe(0);
    expect(palette.place('big', 9)).toBe(0);
    expect(palette.place('consumers', 9)).toBe(9);
  });
  it('know what a figure is about', () => {
    const subjects = new Subjects(agents);
    expect(subjects.kindOf('')).toBe('market');
    expect(subjects.kindOf('lab-a')).toBe('lab');
    expect(subjects.kindOf('consumers')).toBe('segment');
    expect(subjects.kindOf('big/lab-a')).toBe('pair');
    expect(subjects.kindOf('us-west')).toBe('other');
  });
  it('are made for every metric there is, known or not', () => {
    const metric = (name: string) => ({ name, unit: '', subjects: 1, first_position: 1 });
    const groups = chartsFor([metric('price'), metric('brand-new')]);
    expect(groups.map((group) => group.id)).toEqual(['prices', 'more']);
    expect(groups[1]?.charts.map((chart) => chart.metric)).toEqual(['brand-new']);
  });
  it('come in the order of what people ask for', () => {
    const names = ['active', 'capability', 'brand-new', 'cash', 'price'].map((name) => ({ name }));
    expect(inOrderOfQuestions(names).map((one) => one.name)).toEqual(['price', 'cash', 'capability', 'active', 'brand-new']);
  });
  it('leave out quarters without a figure', () => {
    const line = { label: 'a', subject: 'a', unit: '', colour: 0, points: [[2, 7, 1]] as [number, number, number][] };
    expect(columns(3, [line])).toEqual([
      [0, 1, 2],
      [null, null, 7],
    ]);
  });
  it('begin with the largest', () => {
    const series = (subject: string, value: number) => ({ name: '', subject, unit: '', points: [[0, value, 1]] as [number, number, number][] });
    expect(largestFirst([series('b', 1), series('a', -5), series('c', 1)]).map((one) => one.subject)).toEqual(['a', 'b', 'c']);
  });
});

it('lifelines stand in the order of appearance, the market last', () => {
  const messages = [
    record({ sender: 'lab', recipients: ['fund'] }),
    record({ sender: 'market', recipients: ['lab'] }),
    record({ sender: 'cloud' }),
  ];
  expect(lifelines(messages)).toEqual(['lab', 'fund', 'cloud', 'market']);
});

it('milestones are in the order of the log and leave out what went as agreed', () => {
  const found = milestones(
    [],
    [
      record({ position: 9, kind: 'insolvency' }),
      record({ position: 3, kind: 'decision' }),
      record({ position: 4, kind: 'announcement' }),
      record({ position: 5, kind: 'deal_ended', text: 'a/b completed: every tranche is drawn' }),
      record({ position: 6, kind: 'deal_ended', text: 'a/c lapsed' }),
    ],
  );
  expect(found.map((one) => one.position)).toEqual([3, 6, 9]);
});

it('a range of quarters may be open', () => {
  expect(rangeOf('2026Q1..2026Q3')).toEqual(['2026Q1', '2026Q3']);
  expect(rangeOf('2026Q1')).toEqual(['2026Q1', '2026Q1']);
  expect(rangeOf('..2026Q3')).toEqual(['', '2026Q3']);
  expect(rangeOf('')).toEqual(['', '']);
});

it('the same alliances are drawn in the same places', () => {
  const edge = (from: string, to: string, position: number) => ({
    position,
    kind: 'equity',
    from,
    to,
    size: '10',
    unit: 'ppm',
    text: '',
    since: null,
    thread: null,
  });
  const relations = (): Relations[] => [
    {
      quarters: [{ quarter: '2026Q1', edges: [edge('a', 'b', 1), edge('a', 'c', 2), edge('d', 'b', 3)] }],
      groups: ['a', 'b', 'c', 'd'].map((group) => ({ group, agents: [group], roles: ['lab'] })),
    },
  ];
  const places = (): [string, number, number][] => [...layOut(relations()).nodes.values()].map((node) => [node.group, node.x, node.y]);
  expect(places()).toEqual(places());
  for (const [, x, y] of places()) {
    expect(x).toBeGreaterThanOrEqual(0);
    expect(x).toBeLessThanOrEqual(1000);
    expect(y).toBeGreaterThanOrEqual(0);
    expect(y).toBeLessThanOrEqual(560);
  }
});
