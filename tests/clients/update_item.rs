// cargo add aws-config aws-sdk-dynamodb
// cargo add tokio --features full
use aws_config::BehaviorVersion;
use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::types::{AttributeValue, ReturnConsumedCapacity, ReturnValue};

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let config = aws_config::load_defaults(BehaviorVersion::latest()).await;
    let client = Client::new(&config);

    let response = client
        .update_item()
        .table_name("pets")
        .key("id", AttributeValue::S("1".into()))
        .update_expression("SET age = age + :one REMOVE chip")
        .condition_expression("attribute_exists(id)")
        .expression_attribute_values(
            ":one",
            AttributeValue::N("1".into()),
        )
        .return_values(ReturnValue::UpdatedNew)
        .return_consumed_capacity(ReturnConsumedCapacity::Total)
        .send()
        .await?;
    println!("{response:#?}");
    Ok(())
}
