// One metric of both runs over time.

import { chart, type Line } from '../chart';
import { rate, value } from '../format';
import { own } from '../own';
import { bucketOf, columns, sums } from './align';
import type { Compared, HistogramSeries, Side } from '../data';

/** overTime returns nothing for a label whose numbers over time are not kept. */
export function overTime(compared: Compared, metric: string, label: string): HTMLElement | undefined {
  const times = [compared.old, compared.new].map((side) => histogram(side, metric, label));
  const unit = compared.curves.find((c) => c.metric === metric)?.unit ?? '';
  if (times[0] && times[1]) {
    return drawn(compared, `Over time${label && `: ${label}`}`, [0, 1].flatMap((i) => percentiles(compared, i, times[i])), (v) => value(unit, v));
  }
  const counted = [compared.old, compared.new].map((side) => counts(side, metric, label));
  if (!counted.some((c) => c)) return undefined;
  return drawn(compared, 'Per second', [0, 1].map((i) => perSecond(compared, i, counted[i] ?? [])), rate);
}

/** drawn makes a chart of lines that are aligned already. */
export function drawn(compared: Compared, title: string, lines: Line[], format: (v: number) => string): HTMLElement {
  const one = chart(title, 'small');
  one.update({ bucketMS: bucketOf(compared), lines, marks: [], format });
  return one.node;
}

/** side is the run: its colour, and what it is called. */
const look = [{ name: 'old', colour: 4 }, { name: 'new', colour: 1 }];

function percentiles(compared: Compared, i: number, of: HistogramSeries | undefined): Line[] {
  const { name, colour } = look[i] ?? { name: '', colour: 1 };
  if (!of) return [];
  return [
    { name: `${name} p50`, colour, values: columns(compared, i, of.p50, of.count) },
    { name: `${name} p95`, colour, values: columns(compared, i, of.p95, of.count), dash: [6, 4] },
  ];
}

/** perSecond is what was counted in each bucket, by how long that was. Of a last one that was short, nobody can say. */
export function perSecond(compared: Compared, i: number, counts: number[]): Line {
  const { name, colour } = look[i] ?? { name: '', colour: 1 };
  const width = bucketOf(compared);
  const elapsed = (i === 0 ? compared.old : compared.new).elapsed_ms;
  const rates = sums(compared, i, counts).map((n, k) => {
    const covered = Math.min(elapsed - k * width, width);
    return n === null || covered < width / 2 ? null : (1000 * n) / covered;
  });
  return { name, colour, values: rates };
}

/** level is a number that stands for a whole bucket, such as of users. */
export function level(compared: Compared, i: number, values: number[]): Line {
  const { name, colour } = look[i] ?? { name: '', colour: 1 };
  return { name, colour, values: columns(compared, i, values, values.map(() => 1)), steps: true };
}

function histogram({ series }: Side, metric: string, label: string): HistogramSeries | undefined {
  const of = own(series.histograms, metric);
  return of && (own(of.by, label) ?? (label === '' || Object.keys(of.by ?? {}).length === 0 ? of.aggregate : undefined));
}

function counts({ series }: Side, metric: string, label: string): number[] | undefined {
  const of = own(series.counters, metric);
  return of && (label === '' ? of.aggregate : own(of.by, label));
}
