# POST /pets: a new pet. Its id, name and kind come as JSON in the body.
require "aws-sdk-dynamodb"
require "json"

# Made once, outside the handler, and used again by the next request.
DB = Aws::DynamoDB::Client.new
TABLE = ENV.fetch("TABLE_NAME")

def answer(status, body)
  { statusCode: status, body: JSON.generate(body),
    headers: { "content-type" => "application/json" } }
end

def pet_in(text)
  pet = JSON.parse(text.to_s)
  return unless pet.is_a?(Hash)

  pet = pet.slice("id", "name", "kind")
  good = pet.values.all? { |v| v.is_a?(String) && !v.empty? }
  pet if good && pet.size == 3
rescue JSON::ParserError
  nil
end

def lambda_handler(event:, context:)
  pet = pet_in(event["body"])
  return answer(400, { message: "id, name, kind, please" }) unless pet

  DB.put_item(table_name: TABLE, item: pet,
              condition_expression: "attribute_not_exists(id)")
  answer(201, pet)
rescue Aws::DynamoDB::Errors::ConditionalCheckFailedException
  answer(409, { message: "that id is taken" })
end
