// The list of the sections, which says where the reader is.

import { h } from './h';
import type { Section } from './section';
import type { View } from './view';

/** contents leads to the sections, as far as they are shown. */
export function contents(sections: Section[], view: View): HTMLElement {
  const links = sections.map((s) => h('a', { attributes: { href: `#${s.id}` } }, s.title));
  view.onChange((shown) => sections.forEach((s, i) => { links[i]?.toggleAttribute('hidden', !(s.applies?.(shown) ?? true)); }));
  return h('nav', { class: 'contents', attributes: { 'aria-label': 'Sections' } }, ...links);
}

/** follow marks the link to the section that is at the top of the window. */
export function follow(list: HTMLElement, content: HTMLElement): void {
  const seen = new Set<Element>();
  const observer = new IntersectionObserver((changes) => {
    for (const change of changes) {
      if (change.isIntersecting) seen.add(change.target);
      else seen.delete(change.target);
    }
    const first = [...content.children].find((section) => seen.has(section))?.id;
    for (const link of list.children) {
      if (link.getAttribute('href') === `#${first}`) link.setAttribute('aria-current', 'true');
      else link.removeAttribute('aria-current');
    }
  }, { rootMargin: '-80px 0px -50% 0px' });
  for (const section of content.children) observer.observe(section);
}
