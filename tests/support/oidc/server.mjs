// The identity provider of the tests: oauth2-mock-server (RS256 keys, discovery, JWKS), and beside it what the
// examples use of Auth0: POST /tokeninfo and PATCH /api/v2/users/{id} for HS256 tokens.
//
// An application whose id ends in `-hs256` gets ID tokens that are signed with the shared secret, as Auth0 lets it choose. One that
// names an `audience` gets access tokens for that API, with what it asked for of the scopes that people have.
//
// Environment: HS256_SECRET. The first line of standard output is {"port": …}; the process then serves until killed.
//
// For tests only: POST /test/token {"alg", "claims", "expires_in_seconds"} answers a token, GET /test/requests the
// number of requests by path, POST /test/scopes ["openid", …] says which scopes people have from then on (all, before).

import { createHmac } from 'node:crypto';
import { createServer } from 'node:http';
import { SignJWT, jwtVerify } from 'jose';
import { OAuth2Issuer, OAuth2Service } from 'oauth2-mock-server';

const secret = new TextEncoder().encode(process.env.HS256_SECRET);
const issuer = new OAuth2Issuer();
const service = new OAuth2Service(issuer);
const metadata = new Map();
const requests = {};
/** What was asked for at /authorize, by the code that was given for it. */
const asked = new Map();
let scopesOfPeople;

async function jsonBody(request) {
  let text = '';
  for await (const chunk of request) text += chunk;
  return JSON.parse(text);
}

const hs256Claims = async (token) => (await jwtVerify(token, secret, { algorithms: ['HS256'] })).payload;

function profileOf(claims) {
  const { sub, email = `${sub}@example.com`, name = 'Daniël' } = claims;
  return { user_id: sub, email, name, user_metadata: metadata.get(sub) ?? {} };
}

async function mint({ alg = 'RS256', claims = {}, expires_in_seconds: expiresInSeconds = 300 }) {
  const now = Math.floor(Date.now() / 1000);
  const times = { iat: now, exp: now + expiresInSeconds };
  if (alg === 'RS256') {
    return issuer.buildToken({
      scopesOrTransform: (_header, payload) => Object.assign(payload, times, claims),
    });
  }
  return new SignJWT({ iss: issuer.url, ...times, ...claims }).setProtectedHeader({ alg: 'HS256' }).sign(secret);
}

/** The same token, signed with the shared secret. The event that lets an ID token be changed waits for nothing. */
function signedWithSecret(token) {
  const part = (value) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const signed = `${part({ alg: 'HS256', typ: 'JWT' })}.${token.split('.')[1]}`;
  return `${signed}.${createHmac('sha256', secret).update(signed).digest('base64url')}`;
}

/** The claims of an access token for an API. With `openid` it is good at the provider too. */
function accessClaims({ audience, scope = '' }) {
  const scopes = scope.split(' ').filter((name) => scopesOfPeople?.includes(name) ?? true);
  const aud = scopes.includes('openid') ? [audience, `${issuer.url}/userinfo`] : audience;
  return { aud, scope: scopes.join(' ') };
}

service.on('beforeAuthorizeRedirect', ({ url }, { query }) => asked.set(url.searchParams.get('code'), query));

service.on('beforeTokenSigning', ({ payload }, { body }) => {
  const query = asked.get(body.code);
  // ID tokens, for which this is asked too, have no scope.
  if (query?.audience && 'scope' in payload) Object.assign(payload, accessClaims(query));
});

/** The way back with tokens instead of a code, which the mock server does not know. */
async function implicitRedirect(query) {
  const { response_type: types, client_id: client, redirect_uri: back, state, nonce } = query;
  const tokens = { state };
  if (types.includes('id_token')) {
    const alg = client.endsWith('-hs256') ? 'HS256' : 'RS256';
    tokens.id_token = await mint({ alg, claims: { sub: 'johndoe', aud: client, nonce } });
  }
  if (types.split(' ').includes('token')) {
    tokens.access_token = await mint({ claims: { sub: 'johndoe', ...accessClaims(query) } });
  }
  return `${back}#${new URLSearchParams(tokens)}`;
}

service.on('beforeResponse', ({ body }, request) => {
  if (body.id_token && request.body.client_id?.endsWith('-hs256')) body.id_token = signedWithSecret(body.id_token);
});

/** The answer to a request that is ours, as [status, body, headers]; undefined leaves it to the mock server. */
async function answer(request, path) {
  const call = `${request.method} ${path}`;
  if (call === 'GET /test/requests') return [200, requests];
  if (call === 'POST /test/scopes') return [200, { scopes: (scopesOfPeople = await jsonBody(request)) }];
  if (call === 'GET /authorize') {
    const query = Object.fromEntries(new URL(request.url, issuer.url).searchParams);
    const wantsTokens = query.response_type?.includes('token');
    return wantsTokens ? [302, {}, { Location: await implicitRedirect(query) }] : undefined;
  }
  if (call === 'POST /test/token') return [200, { token: await mint(await jsonBody(request)) }];
  if (call === 'POST /tokeninfo') {
    const { id_token: token } = await jsonBody(request);
    const claims = await hs256Claims(token ?? '').catch(() => undefined);
    return claims ? [200, profileOf(claims)] : [401, { error: 'Unauthorized' }];
  }
  const [, user] = /^PATCH \/api\/v2\/users\/([^/]+)$/.exec(call) ?? [];
  if (!user) return undefined;
  const token = (request.headers.authorization ?? '').replace(/^Bearer /, '');
  const claims = await hs256Claims(token).catch(() => undefined);
  if (!claims) return [401, { error: 'Unauthorized' }];
  if (claims.sub !== decodeURIComponent(user)) return [403, { error: 'Forbidden' }];
  const { user_metadata: changes } = await jsonBody(request);
  metadata.set(claims.sub, { ...metadata.get(claims.sub), ...changes });
  return [200, profileOf(claims)];
}

const server = createServer(async (request, response) => {
  const path = new URL(request.url, issuer.url).pathname;
  requests[path] = (requests[path] ?? 0) + 1;
  try {
    const ours = await answer(request, path);
    if (!ours) return service.requestHandler(request, response);
    const [status, body, headers = {}] = ours;
    response.writeHead(status, { 'Content-Type': 'application/json', ...headers });
    return response.end(JSON.stringify(body));
  } catch (error) {
    response.writeHead(500);
    return response.end(error.stack);
  }
});

await issuer.keys.generate('RS256');
server.listen(0, '127.0.0.1', () => {
  const { port } = server.address();
  issuer.url = `http://127.0.0.1:${port}`;
  console.log(JSON.stringify({ port }));
});
