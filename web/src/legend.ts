// The legend of a chart: what each line is, whether it is drawn, and its value where the cursor is.

import { h, fill } from './h';
import type { Line } from './chart';

export interface Legend {
  node: HTMLElement;
  update(lines: Line[]): void;
  /** show shows values, one for each line; null clears them. */
  show(values: string[] | null): void;
}

export function legend(toggle: (index: number, shown: boolean) => void): Legend {
  const node = h('div', { class: 'legend' });
  let fields: HTMLElement[] = [];

  function key(line: Line, index: number): HTMLElement {
    const value = h('output', {}, '');
    fields.push(value);
    const button = h('button', { attributes: { type: 'button', 'aria-pressed': String(!line.hidden) }, on: { click: () => {
      const shown = button.getAttribute('aria-pressed') !== 'true';
      button.setAttribute('aria-pressed', String(shown));
      toggle(index, shown);
    } } }, h('i', { class: line.dash ? 'swatch dashed' : line.bars ? 'swatch block' : 'swatch', style: { '--swatch': `var(--c${line.colour})` } }), line.name, ' ', value);
    return button;
  }

  return {
    node,
    update(lines) {
      fields = [];
      fill(node, ...lines.map(key));
    },
    show(values) {
      fields.forEach((field, i) => { field.textContent = values?.[i] ?? ''; });
    },
  };
}
