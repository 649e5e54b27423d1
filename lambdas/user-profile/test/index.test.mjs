import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { after, before, test } from 'node:test';
import { SignJWT } from 'jose';
import { handler } from '../index.mjs';

const SECRET = 'a secret of more than thirty-two characters';
let provider;
let asked = [];

const mint = (secret = SECRET, expires = '5m') =>
  new SignJWT({ email: 'd@example.com' })
    .setProtectedHeader({ alg: 'HS256' })
    .setSubject('auth0|1')
    .setExpirationTime(expires)
    .sign(new TextEncoder().encode(secret));

/** The provider answers /tokeninfo with what the token itself says, as a provider does that issued it. */
before(async () => {
  provider = createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request) body += chunk;
    const token = JSON.parse(body).id_token;
    asked.push({ method: request.method, url: request.url, token });
    const claims = JSON.parse(Buffer.from(token.split('.')[1], 'base64url'));
    response.statusCode = claims.blocked ? 401 : 200;
    response.setHeader('Content-Type', 'application/json');
    response.end(JSON.stringify({ user_id: claims.sub, email: claims.email }));
  });
  await new Promise((listening) => provider.listen(0, '127.0.0.1', listening));
  process.env.DOMAIN = `http://127.0.0.1:${provider.address().port}`;
  process.env.AUTH0_SECRET = SECRET;
});

after(() => provider.close());

test('a good token gives the profile that the provider has', async () => {
  const token = await mint();
  asked = [];
  assert.deepEqual(await handler({ authToken: `Bearer ${token}` }), { user_id: 'auth0|1', email: 'd@example.com' });
  assert.deepEqual(asked, [{ method: 'POST', url: '/tokeninfo', token }]);
});

test('without a token the error says so', async () => {
  for (const authToken of [undefined, '', 'Bearer', 'Bearer ', 'Basic eA==']) {
    await assert.rejects(handler({ authToken }), { message: 'Could not find authToken' });
  }
});

test('a token of another secret and an expired one fail without asking the provider', async () => {
  asked = [];
  const now = Math.floor(Date.now() / 1000);
  for (const token of [await mint('another secret of thirty-two characters'), await mint(SECRET, now - 60), 'rubbish']) {
    await assert.rejects(handler({ authToken: `Bearer ${token}` }), { message: 'Authorization Failed' });
  }
  assert.deepEqual(asked, []);
});

test('a token that the provider refuses fails', async () => {
  const token = await new SignJWT({ blocked: true })
    .setProtectedHeader({ alg: 'HS256' })
    .setSubject('auth0|1')
    .sign(new TextEncoder().encode(SECRET));
  await assert.rejects(handler({ authToken: `Bearer ${token}` }), { message: 'Authorization Failed' });
});

test('an unreachable provider is not an authorization failure', async () => {
  const domain = process.env.DOMAIN;
  const gone = createServer();
  await new Promise((listening) => gone.listen(0, '127.0.0.1', listening));
  process.env.DOMAIN = `http://127.0.0.1:${gone.address().port}`;
  await new Promise((closed) => gone.close(closed));
  await assert.rejects(handler({ authToken: `Bearer ${await mint()}` }), { message: 'Identity provider unavailable' });
  process.env.DOMAIN = domain;
});
