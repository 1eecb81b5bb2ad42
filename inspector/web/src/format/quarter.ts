// Quarters are text, "2026Q1", which sorts by time.

const kPattern = /^(\d{4})Q([1-4])$/;

export function isQuarter(text: string): boolean {
  return kPattern.test(text);
}

// year * 4 + quarter - 1, as the wire counts them; NaN for what is no quarter.
export function quarterIndex(text: string): number {
  const match = kPattern.exec(text);
  return match === null ? NaN : Number(match[1]) * 4 + Number(match[2]) - 1;
}

export function quarterText(index: number): string {
  return `${Math.floor(index / 4)}Q${(index % 4) + 1}`;
}

// The quarters from one to another, both included.
export function quartersBetween(first: string, last: string): string[] {
  const result: string[] = [];
  for (let index = quarterIndex(first); index <= quarterIndex(last); index += 1) {
    result.push(quarterText(index));
  }
  return result;
}
