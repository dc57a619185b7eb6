// The legend of a chart: what each line is, whether it is drawn, and its value where the cursor is, or of the whole run.

import { h, fill } from './h';
import type { Line } from './chart';

export interface Legend {
  node: HTMLElement;
  /** update begins anew, with lines as they are drawn. */
  update(lines: Line[]): void;
  /** refresh takes new totals of the same lines. */
  refresh(lines: Line[]): void;
  /** show shows values, one for each line; null shows the totals. */
  show(values: string[] | null): void;
}

export function legend(toggle: (index: number, shown: boolean) => void): Legend {
  const node = h('div', { class: 'legend' });
  let fields: HTMLElement[] = [];
  let totals: (string | undefined)[] = [];
  let shown: string[] | null = null;

  function key(line: Line, index: number): HTMLElement {
    const field = h('output', {}, line.total ?? '');
    fields.push(field);
    const swatch = h('i', { class: line.bars ? 'swatch block' : line.dash ? (line.dash[0] ?? 0) > 4 ? 'swatch dashed' : 'swatch dotted' : 'swatch', style: { '--swatch': `var(--c${line.colour})` } });
    const button = h('button', { attributes: { type: 'button', 'aria-pressed': String(!line.hidden) }, on: { click: () => {
      const shown = button.getAttribute('aria-pressed') !== 'true';
      button.setAttribute('aria-pressed', String(shown));
      toggle(index, shown);
    } } }, swatch, h('span', {}, line.name), ' ', field);
    return button;
  }

  return {
    node,
    update(lines) {
      fields = [];
      fill(node, ...lines.map(key));
      refresh(lines);
    },
    refresh,
    show,
  };

  function refresh(lines: Line[]): void {
    totals = lines.map((l) => l.total);
    show(shown);
  }

  function show(values: string[] | null): void {
    shown = values;
    fields.forEach((field, i) => { field.textContent = values?.[i] ?? totals[i] ?? ''; });
  }
}
