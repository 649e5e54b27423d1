import hashlib
import json
import os
import pathlib
import sys
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


def stored(username, password):
    """An account as sign-up stores it, with a cheap hash."""
    salt, scrypt = os.urandom(16), {"n": 16, "r": 8, "p": 1}
    return {
        "username": username,
        "salt": salt,
        "scrypt": scrypt,
        "password_hash": hashlib.scrypt(password.encode(), salt=salt, **scrypt),
        "jwt_secret": f"the secret of {username}, of 32 bytes and more",
    }


def login(username, password):
    return index.handler({"data": {"username": username, "password": password}, "auth_token": ""}, None)


def failure(event):
    """The code and the message of the failure."""
    try:
        index.handler(event, None)
    except index.Failure as error:
        return json.loads(str(error))
    raise AssertionError("it did not fail")


class Checks(unittest.TestCase):
    def test_bodies_that_will_not_do(self):
        nameless = ({"username": 1, "password": "x"}, {"username": "", "password": "x"})
        for data in (None, "", [], {}, {"username": "ann"}, *nameless):
            self.assertEqual(failure({"data": data})["code"], 400)
        self.assertEqual(failure({"data": {"username": "ann", "password": "x" * 129}})["code"], 400)

    def test_a_password_is_compared_by_its_hash(self):
        ann = stored("ann", "pässwörd")
        self.assertTrue(index.matches(ann, "pässwörd"))
        self.assertFalse(index.matches(ann, "passwörd"))
        self.assertFalse(index.matches(index.NOBODY, ""))

    def test_a_token_is_signed_with_the_users_own_secret_and_expires(self):
        ann, bob = stored("ann", "x"), stored("bob", "x")
        made = index.token(ann, 1_000)
        self.assertEqual(made["expires"], 4_600)
        read = {"algorithms": ["HS256"], "options": {"verify_exp": False, "verify_iat": False}}
        claims = index.jwt.decode(made["token"], ann["jwt_secret"], **read)
        self.assertEqual(claims, {"sub": "ann", "iat": 1_000, "exp": 4_600})
        with self.assertRaises(index.jwt.InvalidSignatureError):
            index.jwt.decode(made["token"], bob["jwt_secret"], **read)


@NEEDS_DYNAMODB
class Table(unittest.TestCase):
    def test_only_the_right_password_gives_a_token(self):
        ann = stored("ann", "long enough")
        table("AUTH_TABLE", "username").put_item(Item=ann)
        answer = login("ann", "long enough")
        self.assertEqual(answer["username"], "ann")
        claims = index.jwt.decode(answer["token"], ann["jwt_secret"], algorithms=["HS256"])
        self.assertEqual(claims["exp"], answer["expires"])
        refused = {"code": 401, "message": "Wrong username or password"}
        for username, password in (("ann", "x"), ("bob", "long enough"), ("annë", "x"), ("\ud800", "\ud800")):
            self.assertEqual(failure({"data": {"username": username, "password": password}}), refused)


if __name__ == "__main__":
    unittest.main()
