// The distributions of both runs over each other: which share of all was at most so much.

import uPlot from 'uplot';

import { h, fill, newId } from '../h';
import { number, value } from '../format';
import { legend } from '../legend';
import { colour, onThemeChange } from '../theme';
import type { Line } from '../chart';
import type { Curve } from '../data';

/** curve draws two distributions on a logarithmic axis. Arrows move along it. */
export function curve(of: Curve): HTMLElement {
  const title = 'Share of all up to a value';
  const id = newId('curve');
  const plot = h('div', { class: 'plot small', attributes: { tabindex: 0, role: 'img', 'aria-label': `${title}: ${of.title} ${of.label}` } });
  const spoken = h('p', { class: 'aside', attributes: { 'aria-live': 'polite' } });
  const at = h('output', { class: 'at' });
  const xs = places(of);
  const lines: Line[] = [{ name: 'old', colour: 4, values: xs.map((x) => share(of.old, x)) }, { name: 'new', colour: 1, values: xs.map((x) => share(of.new, x)) }];
  const keys = legend((index, shown) => drawn.setSeries(index + 1, { show: shown }));
  keys.update(lines);
  const read = (index: number | null): void => {
    const values = index === null ? null : lines.map((l) => `${number(l.values[index] ?? 0)} %`);
    keys.show(values);
    at.textContent = index === null ? '' : `≤ ${value(of.unit, xs[index] ?? 0)}`;
  };
  const drawn = new uPlot(options(plot, of, read), [xs, ...lines.map((l) => l.values)], plot);
  new ResizeObserver(() => drawn.setSize({ width: plot.clientWidth, height: plot.clientHeight })).observe(plot);
  onThemeChange(() => drawn.redraw(false));
  plot.addEventListener('keydown', (event) => {
    const step = { ArrowLeft: -1, ArrowRight: 1, PageUp: -10, PageDown: 10, Home: -Infinity, End: Infinity }[event.key];
    if (step === undefined) return;
    event.preventDefault();
    const to = Math.min(Math.max((drawn.cursor.idx ?? -1) + step, 0), xs.length - 1);
    drawn.setCursor({ left: drawn.valToPos(xs[to] ?? 0, 'x'), top: 10 });
    spoken.textContent = `${at.textContent}: ${lines.map((l) => `${l.name} ${number(l.values[to] ?? 0)} %`).join(', ')}`;
  });
  const numbers = h('details', { class: 'numbers' }, h('summary', {}, 'Values'), h('div', { class: 'values' }, percentiles(of)));
  return h('figure', { class: 'chart curve', attributes: { 'aria-labelledby': id } }, h('figcaption', {}, h('h3', { attributes: { id } }, title), keys.node, at), plot, spoken, numbers);
}

/** places are where the curves are known. The axis has no zero: what is 0 is at the left end. */
function places(of: Curve): number[] {
  const all = [...of.old, ...of.new].filter((v) => v > 0);
  const sorted = [...new Set(all)].sort((a, b) => a - b);
  return sorted.length > 1 ? sorted : [(sorted[0] ?? 1) / 2, sorted[0] ?? 1, (sorted[0] ?? 1) * 2];
}

/** share is how many of 100 are at most x. Between two quantiles it grows evenly. */
export function share(quantiles: number[], x: number): number {
  const last = quantiles.length - 1;
  const above = quantiles.findIndex((q) => q > x);
  if (above < 0) return 100;
  if (above === 0) return 0;
  const [low, high] = [quantiles[above - 1] ?? 0, quantiles[above] ?? 0];
  return (100 * (above - 1 + (x - low) / (high - low))) / last;
}

function options(plot: HTMLElement, of: Curve, read: (index: number | null) => void): uPlot.Options {
  const axis = { stroke: () => colour('--muted'), font: '12px system-ui, sans-serif', ticks: { show: false }, grid: { stroke: () => colour('--grid'), width: 1 } };
  const line = (name: number, dash?: number[]): uPlot.Series => ({ stroke: () => colour(`--c${name}`), width: 2, points: { show: false }, ...(dash ? { dash } : {}) });
  return {
    width: plot.clientWidth || 500,
    height: plot.clientHeight || 150,
    legend: { show: false },
    padding: [12, 24, 0, 0],
    cursor: { focus: { prox: -1 }, points: { size: 7 } },
    scales: { x: { time: false, distr: 3 }, y: { range: [0, 100] } },
    axes: [
      { ...axis, size: 28, space: 60, values: (_, at) => at.map((v) => (v && Math.log10(v) % 1 === 0 ? value(of.unit, v) : '')) },
      { ...axis, size: 56, incrs: [25, 50], space: 20, values: (_, at) => at.map((v) => `${v} %`) },
    ],
    series: [{}, line(4), line(1)],
    hooks: { setCursor: [(u) => read(u.cursor.left !== undefined && u.cursor.left >= 0 ? (u.cursor.idx ?? null) : null)] },
  };
}

/** percentiles are the same numbers as text. */
function percentiles(of: Curve): HTMLElement {
  const table = h('table');
  fill(table, h('caption', { class: 'aside' }, `${of.title} ${of.label}`),
    h('thead', {}, h('tr', {}, ...['of 100', 'old', 'new'].map((t) => h('th', { class: 'numeric', attributes: { scope: 'col' } }, t)))),
    h('tbody', {}, ...[0, 10, 25, 50, 75, 90, 95, 99, 100].map((p) => h('tr', {}, h('th', { class: 'numeric', attributes: { scope: 'row' } }, p),
      ...[of.old, of.new].map((q) => h('td', { class: 'numeric' }, value(of.unit, q[p] ?? 0)))))));
  return table;
}
