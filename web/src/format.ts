// Numbers as people read them, in the same way as sinks/readable in Go. e2e/report compares both.

/** number writes three significant digits, more when the whole part has more, and two below 1. */
export function number(v: number): string {
  if (v === Math.trunc(v) || v >= 99.95) return v.toFixed(0);
  if (v >= 9.995) return v.toFixed(1);
  if (v >= 0.0995) return v.toFixed(2);
  return String(Number(v.toPrecision(2)));
}

/** count writes a whole number in groups of three digits. */
export function count(n: number): string {
  return Math.round(n).toString().replace(/\B(?=(\d{3})+$)/g, '\u202f');
}

/** microseconds writes a time in the unit that suits it. */
export function microseconds(v: number): string {
  if (v < 999.5) return `${number(v)} µs`;
  if (v < 999.5e3) return `${number(v / 1e3)} ms`;
  if (v < 59.95e6) return `${number(v / 1e6)} s`;
  return duration(v / 1e3);
}

/** duration writes milliseconds as whole seconds. */
export function duration(ms: number): string {
  const all = Math.round(ms / 1000);
  const [hours, minutes, seconds] = [Math.floor(all / 3600), Math.floor(all / 60) % 60, all % 60];
  if (hours > 0) return `${hours}h ${pad(minutes)}m`;
  if (minutes > 0) return `${minutes}m ${pad(seconds)}s`;
  return `${seconds}s`;
}

/** clock writes milliseconds since the start of the run as 1:05 or 1:02:05. */
export function clock(ms: number): string {
  const all = Math.round(ms / 1000);
  const [hours, minutes, seconds] = [Math.floor(all / 3600), Math.floor(all / 60) % 60, all % 60];
  return hours > 0 ? `${hours}:${pad(minutes)}:${pad(seconds)}` : `${minutes}:${pad(seconds)}`;
}

function pad(n: number): string {
  return String(n).padStart(2, '0');
}

/** bytes writes a size in the unit that suits it. */
export function bytes(v: number): string {
  for (const unit of ['B', 'kB', 'MB', 'GB']) {
    if (v < 999.5) return `${number(v)} ${unit}`;
    v /= 1000;
  }
  return `${number(v)} TB`;
}

/** value writes a value with the unit of its metric. */
export function value(unit: string, v: number): string {
  switch (unit) {
    case 'us':
      return microseconds(v);
    case 'bytes':
      return bytes(v);
    case 'percent':
      return `${number(v)} %`;
    case 'events':
    case 'ratio':
    case '':
      return number(v);
  }
  return `${number(v)} ${unit}`;
}

/** rate writes how often something happens. */
export function rate(perSecond: number): string {
  return `${number(perSecond)}/s`;
}

/** moment writes a date and a time of day, as the reader's browser does. */
export function moment(iso: string): string {
  const at = new Date(iso);
  return Number.isNaN(at.getTime()) || at.getFullYear() < 2000 ? '' : at.toLocaleString(undefined, { dateStyle: 'medium', timeStyle: 'short' });
}
