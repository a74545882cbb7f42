"""A class of two students and somebody from next door: argv has the right access keys first, then the wrong ones."""

import sys

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

right, wrong = (keys.split(",") for keys in sys.argv[1:3])


def client(access_key):
    once = Config(retries={"total_max_attempts": 1})
    return boto3.client("dynamodb", aws_access_key_id=access_key, aws_secret_access_key="any", config=once)


client(right[0]).create_table(
    TableName="class",
    BillingMode="PAY_PER_REQUEST",
    AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
    KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
)
for access_key in right:
    client(access_key).put_item(TableName="class", Item={"id": {"S": access_key}})
for access_key in wrong:
    for call in (
        lambda: client(access_key).put_item(TableName="class", Item={"id": {"S": "stranger"}}),
        lambda: client(access_key).scan(TableName="class"),
        lambda: client(access_key).list_tables(),
        lambda: client(access_key).delete_table(TableName="class"),
    ):
        try:
            call()
        except ClientError as error:
            assert error.response["Error"]["Code"] == "UnrecognizedClientException", error
        else:
            raise AssertionError(f"{access_key} was let in")
seen = client(right[0]).scan(TableName="class")["Items"]
assert sorted(item["id"]["S"] for item in seen) == sorted(right), seen
print("everything holds")
