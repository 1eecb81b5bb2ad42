import type { JSX } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import type { ClosedQuarter } from '../api/types';
import { useApi } from '../api/use_api';
import { useRun } from '../components/run_context';
import { wordsOf } from '../format/words';
import { useNavigation } from '../navigation/navigation';
import { changed, type Query } from '../navigation/place';
import { RecordTable } from '../table/record_table';
import { kQuartersPath } from './notable';

const kFilters = ['quarter', 'round', 'sender', 'recipient', 'kind', 'thread', 'text', 'refused'] as const;

// The whole log as a table, filtered by what the address says. `all=1` shows views, books and metrics
// besides what was said.
export function MessagesView(): JSX.Element {
  const { place } = useNavigation();
  const filters: Record<string, string> = {};
  for (const name of kFilters) {
    const value = place.query.get(name);
    if (value !== null) filters[name] = value;
  }
  if (place.query.get('all') !== '1') filters['talk'] = '1';
  return (
    <div class="messages-view">
      <h1>Messages</h1>
      <FilterBar />
      <RecordTable filters={filters} />
    </div>
  );
}

function FilterBar(): JSX.Element {
  const { run, agents } = useRun();
  const { place, go } = useNavigation();
  const search = useRef<HTMLInputElement>(null);
  // On a narrow screen most of the filters are folded away.
  const [unfolded, setUnfolded] = useState(false);
  const query = place.query;
  const set = (changes: Query): void => go(place.path, changed(query, changes), 'replace');

  useEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      const typing = event.target instanceof HTMLInputElement || event.target instanceof HTMLSelectElement;
      if (event.key !== '/' || typing || event.ctrlKey || event.metaKey) return;
      event.preventDefault();
      search.current?.focus();
    };
    window.addEventListener('keydown', onKey);
    return () => window.removeEventListener('keydown', onKey);
  }, []);

  const active = kFilters.filter((name) => query.has(name));
  return (
    <search class={`filters ${unfolded ? 'unfolded' : ''}`} aria-label="Filter">
      <TextFilter
        label="Text"
        name="text"
        type="search"
        placeholder="in any message  ( / )"
        inputRef={search}
        value={query.get('text') ?? ''}
        onChange={(value) => set({ text: value })}
      />
      <button
        type="button"
        class="button unfold"
        aria-expanded={unfolded}
        onClick={() => setUnfolded(!unfolded)}
      >
        {unfolded ? 'Fewer filters' : 'Filters'}
        {active.filter((name) => name !== 'text').length > 0 && !unfolded
          ? ` (${active.filter((name) => name !== 'text').length})`
          : ''}
      </button>
      <QuarterFilter value={query.get('quarter') ?? ''} onChange={(value) => set({ quarter: value })} />
      <TextFilter
        label="From"
        name="sender"
        list="agent-names"
        value={query.get('sender') ?? ''}
        onChange={(value) => set({ sender: value })}
      />
      <TextFilter
        label="To"
        name="recipient"
        list="agent-names"
        value={query.get('recipient') ?? ''}
        onChange={(value) => set({ recipient: value })}
      />
      <KindFilter
        kinds={query.get('all') === '1' ? run.kinds : run.talk_kinds}
        value={query.get('kind') ?? ''}
        onChange={(value) => set({ kind: value })}
      />
      <TextFilter
        label="Thread"
        name="thread"
        value={query.get('thread') ?? ''}
        onChange={(value) => set({ thread: value })}
      />
      <label class="check">
        <input
          type="checkbox"
          checked={query.get('refused') === '1'}
          onChange={(event) => set({ refused: event.currentTarget.checked ? 1 : null })}
        />
        <span>Refused only</span>
      </label>
      <label class="check">
        <input
          type="checkbox"
          checked={query.get('all') === '1'}
          onChange={(event) => set({ all: event.currentTarget.checked ? 1 : null })}
        />
        <span>Views and books too</span>
      </label>
      {query.has('round') ? (
        <button type="button" class="chip" onClick={() => set({ round: null })}>
          round {query.get('round')} ✕
        </button>
      ) : null}
      {active.length > 0 ? (
        <button
          type="button"
          class="text-button"
          onClick={() => set(Object.fromEntries(kFilters.map((name) => [name, null])))}
        >
          Clear all
        </button>
      ) : null}
      <datalist id="agent-names">
        {agents.slice(0, 500).map((agent) => (
          <option key={agent.name} value={agent.name} />
        ))}
        <option value="market" />
      </datalist>
    </search>
  );
}

// Typing takes effect once it pauses.
const kPauseMillis = 250;

