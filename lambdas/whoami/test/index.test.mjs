import assert from 'node:assert/strict';
import { test } from 'node:test';

import { handler } from '../index.mjs';

test('the caller is who the authorizer says', async () => {
  const passed = { principalId: 'auth0|ë', scope: 'get:profile  put:profile', tokenFrom: 'query' };
  const authorizer = { ...passed, integrationLatency: 1 };
  const { statusCode, headers, body } = await handler({ requestContext: { authorizer } });
  assert.equal(statusCode, 200);
  assert.equal(headers['Access-Control-Allow-Origin'], '*');
  assert.deepEqual(JSON.parse(body), {
    principalId: 'auth0|ë',
    scopes: ['get:profile', 'put:profile'],
    tokenFrom: 'query',
  });
});

test('without an authorizer nobody calls, and the origin is the configured one', async (t) => {
  process.env.ALLOWED_ORIGIN = 'https://site.example';
  t.after(() => delete process.env.ALLOWED_ORIGIN);
  const { headers, body } = await handler({ requestContext: {} });
  assert.equal(headers['Access-Control-Allow-Origin'], 'https://site.example');
  assert.deepEqual(JSON.parse(body), { scopes: [] });
});
