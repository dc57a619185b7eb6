// The checks of the script.

import { h, type Child } from '../h';
import { count, number } from '../format';
import { table } from '../table';
import type { Section } from '../section';
import type { Check } from '../data';

export const checks: Section = {
  id: 'checks',
  title: 'Checks',
  ofNode: true,
  large: true,
  applies: (shown) => shown.checks.length > 0,
  build(body) {
    const all = table<Check>({
      caption: 'Checks',
      columns: [
        { title: 'Check', cell: (c) => c.name, sort: (c) => c.name },
        { title: 'Held', cell: held, sort: (c) => share(c) ?? -1, numeric: true },
        { title: 'Failed', cell: (c) => (c.failed === null ? '–' : count(c.failed)), sort: (c) => c.failed ?? -1, numeric: true },
        { title: 'Evaluated', cell: (c) => count(c.total), sort: (c) => c.total, numeric: true },
      ],
      search: (c) => c.name,
      marked: (c) => (c.failed ?? 0) > 0,
    });
    const note = h('p', { class: 'note' }, 'Of one node, only how often each was evaluated is known.');
    body.append(note, all.node);
    return (shown) => {
      note.hidden = shown.node === '';
      all.update(shown.checks);
    };
  },
};

function share(c: Check): number | undefined {
  return c.failed === null || c.total === 0 ? undefined : (c.total - c.failed) / c.total;
}

/** held never rounds up to 100 %. */
function held(c: Check): Child {
  const of = share(c);
  if (of === undefined) return '–';
  return h('span', { class: of < 1 ? 'held bad' : 'held' },
    h('span', { class: 'meter', attributes: { 'aria-hidden': true } }, h('i', { style: { width: `${100 * of}%` } })), `${number(Math.floor(1000 * of) / 10)} %`);
}
