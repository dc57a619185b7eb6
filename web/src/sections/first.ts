// What failed first.

import { h } from '../h';
import { clock } from '../format';
import { redraw, type Section } from '../section';

export const first: Section = {
  id: 'first',
  title: 'What failed first',
  build: redraw(({ scenario }) => {
    const f = scenario.first_failure;
    if (scenario.error) return [h('pre', {}, scenario.error)];
    if (!f && scenario.failures.length > 0) return [h('p', {}, 'It is not known: no sample of a failure was kept.')];
    if (!f) return [scenario.dead ? h('p', { class: 'lead warning' }, `No failure was recorded, but ${scenario.dead}.`) : h('p', { class: 'good' }, 'No iteration failed.')];
    return [
      h('p', { class: 'lead' }, h('strong', {}, f.class), ` after ${clock(f.at_ms)}`),
      h('p', { class: 'message' }, f.message),
      f.place !== '' && h('p', { class: 'note' }, h('code', {}, f.place)),
    ];
  }),
};
