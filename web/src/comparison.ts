// The page of a comparison: what became of an application between two runs.

import { h, fill } from './h';
import { curves } from './comparison/curves';
import { differences } from './comparison/differences';
import { failures } from './comparison/failures';
import { limits } from './comparison/limits';
import { runs } from './comparison/runs';
import { unpack } from './source';
import { tabs } from './tabs';
import { themeButton } from './theme';
import { verdict } from './verdict';
import type { Compared, Comparison } from './data';

/** Piece is a section; undefined when there is nothing to show. */
export type Piece = (compared: Compared, all: Comparison) => HTMLElement | undefined;

const pieces: Piece[] = [runs, differences, limits, failures, curves];

function header(of: Comparison): HTMLElement {
  const files = [...new Set(of.scenarios.map((s) => `${s.old.file} → ${s.new.file}`))].join(' · ');
  return h('header', { class: 'top' },
    h('a', { class: 'skip', attributes: { href: '#content' } }, 'Skip to the content'),
    h('span', { class: 'brand' }, 'liveload'), h('span', { class: 'facts', attributes: { title: files } }, files), themeButton());
}

function missing(of: Comparison): HTMLElement | false {
  return of.missing.length > 0 && h('ul', { class: 'notes missing' }, ...of.missing.map((text) => h('li', { class: 'warning' }, text)));
}

async function main(): Promise<void> {
  const all = await unpack<Comparison>('data');
  const content = h('main', { class: 'comparison', attributes: { id: 'content', tabindex: -1 } });
  const show = (compared: Compared): void => fill(content, ...pieces.map((piece) => piece(compared, all)));
  const choose = tabs('Scenarios', all.scenarios.map((s) => ({ name: s.name, state: s.verdict.state })), (i) => {
    const chosen = all.scenarios[i];
    if (!chosen) return;
    show(chosen);
    choose?.mark(i);
  });
  const banner = h('div', { class: 'banner' }, verdict(all.verdict, 1), missing(all));
  document.body.append(header(all), banner, ...(choose ? [choose.node] : []), h('div', { class: 'columns wide' }, content), h('footer', {}, `liveload ${all.version}`));
  if (all.scenarios[0]) show(all.scenarios[0]);
  choose?.mark(0);
  document.documentElement.dataset.state = 'ready';
}

main().catch((error: unknown) => {
  document.body.append(h('p', { class: 'broken' }, `This page cannot be shown: ${error instanceof Error ? error.message : String(error)}`));
  document.documentElement.dataset.state = 'broken';
  throw error;
});
