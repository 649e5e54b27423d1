import assert from 'node:assert/strict';
import { after, before, beforeEach, test } from 'node:test';
import { SignJWT, exportSPKI, importJWK } from 'jose';
import { OAuth2Server } from 'oauth2-mock-server';
import { handler } from '../index.mjs';

const SECRET = 'a secret of more than thirty-two characters';
const METHOD_ARN = 'arn:aws:execute-api:eu-west-1:123456789012:abcdef1234/dev/POST/user-profile';
const provider = new OAuth2Server();

const mintHs256 = (secret = new TextEncoder().encode(SECRET), expires = '5m') =>
  new SignJWT({ scope: 'openid' })
    .setProtectedHeader({ alg: 'HS256' })
    .setSubject('auth0|1')
    .setExpirationTime(expires)
    .sign(secret);

const mintRs256 = () =>
  provider.issuer.buildToken({
    scopesOrTransform: (_header, payload) => Object.assign(payload, { sub: 'auth0|2', aud: 'videos' }),
  });

const call = (token) => handler({ type: 'TOKEN', authorizationToken: `Bearer ${token}`, methodArn: METHOD_ARN });
const refuses = (token) => assert.rejects(call(token), { message: 'Unauthorized' });

before(async () => {
  await provider.issuer.keys.generate('RS256');
  await provider.start(0, '127.0.0.1');
});

after(() => provider.stop());

beforeEach(() => {
  process.env.AUTH0_SECRET = SECRET;
  process.env.JWKS_URI = `${provider.issuer.url}/jwks`;
  delete process.env.TOKEN_ISSUER;
  delete process.env.AUDIENCE;
});

test('a token of the shared secret gives a policy for the stage', async () => {
  const { principalId, policyDocument, context } = await call(await mintHs256());
  assert.equal(principalId, 'auth0|1');
  assert.deepEqual(context, { scope: 'openid' });
  assert.deepEqual(policyDocument.Statement, [
    {
      Effect: 'Allow',
      Action: 'execute-api:Invoke',
      Resource: 'arn:aws:execute-api:eu-west-1:123456789012:abcdef1234/dev/*/*',
    },
  ]);
});

test("a token of the provider's keys is good too", async () => {
  assert.equal((await call(await mintRs256())).principalId, 'auth0|2');
});

test('issuer and audience are checked where they are set', async () => {
  process.env.TOKEN_ISSUER = provider.issuer.url;
  process.env.AUDIENCE = 'videos';
  await call(await mintRs256());
  await refuses(await mintHs256());
  process.env.AUDIENCE = 'other';
  await refuses(await mintRs256());
});

test('an algorithm that is not set up is refused', async () => {
  const [hs256, rs256] = [await mintHs256(), await mintRs256()];
  delete process.env.AUTH0_SECRET;
  await refuses(hs256);
  delete process.env.JWKS_URI;
  await refuses(rs256);
});

test('the public key passed off as the shared secret is refused', async () => {
  const publicKey = await importJWK(provider.issuer.keys.toJSON()[0], 'RS256', { extractable: true });
  const pem = new TextEncoder().encode(await exportSPKI(publicKey));
  await refuses(await mintHs256(pem));
});

test('a wrong secret, an expired token, no token and rubbish are refused', async () => {
  await refuses(await mintHs256(new TextEncoder().encode('another secret of thirty-two characters')));
  await refuses(await mintHs256(undefined, '-1m'));
  for (const token of ['', 'a.b.c', 'a b']) await refuses(token);
  await assert.rejects(handler({ methodArn: METHOD_ARN }), { message: 'Unauthorized' });
});
