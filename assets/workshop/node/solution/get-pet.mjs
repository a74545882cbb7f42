// GET /pets/{id}: one pet, or 404 if there is none with this id.
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { DynamoDBDocumentClient, GetCommand } from "@aws-sdk/lib-dynamodb";

// Made once, outside the handler, and used again by the next request.
const db = DynamoDBDocumentClient.from(new DynamoDBClient({}));
const TableName = process.env.TABLE_NAME;

const answer = (statusCode, body) => ({
  statusCode,
  headers: { "content-type": "application/json" },
  body: JSON.stringify(body),
});

export const handler = async (event) => {
  const { Item } = await db.send(new GetCommand({ TableName, Key: { id: event.pathParameters.id } }));
  return Item ? answer(200, Item) : answer(404, { message: "no such pet" });
};
