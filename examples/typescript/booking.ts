// A scenario in TypeScript with a module of its own and a package from npm. Types are removed when the
// script is loaded and checked by editors and tsc.
//
//   (cd examples/typescript && npm install)
//   liveload examples/typescript/booking.ts
import dayjs from 'dayjs';
import type { User } from 'liveload';
import { readResult, type Guest } from './lib/guest.ts';

interface Config {
  baseURL: string;
}

export const config = (opts: Record<string, string>): Config => ({
  baseURL: opts.baseURL ?? 'http://127.0.0.1:4000',
});

export default async function (user: User, { baseURL }: Config): Promise<void> {
  const guest: Guest = {
    email: `guest${user.id}@example.com`,
    date: dayjs('2026-02-27').add(user.iteration, 'day').format('YYYY-MM-DD'),
  };
  await user.navigate(`${baseURL}/form`).waitForLiveView()
    .fill('#text', 'A guest').fill('#email', guest.email).fill('#password', 'long enough')
    .fill('#number', 2).fill('#date', guest.date).check('#terms')
    .waitForPhxLoading('change', '#profile-form')
    .submitForm('#profile-form').waitForText('#result', 'date=');

  const saved = readResult(await user.innerText('#result'));
  if (saved.date !== guest.date || saved.email !== guest.email) {
    user.fail(`saved ${saved.email} for ${saved.date}, not ${guest.email} for ${guest.date}`);
  }
}
