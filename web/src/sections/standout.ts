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
    ? [h('p', { class: shown.scenario.dead ? '' : 'good' }, 'Nothing stands out.'), h('p', { class: 'note' }, 'No rule has found anything that it can be sure of.')]
    : [h('ol', { class: 'findings' }, ...shown.scenario.findings.map((f) => finding(f, shown)))])),
};

function finding(f: Finding, { series }: Shown): HTMLElement {
  const charted = f.metric in series.histograms || f.metric in series.counters;
  const show = h('button', { class: 'quiet', attributes: { type: 'button' }, on: { click: () => showOverTime(f) } }, 'Show over time');
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

/** choose has a chooser of charts offer what is wanted, and returns it. */
function choose(among: ParentNode, wanted: string): HTMLSelectElement | undefined {
  const select = [...among.querySelectorAll('select')].find((s) => [...s.options].some((o) => o.value === wanted));
  if (!select) return undefined;
  select.value = wanted;
  select.dispatchEvent(new Event('change'));
  return select;
}

/** showOverTime has a chart show what a finding is about, and goes there. */
function showOverTime({ metric, label }: Finding): void {
  const time = document.getElementById('time');
  const select = time ? choose(time, metric) : undefined;
  const chart = select?.closest('figure');
  if (chart && label) choose(chart, label);
  (chart ?? time)?.scrollIntoView({ block: 'start' });
  select?.focus({ preventScroll: true });
}
