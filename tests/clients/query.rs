// cargo add aws-config aws-sdk-dynamodb
// cargo add tokio --features full
use aws_config::BehaviorVersion;
use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::types::{AttributeValue, ReturnConsumedCapacity};

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let config = aws_config::load_defaults(BehaviorVersion::latest()).await;
    let client = Client::new(&config);

    let response = client
        .query()
        .table_name("pets")
        .key_condition_expression("#o = :o AND begins_with(pet, :p)")
        .filter_expression("age > :age")
        .expression_attribute_names("#o", "owner")
        .expression_attribute_values(
            ":o",
            AttributeValue::S("Rachel".into()),
        )
        .expression_attribute_values(":p", AttributeValue::S("B".into()))
        .expression_attribute_values(
            ":age",
            AttributeValue::N("3".into()),
        )
        .scan_index_forward(false)
        .limit(5)
        .exclusive_start_key("owner", AttributeValue::S("Rachel".into()))
        .exclusive_start_key("pet", AttributeValue::S("Beeba".into()))
        .return_consumed_capacity(ReturnConsumedCapacity::Total)
        .send()
        .await?;
    println!("{response:#?}");
    Ok(())
}
