// A page takes all memory in the second iteration.
export const options = { users: 1, iterationsPerUser: 3, iterationTimeout: '50s' };

export const config = (opts) => opts;

let iterations = 0;

export default async function (user, { baseURL }) {
  await user.navigate(`${baseURL}/counter`).waitForLiveView().click('#inc').waitForText('#count', '1');
  if (iterations++ === 1) {
    await user.evaluate(() => {
      const all = [];
      for (;;) all.push(new Uint8Array(20e6).fill(1));
    });
  }
}
