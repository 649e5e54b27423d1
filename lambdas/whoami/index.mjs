// GET /whoami, behind an authorizer (proxy integration): what the authorizer says of the caller.
//
// Environment: ALLOWED_ORIGIN, the origin whose pages may call the API (`*` where it is not set).

export async function handler(event) {
  const { principalId, scope = '', tokenFrom } = event.requestContext?.authorizer ?? {};
  return {
    statusCode: 200,
    headers: {
      'Access-Control-Allow-Origin': process.env.ALLOWED_ORIGIN || '*',
      'Cache-Control': 'no-store',
      'Content-Type': 'application/json; charset=utf-8',
    },
    body: JSON.stringify({ principalId, scopes: scope.split(' ').filter(Boolean), tokenFrom }),
  };
}
