// TOKEN authorizer for tokens signed with a shared secret (HS256) or with the provider's published keys (RS256).
//
// Environment: AUTH0_SECRET for HS256, JWKS_URI for RS256; at least one of them. TOKEN_ISSUER and AUDIENCE are
// checked where they are set.

import { createRemoteJWKSet, decodeProtectedHeader, jwtVerify } from 'jose';

// Kept for the life of the execution environment; an unknown key id refetches at most once in thirty seconds.
let keySet;

function keys() {
  keySet ??= createRemoteJWKSet(new URL(process.env.JWKS_URI), {
    cacheMaxAge: 10 * 60 * 1000,
    cooldownDuration: 30 * 1000,
    timeoutDuration: 3 * 1000,
  });
  return keySet;
}

/**
 * The key for the algorithm that the token names. A secret is only ever used for HS256 and the key set only for RS256:
 * otherwise a public key could be passed off as a shared secret.
 */
function keyFor(algorithm) {
  if (algorithm === 'HS256' && process.env.AUTH0_SECRET) return new TextEncoder().encode(process.env.AUTH0_SECRET);
  if (algorithm === 'RS256' && process.env.JWKS_URI) return keys();
  throw new Error(`no key for the algorithm ${algorithm}`);
}

async function verify(authorizationToken) {
  const [scheme, token, ...rest] = (authorizationToken ?? '').split(' ');
  if (scheme !== 'Bearer' || !token || rest.length > 0) throw new Error('the header is not "Bearer <token>"');
  const { alg } = decodeProtectedHeader(token);
  const { payload } = await jwtVerify(token, keyFor(alg), {
    algorithms: [alg],
    requiredClaims: ['sub'],
    ...(process.env.TOKEN_ISSUER && { issuer: process.env.TOKEN_ISSUER }),
    ...(process.env.AUDIENCE && { audience: process.env.AUDIENCE }),
  });
  return payload;
}

/** Every method of the stage that was called: a cached policy is reused for other methods with the same token. */
function stageWildcard(methodArn) {
  const [api, stage] = methodArn.split('/');
  return `${api}/${stage}/*/*`;
}

export async function handler(event) {
  let claims;
  try {
    claims = await verify(event.authorizationToken);
  } catch (error) {
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
