// How much load there was, and what became of it.

import { h } from '../h';
import { redraw, type Section } from '../section';
import type { Figure } from '../data';

export const summary: Section = {
  id: 'load',
  title: 'Load',
  applies: ({ scenario }) => !scenario.error,
  build: redraw(({ scenario }) => [
    scenario.load !== '' && h('p', { class: 'planned' }, scenario.load),
    figures(scenario.figures),
  ]),
};

/** figures shows large numbers beside each other. */
export function figures(all: Figure[]): HTMLElement {
  return h('dl', { class: 'figures' }, ...all.map((f) => h('div', { class: f.bad ? 'figure bad' : 'figure' },
    h('dt', {}, f.name), h('dd', { class: 'value' }, f.value), h('dd', { class: 'detail' }, f.detail))));
}
