// A chart over the time of the run. The cursors of all charts move together, and so does the time that they show.

import uPlot from 'uplot';

import { h, fill, newId } from './h';
import { clock } from './format';
import { legend } from './legend';
import { colour, onThemeChange } from './theme';
import type { Mark } from './data';

/** Line is one series of a chart. */
export interface Line {
  name: string;
  colour: number; // of the palette, from 1
  values: (number | null)[]; // one for each bucket, null where there is none
  dash?: number[];
  steps?: boolean;
  bars?: boolean;
  fill?: boolean; // the area below
  bandTo?: number; // the area between this line and that one
  hidden?: boolean; // until somebody asks for it
  total?: string; // of the whole run, shown while the cursor is nowhere
}

export interface ChartData {
  bucketMS: number;
  lines: Line[];
  marks: Mark[];
  format(value: number): string;
  whole?: boolean; // there is nothing between two whole numbers
}

export interface Chart {
  node: HTMLElement;
  update(data: ChartData): void;
}

const sync = uPlot.sync('time');

/** point moves the cursors of all charts to a moment, in seconds, or takes them away. */
function point(at: number | undefined): void {
  for (const one of sync.plots) one.setCursor(at === undefined ? { left: -10, top: -10 } : { left: one.valToPos(at, 'x'), top: 10 });
}
const wholes = Array.from({ length: 10 }, (_, power) => [1, 2, 5].map((n) => n * 10 ** power)).flat();
const axisFont = '12px system-ui, sans-serif';

/** chart makes a chart of the height that CSS gives to its class. */
export function chart(title: string, size: 'large' | 'small'): Chart {
  const plot = h('div', { class: `plot ${size}`, attributes: { tabindex: 0, role: 'img', 'aria-label': title } });
  const values = h('div', { class: 'values' });
  const spoken = h('p', { class: 'aside', attributes: { 'aria-live': 'polite' } });
  const keys = legend((index, shown) => drawn?.setSeries(index + 1, { show: shown }));
  let drawn: uPlot | undefined;
  let current: ChartData | undefined;
  let shape = '';

  function update(data: ChartData): void {
    current = data;
    const next = data.lines.map((l) => `${l.name}/${l.colour}/${l.bars}`).join('|');
    if (drawn && shape === next) {
      const zoomed = drawn.scales.x?.max !== drawn.data[0].at(-1) || drawn.scales.x?.min !== 0;
      drawn.setData(columns(data), !zoomed);
      if (zoomed) drawn.redraw();
      keys.refresh(data.lines);
    } else {
      shape = next;
      drawn?.destroy();
      fill(plot);
      keys.update(data.lines);
      drawn = new uPlot(options(plot, () => current ?? data, show), columns(data), plot);
    }
    if (open.open) table();
  }

  /** show shows the values of a bucket beside the names of the lines. */
  function show(index: number | null): void {
    const data = current;
    if (data) keys.show(index === null ? null : data.lines.map((l) => text(l.values[index], data)));
  }

  function text(value: number | null | undefined, data: ChartData): string {
    return value === null || value === undefined ? '–' : data.format(value);
  }

  /** move moves the cursor by buckets, for those who have no mouse. */
  function move(event: KeyboardEvent): void {
    const step = { ArrowLeft: -1, ArrowRight: 1, PageUp: -10, PageDown: 10, Home: -Infinity, End: Infinity }[event.key];
    if (step === undefined || !drawn || !current) return;
    event.preventDefault();
    const last = (current.lines[0]?.values.length ?? 1) - 1;
    const from = drawn.cursor.idx ?? (step > 0 ? -1 : last + 1);
    const to = Math.min(Math.max(from + step, 0), last);
    point(drawn.data[0][to]);
    const data = current;
    spoken.textContent = `${clock(to * data.bucketMS)}: ${data.lines.map((l) => `${l.name} ${text(l.values[to], data)}`).join(', ')}`;
  }

  /** table shows the same numbers as text. */
  function table(): void {
    const data = current;
    if (!data) return;
    const head = h('tr', {}, h('th', { attributes: { scope: 'col' } }, 'from'), ...data.lines.map((l) => h('th', { class: 'numeric', attributes: { scope: 'col' } }, l.name)));
    const rows = (data.lines[0]?.values ?? []).map((_, i) => h('tr', {}, h('th', { attributes: { scope: 'row' } }, clock(i * data.bucketMS)),
      ...data.lines.map((l) => h('td', { class: 'numeric' }, text(l.values[i], data)))));
    fill(values, h('table', {}, h('caption', { class: 'aside' }, title), h('thead', {}, head), h('tbody', {}, ...rows)));
  }

  plot.addEventListener('keydown', move);
  plot.addEventListener('blur', () => point(undefined));
  new ResizeObserver(() => drawn?.setSize({ width: plot.clientWidth, height: plot.clientHeight })).observe(plot);
  onThemeChange(() => drawn?.redraw(false));
  const open = h('details', { class: 'numbers', on: { toggle: () => open.open && table() } }, h('summary', {}, 'Values'), values);
  const id = newId('chart');
  const node = h('figure', { class: 'chart', attributes: { 'aria-labelledby': id } },
    h('figcaption', {}, h('h3', { attributes: { id } }, title), keys.node), plot, spoken, open);
  return { node, update };
}

