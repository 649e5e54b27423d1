"""POST /login (custom integration): a token for a username and its password.

Event: data.username and data.password. Environment: AUTH_TABLE, whose key is `username`; TOKEN_SECONDS, how long
tokens live (3600 where it is not set).
A failure's message is a JSON object with a code, which the API's selection patterns turn into the status.
"""

import hashlib
import hmac
import json
import os
import time

import boto3
import jwt

LONGEST_USERNAME = 32
LONGEST_PASSWORD = 128
SCRYPT_MEMORY = 64 * 1024 * 1024

# Checked in place of an account that does not exist, so that the time taken does not tell which names are taken.
NOBODY = {"salt": bytes(16), "password_hash": bytes(64), "scrypt": {"n": 2**15, "r": 8, "p": 1}}

dynamodb = boto3.resource("dynamodb")


class Failure(Exception):
    """An error whose message the API maps to a status by its code."""

    def __init__(self, code, message):
        super().__init__(json.dumps({"code": code, "message": message}, separators=(",", ":")))


def credentials(event):
    """The username and the password as sent; both are text of a length that an account can have."""
    data = event.get("data")
    if not isinstance(data, dict):
        raise Failure(400, "The body must be a JSON object")
    for field, longest in (("username", LONGEST_USERNAME), ("password", LONGEST_PASSWORD)):
        value = data.get(field)
        if not isinstance(value, str) or not 0 < len(value) <= longest:
            raise Failure(400, f"The {field} is missing or too long")
    return data["username"], data["password"]


def matches(user, password):
    """Whether it is the password of the account."""
    cost = {name: int(value) for name, value in user["scrypt"].items()}
    secret = password.encode(errors="surrogatepass")
    given = hashlib.scrypt(secret, salt=bytes(user["salt"]), maxmem=SCRYPT_MEMORY, **cost)
    return hmac.compare_digest(given, bytes(user["password_hash"]))


def token(user, now):
    """A token signed with the user's own secret: a new secret ends all sessions of this user and of nobody else."""
    expires = now + int(os.environ.get("TOKEN_SECONDS") or 3600)
    claims = {"sub": user["username"], "iat": now, "exp": expires}
    return {"token": jwt.encode(claims, user["jwt_secret"], algorithm="HS256"), "expires": expires}


def handler(event, _context):
    username, password = credentials(event)
    users = dynamodb.Table(os.environ["AUTH_TABLE"])
    user = users.get_item(Key={"username": username}, ConsistentRead=True).get("Item") if username.isascii() else None
    if not matches(user or NOBODY, password) or user is None:
        raise Failure(401, "Wrong username or password")
    return {"username": username, **token(user, int(time.time()))}
