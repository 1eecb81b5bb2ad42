import type { JSX } from 'preact';
import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import type { Parameters } from '../api/path';
import { ApiError } from '../api/source';
import type { RecordRow } from '../api/types';
import { useCache, useRerender } from '../api/use_api';
import { Kind, Parties } from '../components/links';
import { useRun } from '../components/run_context';
import { Empty, Failed } from '../components/states';
import { exactCountText } from '../format/quantity';
import { useNavigation } from '../navigation/navigation';
import { changed } from '../navigation/place';
import { RowPages } from './row_pages';
import { rowsInSight, rowWindow, scrollFor } from './row_window';

const kWideRow = 32;
const kNarrowRow = 62;
const kNarrow = '(max-width: 760px)';

// The records that pass a filter, of a log of any length. Arrows, Page Up and Down, Home and End move
// through the rows, Enter opens one.
export function RecordTable(props: { filters: Parameters }): JSX.Element {
  const cache = useCache();
  const { run } = useRun();
  const { place, go } = useNavigation();
  const rerender = useRerender();
  const key = JSON.stringify(props.filters);
  const [pages, setPages] = useState<RowPages | null>(null);

  useEffect(() => {
    let frame = 0;
    // Pages come in bursts while one scrolls; a frame draws them together.
    const draw = (): void => {
      if (frame !== 0) return;
      frame = requestAnimationFrame(() => {
        frame = 0;
        rerender();
      });
    };
    const fresh = new RowPages(cache.source, JSON.parse(key) as Parameters, draw);
    setPages(fresh);
    void fresh.count();
    const stopGrowth = cache.onGrowth(() => void fresh.count());
    return () => {
      stopGrowth();
      fresh.stop();
      cancelAnimationFrame(frame);
    };
  }, [cache, key]);

  const open = (row: RecordRow): void =>
    go(place.path, changed(place.query, { record: row.position }), 'replace');
  const opened = /^\d+$/.test(place.query.get('record') ?? '') ? Number(place.query.get('record')) : null;

  if (pages === null) return <div class="record-table" />;
  if (pages.failure !== null && pages.total === 0) {
    const error = pages.failure instanceof ApiError ? pages.failure : new ApiError('internal', String(pages.failure));
    return <Failed error={error} />;
  }
  const share = run.last_position === 0 ? 1 : pages.searchedTo / run.last_position;
  return (
    <>
      <p class="table-status" role="status">
        {pages.complete
          ? `${exactCountText(pages.total)} ${pages.total === 1 ? 'record' : 'records'}`
          : `${exactCountText(pages.total)} so far, searched ${Math.floor(share * 100)}%…`}
      </p>
      {pages.complete && pages.total === 0 ? (
        <Empty>
          <h2>Nothing matches</h2>
          <p>No record passes all of these filters.</p>
        </Empty>
      ) : (
        <Rows pages={pages} opened={opened} onOpen={open} />
      )}
    </>
  );
}

