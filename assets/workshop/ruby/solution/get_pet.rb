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
  id = event["pathParameters"]["id"]
  pet = DB.get_item(table_name: TABLE, key: { "id" => id }).item
  pet ? answer(200, pet) : answer(404, { message: "no such pet" })
end
