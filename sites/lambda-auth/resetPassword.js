import { finish, linkFields, onSubmit, say } from './page.js';
import { resetPassword } from './service.js';

const { resetToken, email } = linkFields();

if (!resetToken) say('Please open the link of the mail that we sent you.');
document.getElementById('email').value = email ?? '';

onSubmit(async (fields) => {
  const { changed, message } = await resetPassword({ ...fields, resetToken });
  if (changed) finish('Your new password is set: you can log in.');
  else say(message);
});