/** columns end where the last bucket does, to which steps go on. */
function columns(data: ChartData): uPlot.AlignedData {
  const buckets = data.lines[0]?.values.length ?? 0;
  return [Array.from({ length: buckets + 1 }, (_, i) => (i * data.bucketMS) / 1000), ...data.lines.map((l) => [...l.values, l.steps ? (l.values.at(-1) ?? null) : null])];
}

function options(plot: HTMLElement, data: () => ChartData, pointed: (index: number | null) => void): uPlot.Options {
  const axis = { stroke: () => colour('--muted'), font: axisFont, ticks: { show: false }, grid: { stroke: () => colour('--grid'), width: 1 } };
  return {
    width: plot.clientWidth || 600,
    height: plot.clientHeight || 200,
    legend: { show: false },
    padding: [12, 12, 0, 0],
    cursor: { y: false, sync: { key: sync.key, setSeries: false }, focus: { prox: -1 }, points: { size: 7 } },
    scales: { x: { time: false, range: (_, min, max) => [min ?? 0, max ?? 1] }, y: { range: (_, __, max) => [0, max > 0 ? max * 1.08 : 1] } },
    axes: [
      { ...axis, incrs: [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14400, 43200, 86400], space: 64, size: 28, values: (_, at) => at.map((s) => clock(s * 1000)) },
      { ...axis, ...(data().whole ? { incrs: wholes } : {}), size: 76, space: 32, values: (_, at) => at.map((v) => data().format(v)) },
    ],
    series: [{}, ...data().lines.map(series)],
    bands: data().lines.flatMap((l, i) => (l.bandTo === undefined ? [] : [{ series: [i + 1, l.bandTo + 1] as [number, number], fill: () => colour(`--c${l.colour}`, 0.14) }])),
    hooks: {
      setCursor: [(u) => pointed(u.cursor.idx ?? null)],
      drawAxes: [(u) => drawMarks(u, data().marks)],
    },
  };
}

function series(line: Line): uPlot.Series {
  const bars = uPlot.paths.bars?.({ size: [0.8, 40], align: 1 });
  const steps = uPlot.paths.stepped?.({ align: 1 });
  return {
    label: line.name,
    show: !line.hidden,
    stroke: () => colour(`--c${line.colour}`),
    ...(line.fill || line.bars ? { fill: () => colour(`--c${line.colour}`, line.bars ? 0.75 : 0.18) } : {}),
    width: line.bars ? 0 : 1.75,
    ...(line.dash ? { dash: line.dash } : {}),
    ...(line.bars && bars ? { paths: bars } : line.steps && steps ? { paths: steps } : {}),
    points: { show: (u, i) => !line.bars && lonely(u.data[i] ?? []) },
  };
}

/** lonely says whether a line would not be seen: no value has a neighbour. */
function lonely(values: ArrayLike<number | null | undefined>): boolean {
  for (let i = 1; i < values.length; i++) {
    if (values[i] != null && values[i - 1] != null) return false;
  }
  return true;
}

/** drawMarks draws what happened, with the numbers that the list of it has. */
function drawMarks(u: uPlot, marks: Mark[]): void {
  const { ctx, bbox } = u;
  ctx.save();
  ctx.font = `600 ${11 * devicePixelRatio}px system-ui, sans-serif`;
  ctx.textAlign = 'center';
  ctx.lineWidth = devicePixelRatio;
  let free = -Infinity; // where the next number has room
  marks.forEach((mark, i) => {
    const x = Math.round(u.valToPos(mark.at_ms / 1000, 'x', true));
    if (x < bbox.left || x > bbox.left + bbox.width) return;
    ctx.strokeStyle = ctx.fillStyle = colour(`--mark-${mark.kind}`);
    ctx.setLineDash([4 * devicePixelRatio, 3 * devicePixelRatio]);
    ctx.beginPath();
    ctx.moveTo(x, bbox.top);
    ctx.lineTo(x, bbox.top + bbox.height);
    ctx.stroke();
    const at = Math.max(x, free);
    free = at + 14 * devicePixelRatio;
    ctx.fillText(String(i + 1), at, bbox.top - 2 * devicePixelRatio);
  });
  ctx.restore();
}
