// The functions together, against an emulator of DynamoDB, SES and Cognito that AWS_ENDPOINT_URL names (moto: its
// /moto-api is where the mails are read).

import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import { before, test } from 'node:test';

const endpoint = process.env.AWS_ENDPOINT_URL;
const skip = endpoint ? false : 'AWS_ENDPOINT_URL names no emulator';
const direct = {};
const api = {};
let table;

const FUNCTIONS = ['create-user', 'verify-user', 'login', 'change-password', 'lost-password', 'reset-password'];
const camel = (name) => name.replace(/-(.)/, (_match, letter) => letter.toUpperCase());

/** The links of all mails that were sent to an address, in order. */
async function links(address) {
  const { ses } = await (await fetch(`${endpoint}/moto-api/data.json`)).json();
  return ses.Message.filter((mail) => mail.destinations.ToAddresses.includes(address)).map((mail) => {
    const [href] = /https?:\S+/.exec(mail.body);
    return new URL(href);
  });
}

const newAddress = () => `${randomUUID()}@example.com`;

/** The fields of the newest mail's link. */
const linked = async (address) => Object.fromEntries((await links(address)).at(-1).searchParams);

async function verifiedUser(password) {
  const email = newAddress();
  assert.deepEqual(await direct.createUser({ email, password }), { created: true });
  assert.deepEqual(await direct.verifyUser(await linked(email)), { verified: true });
  return email;
}

const logsIn = async (email, password) => (await direct.login({ email, password })).login;

/** Sets a time of a user's item into the past. */
async function expire(email, attribute) {
  const { UpdateCommand, DynamoDBDocumentClient } = await import('@aws-sdk/lib-dynamodb');
  await DynamoDBDocumentClient.from(table).send(
    new UpdateCommand({
      TableName: process.env.USERS_TABLE,
      Key: { email },
      UpdateExpression: `SET ${attribute} = :past`,
      ExpressionAttributeValues: { ':past': 1 },
    }),
  );
}

async function item(email) {
  const { find } = await import('../lib/users.mjs');
  return find(email);
}

before(async () => {
  if (skip) return;
  Object.assign(process.env, {
    AWS_REGION: 'eu-west-1',
    AWS_ACCESS_KEY_ID: 'test',
    AWS_SECRET_ACCESS_KEY: 'test',
    AWS_MAX_ATTEMPTS: '1',
    USERS_TABLE: `users-${randomUUID()}`,
    SENDER: 'accounts@example.com',
    SITE_URL: 'https://site.example/',
    DEVELOPER_PROVIDER: 'login.site.example',
  });
  const dynamodb = await import('@aws-sdk/client-dynamodb');
  const ses = await import('@aws-sdk/client-sesv2');
  const cognito = await import('@aws-sdk/client-cognito-identity');
  table = new dynamodb.DynamoDBClient({});
  await table.send(
    new dynamodb.CreateTableCommand({
      TableName: process.env.USERS_TABLE,
      BillingMode: 'PAY_PER_REQUEST',
      KeySchema: [{ AttributeName: 'email', KeyType: 'HASH' }],
      AttributeDefinitions: [{ AttributeName: 'email', AttributeType: 'S' }],
    }),
  );
  const mailer = new ses.SESv2Client({});
  await mailer
    .send(new ses.CreateEmailIdentityCommand({ EmailIdentity: process.env.SENDER }))
    .catch((error) => assert.equal(error.name, 'AlreadyExistsException'));
  const pool = await new cognito.CognitoIdentityClient({}).send(
    new cognito.CreateIdentityPoolCommand({
      IdentityPoolName: 'test',
      AllowUnauthenticatedIdentities: true,
      DeveloperProviderName: process.env.DEVELOPER_PROVIDER,
    }),
  );
  process.env.IDENTITY_POOL_ID = pool.IdentityPoolId;
  for (const name of FUNCTIONS) {
    const { handler } = await import(`../${name}.mjs`);
    direct[camel(name)] = (fields, context = {}) => handler(fields, context);
    api[camel(name)] = async (fields) => {
      const answer = await handler({ httpMethod: 'POST', body: JSON.stringify(fields), requestContext: {} }, {});
      return [answer.statusCode, JSON.parse(answer.body)];
    };
  }
});

