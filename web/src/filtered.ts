// What the page says while it shows one node only.

import { h, fill } from './h';
import type { View } from './view';

/** filtered stays in sight, with the way back to all nodes. */
export function filtered(view: View): HTMLElement {
  const bar = h('div', { class: 'filtered', attributes: { role: 'status' } });
  view.onChange(({ node, scenario }) => {
    bar.hidden = node === '';
    fill(bar, h('span', {}, 'Only node ', h('b', {}, node), `, one of ${scenario.nodes.length}`),
      h('button', { class: 'quiet', attributes: { type: 'button' }, on: { click: () => void view.showNode('') } }, 'Show all nodes'));
  });
  return bar;
}
