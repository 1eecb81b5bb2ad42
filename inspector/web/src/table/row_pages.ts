import type { ApiSource } from '../api/source';
import { apiPath, type Parameters } from '../api/path';
import type { Position, RecordCount, RecordPage, RecordRow } from '../api/types';

// Rows of a filter over the log, by their place among the matches.
//
// The server pages by position. Its count says where every hundredth match stands (`marks`), so that
// row 734,211 is one request away: pages that begin at the marks, of known size, found by bisection.
// Counting goes on in the background in steps of the server's choice; what has been counted can be
// scrolled already. A log that grows is counted on from where the last count ended.

const kRowsPerPage = 100;
const kMostPages = 80;

interface Page {
  first: number;
  size: number;
  after: Position;
  rows: RecordRow[] | null;
  asked: boolean;
}

export class RowPages {
  private readonly pages: Page[] = [];
  private readonly loaded: Page[] = [];
  private counting = false;
  // The log grew while it was being counted.
  private grown = false;
  private stopped = false;
  total = 0;
  searchedTo: Position = 0;
  complete = false;
  failure: unknown = null;

  constructor(
    private readonly source: ApiSource,
    private readonly filters: Parameters,
    private readonly onChange: () => void,
  ) {}

  stop(): void {
    this.stopped = true;
  }

  // Counts on to the end of the log as it is now.
  async count(): Promise<void> {
    if (this.counting) this.grown = true;
    if (this.counting || this.stopped) return;
    this.counting = true;
    this.complete = false;
    try {
      while ((!this.complete || this.grown) && !this.stopped) {
        this.grown = false;
        const answer = (await this.source.get(
          apiPath('records/count', { ...this.filters, after: this.searchedTo || null, every: kRowsPerPage }),
        )) as RecordCount;
        const stuck = !answer.complete && answer.searched_to <= this.searchedTo;
        this.add(answer);
        if (stuck) throw new Error('the count does not get on');
        this.onChange();
      }
    } catch (error) {
      this.failure = error;
    } finally {
      this.counting = false;
      this.onChange();
    }
  }

  // A row, or undefined while it is on its way.
  row(place: number): RecordRow | undefined {
    const page = this.pageOf(place);
    if (page === undefined) return undefined;
    if (page.rows === null) void this.load(page);
    return page.rows?.[place - page.first];
  }

  // Place of a record among the matches; null if it is none of them. Undefined: not counted so far.
  async placeOf(position: Position): Promise<number | null | undefined> {
    const page = lastWhere(this.pages, (one) => one.after < position);
    if (page === undefined) return this.complete ? null : undefined;
    await this.load(page);
    const within = page.rows?.findIndex((row) => row.position === position) ?? -1;
    if (within >= 0) return page.first + within;
    return this.complete || this.searchedTo >= position ? null : undefined;
  }

  private add(answer: RecordCount): void {
    const marks = answer.marks ?? [];
    marks.forEach((mark, place) => {
      const size = Math.min(kRowsPerPage, answer.count - place * kRowsPerPage);
      this.pages.push({
        first: this.total + place * kRowsPerPage,
        size,
        after: mark - 1,
        rows: null,
        asked: false,
      });
    });
    this.total += answer.count;
    this.searchedTo = Math.max(this.searchedTo, answer.searched_to);
    this.complete = answer.complete;
  }

  private pageOf(place: number): Page | undefined {
    if (place < 0 || place >= this.total) return undefined;
    return lastWhere(this.pages, (page) => page.first <= place);
  }

  private async load(page: Page): Promise<void> {
    if (page.rows !== null || page.asked) return;
    page.asked = true;
    const rows: RecordRow[] = [];
    let after = page.after;
    try {
      while (rows.length < page.size && !this.stopped) {
        const answer = (await this.source.get(
          apiPath('records', { ...this.filters, after: after || null, limit: page.size - rows.length }),
        )) as RecordPage;
        rows.push(...answer.records);
        const further = Math.max(answer.searched_to, rows[rows.length - 1]?.position ?? 0);
        if (answer.end || further <= after) break;
        after = further;
      }
      page.rows = rows;
      this.loaded.push(page);
      if (this.loaded.length > kMostPages) {
        const oldest = this.loaded.shift();
        if (oldest !== undefined) oldest.rows = null;
      }
    } catch (error) {
      this.failure = error;
    } finally {
      page.asked = false;
      if (!this.stopped) this.onChange();
    }
  }
}

// The last of a sorted list for which it holds.
function lastWhere<T>(list: readonly T[], holds: (item: T) => boolean): T | undefined {
  let low = 0;
  let high = list.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    const item = list[middle];
    if (item !== undefined && holds(item)) low = middle + 1;
    else high = middle;
  }
  return low === 0 ? undefined : list[low - 1];
}
