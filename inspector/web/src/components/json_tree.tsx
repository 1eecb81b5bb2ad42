import type { JSX } from 'preact';
import type { Json } from '../api/types';

// A decoded payload, to fold and unfold. Everything is text.
export function JsonTree(props: { value: Json; open?: number }): JSX.Element {
  return (
    <div class="json">
      <Node value={props.value} open={props.open ?? 2} />
    </div>
  );
}

// More children than this are folded away behind a count.
const kMostChildren = 200;

function Node(props: { name?: string; value: Json; open: number }): JSX.Element {
  const { name, value, open } = props;
  const label = name === undefined ? null : <span class="json-name">{name}</span>;
  if (value === null || typeof value !== 'object') {
    return (
      <div class="json-leaf">
        {label}
        <span class={`json-${value === null ? 'null' : typeof value}`}>{value === null ? 'null' : String(value)}</span>
      </div>
    );
  }
  const entries: [string, Json][] = Array.isArray(value)
    ? value.map((item, place) => [String(place), item])
    : Object.entries(value);
  const count = Array.isArray(value) ? `[${entries.length}]` : `{${entries.length}}`;
  if (entries.length === 0) {
    return (
      <div class="json-leaf">
        {label}
        <span class="json-null">{Array.isArray(value) ? '[]' : '{}'}</span>
      </div>
    );
  }
  const children = entries
    .slice(0, kMostChildren)
    .map(([key, child]) => <Node key={key} name={key} value={child} open={open - 1} />);
  if (name === undefined) return <div>{children}</div>;
  return (
    <details open={open > 0}>
      <summary>
        {label}
        <span class="json-count">{count}</span>
      </summary>
      <div class="json-children">
        {children}
        {entries.length > kMostChildren ? <div class="json-null">… {entries.length - kMostChildren} more</div> : null}
      </div>
    </details>
  );
}
