// Paths of API.md's endpoints, with parameters in the order given and percent-encoded as a report's
// keys are. Parameters without a value are left out.
export type Parameters = Record<string, string | number | boolean | null | undefined>;

export function apiPath(endpoint: string, parameters: Parameters = {}): string {
  const query = Object.entries(parameters)
    .filter(([, value]) => value !== null && value !== undefined && value !== '' && value !== false)
    .map(([name, value]) => `${name}=${encodeURIComponent(value === true ? '1' : String(value))}`)
    .join('&');
  return `/api/${endpoint}${query === '' ? '' : `?${query}`}`;
}
