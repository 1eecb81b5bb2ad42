import type { ApiCache } from './cache';
import type { RunStatus } from './types';

// Follows a run that is going on: the server says when a quarter closes, and what the page has asked
// before is asked again. The browser reconnects by itself when the connection breaks.
export function followRun(cache: ApiCache, onStatus: (status: RunStatus) => void): () => void {
  const events = new EventSource('/api/events');
  let known: RunStatus | null = null;
  events.addEventListener('run', (event) => {
    const status = JSON.parse((event as MessageEvent<string>).data) as RunStatus;
    const before = known;
    known = status;
    const moved =
      before !== null && (before.last_position !== status.last_position || before.state !== status.state);
    // What was asked before the connection stood may be older than its first status.
    if (before === null || moved) cache.advance();
    onStatus(status);
    if (status.state === 'completed') events.close();
  });
  return () => events.close();
}
