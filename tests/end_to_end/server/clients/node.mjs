// The Node SDK through everything that a workshop does with a table; the endpoint and the keys are in the environment.

import assert from "node:assert/strict";
import {
  BatchGetItemCommand, BatchWriteItemCommand, CreateTableCommand, DeleteTableCommand, DescribeTableCommand, DynamoDBClient,
  GetItemCommand, ListTablesCommand, paginateScan, TransactGetItemsCommand, TransactWriteItemsCommand, UpdateItemCommand,
  waitUntilTableExists, waitUntilTableNotExists,
} from "@aws-sdk/client-dynamodb";
import { DeleteCommand, DynamoDBDocumentClient, GetCommand, paginateQuery, PutCommand } from "@aws-sdk/lib-dynamodb";

const TableName = "pets_node";
// A retry would hide an answer that was wrong the first time.
const client = new DynamoDBClient({ maxAttempts: 1 });
const documents = DynamoDBDocumentClient.from(client);
const key = (n) => ({ owner: { S: "猫 Ada" }, n: { N: String(n) } });

/** The error of a command that must be refused for this reason. */
async function refused(name, command) {
  try {
    await client.send(command);
  } catch (error) {
    assert.equal(error.name, name, error.stack);
    assert.ok(error.message, error.stack);
    assert.equal(error.$metadata.httpStatusCode, 400);
    assert.ok(error.$metadata.requestId);
    return error;
  }
  throw new Error(`${name} was expected`);
}

// A table.
await refused("ResourceNotFoundException", new DescribeTableCommand({ TableName }));
await client.send(new CreateTableCommand({
  TableName,
  BillingMode: "PAY_PER_REQUEST",
  AttributeDefinitions: [{ AttributeName: "owner", AttributeType: "S" }, { AttributeName: "n", AttributeType: "N" }],
  KeySchema: [{ AttributeName: "owner", KeyType: "HASH" }, { AttributeName: "n", KeyType: "RANGE" }],
}));
await waitUntilTableExists({ client, minDelay: 1, maxWaitTime: 20 }, { TableName });
assert.ok((await client.send(new ListTablesCommand({}))).TableNames.includes(TableName));

// Types there and back, by the client that knows JavaScript's own types.
const everything = {
  owner: "types", n: -0.5, text: "naïve 🐈\n", empty: "", bytes: new Uint8Array([0, 127, 255]), yes: true, nothing: null,
  list: ["a", 1, [null]], map: { a: { b: {} } }, texts: new Set(["a", "b"]), numbers: new Set([1, 2.5]),
};
await documents.send(new PutCommand({ TableName, Item: everything }));
const back = await documents.send(new GetCommand({ TableName, Key: { owner: "types", n: -0.5 }, ConsistentRead: true }));
assert.deepEqual(back.Item, everything);
await documents.send(new DeleteCommand({ TableName, Key: { owner: "types", n: -0.5 } }));
assert.equal((await client.send(new GetItemCommand({ TableName, Key: key(77) }))).Item, undefined);

// Batches: 50 large items, more than two pages of 1 MB.
for (const first of [0, 25]) {
  const puts = Array.from({ length: 25 }, (_, i) => ({ PutRequest: { Item: { ...key(first + i), note: { S: "x".repeat(50_000) } } } }));
  const written = await client.send(new BatchWriteItemCommand({ RequestItems: { [TableName]: puts } }));
  assert.deepEqual(written.UnprocessedItems, {});
}
const read = await client.send(new BatchGetItemCommand({ RequestItems: { [TableName]: { Keys: [3, 4, 99].map(key), ProjectionExpression: "n" } } }));
assert.deepEqual(read.Responses[TableName].map((item) => item.n.N).sort(), ["3", "4"]);

// A query, page by page, backwards; a scan whose pages end after 1 MB by themselves.
let numbers = [];
let pages = 0;
for await (const page of paginateQuery({ client: documents, pageSize: 7 }, {
  TableName, KeyConditionExpression: "#o = :o AND n >= :n", ExpressionAttributeNames: { "#o": "owner" },
  ExpressionAttributeValues: { ":o": "猫 Ada", ":n": 10 }, ScanIndexForward: false,
})) {
  numbers.push(...page.Items.map((item) => item.n));
  pages += 1;
}
assert.deepEqual(numbers, Array.from({ length: 40 }, (_, i) => 49 - i));
assert.ok(pages >= 6);
numbers = [];
pages = 0;
for await (const page of paginateScan({ client }, { TableName })) {
  numbers.push(...page.Items.map((item) => Number(item.n.N)));
  pages += 1;
}
assert.equal(pages, 3);
assert.deepEqual(numbers.sort((a, b) => a - b), Array.from({ length: 50 }, (_, i) => i));

// A transaction, and one that is cancelled as a whole, with its reasons.
await client.send(new TransactWriteItemsCommand({ TransactItems: [
  { Put: { TableName, Item: { ...key(100), lives: { N: "9" } } } },
  { Update: { TableName, Key: key(1), UpdateExpression: "SET lives = :l", ExpressionAttributeValues: { ":l": { N: "9" } } } },
] }));
const cancelled = await refused("TransactionCanceledException", new TransactWriteItemsCommand({ TransactItems: [
  { Put: { TableName, Item: key(101) } },
  { ConditionCheck: {
    TableName, Key: key(100), ConditionExpression: "lives < :l", ExpressionAttributeValues: { ":l": { N: "9" } },
    ReturnValuesOnConditionCheckFailure: "ALL_OLD",
  } },
] }));
assert.deepEqual(cancelled.CancellationReasons.map((reason) => reason.Code), ["None", "ConditionalCheckFailed"]);
assert.deepEqual(cancelled.CancellationReasons[1].Item.lives, { N: "9" });
const both = await client.send(new TransactGetItemsCommand({ TransactItems: [100, 101].map((n) => ({ Get: { TableName, Key: key(n) } })) }));
assert.deepEqual(both.Responses.map((response) => response.Item !== undefined), [true, false]);

// An update, and one whose condition fails.
const updated = await client.send(new UpdateItemCommand({
  TableName, Key: key(100), UpdateExpression: "ADD lives :minus", ExpressionAttributeValues: { ":minus": { N: "-1" } }, ReturnValues: "UPDATED_NEW",
}));
assert.deepEqual(updated.Attributes, { lives: { N: "8" } });
const failed = await refused("ConditionalCheckFailedException", new UpdateItemCommand({
  TableName, Key: key(100), UpdateExpression: "SET lives = :l", ConditionExpression: "lives > :l",
  ExpressionAttributeValues: { ":l": { N: "8" } }, ReturnValuesOnConditionCheckFailure: "ALL_OLD",
}));
assert.deepEqual(failed.Item.lives, { N: "8" });

// What is not understood, and away.
await refused("ValidationException", new GetItemCommand({ TableName, Key: { owner: { S: "no sort key" } } }));
await refused("ResourceNotFoundException", new GetItemCommand({ TableName: "no_such_table", Key: key(1) }));
const deleted = await documents.send(new DeleteCommand({ TableName, Key: { owner: "猫 Ada", n: 100 }, ReturnValues: "ALL_OLD" }));
assert.equal(deleted.Attributes.lives, 8);
await client.send(new DeleteTableCommand({ TableName }));
await waitUntilTableNotExists({ client, minDelay: 1, maxWaitTime: 20 }, { TableName });
await refused("ResourceNotFoundException", new DescribeTableCommand({ TableName }));
console.log("everything holds");
