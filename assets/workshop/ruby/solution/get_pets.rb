# GET /pets: all pets, as a JSON array.
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
  pets = DB.scan(table_name: TABLE).flat_map { |page| page.items }
  answer(200, pets)
end
