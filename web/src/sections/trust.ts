// Whether the numbers can be trusted.

import { h } from '../h';
import { redraw, type Section } from '../section';
import { figures } from './summary';

export const trust: Section = {
  id: 'trust',
  title: 'Can the numbers be trusted?',
  applies: ({ scenario }) => !scenario.error,
  build: redraw(({ scenario: { trust: t } }) => [
    h('p', { class: t.ok ? 'lead good' : 'lead warning' }, t.title),
    figures(t.facts),
    t.reasons.length + t.notes.length > 0 && h('ul', { class: 'notes' }, ...t.reasons.map((text) => h('li', { class: 'warning' }, text)), ...t.notes.map((text) => h('li', {}, text))),
  ]),
};
