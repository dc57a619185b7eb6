// Which scenario the page shows.

import { h, fill } from './h';
import type { View } from './view';

export interface Tabs {
  node: HTMLElement;
  /** mark says which one is shown. */
  mark(index: number): void;
}

/** tabs returns nothing when there is one only. */
export function tabs(label: string, entries: { name: string; state: string }[], choose: (index: number) => void): Tabs | undefined {
  if (entries.length < 2) return undefined;
  const all = entries.map((e, i) => h('button', { class: e.state, attributes: { type: 'button', role: 'tab', 'aria-controls': 'content' }, on: { click: () => choose(i) } }, e.name));
  const node = h('div', { class: 'tabs', attributes: { role: 'tablist', 'aria-label': label }, on: { keydown: (event) => {
    const at = all.indexOf(document.activeElement as HTMLButtonElement);
    const to = { ArrowLeft: at - 1, ArrowRight: at + 1, Home: 0, End: all.length - 1 }[event.key];
    const tab = to === undefined || at < 0 ? undefined : all[(to + all.length) % all.length];
    if (!tab) return;
    event.preventDefault();
    tab.focus();
    tab.click();
  } } }, ...all);
  return {
    node,
    mark: (index) => all.forEach((tab, i) => {
      tab.setAttribute('aria-selected', String(i === index));
      tab.tabIndex = i === index ? 0 : -1;
    }),
  };
}

/** scenarioTabs are those of the scenarios of a run, of which more can come while it goes on. */
export function scenarioTabs(view: View): HTMLElement {
  const holder = h('div');
  let list: Tabs | undefined;
  let known = '';
  view.onChange(({ data: { scenarios }, scenario }) => {
    const entries = scenarios.map((s) => ({ name: s.name, state: s.verdict.state }));
    if (known !== JSON.stringify(entries)) {
      known = JSON.stringify(entries);
      list = tabs('Scenarios', entries, (i) => void view.showScenario(i));
      fill(holder, list?.node);
    }
    list?.mark(scenarios.indexOf(scenario));
  });
  return holder;
}
