import { finish, onSubmit, say } from './page.js';
import { lostPassword } from './service.js';

onSubmit(async ({ email }) => {
  const { sent, message } = await lostPassword({ email });
  if (sent) finish(`If ${email} has an account, a mail with a link is on its way.`);
  else say(message);
});
