// Several scenarios beside each other.

import { h, fill, newId, type Child } from '../h';
import { count, value } from '../format';
import type { Section } from '../section';
import type { Metric, Scenario, Values } from '../data';
import type { View } from '../view';

const statistics = ['p50', 'p95', 'p99', 'max', 'mean'] as const;
type Statistic = (typeof statistics)[number];

export const sideBySide: Section = {
  id: 'sidebyside',
  title: 'Scenarios side by side',
  large: true,
  applies: ({ data }) => data.scenarios.length > 1,
  build(body, view) {
    let chosen: Statistic = 'p95';
    const id = newId('statistic');
    const select = h('select', { attributes: { id }, on: { change: () => { chosen = statistics.find((s) => s === select.value) ?? 'p95'; draw(); } } },
      ...statistics.map((s) => h('option', { attributes: { value: s, selected: s === chosen } }, s)));
    const tables = h('div');
    const draw = (): void => fill(tables, ...compared(view, chosen));
    body.append(h('label', { class: 'choose', attributes: { for: id } }, 'Times and sizes: ', select), tables);
    return draw;
  },
};

interface Line {
  title: Child;
  cells: (string | undefined)[]; // one for each scenario
}

function compared(view: View, statistic: Statistic): Child[] {
  const { scenarios } = view.shown.data;
  const groups: [string, Line[]][] = [['Load', loads(scenarios)], [`Times and sizes, ${statistic}`, distributions(scenarios, statistic)], ['Counts', counters(scenarios)]];
  const head = h('tr', {}, h('th', { attributes: { scope: 'col' } }, h('span', { class: 'aside' }, 'What')), ...scenarios.map((s, i) => h('th', { class: 'numeric', attributes: { scope: 'col' } },
    h('button', { attributes: { type: 'button', title: 'Show this scenario' }, on: { click: () => void view.showScenario(i) } }, s.name))));
  const body = groups.filter(([, lines]) => lines.length > 0).map(([title, lines]) => h('tbody', {},
    h('tr', { class: 'group' }, h('th', { attributes: { scope: 'rowgroup', colspan: scenarios.length + 1 } }, title)),
    ...lines.map((l) => h('tr', {}, h('th', { attributes: { scope: 'row' } }, l.title), ...l.cells.map((text) => h('td', { class: 'numeric' }, text ?? '–'))))));
  return [h('div', { class: 'scroller', attributes: { tabindex: 0, role: 'region', 'aria-label': 'Scenarios side by side' } },
    h('table', { class: 'beside' }, h('caption', { class: 'aside' }, 'Scenarios side by side'), h('thead', {}, head), ...body))];
}

function loads(scenarios: Scenario[]): Line[] {
  const names = [...new Set(scenarios.flatMap((s) => s.figures.map((f) => f.name)))];
  return [
    { title: 'Outcome', cells: scenarios.map((s) => s.verdict.title) },
    { title: 'Planned', cells: scenarios.map((s) => s.load || undefined) },
    ...names.map((name): Line => ({ title: name, cells: scenarios.map((s) => s.figures.find((f) => f.name === name)?.value) })),
  ];
}

function distributions(scenarios: Scenario[], statistic: Statistic): Line[] {
  return metricsOf(scenarios, 'histogram').map((m) => ({ title: titled(m), cells: ofEach(scenarios, m, (v) => (v.count ? value(m.unit, of(v, statistic)) : undefined)) }));
}

function counters(scenarios: Scenario[]): Line[] {
  return metricsOf(scenarios, 'counter').map((m) => ({ title: titled(m), cells: ofEach(scenarios, m, (v) => (m.unit === 'events' || m.unit === '' ? count(v.count) : value(m.unit, v.count))) }));
}

/** metricsOf are those that at least one scenario has, without those of the load generator, which all of them share. */
function metricsOf(scenarios: Scenario[], kind: string): Metric[] {
  const known = new Map<string, Metric>();
  for (const m of scenarios.flatMap((s) => s.metrics)) {
    if (m.kind === kind && !m.name.startsWith('generator_') && !known.has(m.name)) known.set(m.name, m);
  }
  return [...known.values()];
}

function ofEach(scenarios: Scenario[], m: Metric, text: (values: Values) => string | undefined): (string | undefined)[] {
  return scenarios.map((s) => {
    const values = s.metrics.find((one) => one.name === m.name)?.all;
    return values && text(values);
  });
}

function of(values: Values, statistic: Statistic): number {
  return statistic === 'mean' ? (values.sum ?? 0) / Math.max(values.count, 1) : (values[statistic] ?? 0);
}

function titled(m: Metric): Child {
  return h('span', { class: 'metric' }, m.title, m.title.toLowerCase() !== m.name && h('code', {}, m.name));
}
