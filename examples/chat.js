// A chat between users: everyone says something and waits for somebody else. It takes two.
//
//   liveload examples/chat.js --users 10 --duration 1m

export const options = { users: 2 };

/** @param {Record<string, string>} opts */
export const config = (opts) => ({ baseURL: opts.baseURL ?? 'http://127.0.0.1:4000' });

/** @typedef {ReturnType<typeof config>} Config */

/**
 * @param {import('liveload').User} user
 * @param {Config} config
 */
export default async function (user, config) {
  await user.navigate(`${config.baseURL}/chat?room=lobby`).waitForLiveView();

  const text = `hello ${user.iteration} from user ${user.id} 🙂`;
  await user.fill('#message', text).submitForm('#chat-form').waitForText('#messages', text);

  // This function runs in the page: it sees nothing of the script but what it is given.
  await user.waitForFunction(own => {
    const others = [...document.querySelectorAll('#messages .text')].map(e => e.textContent ?? '');
    return others.some(line => line.startsWith('hello') && !line.includes(own));
  }, `user ${user.id} `);
}
