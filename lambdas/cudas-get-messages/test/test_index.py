import decimal
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


def message(number):
    posted = decimal.Decimal(1_000 + number)
    return {"id": f"id-{number:04}", "username": "ann", "text": f"message {number}", "posted": posted}


class Order(unittest.TestCase):
    def test_the_newest_come_first_and_no_more_than_are_shown(self):
        shuffled = [message(number * 7 % 50) for number in range(50)]
        self.assertEqual([m["text"] for m in index.newest(shuffled)], [f"message {n}" for n in range(49, 29, -1)])

    def test_messages_of_one_moment_keep_one_order(self):
        same = [{**message(number), "posted": decimal.Decimal(1)} for number in range(5)]
        self.assertEqual(index.newest(same), index.newest(reversed(same)))

    def test_numbers_are_json_numbers(self):
        self.assertIs(type(index.shown(message(1))["posted"]), int)


@NEEDS_DYNAMODB
class Table(unittest.TestCase):
    def test_an_empty_table_and_one_of_several_pages(self):
        messages = table("MESSAGE_TABLE", "id")
        self.assertEqual(index.handler({"data": "", "auth_token": ""}, None), {"messages": []})
        padding = "x" * 30_000  # 50 of them pass the megabyte that a page holds
        with messages.batch_writer() as batch:
            for number in range(50):
                batch.put_item(Item={**message(number), "text": padding, "padding": padding})
        shown = index.handler({}, None)["messages"]
        self.assertEqual([m["id"] for m in shown], [f"id-{n:04}" for n in range(49, 29, -1)])
        self.assertEqual(shown[0], {"id": "id-0049", "username": "ann", "text": padding, "posted": 1_049})


if __name__ == "__main__":
    unittest.main()
