import { finish, onSubmit, say } from './page.js';
import { createUser } from './service.js';

onSubmit(async (fields) => {
  const { created, message } = await createUser(fields);
  if (created) finish(`We sent a mail to ${fields.email}. The link in it finishes the sign-up.`);
  else say(message);
});
