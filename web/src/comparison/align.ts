// Columns of two runs beside each other: as wide buckets as the wider ones, as many as the longer run has.

import type { Compared, Side } from '../data';

/** bucketOf is how wide buckets are, in milliseconds. */
export function bucketOf({ old, new: now }: Compared): number {
  return Math.max(old.bucket_ms, now.bucket_ms, 1);
}

/** columns joins numbers of neighbouring buckets by how many samples they stand for. */
export function columns(compared: Compared, i: number, values: number[] | null, counts: number[] | null): (number | null)[] {
  return join(compared, i, (from, to) => {
    let sum = 0;
    let weight = 0;
    for (let k = from; k < to; k++) {
      sum += (values?.[k] ?? 0) * (counts?.[k] ?? 0);
      weight += counts?.[k] ?? 0;
    }
    return weight > 0 ? sum / weight : null;
  });
}

/** sums adds up what was counted in neighbouring buckets. */
export function sums(compared: Compared, i: number, counts: number[]): (number | null)[] {
  const length = side(compared, i).series.active_users?.length ?? 0;
  return join(compared, i, (from, to) => from < length ? counts.slice(from, to).reduce((a, b) => a + b, 0) : null);
}

function join(compared: Compared, i: number, one: (from: number, to: number) => number | null): (number | null)[] {
  const width = bucketOf(compared);
  const longest = Math.max(...[0, 1].map((k) => Math.ceil(((side(compared, k).series.active_users?.length ?? 0) * side(compared, k).bucket_ms) / width)));
  const factor = Math.round(width / Math.max(side(compared, i).bucket_ms, 1));
  return Array.from({ length: longest }, (_, k) => one(k * factor, (k + 1) * factor));
}

function side(compared: Compared, i: number): Side {
  return i === 0 ? compared.old : compared.new;
}
