// What stands above a run that goes on: how it stands, large numbers, and what steers it.

import { h, fill } from '../h';
import { clock, count, number } from '../format';
import type { View } from '../view';
import type { Connection } from './connection';
import { controls } from './controls';
import type { ScenarioStatus } from './status';

const words: Record<string, string> = { waiting: 'Waiting', running: 'Running', paused: 'Paused', finishing: 'Finishing', ended: 'Ended' };

export interface Bar {
  node: HTMLElement;
  /** shows says which scenario the page shows, as soon as there is one. */
  shows(view: View): void;
}

export function bar(run: Connection): Bar {
  const banner = h('p', { class: 'link', attributes: { role: 'status' } });
  const state = h('strong', { class: 'state', attributes: { role: 'status' } });
  const time = h('span', { class: 'time' });
  const progress = h('progress', { attributes: { max: 1, 'aria-label': 'How much of the planned time is over' } });
  const numbers = h('dl', { class: 'figures' });
  const search = h('p', { class: 'note' });
  const steer = controls(run);
  const node = h('section', { class: 'live', attributes: { 'aria-label': 'The run' } }, banner,
    h('div', { class: 'line' }, state, time, progress, steer.node), steer.message, numbers, search);
  let view: View | undefined;

  function draw(): void {
    const all = run.status?.scenarios ?? [];
    const shown = all.find((s) => s.name === view?.shown.scenario.name) ?? (view ? undefined : all[0]);
    const ended = run.state === 'ended';
    const word = ended ? 'Ended' : run.state === 'refused' ? 'No access' : run.state === 'lost' ? 'No connection' : (words[shown?.state ?? ''] ?? (view && run.status?.scenarios.length ? 'Ended' : 'Getting ready'));
    node.hidden = ended && !run.data;
    node.dataset.state = run.state === 'lost' ? 'lost' : ended ? 'ended' : (shown?.state ?? 'ready');
    say(state, word);
    node.classList.toggle('dead', Boolean(view?.shown.scenario.dead));
    banner.hidden = run.state === 'open' || run.state === 'connecting';
    say(banner, told(run));
    const elapsed = elapsedOf(shown);
    const left = shown?.left_ms ?? null;
    say(time, elapsed === null ? '' : clock(elapsed) + (left && !ended ? ` · ${clock(left)} left` : ''));
    progress.hidden = ended || elapsed === null || left === null;
    if (elapsed !== null && left !== null) progress.value = elapsed / Math.max(elapsed + left, 1);
    numbers.hidden = ended || !shown;
    if (shown && !ended) figures(numbers, shown);
    say(search, shown?.search?.now && !ended ? `Searching for the limit: ${shown.search.now}` : '');
    steer.update(shown, all.length);
    document.title = `${title(word, elapsed)} · ${view?.shown.scenario.name ?? 'liveload'} · liveload dashboard`;
  }

  /** elapsedOf is the time of the scenario that is shown, which goes on between two messages. */
  function elapsedOf(shown: ScenarioStatus | undefined): number | null {
    if (!view) return null;
    const known = view.shown.scenario.elapsed_ms;
    const goesOn = shown && ['running', 'paused', 'finishing'].includes(shown.state) && run.state === 'open';
    return goesOn ? known + Math.min(performance.now() - run.received, 5000) : known;
  }

  function title(word: string, elapsed: number | null): string {
    if (run.state === 'ended') return run.data?.verdict.title ?? word; // a page that nobody looks at shows it in its tab
    if (run.state === 'lost') return 'Connection lost';
    return elapsed === null ? word : `${word} ${clock(elapsed)}`;
  }

  run.onChange(draw);
  setInterval(() => run.state === 'open' && draw(), 1000);
  draw();
  return { node, shows(next) { view = next; next.onChange(draw); } };
}

function told(run: Connection): string {
  switch (run.state) {
    case 'lost':
      return `The connection to the run is lost. Trying again… (${run.problem})`;
    case 'ended':
      return 'The run has ended. This page keeps what it shows, and can save it as a file.';
    case 'refused':
      return run.problem;
  }
  return '';
}

/** figures shows numbers in places that stay, so that nothing moves. */
function figures(list: HTMLElement, s: ScenarioStatus): void {
  const all: [string, string, boolean][] = [
    ['Users', s.users_wanted == null ? count(s.users) : `${count(s.users)} of ${count(s.users_wanted)}`, false],
    ['Iterations per second', number(Math.round(10 * s.iterations_per_second) / 10), false],
    ['Iterations', count(s.iterations), false],
    ['Failed iterations', count(s.iteration_failures), s.iteration_failures > 0],
    ['Failed users', count(s.users_failed), s.users_failed > 0],
  ];
  if (s.rate) all.splice(1, 0, ['Rate', s.rate, false]);
  if (list.children.length !== all.length) {
    fill(list, ...all.map(() => h('div', { class: 'figure' }, h('dt'), h('dd', { class: 'value' }))));
  }
  all.forEach(([name, value, bad], i) => {
    const figure = list.children[i] as HTMLElement;
    figure.classList.toggle('bad', bad);
    say(figure.children[0] as HTMLElement, name);
    say(figure.children[1] as HTMLElement, value);
  });
}

/** say changes a text only when it is another one: who listens to the page hears it once. */
function say(element: HTMLElement, text: string): void {
  if (element.textContent !== text) element.textContent = text;
}
