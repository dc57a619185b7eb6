// A list of which one is chosen.

import { h, fill, newId } from './h';

export interface Choice {
  value: string;
  title: string;
}

export interface Chooser {
  node: HTMLElement;
  value(): string;
  /** update offers choices; what the reader has chosen stays so, if it is among them. One or none needs no list. */
  update(choices: Choice[], preferred: string): void;
}

/** chooser has a label for those who listen to the page. */
export function chooser(label: string, changed: () => void): Chooser {
  const id = newId('choose');
  const select = h('select', { attributes: { id }, on: { change: () => { chosen = true; changed(); } } });
  const node = h('label', { class: 'choose', attributes: { for: id } }, h('span', { class: 'aside' }, label), select);
  let offered = '';
  let chosen = false; // by the reader
  return {
    node,
    value: () => select.value,
    update(choices, preferred) {
      node.hidden = choices.length < 2;
      const offer = JSON.stringify(choices);
      if (offer === offered) return;
      offered = offer;
      const kept = chosen && choices.some((c) => c.value === select.value);
      const before = kept ? select.value : preferred;
      chosen = kept;
      fill(select, ...choices.map((c) => h('option', { attributes: { value: c.value, selected: c.value === before } }, c.title)));
    },
  };
}
