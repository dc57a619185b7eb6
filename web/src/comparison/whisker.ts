// A change as a picture: a dot, and how far equal runs can be from it.

import { h } from '../h';
import type { Difference } from '../data';

export function whisker({ whisker: w, verdict, change, noise }: Difference): HTMLElement {
  if (!w) return h('div', { class: 'whisker none', attributes: { 'aria-hidden': true } }, h('i', { class: 'zero' }));
  return h('div', { class: `whisker ${verdict}`, attributes: { role: 'img', 'aria-label': `${change} ${noise}`, title: `${change} ${noise}` } },
    h('i', { class: 'zero' }),
    h('i', { class: 'line', style: { left: percent(w.low), width: `${50 * (w.high - w.low)}%` } }),
    h('i', { class: 'dot', style: { left: percent(w.middle) } }));
}

/** percent turns -1 to 1 into a distance from the left. */
function percent(at: number): string {
  return `${50 + 50 * at}%`;
}
