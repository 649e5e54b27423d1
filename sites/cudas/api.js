// Calls of the API. Every request passes through the interceptors on its way out.

import { current, end } from './session.js';

/** Changes a request before it is sent. */
const interceptors = [
  (request) => {
    const session = current();
    if (session && request.method === 'POST' && request.url.endsWith('/messages')) {
      request.headers.set('Authorization', `Bearer ${session.token}`);
    }
  },
];

async function call(method, path, body) {
  const request = new Request(`${window.CONFIG.apiUrl}${path}`, {
    method,
    ...(body && { headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body) }),
  });
  for (const intercept of interceptors) intercept(request);
  const response = await fetch(request);
  const answer = await response.json().catch(() => ({}));
  if (response.ok) return answer;
  if (request.headers.has('Authorization') && [401, 403].includes(response.status)) {
    end();
    throw new Error('Please log in again.');
  }
  throw new Error(answer.message ?? `The API answered ${response.status}.`);
}

export const signUp = (credentials) => call('POST', '/signup', credentials);
export const logIn = (credentials) => call('POST', '/login', credentials);
export const messages = async () => (await call('GET', '/messages')).messages;
export const post = (text) => call('POST', '/messages', { text });
