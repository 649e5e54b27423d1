"""POST /signup (custom integration): makes an account.

Event: data.username and data.password. Environment: AUTH_TABLE, whose key is `username`.
A failure's message is a JSON object with a code, which the API's selection patterns turn into the status.
"""

import hashlib
import json
import os
import re
import secrets
import time

import boto3
from botocore.exceptions import ClientError

USERNAME = re.compile(r"[A-Za-z0-9_.-]{3,32}")
SHORTEST_PASSWORD = 8
LONGEST_PASSWORD = 128

# Kept with each hash, so that a later increase leaves the older accounts usable. It takes 32 MiB and about 0.1 s.
SCRYPT = {"n": 2**15, "r": 8, "p": 1}
SCRYPT_MEMORY = 64 * 1024 * 1024

dynamodb = boto3.resource("dynamodb")


class Failure(Exception):
    """An error whose message the API maps to a status by its code."""

    def __init__(self, code, message):
        super().__init__(json.dumps({"code": code, "message": message}, separators=(",", ":")))


def credentials(event):
    """The username and the password to use, both checked."""
    data = event.get("data")
    if not isinstance(data, dict):
        raise Failure(400, "The body must be a JSON object")
    username, password = data.get("username"), data.get("password")
    if not isinstance(username, str) or not USERNAME.fullmatch(username):
        raise Failure(400, "The username must have 3 to 32 letters, digits, dots, dashes and underscores")
    if not isinstance(password, str) or not SHORTEST_PASSWORD <= len(password) <= LONGEST_PASSWORD:
        raise Failure(400, f"The password must have {SHORTEST_PASSWORD} to {LONGEST_PASSWORD} characters")
    return username, password


def account(username, password):
    """The item to store: neither the password nor anything that is the same for two users."""
    salt = secrets.token_bytes(16)
    return {
        "username": username,
        "salt": salt,
        "password_hash": hashlib.scrypt(password.encode(errors="surrogatepass"), salt=salt, maxmem=SCRYPT_MEMORY, **SCRYPT),
        "scrypt": SCRYPT,
        "jwt_secret": secrets.token_urlsafe(32),
        "created": int(time.time()),
    }


def handler(event, _context):
    username, password = credentials(event)
    try:
        dynamodb.Table(os.environ["AUTH_TABLE"]).put_item(
            Item=account(username, password),
            ConditionExpression="attribute_not_exists(username)",
        )
    except ClientError as error:
        if error.response["Error"]["Code"] != "ConditionalCheckFailedException":
            raise
        raise Failure(409, "The username is taken") from None
    return {"username": username}
