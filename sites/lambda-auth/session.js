// Who is logged in, in this tab.

const KEY = 'lambda-auth.session';

/** As long as Cognito's tokens for developer identities are good for, less a little. */
const LIFE = 14 * 60 * 1000;

export const begin = ({ email, identityId, token }) =>
  sessionStorage.setItem(KEY, JSON.stringify({ email, identityId, token, expires: Date.now() + LIFE }));

export const end = () => sessionStorage.removeItem(KEY);

/** The session, or undefined. One whose token has expired is ended without a word. */
export function current() {
  const session = JSON.parse(sessionStorage.getItem(KEY) ?? 'null');
  if (session?.expires > Date.now()) return session;
  end();
  return undefined;
}
