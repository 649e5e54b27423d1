// Calls of the API.

import { current, forget } from './session.js';

/** A call that the API refused: why, in words for a person. */
export class Refused extends Error {}

async function call(path) {
  const session = current();
  const headers = session ? { Authorization: `Bearer ${session.token}` } : {};
  const response = await fetch(`${window.CONFIG.apiUrl}${path}`, { headers, cache: 'no-store' }).catch(() => undefined);
  if (!response) throw new Error('The API cannot be reached.');
  const body = await response.json().catch(() => ({}));
  if (response.ok) return body;
  const why = body.message ?? body.Message ?? `it answered ${response.status}`;
  if (response.status === 403) throw new Refused(`You are signed in, but may not see the profile. ${why}.`);
  if (response.status !== 401) throw new Error(`The API failed: ${why}.`);
  if (!session) throw new Refused('The API refused to answer: you are not signed in.');
  forget();
  throw new Refused('The API does not accept your sign-in any more. Please sign in again.');
}

export const profile = () => call('/profile');
