// The way of a user through an iteration: its steps as a waterfall.

import { h, fill, type Child } from '../h';
import { count, microseconds } from '../format';
import { facts } from '../facts';
import type { Section } from '../section';
import type { Journey, Stage, Values } from '../data';
import type { Shown } from '../view';

const titles: Record<string, string> = { steps: 'Steps in the order in which users reach them', operations: 'Operations, those that took most time first' };

export const journey: Section = {
  id: 'journey',
  title: 'Journey of a user',
  ofNode: true,
  large: true,
  applies: ({ journey: { stages } }) => stages.length > 0,
  build(body) {
    const opened = new Set<string>();
    return (shown) => {
      const j = shown.journey;
      const end = Math.max(...j.stages.map((s) => s.start + s.p95), 1);
      fill(body,
        h('p', { class: 'note' }, `${titles[j.of] ?? ''}. ${explanation(j)}`),
        h('div', { class: 'waterfall' }, axis(end), h('ol', {}, ...j.stages.map((s) => stage(s, end, shown, opened)))));
    };
  },
};

function explanation(j: Journey): string {
  if (j.of === 'operations') return 'A script that names its steps with user.step() shows here in which order they come. A bar is p50, its lighter part goes on to p95.';
  return 'A bar begins where half of the users had begun the step, and is as long as p50; its lighter part goes on to p95.';
}

/** axis is the time since an iteration began. */
function axis(end: number): HTMLElement {
  const every = [1, 2, 5, 10].map((n) => n * 10 ** Math.floor(Math.log10(end / 4))).find((step) => end / step <= 6) ?? end;
  const ticks = Array.from({ length: Math.floor(end / every) + 1 }, (_, i) => i * every);
  return h('div', { class: 'axis', attributes: { 'aria-hidden': true } }, h('div', {}, ...ticks.map((at) => h('span', { style: { left: `${(100 * at) / end}%` } }, at === 0 ? '0' : microseconds(at)))));
}

function stage(s: Stage, end: number, shown: Shown, opened: Set<string>): HTMLElement {
  const details = h('div', { class: 'details' });
  const open = (yes: boolean): void => {
    details.hidden = !yes;
    button.setAttribute('aria-expanded', String(yes));
    opened[yes ? 'add' : 'delete'](s.name);
    if (yes) fill(details, ...more(s, shown));
  };
  const at = (v: number): string => `${(100 * v) / end}%`;
  const button = h('button', { class: 'stage', attributes: { type: 'button' }, on: { click: () => open(details.hidden) } },
    h('span', { class: 'name', style: { '--depth': String(s.depth) } }, s.short),
    h('span', { class: 'lane', attributes: { 'aria-hidden': true } },
      h('i', { class: 'p95', style: { left: at(s.start), width: at(s.p95) } }), h('i', { class: s.failed === s.count ? 'p50 failed' : 'p50', style: { left: at(s.start), width: at(s.p50) } })),
    h('span', { class: 'time' }, h('span', { class: 'aside' }, 'p50 '), microseconds(s.p50), h('small', {}, ` p95 ${microseconds(s.p95)}`)),
    h('span', { class: 'times' }, `${count(s.count)}×`, s.failed > 0 && h('small', { class: 'bad' }, ` ${count(s.failed)} failed`)));
  open(opened.has(s.name));
  return h('li', {}, button, details);
}

/** more shows the distributions of a stage: those that succeeded, and those that failed. */
function more(s: Stage, shown: Shown): Child[] {
  const [done, failed] = shown.journey.of === 'steps' ? ['step_duration_us', 'step_failure_duration_us'] : ['action_duration_us', 'action_failure_duration_us'];
  const of = (metric: string): Values | undefined => shown.metrics.find((m) => m.name === metric)?.rows.find((row) => row.labels[0] === s.name);
  const part = (title: string, values: Values | undefined): Child[] => (values ? [h('h4', {}, title), ...facts(`${s.name}, ${title}`, 'us', values)] : []);
  return [...part('succeeded', of(done ?? '')), ...part('failed', of(failed ?? ''))];
}
