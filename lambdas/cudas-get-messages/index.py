"""GET /messages (custom integration): the newest messages, newest first.

Environment: MESSAGE_TABLE, whose key is `id`.
The table has no sort key, so all of it is read: fine for a small board; a large one wants an index by time.
"""

import heapq
import os

import boto3

SHOWN = 20
# `text` is a reserved word there.
FIELDS = {"ProjectionExpression": "id, username, #text, posted", "ExpressionAttributeNames": {"#text": "text"}}

dynamodb = boto3.resource("dynamodb")


def pages(table):
    """The messages, a page of the table at a time."""
    position = {}
    while True:
        page = table.scan(**FIELDS, **position)
        yield from page["Items"]
        if "LastEvaluatedKey" not in page:
            return
        position = {"ExclusiveStartKey": page["LastEvaluatedKey"]}


def newest(messages):
    """The newest messages first; of two with the same time, always the same one."""
    return heapq.nlargest(SHOWN, messages, key=lambda message: (message["posted"], message["id"]))


def shown(message):
    """A message as JSON can hold it (DynamoDB's numbers are decimals)."""
    return {**message, "posted": int(message["posted"])}


def handler(_event, _context):
    messages = newest(pages(dynamodb.Table(os.environ["MESSAGE_TABLE"])))
    return {"messages": [shown(message) for message in messages]}
