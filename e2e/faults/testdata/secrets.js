// Shows every secret that it has in every way that it can, and fails in a different way in each iteration. SECRETS stands for what the
// test makes anew for each run.
import { env, check, log } from 'liveload';
import http from 'liveload/http';
import { Counter } from 'liveload/metrics';

const s = SECRETS;
const spilled = new Counter('spilled');

export const options = {
  onFailure: 'continue',
  context: {
    extraHTTPHeaders: { 'X-Api-Key': s.header },
    httpCredentials: { username: 'joe', password: s.basic },
    storageState: {
      cookies: [{ name: 'sid', value: s.cookie, domain: '127.0.0.1', path: '/', expires: -1, httpOnly: false, secure: false, sameSite: 'Lax' }],
      origins: [{ origin: s.origin, localStorage: [{ name: 'login', value: s.storage }] }],
    },
  },
};

export const scenarios = { spill: { tags: { password: s.tag } } };

export function config(opts) {
  return { ...opts, session: { refreshToken: s.returned } };
}

export default async function (user, config) {
  const all = [config.adminPassword, config.apiToken, config.password, env.SHOP_SECRET, s.header, s.basic, s.cookie, s.storage, s.returned, s.set, s.typed, s.sent];
  const base = config.baseURL;
  await user.navigate(`${base}/form?token=${s.query}`).waitForLiveView();
  await user.context.addCookies([{ name: 'mine', value: s.set, url: base }]);
  await http.get(`${base}/form?access_token=${s.query}`, { headers: { Authorization: `Bearer ${s.sent}` } });
  await user.evaluate(() => {
    const field = document.createElement('input');
    field.type = field.id = 'password';
    document.body.append(field);
  });
  await user.fill('#password', s.typed);
  console.log(all, { password: s.logged }, user);
  log(all.join(' '));
  const words = all.flatMap((one) => [one, encodeURIComponent(one), btoa(unescape(encodeURIComponent(`joe:${one}`))), JSON.stringify(one)]);
  await user.evaluate((words) => {
    for (const one of words) console.error(`the page says ${one}`);
    const list = document.createElement('p');
    list.textContent = words.join(' ');
    list.title = words.join(' ');
    document.body.prepend(list);
    document.querySelector('#password').setAttribute('value', words[0]);
    history.replaceState(null, '', `#access_token=${encodeURIComponent(words[0])}`);
  }, words);
  const word = all[user.iteration % all.length];
  spilled.add(1, { word });
  check(null, { [`is ${word}`]: () => false });
  await user.step(`step ${word}`, async () => {
    switch (user.iteration) {
      case 1: throw new Error(`all of them: ${words.join(', ')}`);
      case 2: return user.fail(word);
      case 3: return user.click(`text=${word}-${word}`, { timeout: 50 });
      case 4: return user.page.evaluate((w) => { throw new Error(w); }, word);
      case 5: return user.evaluate((w) => { throw new TypeError(`no ${w}`); }, word);
      case 6: return user.page.locator('#missing-password').fill(word, { timeout: 50 });
      case 7: return user.navigate(`http://joe:${encodeURIComponent(word)}@127.0.0.1:1/?token=${encodeURIComponent(word)}#jwt=${encodeURIComponent(word)}`);
      case 8: return http.post(`http://joe:${encodeURIComponent(word)}@127.0.0.1:1/?token=${encodeURIComponent(word)}`, { password: word });
      case 9: throw new Error(`${'x'.repeat(9990)}${word}`); // is cut within it
      case 10: return user.page.goto(`http://127.0.0.1:1/${'x'.repeat(36)}${encodeURIComponent(word)}`);
      default: throw Object.assign(new Error('later'), { name: word });
    }
  });
}