test('an account works once its address is verified, and the link works once', { skip }, async () => {
  const email = newAddress();
  assert.deepEqual(await direct.createUser({ email: email.toUpperCase(), password: 'pässwörd' }), { created: true });
  const [url] = await links(email);
  assert.equal(`${url.origin}${url.pathname}`, 'https://site.example/verify.html');
  assert.equal(await logsIn(email, 'pässwörd'), false);

  const fields = await linked(email);
  assert.equal(fields.email, email);
  assert.equal((await direct.verifyUser({ email, token: `${fields.token.slice(1)}x` })).verified, false);
  assert.equal((await direct.verifyUser({ ...fields, email: newAddress() })).verified, false);
  assert.equal((await direct.verifyUser(fields)).verified, true);
  assert.equal((await direct.verifyUser(fields)).verified, false);

  const { login, identityId, token } = await direct.login({ email, password: 'pässwörd' });
  assert.equal(login, true);
  assert.ok(identityId && token);
});

test('the table holds neither passwords nor tokens', { skip }, async () => {
  const email = newAddress();
  await direct.createUser({ email, password: 'a password' });
  const { token } = await linked(email);
  const text = JSON.stringify(await item(email));
  for (const secret of ['a password', token]) assert.ok(!text.includes(secret));
});

test('an address has one account, but an unverified one expires', { skip }, async () => {
  const email = newAddress();
  const fields = { email, password: 'long enough' };
  assert.deepEqual((await api.createUser(fields))[0], 200);
  const first = await linked(email);
  assert.deepEqual((await api.createUser(fields))[0], 409);
  assert.equal((await links(email)).length, 1);

  await expire(email, 'verifyExpires');
  assert.equal((await direct.verifyUser(first)).verified, false);
  assert.equal((await direct.createUser({ email, password: 'another one' })).created, true);
  assert.equal((await direct.verifyUser(first)).verified, false);
  assert.equal((await direct.verifyUser(await linked(email))).verified, true);
  assert.ok(await logsIn(email, 'another one'));
  assert.equal((await direct.createUser(fields)).created, false);
});

test('an account whose mail could not be sent can be made again', { skip }, async (t) => {
  const email = newAddress();
  const sender = process.env.SENDER;
  t.after(() => { process.env.SENDER = sender; });
  process.env.SENDER = 'stranger@elsewhere.example';
  await assert.rejects(direct.createUser({ email, password: 'long enough' }), { name: 'MessageRejected' });
  process.env.SENDER = sender;
  assert.equal((await direct.createUser({ email, password: 'long enough' })).created, true);
});

test('a login tells nothing about who has an account', { skip }, async () => {
  const email = await verifiedUser('long enough');
  const wrong = [401, { login: false, message: 'Wrong address or password' }];
  assert.deepEqual(await api.login({ email, password: 'wrong' }), wrong);
  assert.deepEqual(await api.login({ email: newAddress(), password: 'long enough' }), wrong);
  assert.equal((await api.login({ email }))[0], 400);
});

test('a password is changed by the old one, with the address as a field', { skip }, async () => {
  const email = await verifiedUser('the old one');
  const change = { email, oldPassword: 'the old one', newPassword: 'the new one' };
  assert.equal((await api.changePassword({ ...change, oldPassword: 'wrong' }))[0], 401);
  assert.equal((await api.changePassword({ ...change, newPassword: 'short' }))[0], 400);
  assert.equal((await api.changePassword({ ...change, email: undefined }))[0], 400);
  assert.deepEqual(await api.changePassword(change), [200, { changed: true }]);
  assert.equal(await logsIn(email, 'the old one'), false);
  assert.equal(await logsIn(email, 'the new one'), true);
});

