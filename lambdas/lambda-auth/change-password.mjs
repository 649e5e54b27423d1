// changePassword: a new password for someone who knows the old one.
//
// Fields: oldPassword, newPassword, email. Without an email the caller's identity of the pool says who it is.
// Answer: changed. Environment: USERS_TABLE, IDENTITY_POOL_ID, DEVELOPER_PROVIDER, ALLOWED_ORIGIN.

import { CognitoIdentityClient, LookupDeveloperIdentityCommand } from '@aws-sdk/client-cognito-identity';

import { Refusal, entry } from './lib/entry.mjs';
import { email, newPassword, password } from './lib/fields.mjs';
import { hashed, matches } from './lib/secrets.mjs';
import { find, update } from './lib/users.mjs';

const WRONG = 'Wrong address or password';

const identities = new CognitoIdentityClient({});

/** The address that an identity logged in with: the only name that this service's provider gives to an identity. */
async function addressOf(identityId) {
  const { DeveloperUserIdentifierList: names = [] } = await identities.send(
    new LookupDeveloperIdentityCommand({
      IdentityPoolId: process.env.IDENTITY_POOL_ID,
      IdentityId: identityId,
      MaxResults: 1,
    }),
  );
  if (names.length === 0) throw new Refusal(401, WRONG);
  return names[0];
}

async function change(fields, identityId) {
  const old = password(fields.oldPassword);
  const next = newPassword(fields.newPassword);
  const isNamed = fields.email !== undefined || identityId === undefined;
  const address = isNamed ? email(fields.email) : await addressOf(identityId);
  const user = await find(address);
  if (!(await matches(user, old)) || !user.verified) throw new Refusal(401, WRONG);
  const isChanged = await update(address, {
    set: await hashed(next),
    remove: ['resetDigest', 'resetExpires'],
    // Of two changes at once, one is made.
    condition: 'salt = :salt',
    values: { salt: user.salt },
  });
  if (!isChanged) throw new Refusal(401, WRONG);
}

export const handler = entry('changed', change);
