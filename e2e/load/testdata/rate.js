// A trivial iteration: one request without a browser, and time that a test may want to pass.
import { sleep } from 'liveload';
import { get } from 'liveload/http';

export const config = (opts) => opts;

export default async function (user, { baseURL, sleeping }) {
  await get(`${baseURL}/plain`);
  await sleep(sleeping);
}
