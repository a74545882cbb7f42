"""boto3 through everything that a workshop does with a table; the endpoint and the keys are in the environment."""

import boto3
from boto3.dynamodb.conditions import Attr, Key
from boto3.dynamodb.types import Binary
from botocore.config import Config
from botocore.exceptions import ClientError
from decimal import Decimal

TABLE = "pets_python"
# A retry would hide an answer that was wrong the first time.
client = boto3.client("dynamodb", config=Config(retries={"total_max_attempts": 1}))


def refused(code, call, **parameters):
    """The error of a call that must be refused for this reason."""
    try:
        call(**parameters)
    except ClientError as error:
        assert error.response["Error"]["Code"] == code, error
        assert error.response["Error"]["Message"], error
        assert error.response["ResponseMetadata"]["HTTPStatusCode"] == 400, error
        assert error.response["ResponseMetadata"]["RequestId"], error
        return error
    raise AssertionError(f"{code} was expected")


def pet(n, **more):
    return {"owner": {"S": "猫 Ada"}, "n": {"N": str(n)}, **more}


def key(n):
    return {"owner": {"S": "猫 Ada"}, "n": {"N": str(n)}}


# A table.
refused("ResourceNotFoundException", client.describe_table, TableName=TABLE)
client.create_table(
    TableName=TABLE,
    BillingMode="PAY_PER_REQUEST",
    AttributeDefinitions=[
        {"AttributeName": "owner", "AttributeType": "S"},
        {"AttributeName": "n", "AttributeType": "N"},
        {"AttributeName": "kind", "AttributeType": "S"},
    ],
    KeySchema=[
        {"AttributeName": "owner", "KeyType": "HASH"},
        {"AttributeName": "n", "KeyType": "RANGE"},
    ],
    GlobalSecondaryIndexes=[
        {
            "IndexName": "by_kind",
            "KeySchema": [{"AttributeName": "kind", "KeyType": "HASH"}],
            "Projection": {"ProjectionType": "ALL"},
        }
    ],
)
client.get_waiter("table_exists").wait(TableName=TABLE)
assert TABLE in client.list_tables()["TableNames"]
refused("ResourceInUseException", client.create_table, TableName=TABLE, BillingMode="PAY_PER_REQUEST",
        AttributeDefinitions=[{"AttributeName": "owner", "AttributeType": "S"}],
        KeySchema=[{"AttributeName": "owner", "KeyType": "HASH"}])

# Every type there and back, by the interface that knows Python's own types.
everything = {
    "owner": "types", "n": Decimal("-0.5"), "text": "naïve 🐈\u0000\n", "empty": "", "bytes": Binary(bytes(range(256))),
    "large": Decimal("12345678901234567890123456789012345678"), "small": Decimal("1E-130"), "yes": True, "nothing": None,
    "list": ["a", Decimal(1), [None]], "map": {"a": {"b": {}}}, "texts": {"a", "b"}, "numbers": {Decimal(1), Decimal("2.5")},
    "binaries": {Binary(b"\x00"), Binary(b"\xff")},
}
table = boto3.resource("dynamodb").Table(TABLE)
table.put_item(Item=everything)
back = table.get_item(Key={"owner": "types", "n": Decimal("-0.5")}, ConsistentRead=True)["Item"]
assert back == everything, back
table.delete_item(Key={"owner": "types", "n": Decimal("-0.5")})

# Put and get.
put = client.put_item(TableName=TABLE, Item=pet(0, name={"S": "Beeba"}), ReturnConsumedCapacity="TOTAL")
assert put["ConsumedCapacity"]["CapacityUnits"] == 1.0, put
assert client.get_item(TableName=TABLE, Key=key(0))["Item"]["name"] == {"S": "Beeba"}
assert "Item" not in client.get_item(TableName=TABLE, Key=key(77))

# Batches: 50 large items, more than two pages of 1 MB.
for first in (0, 25):
    written = client.batch_write_item(RequestItems={TABLE: [
        {"PutRequest": {"Item": pet(n, kind={"S": "cat" if n % 2 else "dog"}, note={"S": "x" * 50_000})}}
        for n in range(first, first + 25)
    ]})
    assert not written["UnprocessedItems"], written
read = client.batch_get_item(RequestItems={TABLE: {"Keys": [key(n) for n in (3, 4, 99)], "ProjectionExpression": "n"}})
assert sorted(item["n"]["N"] for item in read["Responses"][TABLE]) == ["3", "4"], read
assert not read["UnprocessedKeys"], read

