import type { JSX } from 'preact';
import type { Edge } from '../api/types';
import { StateLink } from '../navigation/navigation';
import {
  arc,
  clippedName,
  kDot,
  kHeight,
  kPillHeight,
  kWidth,
  lineWidth,
  pillWidth,
  type GroupNode,
  type Layout,
} from './alliance_layout';

export interface AllianceGraphProps {
  layout: Layout;
  edges: readonly Edge[];
  // Keys of edges that the quarter before didn't have.
  fresh: ReadonlySet<string>;
  selected: string;
}

export const edgeKey = (edge: Edge): string => `${edge.kind}\n${edge.from}\n${edge.to}\n${edge.thread ?? ''}`;

// Relations of one kind between two groups, drawn as one line. It leads to the record of the largest.
interface Line {
  kind: string;
  from: string;
  to: string;
  size: number;
  unit: string;
  edges: Edge[];
}

function linesOf(edges: readonly Edge[]): Line[] {
  const lines = new Map<string, Line>();
  for (const edge of edges) {
    const key = `${edge.kind}\n${edge.from}\n${edge.to}`;
    const line = lines.get(key) ?? { kind: edge.kind, from: edge.from, to: edge.to, size: 0, unit: edge.unit, edges: [] };
    line.size += Math.abs(Number(edge.size));
    line.edges.push(edge);
    lines.set(key, line);
  }
  for (const line of lines.values()) line.edges.sort((a, b) => Number(b.size) - Number(a.size));
  return [...lines.values()];
}

const kSpread = 26;

// Groups and what binds them at a quarter's end. A group is a link that selects it, a line one to its
// record.
export function AllianceGraph(props: AllianceGraphProps): JSX.Element {
  const { layout, edges, selected } = props;
  const lines = linesOf(edges).filter((line) => layout.nodes.has(line.from) && layout.nodes.has(line.to));
  const largest = new Map<string, number>();
  const ofPair = new Map<string, Line[]>();
  for (const line of lines) {
    largest.set(line.kind, Math.max(largest.get(line.kind) ?? 0, line.size));
    const pair = [line.from, line.to].sort().join('\n');
    ofPair.set(pair, [...(ofPair.get(pair) ?? []), line]);
  }
  const touched = new Set(edges.flatMap((edge) => [edge.from, edge.to]));
  const near = new Set(
    edges.filter((edge) => edge.from === selected || edge.to === selected).flatMap((edge) => [edge.from, edge.to]),
  );
  return (
    <svg
      class="alliance-graph"
      viewBox={`0 0 ${kWidth} ${kHeight}`}
      role="group"
      aria-label={`Graph of ${touched.size} groups and ${edges.length} relations; the table below lists them`}
    >
      {[...ofPair.values()].flatMap((those) =>
        those.map((line, place) => (
          <LineOf
            key={`${line.kind} ${line.from} ${line.to}`}
            line={line}
            layout={layout}
            // Beside each other, whoever comes first.
            bend={(place - (those.length - 1) / 2) * kSpread * (line.from < line.to ? 1 : -1)}
            width={lineWidth(line.unit, line.size, largest.get(line.kind) ?? 0)}
            dim={selected !== '' && line.from !== selected && line.to !== selected}
            fresh={line.edges.some((edge) => props.fresh.has(edgeKey(edge)))}
          />
        )),
      )}
      {[...layout.nodes.values()].map((node) => (
        <Group
          key={node.group}
          node={node}
          idle={!touched.has(node.group)}
          dim={selected !== '' && node.group !== selected && !near.has(node.group)}
          selected={node.group === selected}
        />
      ))}
    </svg>
  );
}

function LineOf(props: {
  line: Line;
  layout: Layout;
  bend: number;
  width: number;
  dim: boolean;
  fresh: boolean;
}): JSX.Element | null {
  const { line, layout } = props;
  const from = layout.nodes.get(line.from);
  const to = layout.nodes.get(line.to);
  const first = line.edges[0];
  if (from === undefined || to === undefined || first === undefined) return null;
  const path = arc(from, to, props.bend);
  const texts = line.edges.map((edge) => edge.text).join('; ');
  return (
    <StateLink
      class={`edge edge-${line.kind} ${props.dim ? 'dim' : ''} ${props.fresh ? 'fresh' : ''}`}
      change={{ record: first.position }}
      tabIndex={-1}
      aria-label={`${line.from} to ${line.to}, ${line.kind}: ${texts}`}
    >
      <title>{`${line.from} → ${line.to}: ${texts}`}</title>
      <path class="edge-back" d={path} />
      <path class="edge-line" d={path} stroke-width={props.width} />
    </StateLink>
  );
}

function Group(props: { node: GroupNode; idle: boolean; dim: boolean; selected: boolean }): JSX.Element {
  const { node, selected } = props;
  const roles = node.roles.length === 0 ? ['other'] : node.roles;
  const name = clippedName(node.group);
  const width = pillWidth(node);
  const left = node.x - width / 2;
  return (
    <StateLink
      class={`group ${props.idle ? 'idle' : ''} ${props.dim ? 'dim' : ''} ${selected ? 'selected' : ''}`}
      change={{ group: selected ? null : node.group }}
      aria-label={`${node.group} (${roles.join(', ')})${selected ? ', selected' : ''}`}
      aria-current={selected ? 'true' : undefined}
    >
      <title>{`${node.group}: ${node.agents.join(', ')}`}</title>
      <rect class="pill" x={left} y={node.y - kPillHeight / 2} width={width} height={kPillHeight} rx={kPillHeight / 2} />
      {roles.map((role, place) => (
        <circle key={role} class={`role-${role}`} cx={left + 15 + place * kDot} cy={node.y} r={4.5} />
      ))}
      <text x={left + 15 + roles.length * kDot} y={node.y + 4.5}>
        {name}
      </text>
    </StateLink>
  );
}
