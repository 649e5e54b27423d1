// Calls of the API.

import { current, forget } from './session.js';

export class SignedOut extends Error {}

async function answer(response) {
  const body = await response.json().catch(() => ({}));
  if (response.ok) return body;
  throw new Error(body.message ?? body.Message ?? `The API answered ${response.status}`);
}

async function signedIn(method, body) {
  const session = current();
  if (!session) throw new SignedOut();
  const response = await fetch(`${window.CONFIG.apiUrl}/user-profile`, {
    method,
    headers: { Authorization: `Bearer ${session.token}`, ...(body && { 'Content-Type': 'application/json' }) },
    ...(body && { body: JSON.stringify(body) }),
  });
  if (response.status === 401 || response.status === 403) {
    forget();
    throw new SignedOut();
  }
  return answer(response);
}

export const profile = () => signedIn('GET');

export const changeProfile = (fields) => signedIn('POST', { ...fields, userId: current()?.claims.sub });

export async function videos(encoding) {
  const query = encoding ? `?${new URLSearchParams({ encoding })}` : '';
  return answer(await fetch(`${window.CONFIG.apiUrl}/videos${query}`));
}
