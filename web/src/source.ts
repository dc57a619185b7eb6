// Where the data of a page comes from: the page itself, when it was saved.

import type { Data } from './data';

export interface Source {
  data: Data;
  /** part returns what the page fetches only when somebody looks at it. */
  part<T>(name: string): Promise<T>;
  /** follow calls back when there is more. A saved page never does. */
  follow(changed: (data: Data) => void): void;
}

export async function open(): Promise<Source> {
  return { data: await unpack<Data>('data'), part: unpack, follow() {} };
}

/** unpack reads JSON that package report has packed. */
export async function unpack<T>(name: string): Promise<T> {
  const holder = document.getElementById(`part-${name}`);
  if (!holder) throw new Error(`this page has no part ${name}`);
  const text = atob(holder.textContent.trim());
  const packed = new Uint8Array(text.length);
  for (let i = 0; i < text.length; i++) packed[i] = text.charCodeAt(i);
  const stream = new Blob([packed]).stream().pipeThrough(new DecompressionStream('gzip'));
  return (await new Response(stream).json()) as T;
}
