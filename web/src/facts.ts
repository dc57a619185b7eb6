// The numbers of a distribution beside each other, and its shape.

import { h, type Child } from './h';
import { count, number, value } from './format';
import { shape } from './shape';
import { tail } from './distribution';
import type { Values } from './data';

/** facts shows everything that is known of a distribution. */
export function facts(title: string, unit: string, values: Values): Child[] {
  const text = (v: number | undefined): string => value(unit, v ?? 0);
  const known: [string, string][] = [
    ['samples', count(values.count)], ['mean', text((values.sum ?? 0) / Math.max(values.count, 1))], ['smallest', text(values.min)],
    ['p50', text(values.p50)], ['p90', text(values.p90)], ['p95', text(values.p95)], ['p99', text(values.p99)], ['p99.9', text(values.p999)], ['largest', text(values.max)],
  ];
  const ratio = tail(values);
  return [
    h('dl', { class: 'numbers-line' }, ...known.map(([name, said]) => h('div', {}, h('dt', {}, name), h('dd', {}, said))),
      ratio !== undefined && h('div', {}, h('dt', {}, 'tail (p99 / p50)'), h('dd', {}, tailText(values)))),
    shape(title, values, (v) => value(unit, v)),
  ];
}

/** tailText says how much longer the slowest waited, and whether that is a lot. */
export function tailText(values: Values): Child {
  const ratio = tail(values);
  if (ratio === undefined) return h('span', { class: 'muted' }, '–');
  const how = ratio <= 2 ? 'short' : ratio <= 4 ? 'longer' : 'long';
  return h('span', { class: `tail ${how}`, attributes: { title: `p99 is ${number(ratio)} times p50` } }, `${number(ratio)}×`);
}
