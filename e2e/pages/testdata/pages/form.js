import { twice } from '../common.js';
export { config, options } from '../common.js';

export default twice(async (user, at) => {
  await user.navigate(at('/form')).waitForLiveView();
  let n = 0;
  const validated = () => user.waitForText('#validations', String(++n));
  for (const [id, value] of [['text', 'Ärger'], ['email', 'ada@example.com'], ['password', 'long enough'], ['number', '7'], ['date', '2026-02-03']]) {
    await user.fill(`#${id}`, value);
    await validated();
  }
  await user.submitForm('#profile-form').waitForText('#terms-error', 'accept');
  await user.check('#terms');
  await validated();
  await user.check('#interests-music');
  await validated();
  await user.check('#plan-pro');
  await validated();
  await user.selectOption('#country', 'fr');
  await validated();
  await user.selectMultipleOptions('#languages', ['en', 'it']);
  await validated();
  await user.fill('#bio', 'a life');
  await validated();
  await user.uncheck('#interests-music');
  await validated();
  await user.submitForm('#profile-form').waitForText('#result', 'plan=pro');
});
