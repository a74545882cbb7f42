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

function petIn(text) {
  let pet;
  try { pet = JSON.parse(text); } catch { return null; }
  const { id, name, kind } = pet ?? {};
  const good = (s) => typeof s === "string" && s !== "";
  return [id, name, kind].every(good) ? { id, name, kind } : null;
}

export const handler = async (event) => {
  const pet = petIn(event.body);
  if (!pet) return answer(400, { message: "id, name, kind, please" });
  try {
    await db.send(new PutCommand({ TableName, Item: pet, ConditionExpression: "attribute_not_exists(id)" }));
    return answer(201, pet);
  } catch (error) {
    if (error.name !== "ConditionalCheckFailedException") throw error;
    return answer(409, { message: "that id is taken" });
  }
};
