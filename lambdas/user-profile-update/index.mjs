// POST /user-profile (custom integration): changes the caller's own profile at the identity provider.
//
// Event: authToken ("Bearer x"), firstName, lastName, email, and userId, which must be the token's own subject.
// Environment: DOMAIN, the provider's host name or origin; AUTH0_SECRET, the secret its HS256 tokens are signed with.
// The error messages are matched by the API's selection patterns: change both or neither.

import { jwtVerify } from 'jose';

const NO_TOKEN = 'Could not find authToken';
const REFUSED = 'Authorization Failed';
const UNAVAILABLE = 'Identity provider unavailable';
const INVALID = 'Invalid profile';

const LONGEST = 200;
const EMAIL = /^[^\s@]+@[^\s@]+\.[^\s@]+$/;

function bearerToken(authToken) {
  const [scheme, token] = (authToken ?? '').trim().split(/\s+/);
  if (!token || scheme.toLowerCase() !== 'bearer') throw new Error(NO_TOKEN);
  return token;
}

async function verifiedSubject(token) {
  try {
    const key = new TextEncoder().encode(process.env.AUTH0_SECRET);
    const { payload } = await jwtVerify(token, key, { algorithms: ['HS256'], requiredClaims: ['sub'] });
    return payload.sub;
  } catch (error) {
    console.warn(JSON.stringify({ refused: error.code ?? error.name, reason: error.message }));
    throw new Error(REFUSED);
  }
}

/** The fields to change: those given and not blank (an absent body field reaches the event as an empty string). */
function changes(event) {
  const given = {};
  for (const field of ['firstName', 'lastName', 'email']) {
    const value = event[field];
    if (value === undefined || value === null || value === '') continue;
    if (typeof value !== 'string' || value.length > LONGEST) throw new Error(`${INVALID}: ${field}`);
    given[field] = value.trim();
  }
  if (given.email !== undefined && !EMAIL.test(given.email)) throw new Error(`${INVALID}: email`);
  if (Object.keys(given).length === 0) throw new Error(`${INVALID}: nothing to change`);
  return given;
}

/** `PATCH /api/v2/users/{id}` is the provider's call by which users change their own metadata with their own token. */
async function save(token, userId, given) {
  const domain = process.env.DOMAIN ?? '';
  const origin = domain.includes('://') ? domain : `https://${domain}`;
  let response;
  try {
    response = await fetch(new URL(`/api/v2/users/${encodeURIComponent(userId)}`, origin), {
      method: 'PATCH',
      headers: { 'Content-Type': 'application/json', Authorization: `Bearer ${token}` },
      body: JSON.stringify({ user_metadata: given }),
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
  const subject = await verifiedSubject(token);
  if (event.userId && event.userId !== subject) throw new Error(REFUSED);
  const saved = await save(token, subject, changes(event));
  return { userId: subject, ...saved.user_metadata };
}
