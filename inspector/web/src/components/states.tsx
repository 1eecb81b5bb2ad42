import type { ComponentChildren, JSX } from 'preact';
import type { Answer } from '../api/cache';
import type { ApiError } from '../api/source';
import { useCache } from '../api/use_api';

// What a view shows while it waits, when it fails and when there is nothing.

export function Loading(props: { what?: string }): JSX.Element {
  return (
    <div class="state loading" role="status">
      <span class="spinner" aria-hidden="true" />
      <span>Loading{props.what === undefined ? '' : ` ${props.what}`}…</span>
    </div>
  );
}

const kHeadings: Record<string, string> = {
  'not-found': 'Not found',
  'not-in-report': 'Not in this report',
  damaged: 'The log is damaged',
  unreachable: 'No answer',
  'bad-request': 'The address is not right',
};

export function Failed(props: { error: ApiError; path?: string }): JSX.Element {
  const cache = useCache();
  const { error, path } = props;
  return (
    <div class="state failed" role="alert">
      <h2>{kHeadings[error.code] ?? 'Something went wrong'}</h2>
      <p class="said">{error.message}</p>
      {path === undefined || error.code === 'not-in-report' ? null : (
        <button type="button" class="button" onClick={() => cache.retry(path)}>
          Try again
        </button>
      )}
    </div>
  );
}

export function Empty(props: { children: ComponentChildren }): JSX.Element {
  return <div class="state empty">{props.children}</div>;
}

export function Await<T>(props: {
  answer: Answer<T>;
  path?: string | null;
  what?: string;
  children: (value: T) => ComponentChildren;
}): JSX.Element {
  const { answer } = props;
  if (answer.state === 'loading') return <Loading {...(props.what === undefined ? {} : { what: props.what })} />;
  if (answer.state === 'failed') {
    return <Failed error={answer.error} {...(props.path ? { path: props.path } : {})} />;
  }
  return <>{props.children(answer.value)}</>;
}
