// What an update adds to the time series that the page has. sinks/dashboard makes updates, and tests it with the same rules.

import type { HistogramSeries, TimeSeries } from '../data';

/** join puts the end of a series, from a bucket on, behind what stays. */
export function join(before: TimeSeries, tail: TimeSeries, since: number): TimeSeries {
  return {
    active_users: column(before.active_users, tail.active_users, since, 0),
    node_count: column(before.node_count, tail.node_count, since, 0),
    histograms: all(before.histograms, tail.histograms, (old, end) => histogram(old, end, since)),
    counters: all(before.counters, tail.counters, (old, end) => column(old, end, since, 0)),
    ...(tail.gauges ? { gauges: all(before.gauges ?? {}, tail.gauges, (old, end) => column(old, end, since, null)) } : {}),
  };
}

interface By<T> {
  aggregate: T;
  by: Record<string, T>;
}

/** all joins each metric and label of the tail. Labels that it lacks have given way to others. */
function all<T>(before: Record<string, By<T>>, tail: Record<string, By<T>>, one: (old: T | undefined, end: T) => T): Record<string, By<T>> {
  return each(tail, (end, metric) => ({
    aggregate: one(own(before, metric)?.aggregate, end.aggregate),
    by: each(end.by, (column, label) => one(own(own(before, metric)?.by ?? {}, label), column)),
  }));
}

/** own is the value of a key, which scripts and pages may have called constructor. */
function own<T>(record: Record<string, T>, key: string): T | undefined {
  return Object.hasOwn(record, key) ? record[key] : undefined;
}

/** each maps the values of a record, whose keys may be any. */
function each<T, R>(record: Record<string, T>, map: (value: T, key: string) => R): Record<string, R> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, map(value, key)]));
}

function histogram(old: HistogramSeries | undefined, end: HistogramSeries, since: number): HistogramSeries {
  const joined = (name: keyof HistogramSeries): number[] => column(old?.[name], end[name] ?? [], since, 0);
  return {
    count: joined('count'), sum: joined('sum'), max: joined('max'), p50: joined('p50'), p95: joined('p95'),
    ...(end.p90 ? { p90: joined('p90') } : {}), ...(end.p99 ? { p99: joined('p99') } : {}),
  };
}

function column<T>(old: T[] | undefined, end: T[], since: number, nothing: T): T[] {
  const kept = (old ?? []).slice(0, since);
  while (kept.length < since) kept.push(nothing);
  return kept.concat(end);
}
