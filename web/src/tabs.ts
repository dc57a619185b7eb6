// Which scenario the page shows.

import { h } from './h';
import type { View } from './view';

/** scenarioTabs returns nothing when there is one scenario only. */
export function scenarioTabs(view: View): HTMLElement[] {
  const { scenarios } = view.shown.data;
  if (scenarios.length < 2) return [];
  const tabs = scenarios.map((s, i) => h('button', { class: s.verdict.state, attributes: { type: 'button', role: 'tab', 'aria-controls': 'content' }, on: { click: () => void view.showScenario(i) } }, s.name));
  const list = h('div', { class: 'tabs', attributes: { role: 'tablist', 'aria-label': 'Scenarios' }, on: { keydown: (event) => {
    const at = tabs.indexOf(document.activeElement as HTMLButtonElement);
    const to = { ArrowLeft: at - 1, ArrowRight: at + 1, Home: 0, End: tabs.length - 1 }[event.key];
    const tab = to === undefined || at < 0 ? undefined : tabs[(to + tabs.length) % tabs.length];
    if (!tab) return;
    event.preventDefault();
    tab.focus();
    tab.click();
  } } }, ...tabs);
  view.onChange(({ scenario }) => tabs.forEach((tab, i) => {
    const chosen = view.shown.data.scenarios[i]?.name === scenario.name;
    tab.setAttribute('aria-selected', String(chosen));
    tab.tabIndex = chosen ? 0 : -1;
  }));
  return [list];
}
