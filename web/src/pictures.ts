// Screenshots: small ones where they belong, and large ones over the page. Arrows go on to the next one, Escape closes.

import { h, fill } from './h';
import type { View } from './view';
import type { Picture } from './data';

export interface Shot {
  part: string; // that has the picture
  title: string;
}

export interface Album {
  node: HTMLElement; // the large one, closed at first
  /** small makes a button that opens the picture. */
  small(shot: Shot): HTMLElement;
  /** update says which pictures there are, in the order of the arrows. */
  update(shots: Shot[]): void;
}

export function album(view: View): Album {
  const addresses = new Map<string, Promise<string>>();
  let shots: Shot[] = [];
  let at = 0;
  const image = h('img', { attributes: { alt: '' } });
  const caption = h('p');
  const place = h('span', { class: 'place' });
  const dialog = h('dialog', { class: 'picture', attributes: { 'aria-label': 'Screenshot' }, on: {
    keydown: (event) => {
      const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
      if (step !== undefined) show(at + step);
    },
    click: (event) => { if (event.target === dialog) dialog.close(); },
  } },
    h('div', { class: 'bar' }, caption, place, step('Previous', '←', -1), step('Next', '→', 1), h('button', { class: 'quiet', attributes: { type: 'button' }, on: { click: () => dialog.close() } }, 'Close')),
    image);

  function step(title: string, sign: string, by: number): HTMLElement {
    return h('button', { class: 'quiet', attributes: { type: 'button', 'aria-label': title }, on: { click: () => show(at + by) } }, sign);
  }

  /** address is fetched once; a page may not fetch anything itself. */
  function address(part: string): Promise<string> {
    const known = addresses.get(part) ?? view.part<Picture>(part).then((p) => `data:${p.type};base64,${p.bytes}`);
    addresses.set(part, known);
    return known;
  }

  function show(to: number): void {
    at = (to + shots.length) % shots.length;
    const shot = shots[at];
    if (!shot) return;
    fill(caption, shot.title);
    place.textContent = `${at + 1} of ${shots.length}`;
    image.alt = `Screenshot: ${shot.title}`;
    void address(shot.part).then((src) => { if (shots[at] === shot) image.src = src; });
    if (!dialog.open) dialog.showModal();
  }

  return {
    node: dialog,
    update(next) { shots = next; },
    small(shot) {
      const small = h('img', { attributes: { alt: `Screenshot: ${shot.title}`, width: 256, height: 144 } });
      void address(shot.part).then((src) => { small.src = src; });
      return h('button', { class: 'shot', attributes: { type: 'button', title: 'Show it large' }, on: { click: () => show(Math.max(shots.findIndex((s) => s.part === shot.part), 0)) } }, small);
    },
  };
}
