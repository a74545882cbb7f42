// GET /pets: all pets, as a JSON array.
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { DynamoDBDocumentClient, ScanCommand } from "@aws-sdk/lib-dynamodb";

// Made once, outside the handler, and used again by the next request.
const db = DynamoDBDocumentClient.from(new DynamoDBClient({}));
const TableName = process.env.TABLE_NAME;

const answer = (statusCode, body) => ({
  statusCode,
  headers: { "content-type": "application/json" },
  body: JSON.stringify(body),
});

export const handler = async () => {
  const pets = [];
  let page = {};
  do {
    page = await db.send(new ScanCommand({ TableName, ExclusiveStartKey: page.LastEvaluatedKey }));
    pets.push(...page.Items);
  } while (page.LastEvaluatedKey);
  return answer(200, pets);
};
