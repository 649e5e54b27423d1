import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { copyFile, mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, beforeEach, test } from 'node:test';
import { promisify } from 'node:util';
import { OAuth2Server } from 'oauth2-mock-server';

const AUDIENCE = 'https://account.example/';
const METHOD_ARN = 'arn:aws:execute-api:eu-west-1:123456789012:abcdef1234/dev/GET/whoami';
const LAYER = new URL('../../../layers/jwt/nodejs/node_modules/', import.meta.url);

const provider = new OAuth2Server();
let jwks;
let jwksRequests = 0;
let handler;

const mint = (claims = {}, issuer = provider.issuer) =>
  issuer.buildToken({
    scopesOrTransform: (_header, payload) => {
      Object.assign(payload, { sub: 'auth0|1', aud: AUDIENCE, scope: 'get:profile', ...claims });
    },
  });

const token = (authorizationToken) => ({ type: 'TOKEN', authorizationToken, methodArn: METHOD_ARN });
const request = (parts = {}) => ({
  type: 'REQUEST',
  methodArn: METHOD_ARN,
  headers: {},
  queryStringParameters: {},
  stageVariables: {},
  requestContext: { identity: { sourceIp: '203.0.113.7' } },
  ...parts,
});
const refuses = (event) => assert.rejects(handler(event), { message: 'Unauthorized' });

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

test('a TOKEN authorizer: subject, scope and a policy for the whole stage', async () => {
  const { context, ...answer } = await handler(token(`Bearer ${await mint()}`));
  assert.deepEqual(answer, {
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
  });
  assert.equal(context.scope, 'get:profile');
  assert.equal(context.tokenFrom, 'header');
  assert.ok(Object.values(context).every((value) => ['string', 'number', 'boolean'].includes(typeof value)));
});

test('a scope that is no text is left out: a context holds no lists', async () => {
  for (const scope of [undefined, ['get:profile'], { a: 1 }]) {
    assert.equal((await handler(token(`Bearer ${await mint({ scope })}`))).context.scope, '');
  }
});

test('a REQUEST authorizer: the token of the header, in any spelling of its name, or of the query string', async () => {
  const good = await mint();
  for (const name of ['Authorization', 'authorization', 'AUTHORIZATION']) {
    const { context } = await handler(request({ headers: { Accept: '*/*', [name]: `Bearer ${good}` } }));
    assert.equal(context.tokenFrom, 'header');
  }
  const { principalId, context } = await handler(request({ queryStringParameters: { access_token: good } }));
  assert.deepEqual([principalId, context.tokenFrom], ['auth0|1', 'query']);
});

test('a header that will not do is refused whatever the query string has', async () => {
  const good = await mint();
  for (const authorization of ['', 'Bearer', `Basic ${good}`, good]) {
    await refuses(request({ headers: { authorization }, queryStringParameters: { access_token: good } }));
  }
});

test('no token, or one in the wrong place', async () => {
  const good = await mint();
  for (const bad of [undefined, '', 'Bearer ', good, `bearer ${good}`, `Bearer ${good} x`]) await refuses(token(bad));
  await refuses(request());
  await refuses(request({ headers: null, queryStringParameters: null, stageVariables: null }));
  await refuses(request({ queryStringParameters: { access_token: `Bearer ${good}` } }));
  await refuses({ ...token(undefined), queryStringParameters: { access_token: good } });
});

test('a stage variable says which audience a stage has', async () => {
  const headers = { Authorization: `Bearer ${await mint({ aud: 'https://other.example/' })}` };
  await refuses(request({ headers }));
  const stageVariables = { audience: 'https://other.example/' };
  assert.equal((await handler(request({ headers, stageVariables }))).principalId, 'auth0|1');
  await refuses(request({ headers: { Authorization: `Bearer ${await mint()}` }, stageVariables }));
});

test('another issuer, another audience, no subject, no end and an expired token are refused', async () => {
  const now = Math.floor(Date.now() / 1000);
  const foreign = [{ iss: 'https://other.example/' }, { aud: 'x' }];
  const incomplete = [{ sub: undefined }, { exp: undefined }, { exp: now - 1 }];
  for (const claims of [...foreign, ...incomplete]) await refuses(token(`Bearer ${await mint(claims)}`));
});

test('changed, unsigned and foreign tokens are refused, and do not cause a fetch each', async () => {
  const [header, payload, signature] = (await mint()).split('.');
  const forged = JSON.stringify({ ...JSON.parse(Buffer.from(payload, 'base64url')), sub: 'auth0|2' });
  await refuses(token(`Bearer ${header}.${Buffer.from(forged).toString('base64url')}.${signature}`));
  await refuses(token(`Bearer ${Buffer.from('{"alg":"none"}').toString('base64url')}.${payload}.`));

  const stranger = new OAuth2Server();
  await stranger.issuer.keys.generate('RS256');
  stranger.issuer.url = provider.issuer.url;
  const requests = jwksRequests;
  for (let i = 0; i < 5; i += 1) await refuses(token(`Bearer ${await mint({}, stranger.issuer)}`));
  assert.equal(jwksRequests, requests);
  assert.equal(requests, 1);
});

test('the library is found in a layer', { skip: existsSync(LAYER) ? false : 'the layer is not built' }, async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'layered-'));
  t.after(() => rm(folder, { recursive: true }));
  await copyFile(new URL('../index.mjs', import.meta.url), join(folder, 'index.mjs'));
  const script = `import('./index.mjs')
    .then(({ handler }) => handler(JSON.parse(process.env.EVENT)))
    .then(({ principalId }) => console.log(principalId))`;
  const run = (more) =>
    promisify(execFile)(process.execPath, ['-e', script], { cwd: folder, env: { ...process.env, ...more } });
  const EVENT = JSON.stringify(token(`Bearer ${await mint()}`));
  const { stdout } = await run({ EVENT, NODE_PATH: LAYER.pathname });
  assert.equal(stdout.trim(), 'auth0|1');
  await assert.rejects(run({ EVENT, NODE_PATH: '' }), /Cannot find module 'jose'/);
});
