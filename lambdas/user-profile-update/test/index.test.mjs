import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { after, before, test } from 'node:test';
import { SignJWT } from 'jose';
import { handler } from '../index.mjs';

const SECRET = 'a secret of more than thirty-two characters';
let provider;
const users = new Map();

const mint = (subject = 'auth0|1') =>
  new SignJWT({})
    .setProtectedHeader({ alg: 'HS256' })
    .setSubject(subject)
    .setExpirationTime('5m')
    .sign(new TextEncoder().encode(SECRET));

/** Keeps the metadata of its users, and lets each change its own only. */
before(async () => {
  provider = createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request) body += chunk;
    const [, id] = /^\/api\/v2\/users\/([^/]+)$/.exec(request.url) ?? [];
    const userId = decodeURIComponent(id ?? '');
    const token = (request.headers.authorization ?? '').replace('Bearer ', '');
    const { sub } = JSON.parse(Buffer.from(token.split('.')[1], 'base64url'));
    if (request.method !== 'PATCH' || sub !== userId) {
      response.statusCode = 403;
      return response.end('{}');
    }
    users.set(userId, { ...users.get(userId), ...JSON.parse(body).user_metadata });
    response.setHeader('Content-Type', 'application/json');
    return response.end(JSON.stringify({ user_id: userId, user_metadata: users.get(userId) }));
  });
  await new Promise((listening) => provider.listen(0, '127.0.0.1', listening));
  process.env.DOMAIN = `http://127.0.0.1:${provider.address().port}`;
  process.env.AUTH0_SECRET = SECRET;
});

after(() => provider.close());

test('the given fields are saved at the provider, the others stay', async () => {
  const authToken = `Bearer ${await mint()}`;
  await handler({ authToken, userId: 'auth0|1', firstName: 'Daniël', lastName: 'Zoë', email: 'd@example.com' });
  assert.deepEqual(await handler({ authToken, userId: '', firstName: 'Dan', lastName: '', email: '' }), {
    userId: 'auth0|1',
    firstName: 'Dan',
    lastName: 'Zoë',
    email: 'd@example.com',
  });
  assert.equal(users.get('auth0|1').firstName, 'Dan');
});

test('nobody changes the profile of another user', async () => {
  const event = { authToken: `Bearer ${await mint('auth0|2')}`, userId: 'auth0|1', firstName: 'Eve' };
  await assert.rejects(handler(event), { message: 'Authorization Failed' });
  assert.notEqual(users.get('auth0|1')?.firstName, 'Eve');
});

test('a missing and a bad token are told apart', async () => {
  await assert.rejects(handler({ firstName: 'x' }), { message: 'Could not find authToken' });
  await assert.rejects(handler({ authToken: 'Bearer x.y.z', firstName: 'x' }), { message: 'Authorization Failed' });
});

test('an invalid profile is refused', async () => {
  const authToken = `Bearer ${await mint()}`;
  await assert.rejects(handler({ authToken, email: 'nobody' }), { message: 'Invalid profile: email' });
  await assert.rejects(handler({ authToken, firstName: 'x'.repeat(201) }), { message: 'Invalid profile: firstName' });
  await assert.rejects(handler({ authToken }), { message: 'Invalid profile: nothing to change' });
});
