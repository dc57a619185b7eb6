// What happened over time: charts whose cursors move together, and what happened when.

import { h, fill } from '../h';
import { chart, type Chart, type ChartData } from '../chart';
import { chooser, type Choice } from '../choose';
import { clock, number, value } from '../format';
import { own } from '../own';
import { failed, percentiles, perSecondText, throughput, users } from './lines';
import type { Section } from '../section';
import type { Metric } from '../data';
import type { Shown } from '../view';

export const time: Section = {
  id: 'time',
  title: 'Over time',
  ofNode: true,
  applies: ({ scenario, series }) => !scenario.error && series.active_users.length > 0,
  build(body) {
    const happened = h('ol', { class: 'marks' });
    const [failures, active] = [chart('Failures', 'small'), chart('Users', 'small')];
    const times = measured('Response times', 'large', 'histogram', (shown, metric, label) => ({
      lines: percentiles(shown, metric, label), format: (v) => value(metric?.unit ?? '', v),
    }));
    const rates = measured('Throughput', 'small', 'counter', (shown, metric, label) => ({
      lines: throughput(shown, metric, label), format: perSecondText(metric),
    }));
    body.append(happened, times.chart.node, rates.chart.node, failures.node, active.node);
    return (shown) => {
      times.update(shown, noticed(shown));
      rates.update(shown, 'iterations');
      failures.update({ ...common(shown), lines: failed(shown), format: number, whole: true });
      active.update({ ...common(shown), lines: users(shown), format: number, whole: true });
      happened.hidden = shown.scenario.marks.length === 0;
      fill(happened, ...shown.scenario.marks.map((m) => h('li', { class: m.kind }, h('b', {}, clock(m.at_ms)), ` ${m.text}`)));
    };
  },
};

/** noticed is the metric that people notice most. */
function noticed({ scenario: { felt } }: Shown): string {
  return (felt.find((f) => f.metric === 'liveview_event_duration_us') ?? felt[0])?.metric ?? '';
}

function common({ scenario: { bucket_ms, marks } }: Shown): Pick<ChartData, 'bucketMS' | 'marks'> {
  return { bucketMS: bucket_ms, marks };
}

type Draw = (shown: Shown, metric: Metric | undefined, label: string) => Pick<ChartData, 'lines' | 'format'>;

/** measured is a chart of one metric, with all its labels or one: the reader chooses. */
function measured(title: string, size: 'large' | 'small', kind: 'histogram' | 'counter', lines: Draw): { chart: Chart; update(shown: Shown, preferred: string): void } {
  const drawn = chart(title, size);
  let shown: Shown;
  const metrics = chooser('Metric', draw);
  const labels = chooser('Label', draw);
  drawn.node.querySelector('figcaption')?.append(h('span', { class: 'choosers' }, metrics.node, labels.node));

  function draw(): void {
    const metric = shown.metrics.find((m) => m.name === metrics.value());
    const series = kind === 'histogram' ? shown.series.histograms : shown.series.counters;
    const known = Object.keys(own<{ by: object }>(series, metric?.name ?? '')?.by ?? {}).sort();
    labels.update([{ value: '', title: `every ${metric?.labels[0] ?? 'label'}` }, ...known.map((label): Choice => ({ value: label, title: label }))], '');
    drawn.update({ ...common(shown), ...lines(shown, metric, labels.value()) });
  }
  return {
    chart: drawn,
    update(next, preferred) {
      shown = next;
      const series = kind === 'histogram' ? next.series.histograms : next.series.counters;
      metrics.update(next.metrics.filter((m) => m.kind === kind && own<object>(series, m.name)).map((m) => ({ value: m.name, title: m.title })), preferred);
      draw();
    },
  };
}
