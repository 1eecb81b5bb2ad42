import { apiPath } from '../api/path';
import type { Deal, RecordRow } from '../api/types';

// Messages that a reader of the run's story wants to have seen. A report carries this very answer.
const kNotableKinds =
  'insolvency,default_notice,deal_ended,decision,court_ruling,scheduled_event,rule_in_force,model_release,announcement';

export const kNotablePath = apiPath('records', { kind: kNotableKinds, limit: 500 });
export const kDealsPath = apiPath('deals');
export const kQuartersPath = apiPath('quarters');
export const kMetricsPath = apiPath('metrics');

export interface Milestone {
  position: number;
  quarter: string;
  kind: string;
  text: string;
}

// What happened in a quarter, in the order of the log. Announcements and releases are many and stay
// out; the scenario's events are what everybody was told.
export function milestones(deals: readonly Deal[], notable: readonly RecordRow[]): Milestone[] {
  const shown = new Set(['insolvency', 'decision', 'court_ruling', 'rule_in_force', 'scheduled_event']);
  const result: Milestone[] = deals.map((deal) => ({
    position: deal.position,
    quarter: deal.signed_quarter,
    kind: 'deal_signed',
    text: `${deal.investor ?? 'somebody'} and ${deal.lab ?? 'somebody'} sign (${deal.kind})`,
  }));
  for (const record of notable) {
    const unhappy = record.kind === 'deal_ended' && !record.text.includes('completed');
    if (!shown.has(record.kind) && !unhappy) continue;
    result.push({ position: record.position, quarter: record.quarter, kind: record.kind, text: record.text });
  }
  return result.sort((a, b) => a.position - b.position);
}
