// createUser: makes an account that waits for its address to be verified, and mails the link that does so.
//
// Fields: email, password. Answer: created. Environment: USERS_TABLE, SENDER, SITE_URL, ALLOWED_ORIGIN.

import { Refusal, entry } from './lib/entry.mjs';
import { email, newPassword } from './lib/fields.mjs';
import { link, send } from './lib/mail.mjs';
import { hashed, newToken } from './lib/secrets.mjs';
import { add, seconds, update } from './lib/users.mjs';

const LINK_SECONDS = 24 * 60 * 60;

async function create(fields) {
  const address = email(fields.email);
  const password = newPassword(fields.password);
  const { token, digest } = newToken();
  const now = seconds();
  const user = {
    email: address,
    ...(await hashed(password)),
    verified: false,
    verifyDigest: digest,
    verifyExpires: now + LINK_SECONDS,
    created: now,
  };
  if (!(await add(user))) throw new Refusal(409, 'This address has an account, or one that waits for its mail');
  try {
    await send(address, 'Verify your address', [
      'Someone, hopefully you, made an account with this address. This link verifies it, within a day:',
      link('verify.html', { token, email: address }),
      'If it was not you, do nothing.',
    ]);
  } catch (error) {
    // Nobody can verify it, so the address is free again.
    await update(address, { set: { verifyExpires: 0 }, condition: 'verifyDigest = :digest', values: { digest } });
    throw error;
  }
}

export const handler = entry('created', create);
