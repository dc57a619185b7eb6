// Requests by host, path and status.

import { h, type Child } from '../h';
import { bytes, count, microseconds } from '../format';
import { table, type Column } from '../table';
import type { Section } from '../section';
import type { Request } from '../data';

export const requests: Section = {
  id: 'requests',
  title: 'Requests',
  ofNode: true,
  large: true,
  applies: (shown) => shown.requests.length > 0,
  build(body) {
    const all = table<Request>({ caption: 'Requests by host, path and status', columns: [status, type, host, path, times, ...durations, received], search, marked: (r) => r.failed === true });
    const byStatus = table<Request>({ caption: 'Requests by status', columns: [status, times], marked: (r) => r.failed === true });
    const note = h('p', { class: 'note' }, 'Of one node, requests are counted by their status. All nodes together show hosts and paths.');
    const failed = h('input', { attributes: { type: 'checkbox' }, on: { change: () => draw() } });
    const only = h('label', { class: 'only' }, failed, ' only those that failed');
    let known: Request[] = [];
    const draw = (): void => all.update(failed.checked ? known.filter((r) => r.failed) : known);
    body.append(note, byStatus.node, only, all.node);
    return (shown) => {
      const ofNode = shown.node !== '';
      note.hidden = byStatus.node.hidden = !ofNode;
      all.node.hidden = ofNode;
      only.hidden = ofNode || !shown.requests.some((r) => r.failed) || shown.requests.every((r) => r.failed);
      known = shown.requests;
      if (ofNode) byStatus.update(known);
      else draw();
    };
  },
};

const status: Column<Request> = { title: 'Status', cell: statusOf, sort: (r) => r.status };
const type: Column<Request> = { title: 'Type', cell: (r) => r.type, sort: (r) => r.type };
const host: Column<Request> = { title: 'Host', cell: (r) => r.host, sort: (r) => r.host };
const path: Column<Request> = { title: 'Path', cell: (r) => r.path, sort: (r) => r.path };
const times: Column<Request> = { title: 'Count', cell: (r) => count(r.count), sort: (r) => r.count, numeric: true };
const durations = (['p50', 'p95', 'p99', 'max'] as const).map((field): Column<Request> => (
  { title: field, cell: (r) => (r.timed ? microseconds(r[field] ?? 0) : '–'), sort: (r) => r[field] ?? 0, numeric: true }));
const received: Column<Request> = { title: 'Received', cell: (r) => (r.bytes ? bytes(r.bytes) : '–'), sort: (r) => r.bytes ?? 0, numeric: true };

function statusOf(r: Request): Child {
  return h('span', { class: r.failed ? 'code bad' : 'code' }, r.status, r.failed && h('span', { class: 'aside' }, ' failed'));
}

function search(r: Request): string {
  return `${r.status} ${r.type} ${r.host}${r.path} ${r.failed ? 'failed' : ''}`;
}
