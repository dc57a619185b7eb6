// What got worse, better or stayed: a row for each number, which opens to both runs over each other.

import { h, type Child } from '../h';
import { count } from '../format';
import { table } from '../table';
import { curve } from './curve';
import { overTime } from './overtime';
import { piece } from './piece';
import { whisker } from './whisker';
import type { Compared, Difference } from '../data';

const telling = ['worse', 'better', 'changed'];
const verdicts = [...telling, 'unclear', 'same'];

export function differences(compared: Compared): HTMLElement {
  const rows = table<Difference>({
    caption: 'Numbers of both runs',
    columns: [
      { title: 'Verdict', cell: (d) => h('span', { class: `judged ${d.verdict}` }, d.verdict), sort: (d) => verdicts.indexOf(d.verdict) },
      { title: 'What', cell: what, sort: (d) => `${d.title} ${d.label}` },
      { title: '', cell: (d) => d.statistic, sort: (d) => d.statistic },
      { title: 'Old', cell: (d) => d.old, numeric: true },
      { title: 'New', cell: (d) => d.new, numeric: true },
      { title: 'Change', cell: (d) => h('b', {}, d.change), sort: (d) => d.size, numeric: true },
      { title: 'less ◂ ▸ more', cell: whisker, hint: 'The dot is the change, and the line where it is in 19 of 20 cases' },
      { title: 'Noise', cell: (d) => d.noise, numeric: true, hint: 'Equal runs differ by less in 19 of 20 cases' },
    ],
    search: (d) => `${d.title} ${d.metric} ${d.label} ${d.statistic} ${d.verdict}`,
    more: (d) => details(compared, d),
    empty: 'Nothing that is chosen above. What is unclear or the same can be chosen, too.',
  });
  const shown = new Set(telling.filter((v) => compared.rows.some((d) => d.verdict === v)));
  const draw = (): void => rows.update(compared.rows.filter((d) => shown.has(d.verdict)));
  draw();
  const node = piece('differences', 'What differs', h('p', { class: 'lead' }, compared.counts), chips(compared, shown, draw), rows.node,
    h('p', { class: 'note' }, 'The dot is the change, and the line where it is in 19 of 20 cases. What crosses the middle may be noise.'));
  return node;
}

/** chips choose which verdicts are shown. */
function chips(compared: Compared, shown: Set<string>, changed: () => void): HTMLElement {
  return h('div', { class: 'chips', attributes: { role: 'group', 'aria-label': 'Verdicts' } }, ...verdicts.map((verdict) => {
    const n = compared.rows.filter((d) => d.verdict === verdict).length;
    const chip = h('button', { class: `chip ${verdict}`, attributes: { type: 'button', 'aria-pressed': String(shown.has(verdict)), disabled: n === 0 }, on: { click: () => {
      if (!shown.delete(verdict)) shown.add(verdict);
      chip.setAttribute('aria-pressed', String(shown.has(verdict)));
      changed();
    } } }, `${verdict} `, h('b', {}, count(n)));
    return chip;
  }));
}

function what(d: Difference): Child {
  return h('span', { class: 'what', attributes: { title: d.meaning } }, d.title, d.label !== '' && ' ', d.label !== '' && h('b', {}, d.label), h('small', {}, h('code', {}, d.metric)));
}

function details(compared: Compared, d: Difference): Child[] {
  const both = compared.curves.find((c) => c.metric === d.metric && c.label === d.label);
  return [
    h('p', {}, d.meaning), d.why !== '' && h('p', { class: 'note' }, d.why),
    h('div', { class: 'pair' }, both && curve(both), overTime(compared, d.metric, d.label)),
  ];
}
