import { createContext } from 'preact';
import { useContext, useEffect, useReducer } from 'preact/hooks';
import type { Answer, ApiCache } from './cache';

export const ApiContext = createContext<ApiCache | null>(null);

export function useCache(): ApiCache {
  const cache = useContext(ApiContext);
  if (cache === null) throw new Error('no ApiContext');
  return cache;
}

// Draws the component again.
export function useRerender(): () => void {
  const [, count] = useReducer((drawn: number, _: void) => drawn + 1, 0);
  return count as () => void;
}

const kNothingAsked: Answer<never> = { state: 'loading' };

// The answer to a path of API.md, followed while the component shows it; null asks nothing.
export function useApi<T>(path: string | null): Answer<T> {
  const cache = useCache();
  const rerender = useRerender();
  useEffect(() => {
    if (path === null) return undefined;
    // What came between the render and this.
    rerender();
    return cache.subscribe(path, () => rerender());
  }, [cache, path]);
  return path === null ? kNothingAsked : cache.get<T>(path);
}

// The answers to several paths; loading until all have come, failed when one has.
export function useApiAll<T>(paths: readonly string[]): Answer<T[]> {
  const cache = useCache();
  const rerender = useRerender();
  const key = paths.join('\n');
  useEffect(() => {
    rerender();
    const stops = paths.map((path) => cache.subscribe(path, () => rerender()));
    return () => stops.forEach((stop) => stop());
  }, [cache, key]);
  const values: T[] = [];
  let waiting = false;
  for (const path of paths) {
    const answer = cache.get<T>(path);
    if (answer.state === 'failed') return answer;
    if (answer.state === 'ready') values.push(answer.value);
    else waiting = true;
  }
  return waiting ? { state: 'loading' } : { state: 'ready', value: values };
}
