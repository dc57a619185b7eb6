// What stands out: sentences, each with how it was found and what can be done about it.

import { h } from '../h';
import { clock, value } from '../format';
import { redraw, type Section } from '../section';
import type { Finding } from '../data';
import type { Shown } from '../view';

export const standout: Section = {
  id: 'standout',
  title: 'What stands out',
  applies: ({ scenario }) => !scenario.error,
  build: redraw((shown) => (shown.scenario.findings.length === 0
    ? [h('p', { class: 'good' }, 'Nothing stands out.'), h('p', { class: 'note' }, 'No rule has found anything that it can be sure of.')]
    : [h('ol', { class: 'findings' }, ...shown.scenario.findings.map((f) => finding(f, shown)))])),
};

function finding(f: Finding, { series }: Shown): HTMLElement {
  const charted = f.metric in series.histograms || f.metric in series.counters;
  const show = h('button', { class: 'quiet', attributes: { type: 'button' }, on: { click: () => showOverTime(f.metric) } }, 'Show over time');
  return h('li', { class: f.doubt ? 'doubtful' : '' },
    h('p', { class: 'sentence' }, f.sentence),
    f.doubt && h('p', { class: 'warning' }, f.doubt),
    h('p', { class: 'advice' }, f.advice),
    h('details', {},
      h('summary', {}, 'How it was found'),
      h('p', {}, f.how),
      h('dl', { class: 'numbers-of' }, ...f.numbers.flatMap((n) => [h('dt', {}, n.name), h('dd', { class: 'numeric' }, value(n.unit ?? '', n.value))])),
      h('p', { class: 'note' }, 'Metric ', h('code', {}, f.metric), f.label ? [' of ', f.label].join('') : '',
        f.at_ms !== undefined && f.at_ms !== null ? `, from ${clock(f.at_ms)} on` : '', '. The rule is described by ', h('code', {}, `liveload docs ${f.link.split('.')[0]}`), '.'),
      charted && show));
}

/** chooser is the choice of a chart that can show a metric. */
function chooser(metric: string): HTMLSelectElement | undefined {
  return [...document.querySelectorAll<HTMLSelectElement>('#time select')].find((s) => [...s.options].some((o) => o.value === metric));
}

/** showOverTime has a chart show a metric, and goes there. */
function showOverTime(metric: string): void {
  const select = chooser(metric);
  if (select) {
    select.value = metric;
    select.dispatchEvent(new Event('change'));
  }
  const to = select?.closest('figure') ?? document.getElementById('time');
  to?.scrollIntoView({ block: 'start' });
  select?.focus({ preventScroll: true });
}
