// What it felt like: how long people waited for what they see.

import { h } from '../h';
import { count, microseconds } from '../format';
import { redraw, type Section } from '../section';
import type { Felt } from '../data';
import type { Shown } from '../view';

export const felt: Section = {
  id: 'felt',
  title: 'What it felt like',
  ofNode: true,
  applies: ({ scenario }) => scenario.felt.length > 0,
  build: redraw((shown) => {
    const all = shown.node === '' ? shown.scenario.felt : ofNode(shown);
    const longest = Math.max(...all.map((f) => f.p99), 1);
    return [
      h('div', { class: 'scroller' }, h('table', { class: 'felt' },
        h('caption', { class: 'aside' }, 'How long people waited'),
        h('thead', {}, h('tr', {}, ...['', 'half of them', '95 of 100', '99 of 100'].map((t) => h('th', { class: t ? 'numeric' : '', attributes: { scope: 'col' } }, t)), h('th', { class: 'bar' }))),
        h('tbody', {}, ...all.map((f) => row(f, longest))))),
      h('p', { class: 'note' }, 'How long at most this share of them waited: p50, p95 and p99.'),
    ];
  }),
};

/** ofNode takes the same from what one node has measured. */
function ofNode({ scenario, metrics }: Shown): Felt[] {
  return scenario.felt.flatMap((f) => {
    const m = metrics.find((one) => one.name === f.metric)?.all;
    return m?.count ? [{ ...f, count: m.count, p50: m.p50 ?? 0, p95: m.p95 ?? 0, p99: m.p99 ?? 0 }] : [];
  });
}

function row(f: Felt, longest: number): HTMLElement {
  const part = (v: number, name: string): HTMLElement => h('i', { class: name, style: { width: `${(100 * v) / longest}%` } });
  return h('tr', {},
    h('th', { attributes: { scope: 'row', title: f.meaning } }, f.what, h('small', {}, `${count(f.count)} times`)),
    ...[f.p50, f.p95, f.p99].map((v) => h('td', { class: 'numeric' }, microseconds(v))),
    h('td', { class: 'bar' }, h('div', { class: 'range', attributes: { 'aria-hidden': true } }, part(f.p99, 'p99'), part(f.p95, 'p95'), part(f.p50, 'p50'))));
}
