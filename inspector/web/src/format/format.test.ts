import { describe, expect, it } from 'vitest';
import { centsText, exactCentsText, microsText, usdText } from './money';
import { isQuarter, quarterIndex, quartersBetween, quarterText } from './quarter';
import { bpText, bytesText, countText, exactCountText, measureText, ppmText } from './quantity';
import { titleOf } from './words';

describe('money', () => {
  it('has three significant digits', () => {
    expect(centsText('4030000000000')).toBe('$40.3B');
    expect(centsText('893000000000')).toBe('$8.93B');
    expect(centsText('10000000000000')).toBe('$100B');
    expect(centsText('-310000000000')).toBe('−$3.10B');
    expect(centsText('0')).toBe('$0.00');
    expect(centsText('12345')).toBe('$123.45');
  });
  it('goes to the next unit when rounding reaches it', () => {
    expect(centsText('99999999999')).toBe('$1.00B');
    expect(centsText('99940000')).toBe('$999K');
    expect(usdText(999_999_999)).toBe('$1.00B');
  });
  it('keeps amounts beyond what a double holds', () => {
    expect(exactCentsText('9223372036854775807')).toBe('$92,233,720,368,547,758.07');
    expect(exactCentsText('-9223372036854775808')).toBe('−$92,233,720,368,547,758.08');
    expect(centsText('9223372036854775807')).toBe('$92.2Q');
  });
  it('reads unit prices in micro-dollars', () => {
    expect(microsText('1750000')).toBe('$1.75');
    expect(microsText('1234')).toBe('$0.001234');
    expect(microsText('45678')).toBe('$0.0457');
    expect(microsText('250000000')).toBe('$250.00');
    expect(microsText('1234567890000')).toBe('$1.23M');
  });
});

describe('quarters', () => {
  it('count as on the wire', () => {
    expect(quarterIndex('2026Q1')).toBe(8104);
    expect(quarterText(8107)).toBe('2026Q4');
    expect(quartersBetween('2026Q3', '2027Q2')).toEqual(['2026Q3', '2026Q4', '2027Q1', '2027Q2']);
  });
  it('are nothing else', () => {
    expect(isQuarter('2026Q5')).toBe(false);
    expect(isQuarter('2026Q1 ')).toBe(false);
    expect(quartersBetween('', '2026Q1')).toEqual([]);
  });
});

describe('quantities', () => {
  it('are exact while short', () => {
    expect(countText(842)).toBe('842');
    expect(countText(9999)).toBe('9,999');
    expect(countText(139_000_000)).toBe('139M');
    expect(exactCountText('18446744073709551615')).toBe('18,446,744,073,709,551,615');
  });
  it('speak their unit', () => {
    expect(measureText(4.03e10, 'USD')).toBe('$40.3B');
    expect(measureText(2.345, 'USD a million tokens')).toBe('$2.35');
    expect(measureText(0.2741, 'fraction of models revenue')).toBe('27.4%');
    expect(measureText(2731.4, '0 to 10,000')).toBe('2,731');
    expect(measureText(1.5, 'million')).toBe('1.50M');
    expect(measureText(27.4213, 'log10 FLOP')).toBe('27.42');
    expect(ppmText(174_300)).toBe('17.43%');
    expect(bpText(2000)).toBe('20%');
    expect(bytesText('1234567')).toBe('1.2 MB');
  });
});

it('names are words', () => {
  expect(titleOf('term_sheet')).toBe('Term sheet');
  expect(titleOf('mhhi')).toBe('Modified HHI');
  expect(titleOf('us-antitrust')).toBe('US antitrust');
});
