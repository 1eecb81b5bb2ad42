import type { Query } from '../navigation/place';

export interface Lead {
  label: string;
  path: string;
  query: Query;
}

// Kinds of messages that move a metric, by docs/metrics.md and docs/model.md. A metric that isn't here
// leads to all messages of its subject.
const kKinds: Record<string, string> = {
  price: 'price_list',
  'compute-cost': 'compute_price_list,capacity_order,contract_signed',
  'on-demand-price': 'compute_price_list',
  'market-share': 'price_list,model_release',
  valuation: 'closing,deal_signed,secondary_offer',
  cash: 'closing,note_conversion,insolvency,default_notice',
  runway: 'closing,note_conversion,insolvency,default_notice',
  capability: 'training_plan,training_completed,model_release',
  'algorithmic-efficiency': 'talent_move,model_release',
  'frontier-capability': 'model_release',
  researchers: 'job_offer,retention_offer,layoff,talent_move',
  'researcher-pay': 'job_offer,retention_offer,talent_move',
  'researchers-available': 'layoff,talent_move',
  tokens: 'price_list,serving_plan,rationing',
  'service-level': 'serving_plan,capacity_order,contract_signed,rationing',
  'serving-compute': 'serving_plan,capacity_order,contract_signed,rationing',
  'training-compute': 'training_plan,training_completed,serving_plan',
  capacity: 'build_order,build_completed,build_cancellation',
  power: 'build_order,build_completed,build_cancellation',
  'spare-power': 'build_order,build_completed,build_cancellation',
  'power-price': 'build_order,build_completed,build_cancellation',
  utilisation: 'capacity_order,contract_signed,contract_ended,rationing',
  'capital-expenditure': 'build_order,build_cancellation',
  stake: 'closing,note_conversion,secondary_offer',
  'holdings-at-cost': 'closing,note_conversion',
  'holdings-at-mark': 'closing,note_conversion',
  'circular-financing': 'closing,capacity_order,contract_signed',
  'dual-allegiance': 'closing,decision',
  hhi: 'price_list,model_release,insolvency',
  mhhi: 'closing,price_list,insolvency',
  'consumer-surplus': 'price_list,model_release',
};

// Metrics that are sums of the books.
const kBooked = new Set([
  'revenue',
  'net-income',
  'cash',
  'runway',
  'operating-cash-flow',
  'capital-expenditure',
  'holdings-at-cost',
  'holdings-at-mark',
]);

// Where to look for what a figure came from.
export function leadsOf(metric: string, subject: string, quarter: string, isAgent: boolean): Lead[] {
  const leads: Lead[] = [];
  const kind =
    metric.startsWith('share-') || metric.startsWith('price-') ? 'price_list,model_release' : kKinds[metric];
  // A lab hears of closings and completions from the market, so what it received counts too.
  if (isAgent && kind !== undefined) {
    leads.push({
      label: `What ${subject} said that moves it, in ${quarter}`,
      path: '/messages',
      query: { quarter, sender: subject, kind },
    });
    leads.push({
      label: `What ${subject} was told that moves it, in ${quarter}`,
      path: '/messages',
      query: { quarter, recipient: subject, kind },
    });
  } else if (kind !== undefined) {
    leads.push({ label: `Messages that move it, in ${quarter}`, path: '/messages', query: { quarter, kind } });
  }
  if (isAgent) {
    leads.push({
      label: `All that ${subject} said in ${quarter}`,
      path: '/messages',
      query: { quarter, sender: subject },
    });
    if (kBooked.has(metric)) {
      leads.push({ label: `Books of ${subject}`, path: '/agent', query: { name: subject, tab: 'books' } });
    }
  } else if (kind === undefined) {
    leads.push({ label: `Messages of ${quarter}`, path: '/messages', query: { quarter } });
  }
  return leads;
}
