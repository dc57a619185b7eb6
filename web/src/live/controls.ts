// What steers a run: the same commands as `liveload control`. What the run refuses is shown with its reason.

import { h, fill, newId } from '../h';
import type { Connection } from './connection';
import type { ScenarioStatus } from './status';

export interface Controls {
  node: HTMLElement;
  message: HTMLElement;
  /** update offers what the scenario can do now, of so many that run. */
  update(scenario: ScenarioStatus | undefined, running: number): void;
}

export function controls(run: Connection): Controls {
  let scenario: ScenarioStatus | undefined;
  let several = false;
  const message = h('p', { class: 'refusal', attributes: { role: 'alert' } });
  message.hidden = true;

  const pause = button('Pause', () => steer({ paused: scenario?.state !== 'paused' }));
  const id = newId('load');
  const input = h('input', { attributes: { id, autocomplete: 'off', size: 5 } });
  const name = h('span');
  const load = h('form', { class: 'load', on: { submit: (event) => { event.preventDefault(); void steer(wanted()); } } },
    h('label', { attributes: { for: id } }, name), input, h('button', { class: 'quiet', attributes: { type: 'submit' } }, 'Set'));
  const stop = button('Stop…', () => Promise.resolve(ask()));
  const save = button('Save report', saveFile);
  const dialog = h('dialog', { attributes: { 'aria-label': 'Stop the run' } });
  const node = h('div', { class: 'controls' }, pause, load, stop, save, dialog);

  function show(problem: string): void {
    message.textContent = problem;
    message.hidden = problem === '';
  }

  async function steer(command: object): Promise<void> {
    show(await run.send('/v1/steer', { scenario: scenario?.name ?? '', ...command }));
    input.value = '';
  }

  /** wanted is the command for what was typed. The run says what is wrong with it. */
  function wanted(): object {
    const text = input.value.trim();
    if (scenario?.rate) return { rate: /[a-z/]/.test(text) ? text : `${text}/s` };
    return { users: /^\d+$/.test(text) ? Number(text) : text };
  }

  /** ask lets somebody think again before a run is stopped. */
  function ask(): void {
    const close = (): void => dialog.close();
    const choose = (text: string, send: () => Promise<void>): HTMLElement => button(text, async () => { close(); await send(); }, 'danger');
    fill(dialog, h('h2', {}, 'Stop the run?'),
      h('p', {}, 'Running iterations finish, and no more begin. It cannot be taken back; the Result is written.'),
      h('div', { class: 'choices' },
        choose('Stop the run', async () => show(await run.send('/v1/stop', {}))),
        several && scenario && choose(`Stop ${scenario.name} only`, () => steer({ stop: true })),
        button('Let it run', () => Promise.resolve(close()))));
    dialog.showModal();
  }

  async function saveFile(): Promise<void> {
    try {
      const link = h('a', { attributes: { href: URL.createObjectURL(await run.save()), download: 'liveload-report.html' } });
      link.click();
      setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
      show('');
    } catch (error) {
      show(`The report cannot be saved: ${error instanceof Error ? error.message : String(error)}`);
    }
  }

  return {
    node, message,
    update(next, running) {
      [scenario, several] = [next, running > 1];
      const goesOn = run.state === 'open' && run.status?.ending === false;
      const steerable = goesOn && next !== undefined && ['waiting', 'running', 'paused'].includes(next.state);
      pause.textContent = next?.state === 'paused' ? 'Resume' : 'Pause';
      name.textContent = next?.rate ? 'Rate' : 'Users';
      input.placeholder = next?.rate ?? String(next?.users_wanted ?? '');
      for (const one of [pause, ...load.querySelectorAll<HTMLButtonElement | HTMLInputElement>('button, input')]) one.disabled = !steerable;
      stop.disabled = !goesOn;
      for (const one of [pause, load, stop]) one.hidden = run.state === 'ended';
      save.disabled = !run.data || (run.state !== 'open' && !run.file);
      if (run.state === 'ended') dialog.close();
    },
  };
}

function button(text: string, press: () => Promise<void>, more = ''): HTMLButtonElement {
  return h('button', { class: `quiet ${more}`.trim(), attributes: { type: 'button' }, on: { click: () => void press() } }, text);
}
