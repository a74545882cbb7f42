// POST /pets: a new pet. Its id, name and kind come as JSON in the body.
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { DynamoDBDocumentClient, PutCommand } from "@aws-sdk/lib-dynamodb";

// Made once, outside the handler, and used again by the next request.
const db = DynamoDBDocumentClient.from(new DynamoDBClient({}));
const TableName = process.env.TABLE_NAME;

const answer = (statusCode, body) => ({
  statusCode,
  headers: { "content-type": "application/json" },
  body: JSON.stringify(body),
});

export const handler = async (event) => {
  // 1. event.body is text. Make an object of it.
  // 2. Answer 400 with a message unless id, name and kind are there, each of them a string.
  // 3. Put the item with a PutCommand, on the condition that its id is not taken: answer 409 if it is.
  // 4. Answer 201 with the pet.
  return answer(501, { message: "POST /pets is not written yet" });
};
