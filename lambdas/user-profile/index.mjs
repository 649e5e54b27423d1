// GET /user-profile (custom integration): the profile that the identity provider has for the caller's token.
//
// Environment: DOMAIN, the provider's host name or origin; AUTH0_SECRET, the secret its HS256 tokens are signed with.
// The error messages are matched by the API's selection patterns: change both or neither.

import { jwtVerify } from 'jose';

const NO_TOKEN = 'Could not find authToken';
const REFUSED = 'Authorization Failed';
const UNAVAILABLE = 'Identity provider unavailable';

/** The token of "Bearer x"; a mapping template turns a missing header into an empty string. */
function bearerToken(authToken) {
  const [scheme, token] = (authToken ?? '').trim().split(/\s+/);
  if (!token || scheme.toLowerCase() !== 'bearer') throw new Error(NO_TOKEN);
  return token;
}

async function verify(token) {
  try {
    await jwtVerify(token, new TextEncoder().encode(process.env.AUTH0_SECRET), { algorithms: ['HS256'] });
  } catch (error) {
    console.warn(JSON.stringify({ refused: error.code ?? error.name, reason: error.message }));
    throw new Error(REFUSED);
  }
}

function providerUrl(path) {
  const domain = process.env.DOMAIN ?? '';
  return new URL(path, domain.includes('://') ? domain : `https://${domain}`);
}

async function readProfile(token) {
  let response;
  try {
    response = await fetch(providerUrl('/tokeninfo'), {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ id_token: token }),
      signal: AbortSignal.timeout(4000),
    });
  } catch (error) {
    console.error(JSON.stringify({ provider: 'unreachable', reason: error.cause?.code ?? error.name }));
    throw new Error(UNAVAILABLE);
  }
  if (response.ok) return response.json();
  console.warn(JSON.stringify({ provider: 'refused', status: response.status }));
  throw new Error(response.status < 500 ? REFUSED : UNAVAILABLE);
}

export async function handler(event) {
  const token = bearerToken(event.authToken);
  await verify(token);
  return readProfile(token);
}
