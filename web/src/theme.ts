// Dark and light: as the reader's system has it, or as the reader says.

import { h } from './h';

const listeners: (() => void)[] = [];
const system = matchMedia('(prefers-color-scheme: dark)');
const root = document.documentElement;
let chosen: 'dark' | 'light' | undefined;

/** onThemeChange calls back for what CSS does not reach. */
export function onThemeChange(listener: () => void): void {
  listeners.push(listener);
}

/** colour reads one of the custom properties that styles/colours.css declares. */
export function colour(name: string, opacity = 1): string {
  const value = getComputedStyle(root).getPropertyValue(name).trim();
  return opacity === 1 ? value : `color-mix(in srgb, ${value} ${opacity * 100}%, transparent)`;
}

/** themeButton changes between dark and light. */
export function themeButton(): HTMLElement {
  const button = h('button', { class: 'quiet theme', attributes: { type: 'button' }, on: { click: () => { chosen = theme() === 'dark' ? 'light' : 'dark'; apply(); } } });
  onThemeChange(() => { button.textContent = theme() === 'dark' ? 'Light' : 'Dark'; });
  system.addEventListener('change', apply);
  apply();
  return button;
}

function theme(): 'dark' | 'light' {
  return chosen ?? (system.matches ? 'dark' : 'light');
}

function apply(): void {
  root.dataset.theme = theme();
  for (const listener of listeners) listener();
}
