// Failures by class and cause, with what was kept of them.

import { h, fill, newId, type Child } from '../h';
import { clock, count } from '../format';
import { album, type Album, type Shot } from '../pictures';
import type { Section } from '../section';
import type { Failure, Sample } from '../data';

const atOnce = 20;
const openAtFirst = 2;
const samplesAtFirst = 2;

export const failures: Section = {
  id: 'failures',
  title: 'Failures',
  ofNode: true,
  large: true,
  applies: (shown) => shown.failures.length > 0,
  build(body, view) {
    const pictures = album(view);
    const opened = new Map<string, boolean>();
    const list = h('div', { class: 'causes' });
    const status = h('p', { class: 'status', attributes: { role: 'status' } });
    const more = h('button', { class: 'quiet', attributes: { type: 'button' }, on: { click: () => { most += atOnce; draw(); } } });
    let all: Failure[] = [];
    let wanted = '';
    let most = atOnce;
    const find = search((text) => { wanted = text.trim().toLowerCase(); most = atOnce; draw(); });
    const draw = (): void => {
      const found = all.filter((f) => textOf(f).includes(wanted));
      fill(list, ...groups(found.slice(0, most), all).map((g) => group(g, pictures, opened)));
      pictures.update(found.flatMap(shots));
      more.hidden = found.length <= most;
      more.textContent = `Show more (${count(found.length - most)} left)`;
      status.textContent = wanted === '' ? '' : found.length === 0 ? 'No failure says that.' : `${count(found.length)} of ${count(all.length)} causes`;
    };
    body.append(find, status, list, more, pictures.node);
    return (shown) => {
      all = shown.failures;
      find.hidden = all.length < 4;
      all.slice(0, openAtFirst).forEach((f) => { if (!opened.has(keyOf(f))) opened.set(keyOf(f), true); });
      draw();
    };
  },
};

interface Group {
  name: string;
  count: number; // of all its causes, shown or not
  causes: Failure[];
}

/** groups puts causes of the same class together, the classes in the order of their most frequent cause. */
function groups(some: Failure[], all: Failure[]): Group[] {
  const byClass = new Map<string, Group>();
  for (const f of some) {
    const g = byClass.get(f.class) ?? { name: f.class, count: 0, causes: [] };
    g.causes.push(f);
    byClass.set(f.class, g);
  }
  for (const f of all) {
    const g = byClass.get(f.class);
    if (g) g.count += f.count;
  }
  return [...byClass.values()];
}

function group(g: Group, pictures: Album, opened: Map<string, boolean>): HTMLElement {
  return h('section', { class: 'group' }, h('h3', {}, g.name, h('span', { class: 'muted' }, ` ${count(g.count)}×`)),
    ...g.causes.map((f) => cause(f, pictures, opened)));
}

function cause(f: Failure, pictures: Album, opened: Map<string, boolean>): HTMLElement {
  const inside = h('div', { class: 'inside' });
  const draw = (all = false): void => {
    const samples = [...f.samples].sort((a, b) => kept(b) - kept(a));
    const hidden = samples.length - samplesAtFirst;
    fill(inside, ...samples.slice(0, all ? undefined : samplesAtFirst).map((s) => sample(s, f, pictures)),
      !all && hidden > 0 && h('button', { class: 'quiet', attributes: { type: 'button' }, on: { click: () => draw(true) } }, `Show ${count(hidden)} more that ${hidden === 1 ? 'was' : 'were'} kept`),
      samples.length === 0 && h('p', { class: 'note' }, 'No sample of it was kept.'));
  };
  const details = h('details', { class: 'cause', attributes: { open: opened.get(keyOf(f)) ?? false }, on: { toggle: () => {
    opened.set(keyOf(f), details.open);
    if (details.open && !inside.firstChild) draw();
  } } },
    h('summary', {}, h('b', { class: 'times' }, `${count(f.count)}×`), h('span', { class: 'why' }, f.reason || f.class),
      h('span', { class: 'where' }, f.target !== '' && h('code', {}, f.target), f.step !== '' && ` in ${f.step}`)), inside);
  if (details.open) draw();
  return details;
}

/** kept is how much there is to see of a sample. */
function kept({ evidence }: Sample): number {
  return evidence ? (evidence.picture ? 2 : 1) : 0;
}

/** sample is one failure: where it was, what it said, what the page showed. */
function sample(s: Sample, f: Failure, pictures: Album): HTMLElement {
  const e = s.evidence;
  return h('article', { class: 'sample' },
    e?.picture ? pictures.small(shotOf(e.picture, s, f)) : null,
    h('div', { class: 'said' },
      h('p', { class: 'note' }, `${clock(s.at_ms)} after the start, user ${s.user}`),
      h('p', { class: 'message' }, s.message),
      s.stack.length > 0 && h('ol', { class: 'stack', attributes: { 'aria-label': 'Place in the script' } }, ...s.stack.map((line) => h('li', {}, h('code', {}, line)))),
      ...text('Last messages between page and server', e?.frames), ...text('Console of the page', e?.console),
      e?.files && h('p', { class: 'note files' }, 'Kept: ', ...e.files.flatMap((file, i): Child[] => [i > 0 && ', ', `${file.what} `, h('code', {}, file.path)]))));
}

function text(title: string, lines: string[] | undefined): Child[] {
  if (!lines || lines.length === 0) return [];
  return [h('details', { class: 'kept' }, h('summary', {}, `${title} (${count(lines.length)})`), h('pre', { attributes: { tabindex: 0 } }, lines.join('\n')))];
}

function shots(f: Failure): Shot[] {
  return f.samples.flatMap((s) => (s.evidence?.picture ? [shotOf(s.evidence.picture, s, f)] : []));
}

function shotOf(part: string, s: Sample, f: Failure): Shot {
  return { part, title: `${f.class}: ${f.reason || s.message} (${clock(s.at_ms)}, user ${s.user})` };
}

function keyOf(f: Failure): string {
  return JSON.stringify([f.class, f.reason, f.target, f.step]);
}

function textOf(f: Failure): string {
  return [f.class, f.reason, f.target, f.step, ...f.samples.map((s) => s.message)].join(' ').toLowerCase();
}

function search(changed: (text: string) => void): HTMLElement {
  const id = newId('search');
  const input = h('input', { attributes: { id, type: 'search', placeholder: 'Search failures', autocomplete: 'off' }, on: { input: () => changed(input.value) } });
  return h('label', { class: 'search', attributes: { for: id } }, h('span', { class: 'aside' }, 'Search failures'), input);
}
