// resetPassword: a new password for someone who got the mail.
//
// Fields: email, resetToken, newPassword. Answer: changed. Environment: USERS_TABLE, ALLOWED_ORIGIN.

import { Refusal, entry } from './lib/entry.mjs';
import { email, newPassword, token } from './lib/fields.mjs';
import { digestOf, hashed } from './lib/secrets.mjs';
import { seconds, update } from './lib/users.mjs';

async function reset(fields) {
  const address = email(fields.email);
  const password = newPassword(fields.newPassword);
  const given = token(fields.resetToken);
  const isChanged =
    given &&
    (await update(address, {
      set: await hashed(password),
      remove: ['resetDigest', 'resetExpires'],
      condition: 'resetDigest = :digest AND resetExpires > :now',
      values: { digest: digestOf(given), now: seconds() },
    }));
  if (!isChanged) throw new Refusal(400, 'The link is not valid, or no longer');
}

export const handler = entry('changed', reset);
