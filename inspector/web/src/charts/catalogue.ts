import type { Agent, MetricName } from '../api/types';

// What a metric's subject is: an agent by its role, a segment of customers, a pair, the whole market.
export type SubjectKind =
  | 'lab'
  | 'cloud'
  | 'investor'
  | 'regulator'
  | 'segment'
  | 'market'
  | 'pair'
  | 'other';

export interface ChartSpec {
  metric: string;
  title: string;
  // Whose series it shows; absent: everybody's.
  of?: SubjectKind[];
}

export interface ChartGroup {
  id: string;
  title: string;
  charts: ChartSpec[];
}

const kSegments = new Set(['developers', 'enterprises', 'small-businesses', 'consumers']);

export class Subjects {
  private readonly roles: Map<string, string>;

  constructor(agents: readonly Agent[]) {
    this.roles = new Map(agents.map((agent) => [agent.name, agent.role]));
  }

  kindOf(subject: string): SubjectKind {
    if (subject === '' || subject === 'models' || subject === 'compute') return 'market';
    const role = this.roles.get(subject);
    if (role !== undefined) return role as SubjectKind;
    if (kSegments.has(subject)) return 'segment';
    return subject.includes('/') ? 'pair' : 'other';
  }
}

// docs/metrics.md, arranged by the questions that people ask.
export const kGroups: ChartGroup[] = [
  {
    id: 'prices',
    title: 'Prices',
    charts: [
      { metric: 'price', title: 'Price of models, by lab', of: ['lab'] },
      { metric: 'price', title: 'Price of models, by segment', of: ['segment'] },
      { metric: 'price-developers', title: 'List price to developers' },
      { metric: 'price-enterprises', title: 'List price to enterprises' },
      { metric: 'price-small-businesses', title: 'List price to small businesses' },
      { metric: 'price-consumers', title: 'List price to consumers' },
      { metric: 'compute-cost', title: 'Cost of compute' },
      { metric: 'on-demand-price', title: 'On-demand price of compute' },
    ],
  },
  {
    id: 'shares',
    title: 'Market shares',
    charts: [
      { metric: 'market-share', title: 'Market share' },
      { metric: 'share-developers', title: 'Share of developers' },
      { metric: 'share-enterprises', title: 'Share of enterprises' },
      { metric: 'share-small-businesses', title: 'Share of small businesses' },
      { metric: 'share-consumers', title: 'Share of consumers' },
      { metric: 'tokens', title: 'Tokens sold' },
    ],
  },
  {
    id: 'valuation',
    title: 'Valuation, cash and runway',
    charts: [
      { metric: 'valuation', title: 'Valuation' },
      { metric: 'revenue', title: 'Revenue of labs', of: ['lab'] },
      { metric: 'cash', title: 'Cash of labs', of: ['lab'] },
      { metric: 'runway', title: 'Runway' },
      { metric: 'net-income', title: 'Net income of labs', of: ['lab'] },
      { metric: 'operating-cash-flow', title: 'Operating cash flow' },
      { metric: 'regulatory-cost', title: 'Cost of regulation' },
      { metric: 'revenue', title: 'Revenue of clouds', of: ['cloud'] },
      { metric: 'net-income', title: 'Net income of clouds', of: ['cloud'] },
      { metric: 'cash', title: 'Cash of clouds', of: ['cloud'] },
    ],
  },
  {
    id: 'capacity',
    title: 'Capacity and utilisation',
    charts: [
      { metric: 'capacity', title: 'Capacity', of: ['cloud'] },
      { metric: 'capacity', title: 'Capacity of all clouds', of: ['market'] },
      { metric: 'utilisation', title: 'Utilisation' },
      { metric: 'service-level', title: 'Service level' },
      { metric: 'serving-compute', title: 'Compute for customers' },
      { metric: 'training-compute', title: 'Compute for training' },
      { metric: 'own-silicon', title: 'Silicon of its own' },
      { metric: 'capital-expenditure', title: 'Capital expenditure' },
    ],
  },
  {
    id: 'power',
    title: 'Power',
    charts: [
      { metric: 'power', title: 'Power in use' },
      { metric: 'spare-power', title: 'Spare power, by region' },
      { metric: 'power-price', title: 'Price of power, by region' },
    ],
  },
  {
    id: 'capability',
    title: 'Capability',
    charts: [
      { metric: 'capability', title: 'Capability of models' },
      { metric: 'frontier-capability', title: 'Frontier' },
      { metric: 'algorithmic-efficiency', title: 'Algorithmic efficiency' },
    ],
  },
  {
    id: 'concentration',
    title: 'Concentration',
    charts: [
      { metric: 'hhi', title: 'HHI of models and compute', of: ['market'] },
      { metric: 'hhi', title: 'HHI, by segment', of: ['segment'] },
      { metric: 'mhhi', title: 'Modified HHI, with cross-ownership' },
      { metric: 'effective-suppliers', title: 'Effective suppliers' },
      { metric: 'fragmentation', title: 'Fragmentation' },
      { metric: 'interlocks', title: 'Interlocking seats' },
    ],
  },
  {
    id: 'surplus',
    title: 'Customers and surplus',
    charts: [
      { metric: 'consumer-surplus', title: 'Consumer surplus' },
      { metric: 'adoption', title: 'Adoption' },
      { metric: 'spend', title: 'Spend' },
      { metric: 'lock-in', title: 'Lock-in' },
    ],
  },
  {
    id: 'talent',
    title: 'Talent',
    charts: [
      { metric: 'researchers', title: 'Senior researchers' },
      { metric: 'researcher-pay', title: 'Pay of researchers' },
      { metric: 'researchers-available', title: 'Researchers on the open market' },
    ],
  },
  {
    id: 'investors',
    title: 'Investors',
    charts: [
      { metric: 'stake', title: 'Stakes' },
      { metric: 'holdings-at-mark', title: 'Holdings at mark' },
      { metric: 'holdings-at-cost', title: 'Holdings at cost' },
      { metric: 'circular-financing', title: 'Circular financing' },
      { metric: 'dual-allegiance', title: 'Dual allegiance' },
      { metric: 'awaiting-shareholders', title: 'Deals that await shareholders' },
    ],
  },
];

// The groups with the charts this log has figures for; metrics that no chart above is made for come
// last, under their own names.
export function chartsFor(metrics: readonly MetricName[]): ChartGroup[] {
  const there = new Set(metrics.map((metric) => metric.name));
  const shown = new Set(kGroups.flatMap((group) => group.charts.map((chart) => chart.metric)));
  const more = [...there].filter((name) => !shown.has(name)).sort();
  const groups = kGroups.map((group) => ({
    ...group,
    charts: group.charts.filter((chart) => there.has(chart.metric)),
  }));
  const other: ChartGroup = {
    id: 'more',
    title: 'More',
    charts: more.map((metric) => ({ metric, title: '' })),
  };
  return [...groups, other].filter((group) => group.charts.length > 0);
}

// In the order of the groups above, so that an agent's first charts are those that people ask for.
export function inOrderOfQuestions<Metric extends { name: string }>(metrics: readonly Metric[]): Metric[] {
  const order = [...new Set(kGroups.flatMap((group) => group.charts.map((chart) => chart.metric)))];
  const place = (metric: Metric): number => (order.includes(metric.name) ? order.indexOf(metric.name) : order.length);
  return [...metrics].sort((a, b) => place(a) - place(b) || (a.name < b.name ? -1 : 1));
}
