import {
  forceCenter,
  forceCollide,
  forceLink,
  forceManyBody,
  forceSimulation,
  forceX,
  forceY,
  type SimulationLinkDatum,
  type SimulationNodeDatum,
} from 'd3-force';
import type { Relations } from '../api/types';

export interface GroupNode extends SimulationNodeDatum {
  group: string;
  roles: string[];
  agents: string[];
  // Relations over all quarters.
  degree: number;
  x: number;
  y: number;
}

export const kWidth = 1000;
export const kHeight = 560;
const kMarginX = 90;
const kMarginY = 30;
const kMostGroups = 60;
const kSteps = 400;

export interface Layout {
  nodes: Map<string, GroupNode>;
  // Groups left out, as there are too many to tell apart.
  left: number;
}

// Places for the groups, the same in every quarter: computed from the edges of all of them, so that a
// change of the quarter changes lines and moves nobody. d3-force starts from a fixed spiral and has
// its own pseudo-random numbers: the same log gives the same picture.
export function layOut(all: readonly Relations[]): Layout {
  const known = new Map<string, GroupNode>();
  const pairs = new Map<string, { source: string; target: string; weight: number }>();
  for (const relations of all) {
    for (const group of relations.groups) {
      if (!known.has(group.group)) {
        known.set(group.group, { ...group, degree: 0, x: 0, y: 0 });
      }
    }
    for (const { edges } of relations.quarters) {
      for (const edge of edges) {
        for (const name of [edge.from, edge.to]) {
          const node = known.get(name) ?? { group: name, roles: [], agents: [], degree: 0, x: 0, y: 0 };
          node.degree += 1;
          known.set(name, node);
        }
        const key = [edge.from, edge.to].sort().join('\n');
        const pair = pairs.get(key) ?? { source: edge.from, target: edge.to, weight: 0 };
        pair.weight += 1;
        pairs.set(key, pair);
      }
    }
  }
  const ranked = [...known.values()].sort((a, b) => b.degree - a.degree || a.group.localeCompare(b.group));
  const nodes = ranked.slice(0, kMostGroups);
  const shown = new Map(nodes.map((node) => [node.group, node]));
  // Those who are bound most start in the middle of d3's spiral.
  nodes.forEach((node) => {
    Reflect.deleteProperty(node, 'x');
    Reflect.deleteProperty(node, 'y');
  });
  const links: (SimulationLinkDatum<GroupNode> & { weight: number })[] = [];
  for (const pair of pairs.values()) {
    const source = shown.get(pair.source);
    const target = shown.get(pair.target);
    if (source !== undefined && target !== undefined) links.push({ source, target, weight: pair.weight });
  }
  const crowd = Math.sqrt(nodes.length / 16);
  forceSimulation(nodes)
    .force('charge', forceManyBody<GroupNode>().strength(-1500))
    .force('link', forceLink<GroupNode, (typeof links)[number]>(links).distance(190).strength(0.12))
    .force('collide', forceCollide<GroupNode>(78 / Math.max(1, crowd)))
    .force('x', forceX<GroupNode>(0).strength(0.05))
    .force('y', forceY<GroupNode>(0).strength(0.11))
    .force('center', forceCenter(0, 0))
    .stop()
    .tick(kSteps);
  fit(nodes);
  return { nodes: shown, left: known.size - nodes.length };
}

function fit(nodes: readonly GroupNode[]): void {
  const span = (values: number[], room: number, margin: number): ((value: number) => number) => {
    const low = Math.min(...values);
    const high = Math.max(...values);
    const scale = high === low ? 0 : (room - 2 * margin) / (high - low);
    return (value) => (scale === 0 ? room / 2 : margin + (value - low) * scale);
  };
  if (nodes.length === 0) return;
  const toX = span(
    nodes.map((node) => node.x),
    kWidth,
    kMarginX,
  );
  const toY = span(
    nodes.map((node) => node.y),
    kHeight,
    kMarginY,
  );
  for (const node of nodes) {
    node.x = toX(node.x);
    node.y = toY(node.y);
  }
}

export const kEdgeKinds = [
  'equity',
  'board',
  'note',
  'supply',
  'exclusivity',
  'marketplace',
  'licence',
  'conflict',
] as const;

// Kinds drawn unless the reader wants others: those that bind by money or contract.
export const kFirstKinds = 'equity,board,note,supply,exclusivity,licence';

// What is large is drawn thick, within a kind.
export function lineWidth(unit: string, size: number, largest: number): number {
  if (unit === 'flag' || unit === 'seat') return 2;
  return 1.3 + 4.2 * Math.sqrt(largest === 0 ? 0 : size / largest);
}

// A curve from the middle of one group to that of another; `bend` tells parallel lines apart.
export function arc(from: GroupNode, to: GroupNode, bend: number): string {
  const dx = to.x - from.x;
  const dy = to.y - from.y;
  const length = Math.hypot(dx, dy) || 1;
  const middleX = (from.x + to.x) / 2 - (dy / length) * bend;
  const middleY = (from.y + to.y) / 2 + (dx / length) * bend;
  const at = (x: number, y: number): string => `${x.toFixed(1)} ${y.toFixed(1)}`;
  return `M${at(from.x, from.y)}Q${at(middleX, middleY)} ${at(to.x, to.y)}`;
}

export const kPillHeight = 30;
export const kDot = 12;
const kLetter = 8.6;

export function clippedName(name: string): string {
  return name.length > 20 ? `${name.slice(0, 19)}…` : name;
}

export function pillWidth(node: GroupNode): number {
  return 26 + Math.max(1, node.roles.length) * kDot + clippedName(node.group).length * kLetter;
}
