"""POST /messages (custom integration): adds a message in the name of the caller.

Event: data.text; auth_token, the `Authorization` header. Environment: AUTH_TABLE (key `username`) and
MESSAGE_TABLE (key `id`).
The token is verified here as well: the author's name comes from it, and no route's setting may let someone forge it.
A failure's message is a JSON object with a code, which the API's selection patterns turn into the status.
"""

import json
import os
import time
import uuid

import boto3
import jwt

LONGEST_TEXT = 500
LONGEST_USERNAME = 32

dynamodb = boto3.resource("dynamodb")


class Failure(Exception):
    """An error whose message the API maps to a status by its code."""

    def __init__(self, code, message):
        super().__init__(json.dumps({"code": code, "message": message}, separators=(",", ":")))


def text_of(event):
    """The message's text, without the blanks around it."""
    data = event.get("data")
    text = data.get("text") if isinstance(data, dict) else None
    if not isinstance(text, str) or not text.strip():
        raise Failure(400, "The text is missing")
    if len(text.strip()) > LONGEST_TEXT:
        raise Failure(400, f"The text may have {LONGEST_TEXT} characters")
    return text.strip()


def author(auth_token):
    """The user whose secret the token is signed with."""
    scheme, _, token = (auth_token or "").partition(" ")
    try:
        if scheme != "Bearer":
            raise jwt.InvalidTokenError('the header is not "Bearer <token>"')
        name = jwt.decode(token, options={"verify_signature": False}).get("sub")
        if not isinstance(name, str) or not 0 < len(name) <= LONGEST_USERNAME:
            raise jwt.InvalidTokenError("the token names no user")
        user = dynamodb.Table(os.environ["AUTH_TABLE"]).get_item(Key={"username": name}).get("Item")
        if user is None:
            raise jwt.InvalidTokenError("no such user")
        return jwt.decode(token, user["jwt_secret"], algorithms=["HS256"], options={"require": ["sub", "exp"]})["sub"]
    except jwt.InvalidTokenError as error:
        print(json.dumps({"refused": type(error).__name__, "reason": str(error)}))
        raise Failure(401, "The token is not valid") from None


def handler(event, _context):
    username = author(event.get("auth_token"))
    message = {
        "id": str(uuid.uuid4()),
        "username": username,
        "text": text_of(event),
        "posted": time.time_ns() // 1_000_000,
    }
    dynamodb.Table(os.environ["MESSAGE_TABLE"]).put_item(Item=message)
    return message
