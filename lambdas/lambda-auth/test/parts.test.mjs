import assert from 'node:assert/strict';
import { test } from 'node:test';

import { Refusal, entry } from '../lib/entry.mjs';
import { email, newPassword, password, token } from '../lib/fields.mjs';
import { link } from '../lib/mail.mjs';
import { digestOf, hashed, matches, newToken } from '../lib/secrets.mjs';

const proxy = (body, more = {}) => ({ httpMethod: 'POST', body, requestContext: {}, ...more });

test('a direct call gets the answer itself', async () => {
  const handler = entry('done', async ({ name }) => ({ name }));
  assert.deepEqual(await handler({ name: 'ann' }, {}), { done: true, name: 'ann' });
});

test('a call of the API gets a status, CORS headers and JSON', async () => {
  const handler = entry('done', async ({ name }) => ({ name }));
  const { statusCode, headers, body } = await handler(proxy('{"name":"Daniël"}'), {});
  assert.equal(statusCode, 200);
  assert.equal(headers['Access-Control-Allow-Origin'], '*');
  assert.deepEqual(JSON.parse(body), { done: true, name: 'Daniël' });
  const base64 = Buffer.from('{"name":"Daniël"}').toString('base64');
  assert.equal((await handler(proxy(base64, { isBase64Encoded: true }), {})).body, body);
});

test('the origin is the configured one, also of a refusal and of a failure', async (t) => {
  t.mock.method(console, 'error', () => {});
  process.env.ALLOWED_ORIGIN = 'https://site.example';
  t.after(() => delete process.env.ALLOWED_ORIGIN);
  const answers = [
    await entry('done', async () => {})(proxy('{}'), {}),
    await entry('done', async () => { throw new Refusal(409, 'no'); })(proxy('{}'), {}),
    await entry('done', async () => { throw new Error('secret detail'); })(proxy('{}'), {}),
  ];
  assert.deepEqual(answers.map((answer) => answer.statusCode), [200, 409, 500]);
  assert.ok(answers.every((answer) => answer.headers['Access-Control-Allow-Origin'] === 'https://site.example'));
  assert.deepEqual(JSON.parse(answers[1].body), { done: false, message: 'no' });
  assert.doesNotMatch(answers[2].body, /secret detail/);
});

test('a body that is no JSON object is a bad request', async () => {
  const handler = entry('done', async () => {});
  for (const body of [null, undefined, '', '{', '[]', '7', '"x"', 'null']) {
    assert.equal((await handler(proxy(body), {})).statusCode, 400, body);
  }
});

test('a failure of a direct call is the function\'s failure; a refusal is an answer', async () => {
  await assert.rejects(entry('done', async () => { throw new Error('broken'); })({}, {}), /broken/);
  const refused = await entry('done', async () => { throw new Refusal(401, 'no'); })({}, {});
  assert.deepEqual(refused, { done: false, message: 'no' });
});

test('the identity comes from the invocation or from the API', async () => {
  const handler = entry('done', async (_fields, identityId) => ({ identityId }));
  assert.equal((await handler({}, { identity: { cognitoIdentityId: 'a' } })).identityId, 'a');
  const called = await handler(proxy('{}', { requestContext: { identity: { cognitoIdentityId: 'b' } } }), {});
  assert.equal(JSON.parse(called.body).identityId, 'b');
  const anonymous = await handler(proxy('{}', { requestContext: { identity: { cognitoIdentityId: null } } }), {});
  assert.deepEqual(JSON.parse(anonymous.body), { done: true });
});

test('addresses have one spelling and a shape', () => {
  assert.equal(email(' Ann@Example.COM '), 'ann@example.com');
  const twice = ['a@b.c\nBcc: x@y.z', 'a@b.c,d@e.f'];
  for (const bad of [undefined, 7, '', 'ann', 'ann@', 'ann@example', 'a b@example.com', ...twice]) {
    assert.throws(() => email(bad), { status: 400 });
  }
  assert.throws(() => email(`${'a'.repeat(250)}@b.com`), { status: 400 });
});

test('passwords have a length, tokens a form', () => {
  assert.equal(newPassword('12345678'), '12345678');
  for (const bad of [undefined, 12345678, '1234567', 'x'.repeat(129)]) {
    assert.throws(() => newPassword(bad), { status: 400 });
  }
  assert.equal(password('x'), 'x');
  for (const bad of [undefined, '', 'x'.repeat(129)]) assert.throws(() => password(bad), { status: 400 });
  const made = newToken().token;
  assert.equal(token(made), made);
  for (const bad of [undefined, '', {}, `${made}x`, made.slice(1)]) assert.equal(token(bad), undefined);
});

test('hashes differ for one password and match no other', async () => {
  const [one, two] = [await hashed('pässwörd'), await hashed('pässwörd')];
  assert.notDeepEqual(one.salt, two.salt);
  assert.notDeepEqual(one.hash, two.hash);
  assert.ok(await matches(one, 'pässwörd'));
  assert.ok(!(await matches(one, 'passwörd')));
  assert.ok(!(await matches(undefined, '')));
});

test('a token is not its digest', () => {
  const { token: made, digest } = newToken();
  assert.equal(digestOf(made), digest);
  assert.notEqual(made, digest);
});

test('links lie below the site and escape what they carry', () => {
  for (const site of ['http://site.example/app', 'http://site.example/app/']) {
    process.env.SITE_URL = site;
    assert.equal(
      link('verify.html', { token: 'a-b', email: 'a+b&c@d.e' }),
      'http://site.example/app/verify.html?token=a-b&email=a%2Bb%26c%40d.e',
    );
  }
});
