// What every function of the service has around it: it may be invoked directly, with the fields as the event, or by an
// API with Lambda proxy integration, with the fields as the JSON body.
//
// Environment: ALLOWED_ORIGIN, the origin whose pages may call the API (`*` where it is not set).

/** An expected "no": its status is for the API; a direct caller sees `message` beside the function's own `false`. */
export class Refusal extends Error {
  constructor(status, message) {
    super(message);
    this.status = status;
  }
}

/** Who signed the call, when it was made with credentials of an identity pool. */
function identityOf(event, context) {
  return context?.identity?.cognitoIdentityId ?? event.requestContext?.identity?.cognitoIdentityId ?? undefined;
}

function fieldsOf({ body, isBase64Encoded }) {
  let fields;
  try {
    fields = JSON.parse(isBase64Encoded ? Buffer.from(body ?? '', 'base64').toString() : (body ?? ''));
  } catch {
    fields = undefined;
  }
  if (typeof fields !== 'object' || fields === null || Array.isArray(fields)) {
    throw new Refusal(400, 'The body must be a JSON object');
  }
  return fields;
}

function answer(statusCode, body) {
  return {
    statusCode,
    headers: {
      'Access-Control-Allow-Origin': process.env.ALLOWED_ORIGIN || '*',
      'Cache-Control': 'no-store',
      'Content-Type': 'application/json; charset=utf-8',
    },
    body: JSON.stringify(body),
  };
}

/**
 * The handler that runs `action(fields, identityId)`. `done` names the field of the answer that says whether it was
 * done; the action adds to it by what it returns.
 */
export function entry(done, action) {
  async function run(fields, identityId) {
    try {
      return { status: 200, body: { [done]: true, ...(await action(fields(), identityId)) } };
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      return { status: error.status, body: { [done]: false, message: error.message } };
    }
  }

  return async (event, context) => {
    const identityId = identityOf(event, context);
    if (typeof event.httpMethod !== 'string') return (await run(() => event, identityId)).body;
    try {
      const { status, body } = await run(() => fieldsOf(event), identityId);
      return answer(status, body);
    } catch (error) {
      console.error(error);
      return answer(500, { [done]: false, message: 'Something went wrong' });
    }
  };
}
