// Failures by their causes.

import { h } from '../h';
import { clock, count } from '../format';
import { table } from '../table';
import type { Section } from '../section';
import type { Failure } from '../data';

export const failures: Section = {
  id: 'failures',
  title: 'Failures',
  applies: ({ scenario }) => scenario.failures.length > 0,
  build(body) {
    const causes = table<Failure>({
      caption: 'Causes of failures',
      columns: [
        { title: 'Failure', cell: (f) => f.class, sort: (f) => f.class },
        { title: 'Why', cell: (f) => f.reason, sort: (f) => f.reason },
        { title: 'Where', cell: (f) => [f.target, f.step && `in ${f.step}`].filter(Boolean).join(' '), sort: (f) => f.target },
        { title: 'Times', cell: (f) => count(f.count), sort: (f) => f.count, numeric: true },
      ],
      search: (f) => `${f.class} ${f.reason} ${f.target} ${f.step}`,
      more: (f) => f.samples.map((s) => h('p', { class: 'message' }, `${clock(s.at_ms)} user ${s.user}: ${s.message}`)),
    });
    body.append(causes.node);
    return ({ scenario }) => causes.update(scenario.failures);
  },
};
