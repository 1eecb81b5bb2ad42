// Money for people. Amounts come as digits of US cents or micro-dollars and may exceed 2^53, so they
// stay integers up to the last three significant digits.

const kUnits: [bigint, string][] = [
  [1_000_000_000_000_000n, 'Q'],
  [1_000_000_000_000n, 'T'],
  [1_000_000_000n, 'B'],
  [1_000_000n, 'M'],
  [1_000n, 'K'],
];

// "$40.3B" of cents, three significant digits as in the command's own texts.
export function centsText(cents: string | bigint): string {
  return dollarsText(BigInt(cents), 100n);
}

// "$1,234.56": the exact amount.
export function exactCentsText(cents: string | bigint): string {
  const amount = BigInt(cents);
  const size = amount < 0n ? -amount : amount;
  const whole = groupDigits((size / 100n).toString());
  const rest = (size % 100n).toString().padStart(2, '0');
  return `${amount < 0n ? '−' : ''}$${whole}.${rest}`;
}

// "$1.75" of micro-dollars: a price of one GPU-hour, of a million tokens, of a share.
export function microsText(micros: string | bigint): string {
  const amount = BigInt(micros);
  const size = amount < 0n ? -amount : amount;
  if (size >= 1_000_000_000n) return dollarsText(amount, 1_000_000n);
  const digits = size < 10_000n && size > 0n ? 6 : size < 100_000n ? 4 : 2;
  const step = 10n ** BigInt(6 - digits);
  const rounded = (size + step / 2n) / step;
  const scale = 10n ** BigInt(digits);
  const rest = (rounded % scale).toString().padStart(digits, '0');
  return `${amount < 0n ? '−' : ''}$${groupDigits((rounded / scale).toString())}.${rest}`;
}

// "$40.3B" of a measurement in dollars, which is a float.
export function usdText(dollars: number): string {
  if (!Number.isFinite(dollars)) return String(dollars);
  const size = Math.abs(dollars);
  const sign = dollars < 0 ? '−' : '';
  const units: [number, string][] = [[1e15, 'Q'], [1e12, 'T'], [1e9, 'B'], [1e6, 'M'], [1e3, 'K']];
  for (const [unit, letter] of units) {
    // 999,950 is not "$1000K".
    if (size >= unit * 0.9995) return `${sign}$${threeDigits(size / unit)}${letter}`;
  }
  return `${sign}$${size.toFixed(2)}`;
}

// Three significant digits of a number from 0.9995 to 999.
export function threeDigits(value: number): string {
  if (value >= 99.95) return value.toFixed(0);
  return value >= 9.995 ? value.toFixed(1) : value.toFixed(2);
}

export function groupDigits(digits: string): string {
  return digits.replace(/\B(?=(\d{3})+$)/g, ',');
}

function dollarsText(amount: bigint, perDollar: bigint): string {
  const size = amount < 0n ? -amount : amount;
  const sign = amount < 0n ? '−' : '';
  for (const [unit, letter] of kUnits) {
    const whole = unit * perDollar;
    // Rounded to three digits it would reach the unit.
    if (size * 2000n < whole * 1999n) continue;
    // Cut off rather than rounded, so that what follows rounds once.
    const millionths = (size * 1_000_000n) / whole;
    return `${sign}$${threeDigits(Number(millionths) / 1e6)}${letter}`;
  }
  const hundredths = (size * 100n + perDollar / 2n) / perDollar;
  return `${sign}$${hundredths / 100n}.${(hundredths % 100n).toString().padStart(2, '0')}`;
}
