// Where the data of a page comes from: the page itself, when it was saved; live/connection.ts has the other way.

import type { Data } from './data';

export interface Source {
  data: Data;
  /** part returns what the page fetches only when somebody looks at it. */
  part<T>(name: string): Promise<T>;
  /** follow calls back when there is more. A saved page never does. */
  follow(changed: (data: Data) => void): void;
}

/** isSaved says whether the page has its data in itself. */
export function isSaved(): boolean {
  return document.getElementById('part-data') !== null;
}

/** open reads the data of a saved page. */
export async function open(): Promise<Source> {
  return { data: await unpack<Data>('data'), part: (name) => unpack(name), follow() {} };
}

/** unpack reads JSON that package report has packed into a page. */
export async function unpack<T>(name: string, page: Document = document): Promise<T> {
  const holder = page.getElementById(`part-${name}`);
  if (!holder) throw new Error(`this page has no part ${name}`);
  const text = atob(holder.textContent.trim());
  const packed = new Uint8Array(text.length);
  for (let i = 0; i < text.length; i++) packed[i] = text.charCodeAt(i);
  const stream = new Blob([packed]).stream().pipeThrough(new DecompressionStream('gzip'));
  return (await new Response(stream).json()) as T;
}
