// A table that sorts by the heading that is pressed, finds rows by their text, and draws a hundred of them at a time.

import { h, fill, newId, type Child } from './h';
import { count } from './format';

export interface Column<T> {
  title: string;
  /** cell is what is shown. */
  cell(row: T): Child;
  /** sort is what rows are ordered by; without it the column does not sort. */
  sort?(row: T): number | string;
  numeric?: boolean;
  hint?: string;
}

export interface TableOptions<T> {
  caption: string; // for those who listen to the page
  columns: Column<T>[];
  /** search returns the text in which a row is found; without it there is no search. */
  search?(row: T): string;
  /** more returns what is shown below a row once that is opened; without it rows do not open. */
  more?(row: T): Child[];
  /** key tells rows apart, so that those that were opened stay so when there are new ones. */
  key?(row: T): string;
  /** marked says which rows stand out. */
  marked?(row: T): boolean;
  empty?: string;
}

export interface Table<T> {
  node: HTMLElement;
  update(rows: T[]): void;
}

const atOnce = 100;

export function table<T>(options: TableOptions<T>): Table<T> {
  let rows: T[] = [];
  let order = { column: -1, down: false };
  let wanted = '';
  let most = atOnce;
  const body = h('tbody');
  const opened = new Set<string>();
  const heads = options.columns.map((column, i) => head(column, () => {
    order = order.column === i ? { column: i, down: !order.down } : { column: i, down: column.numeric === true };
    draw();
  }));
  const status = h('p', { class: 'status', attributes: { role: 'status' } });
  const more = h('button', { class: 'quiet', attributes: { type: 'button' }, on: { click: () => { most += 10 * atOnce; draw(); } } });

  function draw(): void {
    const found = sorted(rows.filter((row) => !wanted || options.search?.(row).toLowerCase().includes(wanted)));
    fill(body, ...found.slice(0, most).flatMap((row) => line(options, row, opened)));
    heads.forEach((th, i) => { if (options.columns[i]?.sort) th.setAttribute('aria-sort', order.column !== i ? 'none' : order.down ? 'descending' : 'ascending'); });
    const left = found.length - most;
    more.hidden = left <= 0;
    more.textContent = `Show more (${count(left)} left)`;
    status.textContent = found.length === 0 ? (wanted ? 'Nothing is found.' : (options.empty ?? 'There is nothing.')) : wanted ? `${count(found.length)} of ${count(rows.length)}` : '';
    status.hidden = status.textContent === '';
  }

  function sorted(some: T[]): T[] {
    const by = options.columns[order.column]?.sort;
    if (!by) return some;
    const sign = order.down ? -1 : 1;
    return some.map((row) => ({ row, key: by(row) })).sort((a, b) => sign * compare(a.key, b.key)).map(({ row }) => row);
  }

  const scroller = h('div', { class: 'scroller', attributes: { tabindex: 0, role: 'region', 'aria-label': options.caption } },
    h('table', {}, h('caption', { class: 'aside' }, options.caption), h('thead', {}, h('tr', {}, ...heads)), body));
  const node = h('div', { class: 'table' }, options.search && search((text) => { wanted = text; most = atOnce; draw(); }), scroller, status, more);
  return { node, update(next) { rows = next; draw(); } };
}

function compare(a: number | string, b: number | string): number {
  return typeof a === 'number' && typeof b === 'number' ? a - b : String(a).localeCompare(String(b), undefined, { numeric: true });
}

function head<T>(column: Column<T>, press: () => void): HTMLTableCellElement {
  const inner: Child = column.sort ? h('button', { attributes: { type: 'button' }, on: { click: press } }, column.title) : column.title;
  return h('th', { class: column.numeric ? 'numeric' : '', attributes: { scope: 'col', title: column.hint } }, inner);
}

function search(changed: (text: string) => void): HTMLElement {
  const id = newId('search');
  const input = h('input', { attributes: { id, type: 'search', placeholder: 'Search', autocomplete: 'off' }, on: { input: () => changed(input.value.trim().toLowerCase()) } });
  return h('label', { class: 'search', attributes: { for: id } }, h('span', { class: 'aside' }, 'Search'), input);
}

function line<T>(options: TableOptions<T>, row: T, opened: Set<string>): HTMLTableRowElement[] {
  const cells = options.columns.map((column) => h('td', { class: column.numeric ? 'numeric' : '' }, column.cell(row)));
  const tr = h('tr', { class: options.marked?.(row) ? 'marked' : '' }, ...cells);
  if (!options.more || !cells[0]) return [tr];
  const details = h('div');
  const below = h('tr', {}, h('td', { class: 'more', attributes: { colspan: options.columns.length } }, details));
  const key = options.key?.(row);
  const open = (shown: boolean): void => {
    below.hidden = !shown;
    opener.setAttribute('aria-expanded', String(shown));
    if (shown) fill(details, ...(options.more?.(row) ?? []));
    if (key !== undefined) opened[shown ? 'add' : 'delete'](key);
  };
  const opener = h('button', { class: 'opener', attributes: { type: 'button', 'aria-label': 'Details' }, on: { click: () => open(below.hidden) } });
  cells[0].classList.add('opens');
  cells[0].prepend(opener);
  open(key !== undefined && opened.has(key));
  return [tr, below];
}
