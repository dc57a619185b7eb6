// The flow of the benchmark: open the counter, wait for LiveView, click 5 times, wait for each count.
export const options = { iterationTimeout: '1m' };

export function config(opts) {
  return { baseURL: opts.baseURL };
}

export default async function (user, config) {
  await user.navigate(`${config.baseURL}/counter`).waitForLiveView();
  for (let clicks = 1; clicks <= 5; clicks++) {
    await user.click('#inc').waitForText('#count', String(clicks));
  }
}
