// The lines of the charts over time, of the columns that the Result has.

import { count, number, rate, value } from '../format';
import { own } from '../own';
import type { Line } from '../chart';
import type { HistogramSeries, Metric, Values } from '../data';
import type { Shown } from '../view';

/** percentiles are those of a histogram, of all its labels ('') or of one. */
export function percentiles(shown: Shown, metric: Metric | undefined, label: string): Line[] {
  const by = own(shown.series.histograms, metric?.name ?? '');
  const all: HistogramSeries | undefined = label ? own(by?.by ?? {}, label) : by?.aggregate;
  if (!metric || !all) return [];
  const whole = label ? labelled(metric, label) : metric.all;
  const known = (values: number[]): (number | null)[] => values.map((v, i) => (all.count[i] ? v : null));
  const total = (v: number | undefined): string => (whole ? value(metric.unit, v ?? 0) : '');
  return [
    { name: 'p50', colour: 1, values: known(all.p50), total: total(whole?.p50) },
    { name: 'p95', colour: 2, values: known(all.p95), total: total(whole?.p95), dash: [8, 4], bandTo: 0 },
    ...(all.p99 ? [{ name: 'p99', colour: 3, values: known(all.p99), total: total(whole?.p99), dash: [2, 3] }] : []),
    { name: 'max', colour: 4, values: known(all.max), total: total(whole?.max), hidden: true },
  ];
}

/** labelled is what was measured with one value of the first label, where that is in one row. */
function labelled(metric: Metric, label: string): Values | undefined {
  const rows = metric.rows.filter((r) => (r.labels[0] ?? r.tags) === label);
  return rows.length === 1 ? rows[0] : undefined;
}

/** throughput is how often something was counted, of all labels ('') or of one. */
export function throughput(shown: Shown, metric: Metric | undefined, label: string): Line[] {
  const by = own(shown.series.counters, metric?.name ?? '');
  const column = label ? own(by?.by ?? {}, label) : by?.aggregate;
  if (!metric || !column) return [];
  const { bucket_ms, elapsed_ms, scenario_ms } = shown.scenario;
  const perSecond = column.map((n, i) => { // the last bucket may not be over
    const width = Math.min(bucket_ms, elapsed_ms - i * bucket_ms);
    return width >= 1000 ? (1000 * n) / width : null;
  });
  const mean = (1000 * column.reduce((a, b) => a + b, 0)) / Math.max(scenario_ms, 1);
  return [{ name: label || metric.title, colour: 1, values: perSecond, total: `${perSecondText(metric)(mean)} on average`, fill: true }];
}

/** perSecondText writes what a counter counts in a second. */
export function perSecondText(metric: Metric | undefined): (v: number) => string {
  return metric && metric.unit !== 'events' ? (v) => `${value(metric.unit, v)}/s` : rate;
}

/** ordinary are the reasons for which requests get no answer that say nothing of the application, as package metrics has them. */
const ordinary = new Set(['aborted', 'blocked']);

/** failed counts in each bucket what failed. Columns by host and status are not kept, so statuses that a script accepts count here. */
export function failed({ series: { counters, active_users } }: Shown): Line[] {
  const sum = (...columns: (number[] | undefined)[]): number[] => active_users.map((_, i) => columns.reduce((all, c) => all + (c?.[i] ?? 0), 0));
  const total = (values: number[]): string => count(values.reduce((a, b) => a + b, 0));
  const statuses = counters.http_requests?.by;
  const iterations = sum(counters.iteration_failures?.aggregate);
  const unanswered = Object.entries(counters.http_request_failures?.by ?? {}).filter(([reason]) => !ordinary.has(reason));
  const requests = sum(statuses?.['4xx'], statuses?.['5xx'], ...unanswered.map(([, column]) => column));
  return [
    { name: 'Failed iterations', colour: 2, values: iterations, total: total(iterations), bars: true },
    { name: 'Requests: 4xx, 5xx, no answer', colour: 3, values: requests, total: total(requests), steps: true, dash: [8, 4] },
  ];
}

export function users({ series: { active_users } }: Shown): Line[] {
  const most = active_users.reduce((a, b) => Math.max(a, b), 0);
  return [{ name: 'Users', colour: 5, values: active_users, total: `${number(most)} at most`, steps: true, fill: true }];
}
