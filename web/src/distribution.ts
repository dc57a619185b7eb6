// A distribution: what the bins of package report say of it. e2e/report compares this with Go.

import type { Bins } from './data';

/** relativeError is that of a bin's middle, and of every percentile. */
const relativeError = 0.01;
const base = Math.log((1 + relativeError) / (1 - relativeError));

/** Bin is the values from low to high. */
export interface Bin {
  low: number;
  high: number;
  middle: number;
  count: number;
}

/** binsOf unpacks bins, in ascending order, as far as they have values. Zeros are a bin without width. */
export function binsOf(bins: Bins): Bin[] {
  const all: Bin[] = bins.zeros ? [{ low: 0, high: 0, middle: 0, count: bins.zeros }] : [];
  let at = 0;
  for (let i = 0; i + 1 < bins.steps.length; i += 2) {
    at += bins.steps[i] ?? 0;
    all.push({ low: edge(at), high: edge(at + 1), middle: edge(at) * (1 + relativeError), count: bins.steps[i + 1] ?? 0 });
  }
  return all;
}

function edge(bin: number): number {
  return Math.exp(bin * base);
}

/** quantile returns the smallest value that a share q (0 to 1) of the values does not exceed. */
export function quantile(bins: Bin[], q: number): number {
  const wanted = q * total(bins) * (1 - 1e-9);
  let seen = 0;
  for (const bin of bins) {
    seen += bin.count;
    if (seen >= wanted) return bin.middle;
  }
  return 0;
}

/** shareUpTo returns which share of the values is not above one. */
export function shareUpTo(bins: Bin[], value: number): number {
  let seen = 0;
  for (const bin of bins) {
    if (bin.middle > value) break;
    seen += bin.count;
  }
  const all = total(bins);
  return all ? seen / all : 0;
}

export function total(bins: Bin[]): number {
  return bins.reduce((sum, bin) => sum + bin.count, 0);
}

/** Scale is a logarithmic axis from low to high; at maps values to 0 to 1. */
export interface Scale {
  low: number;
  high: number;
  at(value: number): number;
  value(at: number): number;
}

/** scaleOf holds all bins, with some room when there is only one value. */
export function scaleOf(bins: Bin[]): Scale {
  const positive = bins.filter((bin) => bin.low > 0);
  let low = positive[0]?.low ?? 1;
  let high = positive.at(-1)?.high ?? 10;
  if (high < low * 1.5) [low, high] = [low / 1.25, high * 1.25];
  const width = Math.log(high / low);
  return {
    low, high,
    at: (value) => (value <= low ? 0 : Math.min(Math.log(value / low) / width, 1)),
    value: (at) => low * Math.exp(at * width),
  };
}

/** barsOf joins bins to so many bars of the same width on the scale. */
export function barsOf(bins: Bin[], scale: Scale, most: number): Bin[] {
  const step = Math.max(Math.log(scale.high / scale.low) / most, base);
  const bars = Array.from({ length: Math.max(Math.round(Math.log(scale.high / scale.low) / step), 1) }, (_, i) => {
    const low = scale.low * Math.exp(i * step);
    return { low, high: low * Math.exp(step), middle: low * Math.exp(step / 2), count: 0 };
  });
  for (const bin of bins) {
    const index = bin.low > 0 ? Math.floor(Math.log(bin.middle / scale.low) / step) : 0;
    const bar = bars[Math.min(Math.max(index, 0), bars.length - 1)];
    if (bar) bar.count += bin.count;
  }
  return bars;
}

/** ticksOf are round numbers on the scale: 1, 2, 5, 10 and so on, as many as fit. */
export function ticksOf(scale: Scale, most: number): number[] {
  for (const digits of [[1, 2, 5], [1, 3], [1]]) {
    const all = roundNumbers(scale, digits);
    if (all.length <= most && all.length > 0) return all;
  }
  const powers = roundNumbers(scale, [1]);
  if (powers.length === 0) return [scale.value(0.5)];
  const every = Math.ceil(powers.length / most);
  return powers.filter((_, i) => i % every === 0);
}

function roundNumbers(scale: Scale, digits: number[]): number[] {
  const all: number[] = [];
  for (let power = Math.floor(Math.log10(scale.low)); power <= Math.ceil(Math.log10(scale.high)); power++) {
    for (const digit of digits) {
      const value = digit * 10 ** power;
      if (value >= scale.low && value <= scale.high) all.push(value);
    }
  }
  return all;
}

/** tail is p99 / p50, how much longer the slowest waited than the others; undefined when that says nothing. */
export function tail(values: { p50?: number; p99?: number; count: number }): number | undefined {
  return values.p50 && values.p99 && values.count >= 20 ? values.p99 / values.p50 : undefined;
}
