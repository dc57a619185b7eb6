import { twice } from '../common.js';
export { config, options } from '../common.js';

export default twice(async (user, at) => {
  await user.navigate(at('/todos')).waitForLiveView();
  for (const [n, title] of [[1, 'milk'], [2, 'bread']]) {
    await user.fill('#todo-title', title).submitForm('#todo-form').waitForText('#added', n);
  }
  await user.click('#toggle-1').waitForText('#left', '1')
    .click('#filter-done').waitForSelector('#todo-2', { state: 'detached' })
    .click('#filter-all').waitForSelector('#todo-2')
    .click('#delete-2').waitForText('#left', '0')
    .click('#clear').waitForSelector('#todo-1', { state: 'detached' })
    .click('#toggle-form').waitForSelector('#todo-form', { state: 'detached' })
    .click('#toggle-form').waitForSelector('#todo-form');
});