function TextFilter(props: {
  label: string;
  name: string;
  value: string;
  onChange: (value: string) => void;
  type?: string;
  list?: string;
  placeholder?: string;
  inputRef?: { current: HTMLInputElement | null };
}): JSX.Element {
  const [typed, setTyped] = useState(props.value);
  const timer = useRef(0);
  // The address comes back with what was said to it; by then more may have been typed.
  const said = useRef(props.value);
  useEffect(() => {
    if (props.value === said.current) return;
    said.current = props.value;
    setTyped(props.value);
  }, [props.value]);
  useEffect(() => () => window.clearTimeout(timer.current), []);
  const onChange = useRef(props.onChange);
  onChange.current = props.onChange;
  return (
    <label class={`field field-${props.name}`}>
      <span>{props.label}</span>
      <input
        ref={props.inputRef ?? null}
        type={props.type ?? 'text'}
        name={props.name}
        value={typed}
        list={props.list}
        placeholder={props.placeholder}
        autocomplete="off"
        spellcheck={false}
        onInput={(event) => {
          const value = event.currentTarget.value;
          setTyped(value);
          window.clearTimeout(timer.current);
          timer.current = window.setTimeout(() => {
            said.current = value.trim();
            onChange.current(said.current);
          }, kPauseMillis);
        }}
      />
    </label>
  );
}

function QuarterFilter(props: { value: string; onChange: (value: string) => void }): JSX.Element {
  const answer = useApi<{ quarters: ClosedQuarter[] }>(kQuartersPath);
  const quarters = answer.state === 'ready' ? answer.value.quarters.map((one) => one.quarter) : [];
  const [from, to] = rangeOf(props.value);
  const set = (nextFrom: string, nextTo: string): void => {
    if (nextFrom === '' && nextTo === '') props.onChange('');
    else if (nextFrom === nextTo) props.onChange(nextFrom);
    else props.onChange(`${nextFrom}..${nextTo}`);
  };
  const choices = (none: string): JSX.Element[] => [
    <option key="" value="">
      {none}
    </option>,
    ...quarters.map((quarter) => (
      <option key={quarter} value={quarter}>
        {quarter}
      </option>
    )),
  ];
  return (
    <fieldset class="field field-quarter">
      <legend>Quarters</legend>
      <div class="pair">
      <select aria-label="First quarter" value={from} onChange={(event) => set(event.currentTarget.value, to)}>
        {choices('from first')}
      </select>
      <select aria-label="Last quarter" value={to} onChange={(event) => set(from, event.currentTarget.value)}>
        {choices('to last')}
      </select>
      </div>
    </fieldset>
  );
}

// "2026Q1..2026Q3", either end may be missing; "2026Q1" is both.
export function rangeOf(text: string): [string, string] {
  const at = text.indexOf('..');
  return at < 0 ? [text, text] : [text.slice(0, at), text.slice(at + 2)];
}

function KindFilter(props: { kinds: string[]; value: string; onChange: (value: string) => void }): JSX.Element {
  const chosen = new Set(props.value === '' ? [] : props.value.split(','));
  const box = useRef<HTMLDetailsElement>(null);
  useEffect(() => {
    const close = (event: Event): void => {
      if (box.current?.open !== true || !(event.target instanceof Node)) return;
      if (!box.current.contains(event.target)) box.current.open = false;
    };
    document.addEventListener('pointerdown', close);
    document.addEventListener('focusin', close);
    return () => {
      document.removeEventListener('pointerdown', close);
      document.removeEventListener('focusin', close);
    };
  }, []);
  const toggle = (kind: string): void => {
    if (chosen.has(kind)) chosen.delete(kind);
    else chosen.add(kind);
    props.onChange([...chosen].join(','));
  };
  const title = chosen.size === 0 ? 'all' : chosen.size === 1 ? wordsOf([...chosen][0] ?? '') : `${chosen.size} kinds`;
  return (
    <div class="field field-kind">
      <span id="kind-label">Kind</span>
      <details
        ref={box}
        class="picker"
        onKeyDown={(event) => {
          if (event.key !== 'Escape' || box.current?.open !== true) return;
          event.preventDefault();
          event.stopPropagation();
          box.current.open = false;
          box.current.querySelector('summary')?.focus();
        }}
      >
        <summary aria-labelledby="kind-label kind-value">
          <span id="kind-value">{title}</span>
        </summary>
        <div class="picker-list" role="group" aria-labelledby="kind-label">
          {chosen.size > 0 ? (
            <button type="button" class="text-button" onClick={() => props.onChange('')}>
              All kinds
            </button>
          ) : null}
          {[...new Set([...chosen, ...props.kinds])].map((kind) => (
            <label key={kind} class="check">
              <input type="checkbox" checked={chosen.has(kind)} onChange={() => toggle(kind)} />
              <span>{wordsOf(kind)}</span>
            </label>
          ))}
        </div>
      </details>
    </div>
  );
}
