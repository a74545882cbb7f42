# GET /pets/{id}: one pet, or 404 if there is none with this id.
require "aws-sdk-dynamodb"
require "json"

# Made once, outside the handler, and used again by the next request.
DB = Aws::DynamoDB::Client.new
TABLE = ENV.fetch("TABLE_NAME")

def answer(status, body)
  { statusCode: status, body: JSON.generate(body),
    headers: { "content-type" => "application/json" } }
end

def lambda_handler(event:, context:)
  # 1. The id is in event["pathParameters"].
  # 2. Get the item with DB.get_item. The table's key is id, a string.
  # 3. Answer 200 with the item; 404 with a message if there is none.
  answer(501, { message: "GET /pets/{id} is not written yet" })
end
