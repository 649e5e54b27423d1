// GET /profile, behind an authorizer that passes the token's scopes on (proxy integration).
//
// Environment: ALLOWED_ORIGIN, one origin, several separated by commas, or * (the default).

const REQUIRED_SCOPE = 'get:profile';

function header(event, name) {
  const found = Object.entries(event.headers ?? {}).find(([key]) => key.toLowerCase() === name);
  return found?.[1];
}

/** Browsers take one origin or `*`, so with several allowed ones the caller's own is echoed if it is among them. */
function corsHeaders(event) {
  const allowed = (process.env.ALLOWED_ORIGIN || '*').split(',').map((origin) => origin.trim());
  if (allowed.includes('*')) return { 'Access-Control-Allow-Origin': '*' };
  const origin = header(event, 'origin');
  return { 'Access-Control-Allow-Origin': allowed.includes(origin) ? origin : allowed[0], Vary: 'Origin' };
}

function answer(event, statusCode, body) {
  return {
    statusCode,
    headers: { 'Content-Type': 'application/json; charset=utf-8', ...corsHeaders(event) },
    body: JSON.stringify(body),
  };
}

export async function handler(event) {
  const scopes = (event.requestContext?.authorizer?.scope ?? '').split(' ');
  if (!scopes.includes(REQUIRED_SCOPE)) {
    return answer(event, 403, { message: `The scope ${REQUIRED_SCOPE} is missing` });
  }
  return answer(event, 200, { name: 'Daniël' });
}
