// What a reader wants to know first.

import { h } from './h';
import type { Verdict } from './data';

const most = 3;

const signs: Record<string, string> = { passed: '✓', finished: '✓', troubled: '!', failed: '✗', running: '…' };

export function verdict(v: Verdict, level: 1 | 2): HTMLElement {
  const more = v.more.length > most ? [...v.more.slice(0, most), `and ${v.more.length - most} more`] : v.more;
  const doubtful = v.doubts.length > 0 && (v.state === 'passed' || v.state === 'finished');
  return h('div', { class: `verdict ${v.state} ${doubtful ? 'doubtful' : ''}` },
    h('span', { class: 'sign', attributes: { 'aria-hidden': true } }, doubtful ? '!' : (signs[v.state] ?? '')),
    h('div', {}, h(level === 1 ? 'h1' : 'h2', {}, v.title), h('p', {}, v.why), more.length > 0 && h('ul', {}, ...more.map((text) => h('li', {}, text)))));
}