function Rows(props: { pages: RowPages; opened: number | null; onOpen: (row: RecordRow) => void }): JSX.Element {
  const { pages, opened, onOpen } = props;
  const box = useRef<HTMLDivElement>(null);
  const [scrollTop, setScrollTop] = useState(0);
  const [viewport, setViewport] = useState(600);
  const [active, setActive] = useState(0);
  const [narrow, setNarrow] = useState(() => window.matchMedia(kNarrow).matches);
  const rowHeight = narrow ? kNarrowRow : kWideRow;
  const window_ = rowWindow(scrollTop, viewport, pages.total, rowHeight);

  useLayoutEffect(() => {
    const element = box.current;
    if (element === null) return undefined;
    const query = window.matchMedia(kNarrow);
    const measure = (): void => {
      setViewport(element.clientHeight);
      setNarrow(query.matches);
    };
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    query.addEventListener('change', measure);
    return () => {
      observer.disconnect();
      query.removeEventListener('change', measure);
    };
  }, []);

  const reveal = (row: number): void => {
    const element = box.current;
    if (element === null) return;
    const [first, last] = rowsInSight(element.scrollTop, viewport, pages.total, rowHeight);
    if (row >= first && row <= last) return;
    const distance = row < first ? 0 : viewport - rowHeight;
    element.scrollTop = scrollFor(row, viewport, pages.total, rowHeight, distance);
  };

  // A record that the address names is brought into sight once, when it is known where it stands.
  const sought = useRef<number | null>(opened);
  useEffect(() => {
    const position = sought.current;
    if (position === null) return;
    void pages.placeOf(position).then((row) => {
      if (row === undefined) return;
      sought.current = null;
      if (row === null) return;
      setActive(row);
      const element = box.current;
      if (element !== null) element.scrollTop = scrollFor(row, viewport, pages.total, rowHeight, viewport / 3);
    });
  }, [pages, pages.total, pages.complete]);

  const move = (to: number): void => {
    const row = Math.min(Math.max(0, to), pages.total - 1);
    setActive(row);
    reveal(row);
    const record = pages.row(row);
    if (opened !== null && record !== undefined) onOpen(record);
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    const page = Math.max(1, Math.floor(viewport / rowHeight) - 1);
    const steps: Record<string, number> = {
      ArrowDown: active + 1,
      j: active + 1,
      ArrowUp: active - 1,
      k: active - 1,
      PageDown: active + page,
      PageUp: active - page,
      Home: 0,
      End: pages.total - 1,
    };
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === 'Enter') {
      if (event.target !== box.current) return;
      const record = pages.row(active);
      if (record !== undefined) onOpen(record);
    } else {
      const to = steps[event.key];
      if (to === undefined) return;
      move(to);
    }
    event.preventDefault();
  };

  const rows: JSX.Element[] = [];
  for (let place = window_.first; place < window_.last; place += 1) {
    const row = pages.row(place);
    rows.push(
      <div
        key={place}
        id={`row-${place}`}
        role="row"
        aria-rowindex={place + 2}
        aria-selected={row !== undefined && row.position === opened}
        class={`row ${place === active ? 'active' : ''} ${row?.refused_by ? 'row-refused' : ''}`}
        style={{ height: `${rowHeight}px` }}
        onClick={(event) => {
          if (row === undefined || (event.target as Element).closest('a') !== null) return;
          setActive(place);
          onOpen(row);
        }}
      >
        {row === undefined ? <div role="gridcell" class="cell-wait" /> : <Cells row={row} />}
      </div>,
    );
  }
  return (
    <div class="record-table" role="grid" aria-label="Records" aria-rowcount={pages.total + 1} aria-colcount={5}>
      <div class="row head" role="row" aria-rowindex={1}>
        <span role="columnheader">Record</span>
        <span role="columnheader">Quarter</span>
        <span role="columnheader">From and to</span>
        <span role="columnheader">Kind</span>
        <span role="columnheader">What it says</span>
      </div>
      <div
        ref={box}
        class="rows"
        role="rowgroup"
        tabIndex={0}
        aria-label="Records, arrow keys move, Enter opens"
        aria-activedescendant={`row-${active}`}
        onScroll={(event) => setScrollTop(event.currentTarget.scrollTop)}
        onKeyDown={onKeyDown}
      >
        <div class="rows-height" style={{ height: `${window_.height}px` }}>
          <div class="rows-window" style={{ transform: `translateY(${window_.top}px)` }}>
            {rows}
          </div>
        </div>
      </div>
    </div>
  );
}

function Cells(props: { row: RecordRow }): JSX.Element {
  const { row } = props;
  return (
    <>
      <span role="gridcell" class="cell-position">
        #{row.position}
      </span>
      <span role="gridcell" class="cell-quarter">
        {row.quarter}
        <span class="quiet"> r{row.round}</span>
      </span>
      <span role="gridcell" class="cell-parties">
        {row.sender === null ? <span class="quiet">–</span> : <Parties sender={row.sender} recipients={row.recipients} />}
      </span>
      <span role="gridcell" class="cell-kind">
        <Kind kind={row.kind} refused={row.refused_by} />
      </span>
      <span role="gridcell" class="cell-text said" title={row.text}>
        {row.text}
      </span>
    </>
  );
}
