// TOKEN and REQUEST authorizer for an identity provider that signs with RS256 and publishes its keys (Auth0 and
// others). The library comes from a layer.
//
// A TOKEN authorizer passes the token as `authorizationToken`; a REQUEST authorizer passes the request, whose token is
// `Authorization: Bearer <token>` or, where a client can set no header, the query string parameter `access_token`.
//
// Environment: JWKS_URI, TOKEN_ISSUER, AUDIENCE. A stage variable `audience` takes precedence over AUDIENCE, so that
// one function serves stages whose tokens differ; only REQUEST authorizers are told of it. What the answer depends on
// must be among the authorizer's identity sources, or the gateway's cache mixes the answers up.

import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';

// Layers are on NODE_PATH, where `require` looks and `import` does not.
const library = createRequire(import.meta.url).resolve('jose');
const { createRemoteJWKSet, jwtVerify } = await import(pathToFileURL(library));

const BEARER = /^Bearer ([-0-9a-zA-Z._]+)$/;
const TOKEN = /^[-0-9a-zA-Z._]+$/;

// Module scope lives as long as the execution environment: the key set is fetched once in ten minutes, and a token
// with an unknown key id causes at most one more fetch in thirty seconds, however many such tokens arrive.
let keySet;

function keys() {
  keySet ??= createRemoteJWKSet(new URL(setting('JWKS_URI')), {
    cacheMaxAge: 10 * 60 * 1000,
    cooldownDuration: 30 * 1000,
    timeoutDuration: 3 * 1000,
  });
  return keySet;
}

function setting(name) {
  const value = process.env[name];
  if (!value) throw new Error(`the environment variable ${name} is not set`);
  return value;
}

function header(event, name) {
  return Object.entries(event.headers ?? {}).find(([key]) => key.toLowerCase() === name)?.[1];
}

/** The token and where it was found. A header that will not do is not made up for by a query string. */
function credentials(event) {
  const bearer = event.type === 'TOKEN' ? event.authorizationToken : header(event, 'authorization');
  if (bearer !== undefined || event.type === 'TOKEN') {
    return { token: BEARER.exec(bearer ?? '')?.[1], from: 'header' };
  }
  const parameter = event.queryStringParameters?.access_token ?? '';
  return { token: TOKEN.test(parameter) ? parameter : undefined, from: 'query' };
}

async function verify(event) {
  const { token, from } = credentials(event);
  if (!token) throw new Error('there is no token');
  const { payload } = await jwtVerify(token, keys(), {
    algorithms: ['RS256'],
    issuer: setting('TOKEN_ISSUER'),
    audience: event.stageVariables?.audience || setting('AUDIENCE'),
    requiredClaims: ['sub', 'exp'],
  });
  return { claims: payload, from };
}

/** The whole stage, so that an answer from API Gateway's cache is right for every method the same token calls. */
function stageWildcard(methodArn) {
  const [api, stage] = methodArn.split('/');
  return `${api}/${stage}/*/*`;
}

export async function handler(event) {
  try {
    const { claims, from } = await verify(event);
    return {
      principalId: claims.sub,
      policyDocument: {
        Version: '2012-10-17',
        Statement: [{ Effect: 'Allow', Action: 'execute-api:Invoke', Resource: stageWildcard(event.methodArn) }],
      },
      // Strings, numbers and booleans only.
      context: { scope: typeof claims.scope === 'string' ? claims.scope : '', tokenFrom: from, expires: claims.exp },
    };
  } catch (error) {
    // The reason goes to the log; the caller learns nothing. API Gateway answers 401 to exactly this message only.
    const sourceIp = event.requestContext?.identity?.sourceIp;
    console.warn(JSON.stringify({ refused: error.code ?? error.name, reason: error.message, sourceIp }));
    throw new Error('Unauthorized');
  }
}
