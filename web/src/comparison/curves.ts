// Both runs over each other: any distribution, and how much load there was.

import { h, fill, newId } from '../h';
import { number, rate } from '../format';
import { curve } from './curve';
import { drawn, level, overTime, perSecond } from './overtime';
import { piece } from './piece';
import type { Compared, Curve } from '../data';

export function curves(compared: Compared): HTMLElement | undefined {
  if (compared.curves.length === 0) return undefined;
  const pair = h('div', { class: 'pair' });
  const show = (of: Curve | undefined): void => fill(pair, of && curve(of), of && overTime(compared, of.metric, of.label));
  const id = newId('choose');
  const select = h('select', { attributes: { id }, on: { change: () => show(compared.curves[Number(select.value)]) } },
    ...compared.curves.map((c, i) => h('option', { attributes: { value: i } }, c.label === '' ? c.title : `${c.title}: ${c.label}`)));
  const first = noticed(compared);
  select.value = String(first);
  show(compared.curves[first]);
  return piece('both', 'Both runs over each other', h('label', { class: 'choose', attributes: { for: id } }, h('span', { class: 'aside' }, 'Show'), select), pair, load(compared));
}

/** noticed is the curve to begin with: of what differs most, or of what people notice. */
function noticed({ curves: all, rows }: Compared): number {
  const telling = new Set(['worse', 'better', 'changed']);
  const wanted = [...rows.filter((d) => telling.has(d.verdict)), { metric: 'liveview_event_duration_us', label: '' }, { metric: 'document_load_us', label: '' }];
  const found = wanted.map((d) => all.findIndex((c) => c.metric === d.metric && c.label === d.label)).find((i) => i >= 0);
  return found ?? 0;
}

/** load is how much there was of it in both. */
function load(compared: Compared): HTMLElement {
  const { old, new: now } = compared;
  const of = (counter: string): number[][] => [old, now].map((side) => side.series.counters?.[counter]?.aggregate ?? []);
  const users = [old, now].map((side) => side.series.active_users ?? []);
  const failed = of('iteration_failures');
  return h('div', { class: 'pair load' },
    drawn(compared, 'Users', users.map((values, i) => level(compared, i, values)), number),
    drawn(compared, 'Iterations per second', of('iterations').map((counts, i) => perSecond(compared, i, counts)), rate),
    failed.some((counts) => counts.length > 0) && drawn(compared, 'Failed iterations per second', failed.map((counts, i) => perSecond(compared, i, counts)), rate));
}
