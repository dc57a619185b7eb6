// A section is one piece of a page. sections/index.ts lists them.

import { h, fill, type Child } from './h';
import type { Shown, View } from './view';

export interface Section {
  id: string;
  title: string;
  /** applies says whether there is anything to show; without it there always is. */
  applies?(shown: Shown): boolean;
  /** large sections wait with what a run has done meanwhile until somebody sees them: the machine may be the one that makes the load. */
  large?: boolean;
  /** ofNode sections show what one node has measured, when the page shows one. */
  ofNode?: boolean;
  /** build makes the section once, and returns what brings it up to date. That is called at once. */
  build(body: HTMLElement, view: View): (shown: Shown) => void;
}

/** place puts sections on a page, and keeps them up to date. */
export function place(into: HTMLElement, sections: Section[], view: View): void {
  for (const section of sections) {
    const body = h('div', { class: 'body' });
    const heading = h('h2', { attributes: { id: `${section.id}-title` } }, section.title);
    const whole = h('span', { class: 'whole' }, ' of all nodes');
    const element = h('section', { class: `section ${section.id}`, attributes: { id: section.id, 'aria-labelledby': `${section.id}-title`, tabindex: -1 } }, heading, body);
    into.append(element);
    const update = section.build(body, view);
    const sight = section.large ? inSight(element, update) : undefined;
    view.onChange((shown) => {
      element.hidden = !(section.applies?.(shown) ?? true);
      if (element.hidden) return;
      if (shown.node !== '' && !section.ofNode) heading.append(whole);
      else whole.remove();
      if (sight) sight(shown, view.news);
      else update(shown);
    });
  }
}

/** inSight calls back at once, but with news only when an element comes in sight or is printed. */
function inSight(element: HTMLElement, update: (shown: Shown) => void): (shown: Shown, news: boolean) => void {
  let seen = false;
  let due: Shown | undefined;
  const flush = (): void => {
    if (due) update(due);
    due = undefined;
  };
  new IntersectionObserver((entries) => {
    seen = entries.at(-1)?.isIntersecting === true;
    if (seen) flush();
  }, { rootMargin: '200px' }).observe(element);
  window.addEventListener('beforeprint', flush);
  return (shown, news) => {
    due = shown;
    if (seen || !news) flush();
  };
}

/** redraw is build for sections that are cheap enough to be drawn anew each time. */
export function redraw(draw: (shown: Shown, view: View) => Child[]): Section['build'] {
  return (body, view) => (shown) => fill(body, ...draw(shown, view));
}
