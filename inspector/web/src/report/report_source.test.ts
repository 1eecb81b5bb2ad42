import { describe, expect, it } from 'vitest';
import { ReportSource } from './report_source';

const message = (position: number, thread: string, in_reply_to: number | null) => ({
  position,
  quarter: '2026Q1',
  round: 1,
  kind: 'term_sheet',
  sender: 'fund',
  recipients: ['lab'],
  thread,
  in_reply_to,
  refused_by: null,
  text: `message ${position}`,
  lines: [],
  depth: 0,
  terms: [{ path: 'amount_cents', label: 'amount', value: '$1.00B', raw: '1' }],
  changed_from: null,
  changes: [],
});

const source = new ReportSource({
  generated_by: 'tranche',
  responses: {
    '/api/run': { seed: '1' },
    '/api/thread?id=lab%2Fround': {
      thread: 'lab/round',
      parties: ['lab', 'fund'],
      deals: ['lab/round/fund'],
      contracts: [],
      messages: [message(5, 'lab/round', null), message(8, 'lab/round/fund', 5)],
      next: null,
    },
    '/api/metrics/series?name=cash': {
      quarters: ['2026Q1', '2026Q2'],
      series: [{ name: 'cash', subject: 'lab', unit: 'USD', points: [[1, 7.5, 40]] }],
      truncated: false,
    },
  },
});

describe('a report', () => {
  it('answers what it carries', async () => {
    expect(await source.get('/api/run')).toEqual({ seed: '1' });
  });
  it('knows the records of its threads', async () => {
    expect(await source.get('/api/record?position=5')).toMatchObject({
      text: 'message 5',
      answers: [8],
      deal: null,
      fields: [{ label: 'amount', value: '$1.00B' }],
    });
    expect(await source.get('/api/record?position=8')).toMatchObject({ deal: 'lab/round/fund' });
  });
  it('knows the records of its figures', async () => {
    expect(await source.get('/api/record?position=40')).toMatchObject({
      kind: 'metric',
      quarter: '2026Q2',
      payload: { metric: { name: 'cash', value: 7.5 } },
    });
  });
  it('finds a deal’s own messages within the negotiation', async () => {
    expect(await source.get('/api/thread?id=lab%2Fround%2Ffund')).toMatchObject({
      thread: 'lab/round/fund',
      messages: [{ position: 8 }],
    });
  });
  it('says what it does not carry', async () => {
    await expect(source.get('/api/record?position=6')).rejects.toMatchObject({ code: 'not-in-report' });
    await expect(source.get('/api/thread?id=lab%2Fround%2Fother')).rejects.toMatchObject({ code: 'not-in-report' });
  });
});
