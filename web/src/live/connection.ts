// The connection of a page with the run that it shows. It comes back by itself, until the run has ended.

import type { Data } from '../data';
import { unpack, type Source } from '../source';
import { join } from './join';
import { secret } from './secret';
import type { Status } from './status';
import { events } from './stream';

/** LinkState is how the connection stands. */
export type LinkState = 'connecting' | 'open' | 'lost' | 'refused' | 'ended';

interface Update {
  since: number[];
  data: Data;
}

const patience = 10_000; // without a heartbeat
const pauses = [500, 1000, 2000, 5000, 10_000];

export class Connection {
  state: LinkState = 'connecting';
  problem = '';
  status: Status | null = null;
  data: Data | null = null;
  received = 0; // when data came, as performance.now()
  file: Blob | null = null; // the report of the run that has ended
  private readonly listeners: (() => void)[] = [];

  /** onChange calls back whenever something of the connection has changed. */
  onChange(listener: () => void): void {
    this.listeners.push(listener);
  }

  /** follow stays connected until the run has ended. */
  async follow(): Promise<void> {
    for (let tries = 0; this.state !== 'ended' && this.state !== 'refused'; ) {
      const before = this.received;
      await this.listen().catch((error: unknown) => this.become('lost', error instanceof Error ? error.message : String(error)));
      if (this.received !== before) tries = 0;
      if (this.state === 'open') this.become('lost', 'the connection has ended');
      if (this.state === 'lost') await new Promise((done) => setTimeout(done, pauses[Math.min(tries++, pauses.length - 1)]));
    }
  }

  /** fetch asks the run for something. */
  fetch(path: string, init: RequestInit = {}): Promise<Response> {
    return fetch(path, { ...init, cache: 'no-store', headers: { ...init.headers, Authorization: `Bearer ${secret()}` } });
  }

  /** send sends a command, and returns why it was refused, '' when it was not. */
  async send(path: string, command: object): Promise<string> {
    try {
      const answer = await this.fetch(path, { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(command) });
      if (answer.ok) {
        await this.look();
        return '';
      }
      const text = await answer.text();
      return (answer.headers.get('Content-Type')?.startsWith('application/json') ? (JSON.parse(text) as { error?: string }).error : '') || text;
    } catch {
      return 'The run cannot be reached.';
    }
  }

  /** save returns the report of the run so far, as a file. */
  async save(): Promise<Blob> {
    if (this.file) return this.file;
    const answer = await this.fetch('/report.html');
    if (!answer.ok) throw new Error(await answer.text());
    return answer.blob();
  }

  /** source is what sections draw, once there is something. */
  source(data: Data): Source {
    let shown = data;
    const follow = (changed: (data: Data) => void): void => {
      const look = (): void => {
        if (document.hidden || !this.data || this.data === shown) return; // nobody looks, or there is nothing new
        shown = this.data;
        changed(shown);
      };
      this.onChange(look);
      document.addEventListener('visibilitychange', look);
    };
    return { data, part: <T>(name: string) => this.part<T>(name), follow };
  }

  private async part<T>(name: string): Promise<T> {
    if (this.file) return unpack<T>(name, new DOMParser().parseFromString(await this.file.text(), 'text/html'));
    return (await (await this.fetch(`/parts/${name}`)).json()) as T;
  }

  private async look(): Promise<void> {
    const answer = await this.fetch('/v1/run');
    if (!answer.ok) return;
    this.status = (await answer.json()) as Status;
    this.tell();
  }

  private async listen(): Promise<void> {
    if (!secret()) return this.become('refused', 'Open the whole address that liveload has printed: the part after the # is missing here.');
    const abort = new AbortController();
    const wait = (): number => setTimeout(() => abort.abort(), patience);
    let silence = wait();
    const heard = (): void => {
      clearTimeout(silence);
      silence = wait();
    };
    try {
      const answer = await this.fetch('/events', { signal: abort.signal });
      if (answer.status === 401) return this.become('refused', 'This page is of another run. Open the address that liveload has printed.');
      if (!answer.ok || !answer.body) throw new Error(await answer.text());
      for await (const event of events(answer.body, heard)) {
        if (await this.take(event.kind, event.data)) return;
      }
    } finally {
      clearTimeout(silence);
      abort.abort();
    }
  }

  /** take takes an event, and says whether it was the last one. */
  private async take(kind: string, text: string): Promise<boolean> {
    if (kind === 'status') {
      this.status = JSON.parse(text) as Status | null;
      this.become('open');
      return false;
    }
    this.received = performance.now();
    this.data = kind === 'update' && this.data ? this.updated(this.data, JSON.parse(text) as Update) : (JSON.parse(text) as Data);
    if (kind !== 'end') {
      this.become('open');
      return false;
    }
    try {
      this.file = await this.save();
    } catch { // what the page shows stays
    }
    this.become('ended');
    return true;
  }

  private updated(before: Data, update: Update): Data {
    update.data.scenarios.forEach((scenario, i) => {
      const old = before.scenarios[i];
      if (old) scenario.series = join(old.series, scenario.series, update.since[i] ?? 0);
    });
    return update.data;
  }

  private become(state: LinkState, problem = ''): void {
    this.state = state;
    this.problem = problem;
    this.tell();
  }

  private tell(): void {
    for (const listener of this.listeners) listener();
  }
}
