// A section of the page of a comparison.

import { h, type Child } from '../h';

export function piece(id: string, title: string, ...children: Child[]): HTMLElement {
  return h('section', { class: `section ${id}`, attributes: { id, 'aria-labelledby': `${id}-title`, tabindex: -1 } },
    h('h2', { attributes: { id: `${id}-title` } }, title), h('div', { class: 'body' }, ...children));
}
