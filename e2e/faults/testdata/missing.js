// Fails on purpose: there is no element #missing.
export default async function (user, config) {
  await user.navigate(`${config.baseURL}/counter`).waitForLiveView().click('#inc').waitForText('#count', '1');
  await user.evaluate(() => console.error('broken heart'));
  await user.screenshot('counted');
  await user.click('#missing', { timeout: 300 });
}
