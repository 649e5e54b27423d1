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


def failure(event):
    """The code and the message of the failure."""
    try:
        index.handler(event, None)
    except index.Failure as error:
        return json.loads(str(error))
    raise AssertionError("it did not fail")


class Checks(unittest.TestCase):
    def test_bodies_that_are_no_object(self):
        for data in (None, "", [], 7, "username"):
            self.assertEqual(failure({"data": data})["code"], 400)
        self.assertEqual(failure({})["code"], 400)

    def test_usernames_and_passwords_that_will_not_do(self):
        for username in (None, 7, "", "ab", "a" * 33, "a b c", "daniël", "abc\n"):
            self.assertEqual(failure({"data": {"username": username, "password": "long enough"}})["code"], 400)
        for password in (None, 12345678, "", "a" * 7, "a" * 129):
            self.assertEqual(failure({"data": {"username": "ann", "password": password}})["code"], 400)

    def test_a_selection_pattern_finds_the_code(self):
        with self.assertRaisesRegex(index.Failure, r'"code":400'):
            index.handler({"data": {}}, None)


class Accounts(unittest.TestCase):
    def test_two_users_with_one_password_share_nothing(self):
        ann, bob = index.account("ann", "the same one"), index.account("bob", "the same one")
        for attribute in ("salt", "password_hash", "jwt_secret"):
            self.assertNotEqual(ann[attribute], bob[attribute])
        self.assertNotIn("the same one", repr(ann))

    def test_the_hash_can_be_made_again(self):
        ann = index.account("ann", "pässwörd")
        again = hashlib.scrypt("pässwörd".encode(), salt=ann["salt"], maxmem=index.SCRYPT_MEMORY, **ann["scrypt"])
        self.assertEqual(again, ann["password_hash"])


@NEEDS_DYNAMODB
class Table(unittest.TestCase):
    def test_a_name_is_given_once(self):
        users = table("AUTH_TABLE", "username")
        event = {"data": {"username": "ann", "password": "long enough"}, "auth_token": ""}
        self.assertEqual(index.handler(event, None), {"username": "ann"})
        first = users.get_item(Key={"username": "ann"})["Item"]
        self.assertEqual(failure(event), {"code": 409, "message": "The username is taken"})
        self.assertEqual(users.get_item(Key={"username": "ann"})["Item"], first)
        self.assertEqual(set(first), {"username", "salt", "password_hash", "scrypt", "jwt_secret", "created"})


if __name__ == "__main__":
    unittest.main()
