import { twice } from '../common.js';
export { config, options } from '../common.js';

// Each user has a room of its own: what the others say while a window closes nobody can count.
export default twice(async (user, at) => {
  const room = `room-${user.id}-${user.iteration}`;
  await user.navigate(at(`/chat?room=${room}`)).waitForLiveView();
  for (const text of ['höfliche Grüße', 'one 🙂 more']) {
    await user.fill('#message', text).waitForPhxLoading('change', '#chat-form')
      .submitForm('#chat-form').waitForText('#messages', text);
  }
});
