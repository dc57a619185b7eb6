import { twice } from '../common.js';
export { config, options } from '../common.js';

export default twice(async (user, at) => {
  await user.navigate(at('/upload')).waitForLiveView()
    .setInputFiles('#phx-upload-files', ['index.js', 'notes.txt']).waitForSelector('#cancel-1')
    .click('#cancel-0').waitForSelector('#entry-0', { state: 'detached' })
    .click('#save').waitForText('#stored', 'notes.txt');
});
