// What was compared, and what else than the application may make the runs differ.

import { h } from '../h';
import { duration, moment } from '../format';
import { piece } from './piece';
import type { Compared, Comparison, Side } from '../data';

export function runs(compared: Compared, all: Comparison): HTMLElement {
  const spoilt = compared.doubts.some((d) => d.spoils);
  const alone = all.scenarios.length === 1; // what spoils it then stands above
  const doubts = compared.doubts.filter((d) => !d.spoils || !alone);
  return piece('runs', spoilt ? 'These runs cannot be compared' : 'The runs', sides(compared),
    doubts.length > 0 && h('ul', { class: 'doubts' }, ...doubts.map((d) => h('li', { class: d.spoils ? 'spoils' : '' }, d.text))),
    spoilt && h('p', { class: 'note' }, 'Differences below say nothing about the application.'));
}

const facts: [string, (side: Side) => string][] = [
  ['File', (s) => s.file], ['Began', (s) => moment(s.start)], ['Lasted', (s) => duration(s.elapsed_ms)], ['Load', (s) => s.load],
  ['Commit', (s) => s.git], ['From', (s) => s.host], ['liveload', (s) => s.version],
];

/** sides has a column for each fact that one of the runs has. What differs stands out. */
function sides({ old, new: now }: Compared): HTMLElement {
  const known = facts.filter(([, of]) => of(old) !== '' || of(now) !== '');
  const row = (name: string, side: Side): HTMLElement => h('tr', {}, h('th', { attributes: { scope: 'row' } }, h('i', { class: `swatch ${name}` }), name),
    ...known.map(([title, of]) => h('td', { class: of(old) === of(now) ? '' : 'differs', attributes: { 'data-title': title } }, of(side))));
  return h('table', { class: 'sides' }, h('caption', { class: 'aside' }, 'The two runs'),
    h('thead', {}, h('tr', {}, h('td'), ...known.map(([title]) => h('th', { attributes: { scope: 'col' } }, title)))),
    h('tbody', {}, row('old', old), row('new', now)));
}
