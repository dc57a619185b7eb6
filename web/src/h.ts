// Elements are made here and nowhere else. Whatever comes from a run becomes text, never markup.

export type Child = Node | string | number | null | undefined | false;

export interface Props {
  class?: string;
  style?: Record<string, string>; // set one by one, which the page's policy allows
  on?: { [K in keyof HTMLElementEventMap]?: (event: HTMLElementEventMap[K]) => void };
  attributes?: Record<string, string | number | boolean | undefined>; // false and undefined leave one out
}

export function h<K extends keyof HTMLElementTagNameMap>(tag: K, props: Props = {}, ...children: Child[]): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag);
  if (props.class) element.className = props.class;
  for (const [name, value] of Object.entries(props.style ?? {})) element.style.setProperty(name, value);
  for (const [name, value] of Object.entries(props.attributes ?? {})) {
    if (value !== undefined && value !== false) element.setAttribute(name, value === true ? '' : String(value));
  }
  for (const [name, handler] of Object.entries(props.on ?? {})) element.addEventListener(name, handler as EventListener);
  fill(element, ...children);
  return element;
}

/** fill replaces what an element holds. Where the keyboard was, it stays. */
export function fill(element: Element, ...children: Child[]): void {
  const kept = children.filter((child) => child !== null && child !== undefined && child !== false);
  const at = document.activeElement !== element && element.contains(document.activeElement) ? stops(element).indexOf(document.activeElement as HTMLElement) : -1;
  element.replaceChildren(...kept.map((child) => (child instanceof Node ? child : String(child))));
  if (at >= 0) stops(element)[at]?.focus({ preventScroll: true });
}

/** stops are where the keyboard can be. */
function stops(within: Element): HTMLElement[] {
  return [...within.querySelectorAll<HTMLElement>('a, button, input, select, summary, [tabindex]')];
}

let ids = 0;

/** newId returns an id that nothing else on the page has. */
export function newId(of: string): string {
  ids += 1;
  return `${of}-${ids}`;
}

/** aside is text for those who listen to the page. */
export function aside(text: string): HTMLElement {
  return h('span', { class: 'aside' }, text);
}
