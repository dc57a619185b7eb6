// Each iteration waits for something else that never comes, longer than the iteration may take.
import { sleep } from 'liveload';

const endless = [
  () => new Promise(() => {}),
  () => sleep('1h'),
  () => { for (;;); },
  (user) => user.waitForSelector('#none', { timeout: '1h' }),
  (user) => user.evaluate(() => new Promise(() => {})),
  (user) => Promise.all([user.click('#none', { timeout: '1h' }), user.waitForText('#count', 'never', { timeout: '1h' }), sleep('1h')]),
  (user) => Promise.race([user.waitForURL('**/never', { timeout: '1h' }), new Promise(() => {})]),
  async (user) => { for (;;) try { await user.click('#none', { timeout: '1h' }); } catch { /* and once more */ } },
  async (user) => { for (;;) await user.click('#inc'); },
  (user) => { user.waitForFunction(() => false, null, { timeout: '1h' }); },
  (user) => user.click(() => new Promise(() => {})),
  (user) => user.step('part', () => user.think('1h')),
  (user) => user.evaluate(() => { const end = Date.now() + 1500; while (Date.now() < end); }),
  () => 9n ** 29999999n,
];

export const options = { users: 1, duration: '2m', iterationTimeout: '1s', onFailure: 'continue' };

export default async function (user, { baseURL }) {
  const next = endless[user.iteration - 1];
  if (!next) return user.halt();
  if (user.iteration === 1) await user.navigate(`${baseURL}/counter`).waitForLiveView();
  await next(user);
}
