import json
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


def post(data, auth_token):
    return index.handler({"data": data, "auth_token": auth_token}, None)


def code(data, auth_token):
    """The code of the failure."""
    try:
        post(data, auth_token)
    except index.Failure as error:
        return json.loads(str(error))["code"]
    raise AssertionError("it did not fail")


class Checks(unittest.TestCase):
    def test_texts_that_will_not_do(self):
        for data in (None, "", [], {}, {"text": 7}, {"text": " \n"}, {"text": "x" * 501}):
            with self.assertRaisesRegex(index.Failure, '"code":400'):
                index.text_of({"data": data})

    def test_a_text_loses_the_blanks_around_it(self):
        self.assertEqual(index.text_of({"data": {"text": f" {'x' * 500}\n"}}), "x" * 500)

    def test_headers_without_a_token(self):
        for header in (None, "", "Bearer", "Bearer ", "Basic x", "Bearer x", token(), f"bearer {token()}"):
            self.assertEqual(code({"text": "hello"}, header), 401)

    def test_tokens_without_a_user(self):
        for name in ("", "x" * 3_000):
            self.assertEqual(code({"text": "hello"}, f"Bearer {token(username=name)}"), 401)
        nameless = index.jwt.encode({"exp": 9_999_999_999}, SECRET)
        self.assertEqual(code({"text": "hello"}, f"Bearer {nameless}"), 401)


@NEEDS_DYNAMODB
class Tables(unittest.TestCase):
    def setUp(self):
        table("AUTH_TABLE", "username").put_item(Item={"username": "ann", "jwt_secret": SECRET})
        self.messages = table("MESSAGE_TABLE", "id")

    def test_a_message_has_the_tokens_user_as_its_author(self):
        answer = post({"text": "hellö", "username": "bob", "id": "1"}, f"Bearer {token()}")
        self.assertEqual((answer["username"], answer["text"]), ("ann", "hellö"))
        self.assertEqual(self.messages.scan()["Items"], [answer])

    def test_tokens_that_are_not_the_users_are_refused(self):
        others = (token(secret="another secret, of 32 bytes and more"), token(lives=-1), token(username="bob"))
        unsigned = index.jwt.encode({"sub": "ann", "exp": int(time.time()) + 60}, None, algorithm="none")
        for bad in (*others, unsigned, token()[:-2]):
            self.assertEqual(code({"text": "hello"}, f"Bearer {bad}"), 401)
        self.assertEqual(self.messages.scan()["Items"], [])

    def test_a_good_token_with_a_bad_text(self):
        self.assertEqual(code({"text": ""}, f"Bearer {token()}"), 400)


if __name__ == "__main__":
    unittest.main()
