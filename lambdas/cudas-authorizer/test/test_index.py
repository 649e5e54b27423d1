import os
import pathlib
import sys
import time
import unittest
import uuid

os.environ.setdefault("AWS_DEFAULT_REGION", "eu-west-1")
os.environ.setdefault("AWS_ACCESS_KEY_ID", "test")
os.environ.setdefault("AWS_SECRET_ACCESS_KEY", "test")
sys.path.insert(0, str(pathlib.Path(__file__).parent.parent))

import index  # noqa: E402

NEEDS_DYNAMODB = unittest.skipUnless(os.environ.get("AWS_ENDPOINT_URL"), "AWS_ENDPOINT_URL names no DynamoDB")


def table(variable, key):
    """Makes a table and points the function at it."""
    name = os.environ[variable] = f"test-{uuid.uuid4()}"
    return index.dynamodb.create_table(
        TableName=name,
        BillingMode="PAY_PER_REQUEST",
        KeySchema=[{"AttributeName": key, "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": key, "AttributeType": "S"}],
    )


SECRET = "the secret of ann, of 32 bytes and more"


def token(username="ann", secret=SECRET, lives=60, **claims):
    now = int(time.time())
    return index.jwt.encode({"sub": username, "iat": now, "exp": now + lives, **claims}, secret, algorithm="HS256")


METHOD_ARN = "arn:aws:execute-api:eu-west-1:123456789012:abcdef1234/dev/POST/messages"


def authorize(header):
    return index.handler({"type": "TOKEN", "authorizationToken": header, "methodArn": METHOD_ARN}, None)


class Refuses(unittest.TestCase):
    def refused(self, header):
        with self.assertRaises(Exception) as caught:
            authorize(header)
        self.assertEqual(str(caught.exception), "Unauthorized")

    def test_headers_without_a_token(self):
        for header in (None, "", "Bearer", "Bearer ", "Basic x", "Bearer a.b.c", token(), f"bearer {token()}"):
            self.refused(header)

    def test_tokens_without_a_user(self):
        for name in ("", "x" * 3_000):
            self.refused(f"Bearer {token(username=name)}")
        self.refused(f"Bearer {index.jwt.encode({'exp': 9_999_999_999}, SECRET)}")

    @NEEDS_DYNAMODB
    def test_tokens_that_are_not_the_users(self):
        table("AUTH_TABLE", "username").put_item(Item={"username": "ann", "jwt_secret": SECRET})
        unsigned = index.jwt.encode({"sub": "ann", "exp": int(time.time()) + 60}, None, algorithm="none")
        endless = index.jwt.encode({"sub": "ann"}, SECRET)
        others = (token(secret="another secret, of 32 bytes and more"), token(lives=-1), token(username="bob"))
        for bad in (*others, unsigned, endless, token()[:-2]):
            self.refused(f"Bearer {bad}")


@NEEDS_DYNAMODB
class Allows(unittest.TestCase):
    def test_the_user_of_a_good_token_and_the_whole_stage(self):
        table("AUTH_TABLE", "username").put_item(Item={"username": "ann", "jwt_secret": SECRET})
        answer = authorize(f"Bearer {token()}")
        self.assertEqual(answer["principalId"], "ann")
        self.assertEqual(
            answer["policyDocument"]["Statement"],
            [
                {
                    "Effect": "Allow",
                    "Action": "execute-api:Invoke",
                    "Resource": "arn:aws:execute-api:eu-west-1:123456789012:abcdef1234/dev/*/*",
                }
            ],
        )
        self.assertEqual(answer["context"]["username"], "ann")
        self.assertTrue(all(isinstance(value, (str, int, bool)) for value in answer["context"].values()))


if __name__ == "__main__":
    unittest.main()
