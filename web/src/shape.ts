// The shape of a distribution: how often values occur, and which share of them is at most how large.

import { h, type Child } from './h';
import { count, number } from './format';
import { svg } from './svg';
import { barsOf, binsOf, scaleOf, shareUpTo, ticksOf, total, type Bin, type Scale } from './distribution';
import type { Values } from './data';

/** mostBars is fewer for few samples, whose bars would say more about chance. */
function mostBars(samples: number): number {
  return Math.min(Math.max(Math.round(2 * Math.sqrt(samples)), 8), 60);
}

const marked: ['p50' | 'p95' | 'p99', string][] = [['p50', 'p50'], ['p95', 'p95'], ['p99', 'p99']];

interface Plot {
  bins: Bin[];
  scale: Scale;
  values: Values;
  format(value: number): string;
}

/** shape draws both; nothing when the values have no bins. */
export function shape(title: string, values: Values, format: (value: number) => string): HTMLElement | null {
  if (!values.bins) return null;
  const bins = binsOf(values.bins);
  const plot = { bins, scale: scaleOf(bins), values, format };
  const facts = marked.map(([key, name]) => `${name} ${format(values[key] ?? 0)}`).join(', ');
  return h('div', { class: 'shape' },
    half('How often', `How often values of ${title} occur: ${facts}`, plot, histogram(plot), (at) => {
      const bars = barsOf(bins, plot.scale, mostBars(values.count));
      const bar = bars[Math.min(Math.floor(at * bars.length), bars.length - 1)];
      return bar ? `${count(bar.count)} from ${format(bar.low)} to ${format(bar.high)}` : '';
    }),
    half('Share up to', `Which share of ${title} is at most how large: ${facts}`, plot, curve(plot), (at) => {
      const value = plot.scale.value(at);
      return `${percent(shareUpTo(bins, value))} at most ${format(value)}`;
    }, ['100 %', '50 %', '0 %']));
}

function percent(share: number): string {
  return `${number(Math.floor(share * 1000) / 10)} %`;
}

/** half is a drawing with its axes, and text for the place that is pointed at. */
function half(title: string, spoken: string, plot: Plot, drawing: SVGElement, at: (at: number) => string, sides: string[] = []): HTMLElement {
  const reading = h('output', { class: 'reading', attributes: { 'aria-live': 'polite' } });
  const hair = h('i', { class: 'hair', attributes: { hidden: true } });
  let place = 0.5;
  const point = (to: number | null): void => {
    hair.hidden = to === null;
    reading.textContent = to === null ? '' : at(to);
    if (to !== null) hair.style.setProperty('left', `${100 * (place = Math.min(Math.max(to, 0), 1))}%`);
  };
  const area = h('div', { class: 'area', attributes: { tabindex: 0, role: 'img', 'aria-label': spoken }, on: {
    pointermove: (event) => { const box = area.getBoundingClientRect(); point((event.clientX - box.left) / box.width); },
    pointerleave: () => point(null),
    blur: () => point(null),
    keydown: (event) => {
      const step = { ArrowLeft: -0.01, ArrowRight: 0.01, PageUp: -0.1, PageDown: 0.1, Home: -1, End: 1 }[event.key];
      if (step === undefined) return;
      event.preventDefault();
      point(place + step);
    },
  } }, hair, ...lines(plot));
  area.prepend(drawing);
  return h('figure', {}, h('figcaption', {}, h('h4', {}, title), reading),
    h('div', { class: 'sides', attributes: { 'aria-hidden': true } }, ...sides.map((text) => h('span', {}, text))), area,
    h('div', { class: 'ticks', attributes: { 'aria-hidden': true } }, ...ticksOf(plot.scale, 5).filter((value) => plot.scale.at(value) < 0.97).map((value) => h('span', { style: { left: `${100 * plot.scale.at(value)}%` } }, plot.format(value)))));
}

/** lines are where the percentiles are. Of two whose names would cover each other, the larger one is named. */
function lines({ values, scale }: Plot): Child[] {
  const places = marked.map(([key]) => scale.at(values[key] ?? 0));
  return marked.map(([, name], i) => {
    const at = places[i] ?? 0;
    const next = places[i + 1];
    return h('i', { class: 'line', style: { left: `${100 * at}%` }, attributes: { 'aria-hidden': true } }, (next === undefined || next - at > 0.07) && h('b', {}, name));
  });
}

function histogram({ bins, scale, values }: Plot): SVGElement {
  const bars = barsOf(bins, scale, mostBars(values.count));
  const largest = Math.max(...bars.map((bar) => bar.count), 1);
  return drawing(...bars.map((bar, i) => svg('rect', {
    x: (1000 * i) / bars.length + 0.5, width: Math.max(1000 / bars.length - 1, 0.5), y: 100 - (98 * bar.count) / largest, height: (98 * bar.count) / largest,
  })));
}

function curve({ bins, scale }: Plot): SVGElement {
  const all = total(bins);
  let seen = 0;
  let path = 'M0 100';
  for (const bin of bins) {
    const x = 1000 * scale.at(bin.middle);
    path += `H${x.toFixed(1)}`;
    seen += bin.count;
    path += `V${(100 - (100 * seen) / all).toFixed(2)}`;
  }
  return drawing(svg('path', { d: `${path}H1000V100Z`, class: 'below' }), svg('path', { d: `${path}H1000`, class: 'line' }));
}

function drawing(...children: SVGElement[]): SVGElement {
  return svg('svg', { viewBox: '0 0 1000 100', preserveAspectRatio: 'none', 'aria-hidden': 'true' }, ...children);
}
