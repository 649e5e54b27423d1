"""TOKEN authorizer for tokens that are signed with their user's own secret.

Environment: AUTH_TABLE, whose key is `username`.
"""

import json
import os

import boto3
import jwt

LONGEST_USERNAME = 32

dynamodb = boto3.resource("dynamodb")


def verified(authorization_token):
    """The claims of `Bearer <token>`. Whose secret to check it with is the one thing read before it is verified."""
    scheme, _, token = (authorization_token or "").partition(" ")
    if scheme != "Bearer":
        raise jwt.InvalidTokenError('the header is not "Bearer <token>"')
    claims = jwt.decode(token, options={"verify_signature": False})
    name = claims.get("sub")
    if not isinstance(name, str) or not 0 < len(name) <= LONGEST_USERNAME:
        raise jwt.InvalidTokenError("the token names no user")
    user = dynamodb.Table(os.environ["AUTH_TABLE"]).get_item(Key={"username": name}).get("Item")
    if user is None:
        raise jwt.InvalidTokenError("no such user")
    return jwt.decode(token, user["jwt_secret"], algorithms=["HS256"], options={"require": ["sub", "exp"]})


def stage_wildcard(method_arn):
    """Every method of the stage: a cached policy is reused for other methods with the same token."""
    api, stage = method_arn.split("/")[:2]
    return f"{api}/{stage}/*/*"


def handler(event, _context):
    try:
        claims = verified(event.get("authorizationToken"))
    except jwt.InvalidTokenError as error:
        # The reason goes to the log only. API Gateway answers 401 to exactly this message.
        print(json.dumps({"refused": type(error).__name__, "reason": str(error)}))
        raise Exception("Unauthorized") from None
    statement = {"Effect": "Allow", "Action": "execute-api:Invoke", "Resource": stage_wildcard(event["methodArn"])}
    return {
        "principalId": claims["sub"],
        "policyDocument": {"Version": "2012-10-17", "Statement": [statement]},
        "context": {"username": claims["sub"], "expires": claims["exp"]},
    }
