import type { CapTableRow } from '../api/types';

export interface Holding {
  holder: string;
  shareClass: string;
  before: CapTableRow | null;
  after: CapTableRow | null;
  // Of the stakes, in parts per million.
  gainedPpm: number;
}

// The same holding before and after, the largest afterwards first; those who sold out last.
export function holdings(before: readonly CapTableRow[], after: readonly CapTableRow[]): Holding[] {
  const key = (row: CapTableRow): string => `${row.holder}\n${row.share_class}`;
  const result = new Map<string, Holding>();
  for (const row of [...before, ...after]) {
    result.set(key(row), {
      holder: row.holder,
      shareClass: row.share_class,
      before: null,
      after: null,
      gainedPpm: 0,
    });
  }
  for (const row of before) result.get(key(row))!.before = row;
  for (const row of after) result.get(key(row))!.after = row;
  for (const one of result.values()) {
    one.gainedPpm = (one.after?.stake_ppm ?? 0) - (one.before?.stake_ppm ?? 0);
  }
  return [...result.values()].sort(
    (a, b) =>
      (b.after?.stake_ppm ?? -1) - (a.after?.stake_ppm ?? -1) ||
      (b.before?.stake_ppm ?? 0) - (a.before?.stake_ppm ?? 0) ||
      a.holder.localeCompare(b.holder) ||
      a.shareClass.localeCompare(b.shareClass),
  );
}
