// The service's functions, called directly with credentials of the identity pool.

import { InvokeCommand, LambdaClient, fromCognitoIdentity, fromCognitoIdentityPool } from './vendor/aws-sdk.js';
import { current } from './session.js';

const { region, identityPoolId, functions, endpoint, lambdaEndpoint } = window.CONFIG;
const place = { region, ...(endpoint && { endpoint }) };

/** Those of the user who is logged in, or those that everybody has. */
function credentials() {
  const session = current();
  if (!session) return fromCognitoIdentityPool({ identityPoolId, clientConfig: place });
  const { identityId, token } = session;
  return fromCognitoIdentity({ identityId, logins: { 'cognito-identity.amazonaws.com': token }, clientConfig: place });
}

/** The function's answer; a refusal is an answer with a `message`. */
async function invoke(name, fields) {
  const lambda = new LambdaClient({
    ...place,
    ...(lambdaEndpoint && { endpoint: lambdaEndpoint }),
    credentials: credentials(),
  });
  const { FunctionError, Payload } = await lambda.send(
    new InvokeCommand({ FunctionName: functions[name], Payload: JSON.stringify(fields) }),
  );
  if (FunctionError) throw new Error('Something went wrong. Please try again later.');
  return JSON.parse(new TextDecoder().decode(Payload));
}

export const createUser = (fields) => invoke('createUser', fields);
export const verifyUser = (fields) => invoke('verifyUser', fields);
export const login = (fields) => invoke('login', fields);
export const changePassword = (fields) => invoke('changePassword', fields);
export const lostPassword = (fields) => invoke('lostPassword', fields);
export const resetPassword = (fields) => invoke('resetPassword', fields);
