// The page: what it is about, which scenario it shows, and its sections.

import { contents, follow } from './contents';
import { h, fill } from './h';
import { filtered } from './filtered';
import { moment } from './format';
import { scenarioTabs } from './tabs';
import { place } from './section';
import { sections } from './sections/index';
import { bar } from './live/bar';
import { Connection } from './live/connection';
import { beginAnew } from './live/secret';
import { isSaved, open, type Source } from './source';
import { themeButton } from './theme';
import { verdict } from './verdict';
import { View } from './view';
import type { Data } from './data';

function header(data: Data): HTMLElement {
  const facts = [moment(data.start), data.labels.host, data.labels.git].filter(Boolean).join(' · ');
  return h('header', { class: 'top' },
    h('a', { class: 'skip', attributes: { href: '#content' } }, 'Skip to the content'),
    h('span', { class: 'brand' }, 'liveload'), h('span', { class: 'facts' }, h('b', {}, data.scenarios.map((s) => s.name).join(', ')), facts && ` · ${facts}`), themeButton());
}

function footer(data: Data): HTMLElement {
  return h('footer', {}, `Run ${data.run_id} · liveload ${data.version}`);
}

/** caution says early on what makes all the rest doubtful. */
function caution({ verdict: { doubts } }: Data): HTMLElement | null {
  if (doubts.length === 0) return null;
  return h('p', { class: 'caution' }, h('a', { attributes: { href: '#trust' } }, 'Can the numbers be trusted?'), ' ', doubts.join('; '));
}

async function main(): Promise<void> {
  if (isSaved()) show(await open());
  else watch(new Connection());
  document.documentElement.dataset.state = 'ready';
}

/** watch shows a run that goes on, as soon as there is something of it. */
function watch(run: Connection): void {
  const above = bar(run);
  document.body.append(above.node);
  let shown = false;
  run.onChange(() => {
    if (shown || !run.data?.scenarios.length) return;
    shown = true;
    above.shows(show(run.source(run.data)));
  });
  void run.follow();
  beginAnew();
}

/** show puts a page around what is there already. */
function show(source: Source): View {
  const view = new View(source);
  const content = h('main', { attributes: { id: 'content', tabindex: -1 } });
  const banner = h('div', { class: 'banner' });
  view.onChange(({ data }) => fill(banner, verdict(data.verdict, 1), caution(data)));
  const links = contents(sections, view);
  document.body.prepend(header(source.data));
  document.body.append(banner, scenarioTabs(view), h('div', { class: 'columns' }, links, content), filtered(view), footer(source.data));
  place(content, sections, view);
  follow(links, content);
  return view;
}

main().catch((error: unknown) => {
  document.documentElement.dataset.state = 'broken';
  document.body.append(h('p', { class: 'broken' }, `This page cannot be shown: ${error instanceof Error ? error.message : String(error)}`));
  throw error;
});
