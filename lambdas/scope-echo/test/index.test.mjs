import assert from 'node:assert/strict';
import { test } from 'node:test';

import { handler } from '../index.mjs';

test('the two fields come back, and nothing else', async () => {
  const event = { principalId: 'auth0|1', scope: 'get:profile', other: 'x' };
  assert.deepEqual(await handler(event), { principalId: 'auth0|1', scope: 'get:profile' });
});
