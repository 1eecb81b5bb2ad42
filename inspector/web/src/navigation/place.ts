// Where the reader is: a view and its state. All of it is in the address, so that any view can be
// shared, reloaded and gone back to.

export type Query = Record<string, string | number | null | undefined>;

export interface Place {
  // Of the view, as "/messages".
  path: string;
  query: URLSearchParams;
}

// A place as text: the inspector's address, and what follows the # in a report's.
export function placeText(path: string, query: Query | URLSearchParams = {}): string {
  const parameters = query instanceof URLSearchParams ? query : withValues(query);
  // Slashes and commas are common in names of threads and need no escape in a query.
  const text = parameters.toString().replaceAll('%2F', '/').replaceAll('%2C', ',');
  return text === '' ? path : `${path}?${text}`;
}

export function parsePlace(text: string): Place {
  const at = text.indexOf('?');
  const path = at < 0 ? text : text.slice(0, at);
  return { path: path === '' ? '/' : path, query: new URLSearchParams(at < 0 ? '' : text.slice(at + 1)) };
}

// The query with some of it changed; null and "" take a parameter away.
export function changed(query: URLSearchParams, changes: Query): URLSearchParams {
  const result = new URLSearchParams(query);
  for (const [name, value] of Object.entries(changes)) {
    if (value === null || value === undefined || value === '') result.delete(name);
    else result.set(name, String(value));
  }
  return result;
}

function withValues(query: Query): URLSearchParams {
  return changed(new URLSearchParams(), query);
}
