import { finish, linkFields, run, say } from './page.js';
import { verifyUser } from './service.js';

const { token, email } = linkFields();

if (token && email) {
  run(async () => {
    const { verified, message } = await verifyUser({ token, email });
    if (verified) finish('Your address is verified: you can log in.');
    else say(message);
  });
} else {
  say('Please open the link of the mail that we sent you.');
}
