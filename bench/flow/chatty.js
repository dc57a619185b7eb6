// The flow of the benchmark: open a page that loads 200 sub-resources.
export const options = { iterationTimeout: '1m' };

export function config(opts) {
  return { baseURL: opts.baseURL };
}

export default async function (user, config) {
  await user.navigate(`${config.baseURL}/chatty`);
}
