// lostPassword: mails a link by which a new password can be set.
//
// Fields: email. Answer: sent, which is true for every address, so that it does not tell who has an account.
// Environment: USERS_TABLE, SENDER, SITE_URL, ALLOWED_ORIGIN.

import { entry } from './lib/entry.mjs';
import { email } from './lib/fields.mjs';
import { link, send } from './lib/mail.mjs';
import { newToken } from './lib/secrets.mjs';
import { seconds, update } from './lib/users.mjs';

const LINK_SECONDS = 60 * 60;

async function mailLink(address) {
  const { token, digest } = newToken();
  const hasAccount = await update(address, {
    set: { resetDigest: digest, resetExpires: seconds() + LINK_SECONDS },
    condition: 'verified = :yes',
    values: { yes: true },
  });
  if (!hasAccount) return;
  await send(address, 'Set a new password', [
    'Someone, hopefully you, asked for a new password. This link lets you set one, within an hour:',
    link('resetPassword.html', { resetToken: token, email: address }),
    'If it was not you, do nothing: your password stays as it is.',
  ]);
}

async function lost(fields) {
  const address = email(fields.email);
  try {
    await mailLink(address);
  } catch (error) {
    console.error(error); // an error would tell as well
  }
}

export const handler = entry('sent', lost);
