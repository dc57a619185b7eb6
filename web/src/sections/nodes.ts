// The machines that made the load. The page can show what one of them has measured.

import { h, type Child } from '../h';
import { bytes, count, microseconds, number } from '../format';
import { table } from '../table';
import type { Section } from '../section';
import type { RunNode } from '../data';

export const nodes: Section = {
  id: 'nodes',
  title: 'Nodes',
  ofNode: true,
  large: true,
  applies: ({ scenario }) => scenario.nodes.length > 0,
  build(body, view) {
    const show = (node: RunNode): HTMLElement => {
      const chosen = view.shown.node === node.name;
      return h('button', { class: 'quiet', attributes: { type: 'button', 'aria-pressed': String(chosen) }, on: { click: () => void view.showNode(chosen ? '' : node.name) } },
        chosen ? 'Show all' : 'Show', h('span', { class: 'aside' }, chosen ? ' nodes' : ` only ${node.name}`));
    };
    const all = table<RunNode>({
      caption: 'Nodes',
      columns: [
        { title: 'Node', cell: (n) => n.name, sort: (n) => n.name },
        { title: 'Status', cell: status, sort: (n) => `${n.status} ${n.saturated ? 'saturated' : ''}` },
        { title: 'Users', cell: (n) => (n.part ? count(n.users) : '–'), sort: (n) => n.users, numeric: true, hint: 'that ended' },
        { title: 'Iterations', cell: (n) => (n.part ? count(n.iterations) : '–'), sort: (n) => n.iterations, numeric: true },
        { title: 'Failed', cell: (n) => (n.part ? count(n.failures) : '–'), sort: (n) => n.failures, numeric: true },
        { title: 'CPU', cell: (n) => (n.cpu ? `${number(n.cpu)} %` : '–'), sort: (n) => n.cpu, numeric: true, hint: 'p95 of the seconds' },
        { title: 'Memory', cell: (n) => (n.memory ? bytes(n.memory) : '–'), sort: (n) => n.memory, numeric: true, hint: 'at most' },
        { title: 'Late by', cell: (n) => (n.lag ? microseconds(n.lag) : '–'), sort: (n) => n.lag, numeric: true, hint: 'p95 of how late its timers fire' },
        { title: '', cell: (n) => (n.part ? show(n) : '') },
      ],
      search: (n) => `${n.name} ${n.status} ${n.reason} ${n.saturated ? 'saturated' : ''}`,
      marked: (n) => n.name === view.shown.node,
    });
    body.append(all.node);
    return ({ scenario }) => all.update(scenario.nodes);
  },
};

function status(n: RunNode): Child {
  const text = n.saturated ? `${n.status}, saturated` : n.status;
  return h('span', { class: n.status === 'ok' && !n.saturated ? '' : 'warning' }, text, n.reason !== '' && h('small', {}, n.reason));
}
