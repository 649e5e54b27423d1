// verifyUser: ends the wait of an account, by the token of the mail.
//
// Fields: email, token. Answer: verified. Environment: USERS_TABLE, ALLOWED_ORIGIN.

import { Refusal, entry } from './lib/entry.mjs';
import { email, token } from './lib/fields.mjs';
import { digestOf } from './lib/secrets.mjs';
import { seconds, update } from './lib/users.mjs';

async function verify(fields) {
  const address = email(fields.email);
  const given = token(fields.token);
  const isVerified =
    given &&
    (await update(address, {
      set: { verified: true },
      remove: ['verifyDigest', 'verifyExpires'],
      condition: 'verifyDigest = :digest AND verifyExpires > :now',
      values: { digest: digestOf(given), now: seconds() },
    }));
  if (!isVerified) throw new Refusal(400, 'The link is not valid, or no longer');
}

export const handler = entry('verified', verify);
