import { groupDigits, threeDigits, usdText } from './money';

// "12.3M": a count for people, exact below ten thousand.
export function countText(count: number | string): string {
  const value = Number(count);
  if (!Number.isFinite(value)) return String(count);
  const size = Math.abs(value);
  const sign = value < 0 ? '−' : '';
  if (size < 10_000) {
    return sign + (Number.isInteger(size) ? groupDigits(String(size)) : threeDigits(size));
  }
  const units: [number, string][] = [[1e15, 'Q'], [1e12, 'T'], [1e9, 'B'], [1e6, 'M'], [1e3, 'K']];
  for (const [unit, letter] of units) {
    if (size >= unit * 0.9995) return `${sign}${threeDigits(size / unit)}${letter}`;
  }
  return sign + String(size);
}

// "1,234,567": every digit.
export function exactCountText(count: number | string): string {
  const digits = String(count);
  return digits.startsWith('-') ? `−${groupDigits(digits.slice(1))}` : groupDigits(digits);
}

// "27.4%" of a fraction.
export function percentText(fraction: number, digits = 1): string {
  return `${(fraction * 100).toFixed(digits).replace('-', '−')}%`;
}

export function ppmText(ppm: number): string {
  return percentText(ppm / 1e6, 2);
}

export function bpText(bp: number): string {
  const percent = bp / 100;
  return `${Number.isInteger(percent) ? percent : percent.toFixed(2)}%`;
}

export function bytesText(bytes: number | string): string {
  const value = Number(bytes);
  if (value < 1000) return `${value} B`;
  if (value < 999_500) return `${(value / 1e3).toFixed(0)} kB`;
  return value < 999.5e6 ? `${(value / 1e6).toFixed(1)} MB` : `${(value / 1e9).toFixed(2)} GB`;
}

// A measurement in the words of docs/metrics.md's units.
export function measureText(value: number, unit: string): string {
  const number = (digits: number): string => value.toFixed(digits).replace('-', '−');
  if (unit === 'USD' || unit === 'USD over the opening' || unit === 'USD a year') return usdText(value);
  if (unit.startsWith('USD a ')) {
    return `${value < 0 ? '−' : ''}$${Math.abs(value).toFixed(Math.abs(value) < 0.1 ? 4 : 2)}`;
  }
  if (unit.startsWith('fraction')) return percentText(value);
  switch (unit) {
    case '0 or 1':
      return value === 0 ? 'no' : 'yes';
    case 'log10 FLOP':
      return number(2);
    case 'ratio to the field':
      return number(2);
    case 'quarters':
    case "labs' groups":
      return number(1);
    case '0 to 10,000':
      return groupDigits(value.toFixed(0));
    case 'million':
      return countText(value * 1e6);
    case 'people':
      return groupDigits(value.toFixed(0));
    default:
      return countText(Math.abs(value) >= 10_000 ? value : Math.round(value * 100) / 100);
  }
}

// What an axis or heading says of the unit; "" where the numbers say it themselves.
export function unitText(unit: string): string {
  if (unit === 'USD') return 'US dollars';
  if (unit.startsWith('fraction')) return unit.replace('fraction of ', '% of ').replace('fraction', '%');
  if (unit === 'million') return 'tokens';
  if (unit === 'log10 FLOP') return 'log₁₀ of effective FLOP';
  return unit.replace('USD', 'US dollars');
}
