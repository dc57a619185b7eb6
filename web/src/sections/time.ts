// What happened over time: charts whose cursors move together, and what happened when.

import { h, fill, newId } from '../h';
import { chart, type Line } from '../chart';
import { clock, number, rate, value } from '../format';
import { own } from '../own';
import type { Section } from '../section';
import type { Metric } from '../data';
import type { Shown } from '../view';

export const time: Section = {
  id: 'time',
  title: 'Over time',
  applies: ({ scenario, series }) => !scenario.error && series.active_users.length > 0,
  build(body) {
    const times = chart('Response times', 'large');
    const throughput = chart('Throughput', 'small');
    const failures = chart('Failures', 'small');
    const users = chart('Users', 'small');
    const happened = h('ol', { class: 'marks' });
    let shown: Shown;
    const histogram = chooser('Show', () => drawTimes());
    const counter = chooser('Show', () => drawThroughput());
    times.node.querySelector('figcaption')?.append(histogram.node);
    throughput.node.querySelector('figcaption')?.append(counter.node);
    body.append(happened, times.node, throughput.node, failures.node, users.node);

    const common = () => ({ bucketMS: shown.scenario.bucket_ms, marks: shown.scenario.marks });
    function drawTimes(): void {
      const metric = shown.metrics.find((m) => m.name === histogram.value());
      times.update({ ...common(), lines: percentiles(shown, metric), format: (v) => value(metric?.unit ?? '', v) });
    }
    function drawThroughput(): void {
      const metric = shown.metrics.find((m) => m.name === counter.value());
      const lines: Line[] = [{ name: metric?.title ?? 'nothing', colour: 1, values: perSecond(shown, counter.value()), fill: true }];
      throughput.update({ ...common(), lines, format: metric?.unit === 'bytes' ? (v) => `${value('bytes', v)}/s` : rate });
    }
    return (next) => {
      shown = next;
      histogram.update(shown.metrics.filter((m) => m.kind === 'histogram' && own(shown.series.histograms, m.name)), noticed(shown));
      counter.update(shown.metrics.filter((m) => m.kind === 'counter' && own(shown.series.counters, m.name)), 'iterations');
      drawTimes();
      drawThroughput();
      failures.update({ ...common(), lines: failed(shown), format: number });
      users.update({ ...common(), lines: [{ name: 'users', colour: 5, values: shown.series.active_users, steps: true, fill: true }], format: number });
      happened.hidden = shown.scenario.marks.length === 0;
      fill(happened, ...shown.scenario.marks.map((m) => h('li', { class: m.kind }, h('b', {}, clock(m.at_ms)), ` ${m.text}`)));
    };
  },
};

/** noticed is the metric that people notice most. */
function noticed({ scenario: { felt } }: Shown): string {
  return (felt.find((f) => f.metric === 'liveview_event_duration_us') ?? felt[0])?.metric ?? '';
}

interface Chooser {
  node: HTMLElement;
  value(): string;
  update(metrics: Metric[], preferred: string): void;
}

function chooser(label: string, changed: () => void): Chooser {
  const id = newId('choose');
  const select = h('select', { attributes: { id }, on: { change: changed } });
  let offered = '';
  return {
    node: h('label', { class: 'choose', attributes: { for: id } }, h('span', { class: 'aside' }, label), select),
    value: () => select.value,
    update(metrics, preferred) {
      const names = metrics.map((m) => m.name);
      if (names.join() === offered) return;
      offered = names.join();
      const before = names.includes(select.value) ? select.value : preferred;
      fill(select, ...metrics.map((m) => h('option', { attributes: { value: m.name, selected: m.name === before } }, m.title)));
    },
  };
}

function percentiles(shown: Shown, metric: Metric | undefined): Line[] {
  const all = own(shown.series.histograms, metric?.name ?? '')?.aggregate;
  if (!all) return [];
  const known = (values: number[]): (number | null)[] => values.map((v, i) => (all.count[i] ? v : null));
  return [
    { name: 'p50', colour: 1, values: known(all.p50) },
    { name: 'p95', colour: 2, values: known(all.p95), dash: [8, 4], bandTo: 0 },
    ...(all.p99 ? [{ name: 'p99', colour: 3, values: known(all.p99), dash: [2, 3] }] : []),
    { name: 'max', colour: 4, values: known(all.max), hidden: true },
  ];
}

function perSecond(shown: Shown, counter: string): number[] {
  return (own(shown.series.counters, counter)?.aggregate ?? []).map((n) => (1000 * n) / shown.scenario.bucket_ms);
}

/** failed counts in each bucket what failed. */
function failed({ series: { counters, active_users } }: Shown): Line[] {
  const zeros = active_users.map(() => 0);
  const sum = (...columns: (number[] | undefined)[]): number[] => zeros.map((_, i) => columns.reduce((all, c) => all + (c?.[i] ?? 0), 0));
  const statuses = counters.http_requests?.by;
  return [
    { name: 'iterations', colour: 2, values: sum(counters.iteration_failures?.aggregate), bars: true },
    { name: 'requests', colour: 3, values: sum(statuses?.['4xx'], statuses?.['5xx'], counters.http_request_failures?.aggregate), steps: true, dash: [8, 4] },
  ];
}
