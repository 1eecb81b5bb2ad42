// Names of the log as words for people.

const kNames: Record<string, string> = {
  hhi: 'HHI',
  mhhi: 'Modified HHI',
  'us-antitrust': 'US antitrust',
  'european-commission': 'European Commission',
  cfius: 'CFIUS',
  eu: 'EU',
};

// "Term sheet" of term_sheet, "Cash flow" of cash-flow.
export function titleOf(name: string): string {
  const known = kNames[name];
  if (known !== undefined) return known;
  const words = wordsOf(name);
  return words.charAt(0).toUpperCase() + words.slice(1);
}

export function wordsOf(name: string): string {
  return name.replaceAll('_', ' ').replaceAll('-', ' ');
}

export function plural(count: number, one: string, many = `${one}s`): string {
  return `${count.toLocaleString('en-US')} ${count === 1 ? one : many}`;
}
