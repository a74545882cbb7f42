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
  // 1. The id is in event.pathParameters.
  // 2. Get the item with a GetCommand. The table's key is id, a string.
  // 3. Answer 200 with the item; 404 with a message if there is none.
  return answer(501, { message: "GET /pets/{id} is not written yet" });
};
