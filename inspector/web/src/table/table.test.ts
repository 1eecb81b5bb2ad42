import { describe, expect, it } from 'vitest';
import type { ApiSource } from '../api/source';
import { RowPages } from './row_pages';
import { kMostPixels, rowsInSight, rowWindow, scrollFor } from './row_window';

describe('the window of rows', () => {
  it('covers the viewport', () => {
    const window = rowWindow(3000, 600, 1000, 30);
    expect(window.height).toBe(30_000);
    expect(window.first).toBe(92);
    expect(window.last).toBe(128);
    expect(window.top).toBe(92 * 30);
  });
  it('reaches the last of ten million rows within the height that browsers allow', () => {
    const rows = 10_000_000;
    const bottom = rowWindow(kMostPixels - 600, 600, rows, 30);
    expect(bottom.height).toBe(kMostPixels);
    expect(bottom.last).toBe(rows);
    expect(bottom.top + (bottom.last - bottom.first) * 30).toBeCloseTo(kMostPixels, 3);
    expect(rowWindow(0, 600, rows, 30).first).toBe(0);
  });
  it('scrolls a row to where it was asked', () => {
    for (const rows of [100, 1_000_000]) {
      for (const row of [0, 1, 57, rows - 1]) {
        const [first, last] = rowsInSight(scrollFor(row, 600, rows, 30, 60), 600, rows, 30);
        expect(first).toBeLessThanOrEqual(row);
        expect(last).toBeGreaterThanOrEqual(row);
      }
    }
  });
});

// Matches are the multiples of 3 up to `end`; an answer looks at `step` positions at most.
class Multiples implements ApiSource {
  requests = 0;
  constructor(
    public end: number,
    private readonly step: number,
  ) {}

  get(path: string): Promise<unknown> {
    this.requests += 1;
    const query = new URLSearchParams(path.slice(path.indexOf('?') + 1));
    const after = Number(query.get('after') ?? '0');
    const to = Math.min(this.end, after + this.step);
    const matches: number[] = [];
    for (let position = after + 1; position <= to; position += 1) if (position % 3 === 0) matches.push(position);
    if (path.startsWith('/api/records/count')) {
      const every = Number(query.get('every'));
      return Promise.resolve({
        count: matches.length,
        complete: to === this.end,
        searched_to: to,
        marks: matches.filter((_, place) => place % every === 0),
      });
    }
    const records = matches.slice(0, Number(query.get('limit'))).map((position) => ({ position }));
    const full = records.length < matches.length;
    return Promise.resolve({
      records,
      complete: to === this.end,
      searched_to: full ? records[records.length - 1]?.position : to,
      end: !full && to === this.end,
    });
  }
}

const settled = async (): Promise<void> => {
  for (let turn = 0; turn < 200; turn += 1) await Promise.resolve();
};

describe('pages of rows', () => {
  it('find any row though counting and searching stop midway', async () => {
    const source = new Multiples(10_000, 137);
    const pages = new RowPages(source, { talk: 1 }, () => undefined);
    await pages.count();
    expect(pages.total).toBe(3333);
    for (const place of [0, 1, 99, 100, 2500, 3332]) {
      pages.row(place);
      await settled();
      expect(pages.row(place)?.position).toBe((place + 1) * 3);
    }
    expect(pages.row(3333)).toBeUndefined();
  });
  it('know the place of a record', async () => {
    const pages = new RowPages(new Multiples(10_000, 1000), {}, () => undefined);
    await pages.count();
    expect(await pages.placeOf(6000)).toBe(1999);
    expect(await pages.placeOf(6001)).toBeNull();
  });
  it('grow with the log', async () => {
    const source = new Multiples(100, 1000);
    const pages = new RowPages(source, {}, () => undefined);
    await pages.count();
    expect(pages.total).toBe(33);
    source.end = 1000;
    await pages.count();
    expect(pages.total).toBe(333);
    pages.row(332);
    await settled();
    expect(pages.row(332)?.position).toBe(999);
  });
  it('tell why there are none', async () => {
    const failing: ApiSource = { get: () => Promise.reject(new Error('no')) };
    const pages = new RowPages(failing, {}, () => undefined);
    await pages.count();
    expect(pages.failure).toBeInstanceOf(Error);
  });
});
