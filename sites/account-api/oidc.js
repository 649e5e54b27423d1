// Signing in at an OpenID provider, by redirects, for an access token that is meant for the API.
//
// The provider is asked for a code, with a proof key (PKCE). The digest that this needs exists on secure origins only
// (https, or this machine); elsewhere, such as on a bucket's plain http website, it is asked for the tokens themselves.

import { claimsOf, forget, keep } from './session.js';

const PENDING = 'account-api.sign-in';
const SCOPE = 'openid get:profile';

const base64url = (bytes) =>
  btoa(String.fromCharCode(...bytes)).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
const random = () => base64url(crypto.getRandomValues(new Uint8Array(32)));

function provider() {
  const { auth0Domain, auth0ClientId } = window.CONFIG;
  return { origin: auth0Domain.includes('://') ? auth0Domain : `https://${auth0Domain}`, clientId: auth0ClientId };
}

async function endpoints() {
  const response = await fetch(new URL('/.well-known/openid-configuration', provider().origin)).catch(() => undefined);
  if (!response?.ok) throw new Error('The identity provider does not answer.');
  return response.json();
}

/** This page, without what a redirect adds to it. */
const here = () => `${location.origin}${location.pathname}`;

/** Leaves for the provider. */
export async function signIn() {
  const { authorization_endpoint: endpoint } = await endpoints();
  const pending = { state: random(), nonce: random(), verifier: random() };
  const url = new URL(endpoint);
  const query = {
    client_id: provider().clientId,
    redirect_uri: here(),
    audience: window.CONFIG.audience,
    scope: SCOPE,
    state: pending.state,
    nonce: pending.nonce,
    response_type: 'token id_token',
  };
  if (crypto.subtle) {
    const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(pending.verifier));
    const challenge = base64url(new Uint8Array(digest));
    Object.assign(query, { response_type: 'code', code_challenge: challenge, code_challenge_method: 'S256' });
  }
  for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value);
  sessionStorage.setItem(PENDING, JSON.stringify(pending));
  location.assign(url);
}

async function exchanged(code, verifier) {
  const response = await fetch((await endpoints()).token_endpoint, {
    method: 'POST',
    body: new URLSearchParams({
      grant_type: 'authorization_code',
      client_id: provider().clientId,
      redirect_uri: here(),
      code,
      code_verifier: verifier,
    }),
  });
  if (!response.ok) throw new Error('The identity provider refused the sign-in.');
  return response.json();
}

/** Finishes a sign-in if this is the provider's way back. */
export async function finishSignIn() {
  const returned = new URLSearchParams(location.hash.includes('state=') ? location.hash.slice(1) : location.search);
  if (!returned.has('state')) return;
  history.replaceState(null, '', here());
  const pending = JSON.parse(sessionStorage.getItem(PENDING));
  sessionStorage.removeItem(PENDING);
  // A link from elsewhere, or a page of the past.
  if (pending?.state !== returned.get('state')) return;
  if (returned.has('error')) throw new Error(returned.get('error_description') ?? 'The sign-in was not finished.');
  const tokens = returned.has('code')
    ? await exchanged(returned.get('code'), pending.verifier)
    : Object.fromEntries(returned);
  // The ID token says for which sign-in the tokens were made; only the access token is of use to the API.
  if (claimsOf(tokens.id_token)?.nonce !== pending.nonce) throw new Error('The sign-in was not meant for this page.');
  if (!claimsOf(tokens.access_token)) throw new Error('The identity provider gave no token for this API.');
  keep(tokens.access_token);
}

/** Forgets the token and ends the provider's session, if it can be ended. */
export async function signOut() {
  forget();
  const { end_session_endpoint: endpoint } = await endpoints();
  if (!endpoint) return;
  const url = new URL(endpoint);
  url.searchParams.set('client_id', provider().clientId);
  url.searchParams.set('post_logout_redirect_uri', here());
  location.assign(url);
}
