// Where the time went: of each event, page and live navigation, in parts that come one after the other.

import { h, aside } from '../h';
import { count, microseconds, number } from '../format';
import { redraw, type Section } from '../section';
import type { Part, Split } from '../data';

const groups: { of: string; title: string }[] = [
  { of: 'event', title: 'LiveView events' },
  { of: 'page', title: 'Pages loaded' },
  { of: 'navigation', title: 'Live navigations' },
];

/** places are where time goes, in the order of the legend. */
const places: { where: string; name: string }[] = [
  { where: 'page', name: 'in the page' },
  { where: 'network', name: 'network and queues' },
  { where: 'server', name: 'network and server together' },
  { where: 'handler', name: 'the application' },
  { where: 'resources', name: 'waiting for resources' },
  { where: 'patch', name: 'showing the answer' },
];

const atOnce = 8; // of a group, without asking for more

export const timesplit: Section = {
  id: 'timesplit',
  title: 'Where the time went',
  applies: ({ scenario }) => scenario.splits.length > 0,
  large: true,
  build(body, view) {
    const opened = new Set<string>(); // stay open when the run goes on
    return redraw(({ scenario: { splits } }) => [
      legend(splits),
      ...groups.flatMap(({ of, title }) => group(title, splits.filter((s) => s.of === of), opened)),
      notKnown(splits),
    ])(body, view);
  },
};

/** folding is a details element that is open when it was. */
function folding(name: string, key: string, opened: Set<string>, summary: HTMLElement, ...content: (HTMLElement | false)[]): HTMLElement {
  const details = h('details', { class: name, attributes: { open: opened.has(key) }, on: { toggle: () => void (details.open ? opened.add(key) : opened.delete(key)) } }, summary, ...content);
  return details;
}

function legend(splits: Split[]): HTMLElement {
  const used = new Set(splits.flatMap((s) => s.parts.map((p) => p.where)));
  return h('ul', { class: 'splitkeys' }, ...places.filter(({ where }) => used.has(where)).map(({ where, name }) => h('li', {}, h('i', { class: `swatch ${where}` }), name)));
}

function group(title: string, splits: Split[], opened: Set<string>): HTMLElement[] {
  if (splits.length === 0) return [];
  const longest = Math.max(...splits.map((s) => s.mean), 1);
  const rows = splits.map((s) => row(s, longest, opened));
  const rest = rows.length - atOnce;
  return [
    h('h3', {}, title),
    h('div', { class: 'splits' }, ...rows.slice(0, atOnce)),
    ...(rest > 0 ? [folding('', title, opened, h('summary', {}, `${count(rest)} more`), h('div', { class: 'splits' }, ...rows.slice(atOnce)))] : []),
  ];
}

function row(s: Split, longest: number, opened: Set<string>): HTMLElement {
  const bar = h('div', { class: 'splitbar', style: { width: `${Math.max((100 * s.mean) / longest, 1)}%` }, attributes: { 'aria-hidden': true } },
    ...s.parts.map((p) => h('i', { class: p.where, style: { 'flex-grow': String(p.share) }, attributes: { title: spoken(p) } })));
  const tail = s.p95 ? `p95 ${microseconds(s.p95)}` : '';
  return folding('split', `${s.of}\n${s.name}\n${s.page}`, opened,
    h('summary', {},
      h('span', { class: 'what' }, s.name || s.page, s.name !== '' && h('small', {}, s.page)),
      h('span', { class: 'track' }, bar),
      h('span', { class: 'took' }, microseconds(s.mean), aside(` on average, ${s.parts.map(spoken).join(', ')}`), h('small', {}, `${count(s.count)} times${tail && `, ${tail}`}`))),
    parts(s));
}

function parts(s: Split): HTMLElement {
  const line = (p: Part): HTMLElement => h('tr', {},
    h('th', { attributes: { scope: 'row' } }, h('i', { class: `swatch ${p.where}` }), p.name),
    h('td', { class: 'numeric' }, microseconds(p.mean)),
    h('td', { class: 'numeric' }, percent(p.share)),
    h('td', { class: 'numeric' }, p.p50 ? microseconds(p.p50) : '–'),
    h('td', { class: 'numeric' }, p.p95 ? microseconds(p.p95) : '–'));
  return h('div', { class: 'scroller' }, h('table', {},
    h('caption', { class: 'aside' }, `Parts of ${s.name || s.page}`),
    h('thead', {}, h('tr', {}, ...['', 'mean', 'share', 'p50', 'p95'].map((t) => h('th', { class: t ? 'numeric' : '', attributes: { scope: 'col' } }, t)))),
    h('tbody', {}, ...s.parts.map(line))),
    s.unknown.length > 0 && h('p', { class: 'note' }, `Not known: ${s.unknown.join('; ')}.`));
}

function spoken(p: Part): string {
  return `${p.name} ${microseconds(p.mean)} (${percent(p.share)})`;
}

function percent(share: number): string {
  return `${number(Math.round(1000 * share) / 10)} %`;
}

/** notKnown says what is missing in most of them. */
function notKnown(splits: Split[]): HTMLElement | false {
  const times = new Map<string, number>();
  for (const text of splits.flatMap((s) => s.unknown)) times.set(text, (times.get(text) ?? 0) + 1);
  const often = [...times].filter(([, n]) => n > splits.length / 4).map(([text]) => text);
  return often.length > 0 && h('p', { class: 'note' }, `Not known of many: ${often.join('; ')}.`);
}
