// The loads that a search for the limit has tried.

import { h, type Child } from '../h';
import { clock } from '../format';
import { table } from '../table';
import type { Section } from '../section';
import type { LimitStep } from '../data';

const causes: Record<string, string> = { application: 'the application', generator: 'the load generator', load: 'too little load' };

export const limit: Section = {
  id: 'limit',
  title: 'Search for the limit',
  large: true,
  applies: ({ scenario }) => (scenario.limit?.steps ?? []).length > 0,
  build(body) {
    const statement = h('p', { class: 'lead' });
    const tried = table<LimitStep>({
      caption: 'Loads that were tried',
      columns: [
        { title: 'Load', cell: (s) => [s.text, s.again && 'again'].filter(Boolean).join(', '), sort: (s) => s.load },
        { title: 'Held', cell: (s) => h('span', { class: s.held ? 'good' : 'bad' }, s.held ? 'yes' : '✗ no'), sort: (s) => Number(s.held) },
        { title: 'What broke', cell: broke, sort: (s) => s.by ?? '' },
        { title: 'When', cell: (s) => `${clock(s.from_ms)} to ${clock(s.to_ms)}`, sort: (s) => s.from_ms, numeric: true },
      ],
      marked: (s) => !s.held,
    });
    body.append(statement, tried.node);
    return ({ scenario }) => {
      statement.textContent = scenario.limit?.statement ?? '';
      tried.update(scenario.limit?.steps ?? []);
    };
  },
};

function broke(s: LimitStep): Child {
  if (s.held) return '';
  return h('span', {}, causes[s.by ?? ''] ?? s.by ?? '', ...(s.reasons ?? []).map((reason) => h('small', {}, reason)));
}