test('a lost password is set by a link that works once', { skip }, async () => {
  const email = await verifiedUser('forgotten one');
  assert.deepEqual(await direct.lostPassword({ email }), { sent: true });
  const url = (await links(email)).at(-1);
  assert.equal(url.pathname, '/resetPassword.html');
  assert.ok(await logsIn(email, 'forgotten one'), 'asking changes nothing');

  const fields = { ...(await linked(email)), newPassword: 'the new one' };
  assert.equal((await direct.resetPassword({ ...fields, resetToken: '' })).changed, false);
  assert.equal((await api.resetPassword({ ...fields, newPassword: 'short' }))[0], 400);
  assert.deepEqual(await direct.resetPassword(fields), { changed: true });
  assert.equal((await api.resetPassword({ ...fields, newPassword: 'yet another' }))[0], 400);
  assert.ok(await logsIn(email, 'the new one'));
});

test('a reset link expires, and is replaced by a newer one and by a change', { skip }, async () => {
  const email = await verifiedUser('the first one');
  const ask = async () => {
    await direct.lostPassword({ email });
    return { ...(await linked(email)), newPassword: 'through a link' };
  };
  const expired = await ask();
  await expire(email, 'resetExpires');
  assert.equal((await direct.resetPassword(expired)).changed, false);
  const older = await ask();
  const newer = await ask();
  assert.equal((await direct.resetPassword(older)).changed, false);
  await direct.changePassword({ email, oldPassword: 'the first one', newPassword: 'the second one' });
  assert.equal((await direct.resetPassword(newer)).changed, false);
  assert.ok(await logsIn(email, 'the second one'));
});

test('a lost password is answered alike for every address', { skip }, async () => {
  const [stranger, waiting] = [newAddress(), newAddress()];
  await direct.createUser({ email: waiting, password: 'long enough' });
  for (const email of [stranger, waiting]) assert.deepEqual(await api.lostPassword({ email }), [200, { sent: true }]);
  assert.equal((await links(stranger)).length, 0);
  assert.equal((await links(waiting)).length, 1);
  assert.equal(await item(stranger), undefined);
});

test('without an address the identity that calls says who it is', { skip }, async (t) => {
  const email = await verifiedUser('the old one');
  // The emulator does not know the one call that this needs.
  const asked = [];
  const server = createServer(async (request, response) => {
    asked.push([request.headers['x-amz-target'], JSON.parse(Buffer.concat(await request.toArray()))]);
    response.setHeader('Content-Type', 'application/x-amz-json-1.1');
    response.end(JSON.stringify({ IdentityId: 'eu-west-1:1', DeveloperUserIdentifierList: [email] }));
  });
  await new Promise((listening) => server.listen(0, '127.0.0.1', listening));
  process.env.AWS_ENDPOINT_URL_COGNITO_IDENTITY = `http://127.0.0.1:${server.address().port}`;
  t.after(() => {
    delete process.env.AWS_ENDPOINT_URL_COGNITO_IDENTITY;
    server.closeAllConnections();
    server.close();
  });
  const { handler } = await import('../change-password.mjs?identity');
  const fields = { oldPassword: 'the old one', newPassword: 'the new one' };
  const context = { identity: { cognitoIdentityId: 'eu-west-1:1', cognitoIdentityPoolId: 'eu-west-1:0' } };
  assert.equal((await handler({ ...fields, oldPassword: 'wrong' }, context)).changed, false);
  assert.deepEqual(await handler(fields, context), { changed: true });
  assert.ok(await logsIn(email, 'the new one'));
  assert.deepEqual(asked[1], [
    'AWSCognitoIdentityService.LookupDeveloperIdentity',
    { IdentityPoolId: process.env.IDENTITY_POOL_ID, IdentityId: 'eu-west-1:1', MaxResults: 1 },
  ]);
});
