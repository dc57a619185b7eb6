// Waits in the page, in a queue, for handlers and for documents that say how long they took.
export const options = { users: 2, iterationsPerUser: 1, iterationTimeout: '1m' };

export const config = (opts) => opts;

export default async function (user, { baseURL, transport }) {
  const query = `transport=${transport}&delay=200`;
  await user.navigate(`${baseURL}/counter?${query}&page_delay=300`).waitForLiveView();
  await user.evaluate(async () => {
    for (const id of ['inc', 'dec']) document.getElementById(id).click(); // the second one waits for the first
    while (document.querySelector('.phx-click-loading')) await new Promise((later) => setTimeout(later, 20));
  });
  await user.navigate(`${baseURL}/hooks?${query}`).waitForLiveView().fill('#search', 'tea').waitForText('#found', 'TEA');
  await user.navigate(`${baseURL}/products?transport=${transport}`).waitForLiveView().click('#next').waitForText('#page', '2');
}
