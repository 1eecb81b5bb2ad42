// Which rows of a long list are on the screen.
//
// Browsers cap the height of an element (Firefox at 17.9 million pixels), which a million rows exceed.
// Beyond kMostPixels the scrollbar's way is therefore mapped onto the rows' in proportion. Libraries
// for virtual lists keep an object for each row instead, some 100 MB for a million of equal height.

export const kMostPixels = 12_000_000;

export interface RowWindow {
  // Of the scrolled element's content.
  height: number;
  // Rows to draw, `last` excluded.
  first: number;
  last: number;
  // Where the first of them is drawn, in pixels from the content's top.
  top: number;
}

const kOverscan = 8;

export function rowWindow(scrollTop: number, viewport: number, rows: number, rowHeight: number): RowWindow {
  const full = rows * rowHeight;
  const height = Math.min(full, kMostPixels);
  const at = rowsTop(scrollTop, viewport, full, height);
  const first = Math.max(0, Math.floor(at / rowHeight) - kOverscan);
  const last = Math.min(rows, Math.ceil((at + viewport) / rowHeight) + kOverscan);
  return { height, first, last, top: scrollTop + first * rowHeight - at };
}

// Where to scroll so that a row stands at a distance from the viewport's top.
export function scrollFor(
  row: number,
  viewport: number,
  rows: number,
  rowHeight: number,
  distance: number,
): number {
  const full = rows * rowHeight;
  const height = Math.min(full, kMostPixels);
  const at = Math.min(Math.max(0, row * rowHeight - distance), Math.max(0, full - viewport));
  if (full === height) return at;
  return (at / (full - viewport)) * (height - viewport);
}

// First row that is wholly in sight, and the last.
export function rowsInSight(
  scrollTop: number,
  viewport: number,
  rows: number,
  rowHeight: number,
): [number, number] {
  const full = rows * rowHeight;
  const at = rowsTop(scrollTop, viewport, full, Math.min(full, kMostPixels));
  return [Math.ceil(at / rowHeight), Math.floor((at + viewport) / rowHeight) - 1];
}

function rowsTop(scrollTop: number, viewport: number, full: number, height: number): number {
  const way = Math.max(0, height - viewport);
  const within = Math.min(Math.max(0, scrollTop), way);
  return full === height || way === 0 ? within : (within / way) * (full - viewport);
}
