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

def lambda_handler(event:, context:)
  # 1. event["body"] is text. Make a hash of it.
  # 2. Answer 400 with a message unless id, name and kind are there, each of them a string.
  # 3. Put the item with DB.put_item, on the condition that its id is not taken: answer 409 if it is.
  # 4. Answer 201 with the pet.
  answer(501, { message: "POST /pets is not written yet" })
end