# A query, page by page, backwards, and on the index.
of_ada = {"KeyConditionExpression": "#o = :o AND n >= :n", "ExpressionAttributeNames": {"#o": "owner"},
          "ExpressionAttributeValues": {":o": {"S": "猫 Ada"}, ":n": {"N": "10"}}}
pages = list(client.get_paginator("query").paginate(
    TableName=TABLE, ScanIndexForward=False, PaginationConfig={"PageSize": 7}, **of_ada))
assert [int(item["n"]["N"]) for page in pages for item in page["Items"]] == list(range(49, 9, -1))
assert len(pages) >= 6, len(pages)
# A page ends after 1 MB, before the filter, and in which order an index has its entries is the table's affair.
cats, goes_on = 0, {}
while goes_on is not None:
    page = table.query(IndexName="by_kind", KeyConditionExpression=Key("kind").eq("cat"), FilterExpression=Attr("n").lt(10), **goes_on)
    cats += page["Count"]
    goes_on = {"ExclusiveStartKey": page["LastEvaluatedKey"]} if "LastEvaluatedKey" in page else None
assert cats == 5, cats

# A scan: pages end after 1 MB by themselves.
pages = list(client.get_paginator("scan").paginate(TableName=TABLE))
assert len(pages) == 3, len(pages)
assert sorted(int(item["n"]["N"]) for page in pages for item in page["Items"]) == list(range(50))

# A transaction, and one that is cancelled as a whole, with its reasons.
client.transact_write_items(TransactItems=[
    {"Put": {"TableName": TABLE, "Item": pet(100, lives={"N": "9"})}},
    {"Update": {"TableName": TABLE, "Key": key(1), "UpdateExpression": "SET lives = :l",
                "ExpressionAttributeValues": {":l": {"N": "9"}}}},
])
cancelled = refused("TransactionCanceledException", client.transact_write_items, TransactItems=[
    {"Put": {"TableName": TABLE, "Item": pet(101)}},
    {"ConditionCheck": {"TableName": TABLE, "Key": key(100), "ConditionExpression": "lives < :l",
                        "ExpressionAttributeValues": {":l": {"N": "9"}},
                        "ReturnValuesOnConditionCheckFailure": "ALL_OLD"}},
])
reasons = cancelled.response["CancellationReasons"]
assert [reason["Code"] for reason in reasons] == ["None", "ConditionalCheckFailed"], reasons
assert reasons[1]["Item"]["lives"] == {"N": "9"}, reasons
both = client.transact_get_items(TransactItems=[{"Get": {"TableName": TABLE, "Key": key(n)}} for n in (100, 101)])
assert ["Item" in response for response in both["Responses"]] == [True, False], both

# An update, and one whose condition fails.
updated = client.update_item(
    TableName=TABLE, Key=key(100), UpdateExpression="ADD lives :minus SET #n = :n", ReturnValues="UPDATED_NEW",
    ExpressionAttributeNames={"#n": "name"}, ExpressionAttributeValues={":minus": {"N": "-1"}, ":n": {"S": "Rex"}})
assert updated["Attributes"] == {"lives": {"N": "8"}, "name": {"S": "Rex"}}, updated
failed = refused("ConditionalCheckFailedException", client.update_item, TableName=TABLE, Key=key(100),
                 UpdateExpression="SET lives = :l", ConditionExpression="lives > :l",
                 ExpressionAttributeValues={":l": {"N": "8"}}, ReturnValuesOnConditionCheckFailure="ALL_OLD")
assert failed.response["Item"]["lives"] == {"N": "8"}, failed.response

# What is not understood.
wrong = refused("ValidationException", client.get_item, TableName=TABLE, Key={"owner": {"S": "no sort key"}})
assert "schema" in str(wrong), wrong
refused("ValidationException", client.query, TableName=TABLE, KeyConditionExpression="owner =")
refused("ResourceNotFoundException", client.put_item, TableName="no_such_table", Item=pet(1))

# And away.
deleted = client.delete_item(TableName=TABLE, Key=key(100), ReturnValues="ALL_OLD")
assert deleted["Attributes"]["name"] == {"S": "Rex"}, deleted
client.delete_table(TableName=TABLE)
client.get_waiter("table_not_exists").wait(TableName=TABLE)
refused("ResourceNotFoundException", client.scan, TableName=TABLE)
print("everything holds")
