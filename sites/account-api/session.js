// The signed-in user's access token: kept in this browser, sent to the API only.

const KEY = 'account-api.token';

/** What a token says, without any check: checks are the API's. Undefined for what is no token. */
export function claimsOf(token) {
  try {
    const binary = atob(token.split('.')[1].replaceAll('-', '+').replaceAll('_', '/'));
    return JSON.parse(new TextDecoder().decode(Uint8Array.from(binary, (byte) => byte.charCodeAt(0))));
  } catch {
    return undefined;
  }
}

export const keep = (token) => localStorage.setItem(KEY, token);

export const forget = () => localStorage.removeItem(KEY);

/** The token and its claims, or undefined. One that has expired, or is about to, is forgotten without a word. */
export function current() {
  const token = localStorage.getItem(KEY);
  if (token === null) return undefined;
  const claims = claimsOf(token);
  if (!(claims?.exp * 1000 > Date.now() + 10_000)) {
    forget();
    return undefined;
  }
  return { token, claims };
}
