// A section is one piece of a page. sections/index.ts lists them.

import { h, fill, type Child } from './h';
import type { Shown, View } from './view';

export interface Section {
  id: string;
  title: string;
  /** applies says whether there is anything to show; without it there always is. */
  applies?(shown: Shown): boolean;
  /** build makes the section once, and returns what brings it up to date. That is called at once. */
  build(body: HTMLElement, view: View): (shown: Shown) => void;
}

/** place puts sections on a page, and keeps them up to date. */
export function place(into: HTMLElement, sections: Section[], view: View): void {
  for (const section of sections) {
    const body = h('div', { class: 'body' });
    const heading = h('h2', { attributes: { id: `${section.id}-title` } }, section.title);
    const element = h('section', { class: `section ${section.id}`, attributes: { id: section.id, 'aria-labelledby': `${section.id}-title`, tabindex: -1 } }, heading, body);
    into.append(element);
    const update = section.build(body, view);
    view.onChange((shown) => {
      element.hidden = !(section.applies?.(shown) ?? true);
      if (!element.hidden) update(shown);
    });
  }
}

/** redraw is build for sections that are cheap enough to be drawn anew each time. */
export function redraw(draw: (shown: Shown, view: View) => Child[]): Section['build'] {
  return (body, view) => (shown) => fill(body, ...draw(shown, view));
}
