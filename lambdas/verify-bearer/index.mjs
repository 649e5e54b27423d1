// TOKEN authorizer for an identity provider that signs with RS256 and publishes its keys (Auth0 and others).
//
// Environment: JWKS_URI, TOKEN_ISSUER, AUDIENCE.

import { createRemoteJWKSet, jwtVerify } from 'jose';

const BEARER = /^Bearer ([-0-9a-zA-Z._]+)$/;

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

/** The whole stage, so that an answer from API Gateway's cache is right for every method the same token calls. */
function stageWildcard(methodArn) {
  const [api, stage] = methodArn.split('/');
  return `${api}/${stage}/*/*`;
}

async function verify(authorizationToken) {
  const [, token] = BEARER.exec(authorizationToken ?? '') ?? [];
  if (!token) throw new Error('the header is not "Bearer <token>"');
  const { payload } = await jwtVerify(token, keys(), {
    algorithms: ['RS256'],
    issuer: setting('TOKEN_ISSUER'),
    audience: setting('AUDIENCE'),
    requiredClaims: ['sub', 'exp'],
  });
  return payload;
}

export async function handler(event) {
  let claims;
  try {
    claims = await verify(event.authorizationToken);
  } catch (error) {
    // The reason goes to the log; the caller learns nothing. API Gateway answers 401 to exactly this message only.
    console.warn(JSON.stringify({ refused: error.code ?? error.name, reason: error.message }));
    throw new Error('Unauthorized');
  }
  return {
    principalId: claims.sub,
    policyDocument: {
      Version: '2012-10-17',
      Statement: [{ Effect: 'Allow', Action: 'execute-api:Invoke', Resource: stageWildcard(event.methodArn) }],
    },
    context: { scope: typeof claims.scope === 'string' ? claims.scope : '' },
  };
}
