// Who is logged in. The token stays in this browser and goes to the API only.

const KEY = 'cudas.session';

export const begin = ({ username, token, expires }) =>
  localStorage.setItem(KEY, JSON.stringify({ username, token, expires }));

export const end = () => localStorage.removeItem(KEY);

/** The session, or undefined. One whose token has expired is ended without a word. */
export function current() {
  const session = JSON.parse(localStorage.getItem(KEY) ?? 'null');
  if (session?.expires * 1000 > Date.now()) return session;
  end();
  return undefined;
}
