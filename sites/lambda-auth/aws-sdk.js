// What the pages use of the SDK; `npm run build` makes vendor/aws-sdk.js of it.

export { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
export { fromCognitoIdentity, fromCognitoIdentityPool } from '@aws-sdk/credential-provider-cognito-identity';
