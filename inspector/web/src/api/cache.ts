import type { ApiSource } from './source';
import { ApiError } from './source';

export type Answer<T> =
  | { state: 'loading' }
  | { state: 'failed'; error: ApiError }
  | { state: 'ready'; value: T };

interface Entry {
  answer: Answer<unknown>;
  // Of the log, when it was asked for.
  generation: number;
}

const kMostEntries = 400;

// Answers by path. A live log grows: `advance` makes them stale, and who looks at a stale answer sees
// it until the new one has come.
export class ApiCache {
  private readonly entries = new Map<string, Entry>();
  private readonly listeners = new Map<string, Set<() => void>>();
  private readonly growth = new Set<() => void>();
  private generation = 0;

  constructor(readonly source: ApiSource) {}

  get<T>(path: string): Answer<T> {
    const entry = this.entries.get(path);
    if (entry?.generation === this.generation) return entry.answer as Answer<T>;
    return this.ask(path, entry) as Answer<T>;
  }

  // Calls back when the answer to a path changes; returns how to stop that.
  subscribe(path: string, listener: () => void): () => void {
    const those = this.listeners.get(path) ?? new Set();
    this.listeners.set(path, those.add(listener));
    return () => {
      those.delete(listener);
      if (those.size === 0 && this.listeners.get(path) === those) this.listeners.delete(path);
    };
  }

  // The log has grown.
  advance(): void {
    this.generation += 1;
    for (const path of [...this.listeners.keys()]) this.notify(path);
    for (const listener of [...this.growth]) listener();
  }

  // Calls back when the log has grown, for what keeps more than single answers.
  onGrowth(listener: () => void): () => void {
    this.growth.add(listener);
    return () => this.growth.delete(listener);
  }

  retry(path: string): void {
    this.entries.delete(path);
    this.notify(path);
  }

  private ask(path: string, stale: Entry | undefined): Answer<unknown> {
    const generation = this.generation;
    const entry: Entry = {
      answer: stale?.answer.state === 'ready' ? stale.answer : { state: 'loading' },
      generation,
    };
    this.entries.delete(path);
    this.entries.set(path, entry);
    this.forgetOldest();
    const settle = (answer: Answer<unknown>): void => {
      if (this.entries.get(path) !== entry) return;
      entry.answer = answer;
      this.notify(path);
    };
    this.source.get(path).then(
      (value) => settle({ state: 'ready', value }),
      (error: unknown) =>
        settle({
          state: 'failed',
          error: error instanceof ApiError ? error : new ApiError('internal', String(error)),
        }),
    );
    return entry.answer;
  }

  private forgetOldest(): void {
    for (const path of this.entries.keys()) {
      if (this.entries.size <= kMostEntries) return;
      if (!this.listeners.has(path)) this.entries.delete(path);
    }
  }

  private notify(path: string): void {
    for (const listener of [...(this.listeners.get(path) ?? [])]) listener();
  }
}
