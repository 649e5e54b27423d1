// The table of users.
//
// Environment: USERS_TABLE, whose key is `email`.

import { ConditionalCheckFailedException, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, GetCommand, PutCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';

const table = DynamoDBDocumentClient.from(new DynamoDBClient({}));

/** The time as the table's expiries count it. */
export const seconds = () => Math.floor(Date.now() / 1000);

/** Whether the write was made; false if its condition did not hold. */
async function written(command) {
  try {
    await table.send(command);
    return true;
  } catch (error) {
    if (error instanceof ConditionalCheckFailedException) return false;
    throw error;
  }
}

/** The user, or undefined. */
export async function find(email) {
  const key = { TableName: process.env.USERS_TABLE, Key: { email } };
  return (await table.send(new GetCommand({ ...key, ConsistentRead: true }))).Item;
}

/** Adds a user, also in place of one who let the verification of the address expire. */
export function add(user) {
  return written(
    new PutCommand({
      TableName: process.env.USERS_TABLE,
      Item: user,
      ConditionExpression: 'attribute_not_exists(email) OR (verified = :no AND verifyExpires < :now)',
      ExpressionAttributeValues: { ':no': false, ':now': seconds() },
    }),
  );
}

/**
 * Changes a user if `condition` holds, at once: of two callers with one token, one comes first and the other is
 * refused. `set` is what to write and `remove` what to take away; `values` are the condition's, without the colons.
 */
export function update(email, { set, remove = [], condition, values = {} }) {
  const names = Object.keys(set);
  const setting = `SET ${names.map((name) => `#${name} = :set_${name}`).join(', ')}`;
  const removing = remove.length > 0 ? ` REMOVE ${remove.join(', ')}` : '';
  return written(
    new UpdateCommand({
      TableName: process.env.USERS_TABLE,
      Key: { email },
      UpdateExpression: setting + removing,
      ConditionExpression: condition,
      ExpressionAttributeNames: Object.fromEntries(names.map((name) => [`#${name}`, name])),
      ExpressionAttributeValues: Object.fromEntries([
        ...names.map((name) => [`:set_${name}`, set[name]]),
        ...Object.entries(values).map(([name, value]) => [`:${name}`, value]),
      ]),
    }),
  );
}
