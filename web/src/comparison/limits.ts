// What was not to happen: limits of --fail-on, and thresholds that only one of the runs met.

import { h } from '../h';
import { piece } from './piece';
import type { Compared, Comparison, Limit } from '../data';

export function limits(compared: Compared, all: Comparison): HTMLElement | undefined {
  if (all.limits.length + compared.thresholds.length === 0) return undefined;
  return piece('limits', 'Limits and thresholds', list(all.limits), list(compared.thresholds));
}

function list(outcomes: Limit[]): HTMLElement | undefined {
  if (outcomes.length === 0) return undefined;
  return h('ul', { class: 'outcomes' }, ...outcomes.map((l) => h('li', { class: l.ok ? 'ok' : 'bad' },
    h('span', { class: 'aside' }, l.ok ? 'good: ' : 'bad: '), h('code', {}, l.text), h('span', { class: 'measured' }, l.why))));
}
