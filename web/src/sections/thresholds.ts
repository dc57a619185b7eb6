// What was promised of the run, and what became of it.

import { h } from '../h';
import { redraw, type Section } from '../section';

export const thresholds: Section = {
  id: 'thresholds',
  title: 'Thresholds',
  applies: ({ scenario }) => scenario.thresholds.length > 0,
  build: redraw(({ scenario }) => [h('ul', { class: 'outcomes' }, ...scenario.thresholds.map((t) => h('li', { class: !t.ok ? 'bad' : scenario.dead ? 'moot' : 'ok' },
    h('span', { class: 'aside' }, t.ok ? 'met: ' : 'not met: '), h('code', {}, t.metric), ' ', h('code', {}, t.expression), h('span', { class: 'measured' }, t.measured))))]),
};
