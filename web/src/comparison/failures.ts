// What went wrong, and what was measured, in one of the runs only.

import { h, type Child } from '../h';
import { count } from '../format';
import { table } from '../table';
import { piece } from './piece';
import type { Compared, LoneFailure as Failed } from '../data';

export function failures(compared: Compared): HTMLElement | undefined {
  const { new_failures: fresh, gone_failures: gone, only_old: old, only_new: now } = compared;
  if (fresh.length + gone.length + old.length + now.length === 0) return undefined;
  return piece('only', 'In one run only',
    ...some('New failures', 'new', fresh), ...some('Failures that are gone', 'gone', gone), measured('Measured in the old run only', old), measured('Measured in the new run only', now));
}

function some(title: string, kind: string, all: Failed[]): Child[] {
  if (all.length === 0) return [];
  const rows = table<Failed>({
    caption: title,
    columns: [
      { title: 'What', cell: (f) => f.kind, sort: (f) => f.kind },
      { title: 'Why', cell: (f) => f.text, sort: (f) => f.text },
      { title: 'Times', cell: (f) => count(f.count), sort: (f) => f.count, numeric: true },
    ],
    ...(all.length > 10 ? { search: (f: Failed) => `${f.kind} ${f.text}` } : {}),
  });
  rows.update(all);
  return [h('h3', { class: kind }, title), rows.node];
}

const most = 20;

function measured(title: string, names: string[]): Child {
  if (names.length === 0) return undefined;
  const shown = names.length > most ? [...names.slice(0, most), `and ${names.length - most} more`] : names;
  return h('p', { class: 'note' }, `${title}: ${shown.join(', ')}`);
}
