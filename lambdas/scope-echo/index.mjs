// GET /scope, behind an authorizer (custom integration): what a mapping template passes on of the authorizer's answer.
//
// Event: principalId and scope, made of `$context.authorizer.principalId` and `$context.authorizer.scope`.

export async function handler({ principalId, scope }) {
  return { principalId, scope };
}
