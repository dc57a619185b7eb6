// What the page shows at the moment: one scenario, of all nodes or of one.

import type { Data, NodePart, Scenario } from './data';
import type { Source } from './source';

/** Shown is what sections draw: numbers of the scenario, or of one node of it. */
export interface Shown extends NodePart {
  data: Data;
  scenario: Scenario;
  node: string; // '' is all of them
}

export class View {
  shown: Shown;
  /** news says that the run went on, and that nobody has chosen to see something else. */
  news = false;
  private turn = 0;
  private readonly listeners: ((shown: Shown) => void)[] = [];

  constructor(private readonly source: Source) {
    this.shown = whole(source.data, 0);
    source.follow((data) => {
      const { data: before, scenario, node } = this.shown;
      const at = data.scenarios.findIndex((s) => s.name === scenario.name);
      const begins = data.scenarios.length > before.scenarios.length && scenario === before.scenarios.at(-1);
      void this.show(data, begins ? before.scenarios.length : Math.max(at, 0), begins ? '' : node, true); // the next script has begun
    });
  }

  /** onChange calls back now, and whenever something else is to be shown. */
  onChange(listener: (shown: Shown) => void): void {
    this.listeners.push(listener);
    listener(this.shown);
  }

  /** showScenario shows another scenario, of all nodes. */
  showScenario(index: number): Promise<void> {
    return this.show(this.shown.data, index, '');
  }

  /** showNode shows what one node has measured, '' all of them together. */
  showNode(node: string): Promise<void> {
    return this.show(this.shown.data, this.shown.data.scenarios.indexOf(this.shown.scenario), node);
  }

  /** part fetches what is not there from the beginning. */
  part<T>(name: string): Promise<T> {
    return this.source.part<T>(name);
  }

  private async show(data: Data, index: number, node: string, news = false): Promise<void> {
    const next = whole(data, index);
    const turn = ++this.turn;
    const part = next.scenario.nodes.find((n) => n.name === node)?.part;
    if (part) Object.assign(next, await this.part<NodePart>(part), { node });
    if (turn !== this.turn) return; // something else was asked for meanwhile
    this.shown = next;
    this.news = news;
    for (const listener of this.listeners) listener(next);
  }
}

function whole(data: Data, index: number): Shown {
  const scenario = data.scenarios[index];
  if (!scenario) throw new Error('this run has no scenario');
  const { metrics, journey, failures, requests, checks, series } = scenario;
  return { data, scenario, node: '', metrics, journey, failures, requests, checks, series };
}
