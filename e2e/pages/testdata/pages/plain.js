import { twice } from '../common.js';
export { config, options } from '../common.js';

export default twice(async (user, at) => {
  await user.navigate(at('/plain')).click('#to-self').waitForURL('**/plain?again=1')
    .fill('#plain-name', 'Ada').click('#plain-submit').waitForText('#plain-result', 'Ada');
});
