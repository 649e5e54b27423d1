import { finish, onSubmit, say } from './page.js';
import { changePassword } from './service.js';
import { current } from './session.js';

if (!current()) location.replace('login.html');

onSubmit(async (fields) => {
  const session = current();
  if (!session) {
    location.replace('login.html');
    return;
  }
  const { changed, message } = await changePassword({ email: session.email, ...fields });
  if (changed) finish('Your password is changed.');
  else say(message);
});
