// The routes of the API, and calls of them.

import { current, forget } from './session.js';

/** Each with what guards it, where that looks for the token, and how the call reaches the function. */
export const routes = [
  { path: '/whoami', authorizer: 'TOKEN', tokenIn: 'header', way: 'proxied to the function' },
  { path: '/scope', authorizer: 'TOKEN', tokenIn: 'header', way: 'through a mapping template' },
  { path: '/request/whoami', authorizer: 'REQUEST', tokenIn: 'header', way: 'proxied to the function' },
  { path: '/request/link', authorizer: 'REQUEST', tokenIn: 'query string', way: 'proxied to the function' },
  { path: '/request/scope', authorizer: 'REQUEST', tokenIn: 'header', way: 'through a mapping template' },
];

/** Why a call was refused or failed, in words for a person. */
function reason(status, body, wasSignedIn) {
  const told = body.message ?? body.Message ?? 'no reason was told';
  if (status === 401 && wasSignedIn) return 'Refused: the authorizer does not accept your token. Please sign in again.';
  if (status === 401) return 'Refused: you are not signed in.';
  if (status === 403) return `Refused: you are signed in, but may not call this (${told}).`;
  if (status === 429) return 'Too many calls. Please wait a moment.';
  return `The API failed (${told}).`;
}

/** Calls a route with the token, if there is one. Answers the status and either who the API says you are, or why not. */
export async function call({ path, tokenIn }) {
  const session = current();
  const url = new URL(`${window.CONFIG.apiUrl}${path}`);
  const headers = {};
  if (session && tokenIn === 'header') headers.Authorization = `Bearer ${session.token}`;
  if (session && tokenIn !== 'header') url.searchParams.set('access_token', session.token);
  const response = await fetch(url, { headers, cache: 'no-store', referrerPolicy: 'no-referrer' }).catch(() => undefined);
  if (!response) throw new Error('The API cannot be reached.');
  const { status } = response;
  const body = await response.json().catch(() => ({}));
  if (!response.ok) {
    if (status === 401) forget();
    return { status, why: reason(status, body, session !== undefined) };
  }
  // A proxied function answers a list, a template a text.
  const scopes = body.scopes ?? (body.scope ?? '').split(' ').filter(Boolean);
  return { status, caller: { principal: body.principalId, scopes, tokenFrom: body.tokenFrom } };
}
