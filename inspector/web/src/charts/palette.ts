import type { Agent } from '../api/types';

export const kColours = 10;

// The same subject has the same colour in every chart of a run. Labs are drawn with labs and clouds
// with clouds, so each role starts with the first colour.
export class Palette {
  private readonly places = new Map<string, number>();

  constructor(agents: readonly Agent[]) {
    const next = new Map<string, number>();
    for (const agent of [...agents].sort((a, b) => a.ordinal - b.ordinal)) {
      const place = next.get(agent.role) ?? 0;
      next.set(agent.role, place + 1);
      this.places.set(agent.name, place);
    }
    // A group that is no agent goes by its first agent's place.
    for (const agent of agents) {
      if (agent.group === null || this.places.has(agent.group)) continue;
      this.places.set(agent.group, this.places.get(agent.name) ?? 0);
    }
  }

  // Place in the sequence of colours; `fallback` for what is no agent: a segment, a region.
  place(subject: string, fallback: number): number {
    return this.places.get(subject) ?? fallback;
  }
}

export function colourVariable(place: number): string {
  return `--series-${(place % kColours) + 1}`;
}

// Beyond the last colour lines are told apart by their dashes.
export function dashOf(place: number): number[] {
  const round = Math.floor(place / kColours) % 4;
  return [[], [6, 3], [2, 3], [8, 3, 2, 3]][round] ?? [];
}

export function cssValue(variable: string, element: Element = document.documentElement): string {
  return getComputedStyle(element).getPropertyValue(variable).trim();
}
