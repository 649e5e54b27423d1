// login: an identity of the pool, for an address and its password.
//
// Fields: email, password. Answer: login, identityId, token (for the pool's `cognito-identity.amazonaws.com` login).
// Environment: USERS_TABLE, IDENTITY_POOL_ID, DEVELOPER_PROVIDER, ALLOWED_ORIGIN.

import { CognitoIdentityClient, GetOpenIdTokenForDeveloperIdentityCommand } from '@aws-sdk/client-cognito-identity';

import { Refusal, entry } from './lib/entry.mjs';
import { email, password } from './lib/fields.mjs';
import { matches } from './lib/secrets.mjs';
import { find } from './lib/users.mjs';

const identities = new CognitoIdentityClient({});

async function login(fields) {
  const address = email(fields.email);
  const given = password(fields.password);
  const user = await find(address);
  // One answer for all, or it would tell who has an account.
  if (!(await matches(user, given)) || !user.verified) throw new Refusal(401, 'Wrong address or password');
  const { IdentityId: identityId, Token: token } = await identities.send(
    new GetOpenIdTokenForDeveloperIdentityCommand({
      IdentityPoolId: process.env.IDENTITY_POOL_ID,
      Logins: { [process.env.DEVELOPER_PROVIDER]: address },
    }),
  );
  return { identityId, token };
}

export const handler = entry('login', login);
