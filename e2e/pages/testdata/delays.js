// Opens the counter with delays and clicks; views join late and answer late.
export const options = { users: 2, duration: '1m', iterationTimeout: '30s' };

export const config = (opts) => opts;

export default async function (user, { baseURL, query }) {
  await user.navigate(`${baseURL}/counter?${query}`).waitForLiveView();
  for (let n = 1; n <= 10; n++) await user.click('#inc').waitForText('#count', n);
  await user.halt();
}
