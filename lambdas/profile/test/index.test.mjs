import assert from 'node:assert/strict';
import { beforeEach, test } from 'node:test';
import { handler } from '../index.mjs';

const event = (scope, headers = {}) => ({ headers, requestContext: { authorizer: { principalId: 'auth0|1', scope } } });

beforeEach(() => {
  delete process.env.ALLOWED_ORIGIN;
});

test('the scope get:profile gives the profile in UTF-8', async () => {
  const answer = await handler(event('openid get:profile'));
  assert.equal(answer.statusCode, 200);
  assert.equal(answer.body, '{"name":"Daniël"}');
  assert.deepEqual([...Buffer.from(answer.body).subarray(13, 15)], [0xc3, 0xab]);
  assert.equal(answer.headers['Content-Type'], 'application/json; charset=utf-8');
  assert.equal(answer.headers['Access-Control-Allow-Origin'], '*');
});

test('without the scope the answer is 403, with the CORS header', async () => {
  for (const scope of [undefined, '', 'get:profiles', 'openid']) {
    const answer = await handler(event(scope));
    assert.equal(answer.statusCode, 403);
    assert.equal(answer.headers['Access-Control-Allow-Origin'], '*');
  }
  assert.equal((await handler({ requestContext: {} })).statusCode, 403);
});

test('of several allowed origins the own one is echoed, a strange one is not', async () => {
  process.env.ALLOWED_ORIGIN = 'https://a.example, https://b.example';
  const origin = async (headers) =>
    (await handler(event('get:profile', headers))).headers['Access-Control-Allow-Origin'];
  assert.equal(await origin({ origin: 'https://b.example' }), 'https://b.example');
  assert.equal(await origin({ Origin: 'https://b.example' }), 'https://b.example');
  assert.equal(await origin({ Origin: 'https://evil.example' }), 'https://a.example');
  assert.equal((await handler(event('get:profile'))).headers.Vary, 'Origin');
});
