// What was asked for.

import { h } from '../h';
import { table } from '../table';
import { moment } from '../format';
import type { Section } from '../section';
import type { Shown } from '../view';

interface Option {
  name: string;
  value: string;
}

export const options: Section = {
  id: 'options',
  title: 'Options of the run',
  large: true,
  build(body) {
    const all = table<Option>({
      caption: 'Options of the run',
      columns: [
        { title: 'Option', cell: (o) => h('code', {}, o.name), sort: (o) => o.name },
        { title: 'Value', cell: (o) => h('code', { class: 'value' }, o.value), sort: (o) => o.value },
      ],
      search: (o) => `${o.name} ${o.value}`,
    });
    body.append(all.node);
    return (shown) => all.update([...facts(shown), ...flat('', shown.scenario.options)]);
  },
};

function facts({ data, scenario }: Shown): Option[] {
  const known: [string, string][] = [
    ['scenario', scenario.name], ['run', data.run_id], ['started', moment(data.start)], ['liveload', data.version], ['load', scenario.load], ...Object.entries(data.labels),
  ];
  return known.filter(([, value]) => value !== '').map(([name, value]) => ({ name, value }));
}

/** flat names what is within another option as outer.inner. */
function flat(outer: string, value: unknown): Option[] {
  if (Array.isArray(value) && value.every((v) => typeof v === 'string')) return [{ name: outer, value: value.join(', ') }];
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return [{ name: outer, value: typeof value === 'string' ? value : JSON.stringify(value) }];
  return Object.entries(value).flatMap(([name, inner]) => flat(outer === '' ? name : `${outer}.${name}`, inner));
}
