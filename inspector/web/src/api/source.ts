// Where answers come from: the server that `tranche inspect` runs, or the responses inside a report.

export class ApiError extends Error {
  constructor(
    readonly code: string,
    message: string,
  ) {
    super(message);
  }
}

export interface ApiSource {
  // The answer to a path of API.md. Fails with an ApiError only.
  get(path: string): Promise<unknown>;
}

export class ServerSource implements ApiSource {
  async get(path: string): Promise<unknown> {
    let response: Response;
    try {
      response = await fetch(path, { headers: { Accept: 'application/json' } });
    } catch {
      throw new ApiError('unreachable', 'The inspector does not answer. Is “tranche inspect” still running?');
    }
    const body: unknown = await response.json().catch(() => null);
    if (response.ok && body !== null) return body;
    const error = (body as { error?: { code?: string; message?: string } } | null)?.error;
    throw new ApiError(
      error?.code ?? 'internal',
      error?.message ?? `The inspector answered with status ${response.status}.`,
    );
  }
}
