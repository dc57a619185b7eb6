// Every metric with its labels: searched, sorted, each with its distribution.

import { h, newId, type Child } from '../h';
import { count, number, value } from '../format';
import { facts, tailText } from '../facts';
import { tail } from '../distribution';
import { table, type Column, type Table } from '../table';
import type { Section } from '../section';
import type { Metric, Row, Values } from '../data';
import type { Shown } from '../view';

export const metrics: Section = {
  id: 'metrics',
  title: 'Every metric',
  ofNode: true,
  large: true,
  applies: ({ scenario }) => scenario.metrics.length > 0,
  build(body) {
    const kinds = [histograms(), counters(), gauges()];
    const found = h('p', { class: 'status', attributes: { role: 'status' } });
    let all: Metric[] = [];
    let seconds = 0;
    let wanted: string[] = [];
    const draw = (): void => {
      const some = all.filter((m) => matches(m, wanted));
      for (const { kind, node, update } of kinds) {
        const of = some.filter((m) => m.kind === kind);
        node.hidden = of.length === 0;
        update(of, seconds);
      }
      found.textContent = wanted.length === 0 ? '' : some.length === 0 ? 'No metric is called like that, and none has such a label.' : `${some.length} of ${all.length} metrics`;
    };
    body.append(search((text) => { wanted = text.toLowerCase().split(/\s+/).filter(Boolean); draw(); }), found, ...kinds.map((k) => k.node));
    return (shown) => {
      all = shown.metrics;
      seconds = time(shown);
      draw();
    };
  },
};

/** time is how many seconds the numbers are of. */
function time({ scenario }: Shown): number {
  return scenario.scenario_ms / 1000;
}

/** matches says whether all words are in what is known of a metric, its labels included. */
function matches(m: Metric, words: string[]): boolean {
  if (words.length === 0) return true;
  const own = `${m.title} ${m.name} ${m.meaning}`.toLowerCase();
  return words.every((word) => own.includes(word) || m.rows.some((row) => labelText(row).toLowerCase().includes(word)));
}

function labelText(row: Row): string {
  return [...row.labels, row.tags ?? ''].join(' ');
}

interface Kind {
  kind: string;
  node: HTMLElement;
  update(metrics: Metric[], seconds: number): void;
}

function kindOf(kind: string, title: string, metrics: Table<Metric>, update: Kind['update'] = metrics.update): Kind {
  return { kind, node: h('div', { class: 'kind' }, h('h3', {}, title), metrics.node), update };
}

function histograms(): Kind {
  return kindOf('histogram', 'Times and sizes', table<Metric>({
    caption: 'Times and sizes',
    columns: [{ title: 'Metric', cell: name, sort: (m) => m.title }, ...spread<Metric>((m) => m, (m) => m.all)],
    key: (m) => m.name,
    more: (m) => [about(m), ...facts(m.title, m.unit, m.all), ...labels(m, spread<Row>(() => m, (row) => row), (row) => facts(labelText(row), m.unit, row))],
  }));
}

function counters(): Kind {
  let seconds = 0;
  const columns = <T>(metric: (of: T) => Metric, values: (of: T) => Values): Column<T>[] => [
    { title: 'Total', cell: (of) => amount(metric(of), values(of).count), sort: (of) => values(of).count, numeric: true },
    { title: 'Per second', cell: (of) => amount(metric(of), seconds ? values(of).count / seconds : 0), sort: (of) => values(of).count, numeric: true },
  ];
  const all = table<Metric>({
    caption: 'Counts',
    columns: [{ title: 'Metric', cell: name, sort: (m) => m.title }, ...columns<Metric>((m) => m, (m) => m.all)],
    key: (m) => m.name,
    more: (m) => [about(m), ...labels(m, columns<Row>(() => m, (row) => row))],
  });
  return kindOf('counter', 'Counts', all, (metrics, of) => {
    if (of) seconds = of;
    all.update(metrics);
  });
}

function gauges(): Kind {
  const columns = <T>(metric: (of: T) => Metric, values: (of: T) => Values): Column<T>[] => ([['Last', 'last'], ['Smallest', 'min'], ['Largest', 'max']] as const).map(([title, field]) => (
    { title, cell: (of) => value(metric(of).unit, values(of)[field] ?? 0), sort: (of) => values(of)[field] ?? 0, numeric: true }));
  return kindOf('gauge', 'Values', table<Metric>({
    caption: 'Values',
    columns: [{ title: 'Metric', cell: name, sort: (m) => m.title }, ...columns<Metric>((m) => m, (m) => m.all)],
    key: (m) => m.name,
    more: (m) => [about(m), ...labels(m, columns<Row>(() => m, (row) => row))],
  }));
}

/** spread is how the values of a distribution are spread. */
function spread<T>(metric: (of: T) => Metric, values: (of: T) => Values): Column<T>[] {
  const percentiles = (['p50', 'p95', 'p99', 'max'] as const).map((field): Column<T> => (
    { title: field, cell: (of) => value(metric(of).unit, values(of)[field] ?? 0), sort: (of) => values(of)[field] ?? 0, numeric: true }));
  return [
    { title: 'Count', cell: (of) => count(values(of).count), sort: (of) => values(of).count, numeric: true },
    ...percentiles,
    { title: 'Tail', cell: (of) => tailText(values(of)), sort: (of) => tail(values(of)) ?? 0, numeric: true, hint: 'p99 / p50' },
  ];
}

function amount(metric: Metric, n: number): string {
  if (metric.unit === 'events' || metric.unit === '') return Number.isInteger(n) ? count(n) : number(n);
  return value(metric.unit, n);
}

function name(m: Metric): Child {
  return h('span', { class: 'metric' }, m.title, m.title.toLowerCase() !== m.name && h('code', {}, m.name));
}

function about(m: Metric): Child {
  return h('p', { class: 'note' }, [...new Set([m.meaning, m.help])].filter(Boolean).join(' '));
}

/** labels is a table of the sets of labels, nothing when there is one set only that says nothing. */
function labels(m: Metric, columns: Column<Row>[], more?: (row: Row) => Child[]): Child[] {
  if (m.rows.length === 0) return [];
  const named = m.labels.map((label, i): Column<Row> => ({ title: label, cell: (row) => row.labels[i] ?? '', sort: (row) => row.labels[i] ?? '' }));
  if (named.length === 0 || m.rows.some((row) => row.tags)) named.push({ title: 'tags', cell: (row) => row.tags ?? '', sort: (row) => row.tags ?? '' });
  const used = named.filter((column) => m.rows.some((row) => column.cell(row) !== ''));
  const all = table<Row>({
    caption: `${m.title} by its labels`, columns: [...(used.length > 0 ? used : named), ...columns], key: (row) => JSON.stringify([row.labels, row.tags]),
    ...(m.rows.length > 5 ? { search: labelText } : {}), ...(more ? { more } : {}),
  });
  all.update(m.rows);
  return [all.node];
}

function search(changed: (text: string) => void): HTMLElement {
  const id = newId('search');
  const input = h('input', { attributes: { id, type: 'search', placeholder: 'Search metrics and labels', autocomplete: 'off' }, on: { input: () => changed(input.value) } });
  return h('label', { class: 'search', attributes: { for: id } }, h('span', { class: 'aside' }, 'Search metrics and labels'), input);
}
