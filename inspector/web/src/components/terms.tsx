import type { JSX } from 'preact';
import type { Term, TermChange } from '../api/types';

// What changed against the version before: the old value struck out, the new one marked.
export function Changes(props: { changes: readonly TermChange[] }): JSX.Element {
  return (
    <ul class="changes" aria-label="Terms that changed">
      {props.changes.map((change) => (
        <li key={change.path}>
          <span class="change-name">{change.label}</span>{' '}
          {change.before === null ? null : <del class="said">{change.before}</del>}
          {change.before !== null && change.after !== null ? <span class="arrow"> → </span> : null}
          {change.after === null ? <span class="quiet">dropped</span> : <ins class="said">{change.after}</ins>}
        </li>
      ))}
    </ul>
  );
}

export function Terms(props: { terms: readonly Term[]; changes: readonly TermChange[] }): JSX.Element {
  const changed = new Set(props.changes.map((change) => change.path));
  return (
    <table class="fields">
      <tbody>
        {props.terms.map((term) => (
          <tr key={term.path} class={changed.has(term.path) ? 'changed' : ''}>
            <th scope="row" title={term.path}>
              {term.label}
            </th>
            <td class="said">{term.value}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
