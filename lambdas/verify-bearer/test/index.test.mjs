import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { after, before, beforeEach, test } from 'node:test';
import { OAuth2Server } from 'oauth2-mock-server';

const AUDIENCE = 'https://account.example/';
const METHOD_ARN = 'arn:aws:execute-api:eu-west-1:123456789012:abcdef1234/dev/GET/profile';

const provider = new OAuth2Server();
let jwks;
let jwksRequests = 0;
let handler;

const mint = (claims = {}, options = {}) =>
  provider.issuer.buildToken({
    scopesOrTransform: (header, payload) => {
      Object.assign(payload, { sub: 'auth0|1', aud: AUDIENCE, scope: 'get:profile', ...claims });
    },
    ...options,
  });

const call = (authorizationToken) => handler({ type: 'TOKEN', authorizationToken, methodArn: METHOD_ARN });
const refuses = (authorizationToken) => assert.rejects(call(authorizationToken), { message: 'Unauthorized' });

before(async () => {
  await provider.issuer.keys.generate('RS256');
  await provider.start(0, '127.0.0.1');
  jwks = createServer((_request, response) => {
    jwksRequests += 1;
    response.end(JSON.stringify({ keys: provider.issuer.keys.toJSON() }));
  });
  await new Promise((listening) => jwks.listen(0, '127.0.0.1', listening));
  process.env.JWKS_URI = `http://127.0.0.1:${jwks.address().port}/jwks`;
  process.env.TOKEN_ISSUER = provider.issuer.url;
  process.env.AUDIENCE = AUDIENCE;
  ({ handler } = await import('../index.mjs'));
});

after(async () => {
  jwks.close();
  await provider.stop();
});

beforeEach((t) => t.mock?.method(console, 'warn', () => {}));

test('a good token gives the subject, the scope and a policy for the whole stage', async () => {
  assert.deepEqual(await call(`Bearer ${await mint()}`), {
    principalId: 'auth0|1',
    policyDocument: {
      Version: '2012-10-17',
      Statement: [
        {
          Effect: 'Allow',
          Action: 'execute-api:Invoke',
          Resource: 'arn:aws:execute-api:eu-west-1:123456789012:abcdef1234/dev/*/*',
        },
      ],
    },
    context: { scope: 'get:profile' },
  });
});

test('a token without a scope gives an empty one', async () => {
  assert.equal((await call(`Bearer ${await mint({ scope: undefined })}`)).context.scope, '');
});

test('a header that is not "Bearer <token>" is refused', async () => {
  const token = await mint();
  for (const header of [undefined, '', 'Bearer ', token, `bearer ${token}`, `Bearer  ${token}`, `Bearer ${token} x`]) {
    await refuses(header);
  }
});

test('another issuer, another audience, no subject and an expired token are refused', async () => {
  const now = Math.floor(Date.now() / 1000);
  for (const claims of [{ iss: 'https://other.example/' }, { aud: 'other' }, { sub: undefined }, { exp: now - 1 }]) {
    await refuses(`Bearer ${await mint(claims)}`);
  }
});

test('a changed payload is refused', async () => {
  const [header, payload, signature] = (await mint()).split('.');
  const claims = JSON.parse(Buffer.from(payload, 'base64url'));
  const forged = Buffer.from(JSON.stringify({ ...claims, sub: 'auth0|2' })).toString('base64url');
  await refuses(`Bearer ${header}.${forged}.${signature}`);
});

test('an unsigned token and a token signed by a stranger with a known key id are refused', async () => {
  const claims = (await mint()).split('.')[1];
  const none = Buffer.from(JSON.stringify({ alg: 'none' })).toString('base64url');
  await refuses(`Bearer ${none}.${claims}.`);

  const stranger = new OAuth2Server();
  const { kid } = provider.issuer.keys.toJSON()[0];
  await stranger.issuer.keys.generate('RS256', { kid });
  stranger.issuer.url = provider.issuer.url;
  await refuses(
    `Bearer ${await stranger.issuer.buildToken({
      scopesOrTransform: (_header, payload) => Object.assign(payload, { sub: 'auth0|1', aud: AUDIENCE }),
    })}`,
  );
});

test('the keys are fetched once, and unknown key ids do not cause a fetch each', async () => {
  await call(`Bearer ${await mint()}`);
  const before = jwksRequests;
  const stranger = new OAuth2Server();
  await stranger.issuer.keys.generate('RS256');
  stranger.issuer.url = provider.issuer.url;
  for (let i = 0; i < 5; i += 1) {
    await call(`Bearer ${await mint()}`);
    await refuses(`Bearer ${await stranger.issuer.buildToken()}`);
  }
  assert.equal(jwksRequests, before);
  assert.equal(before, 1);
});
