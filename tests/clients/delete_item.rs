// cargo add aws-config aws-sdk-dynamodb
// cargo add tokio --features full
use aws_config::BehaviorVersion;
use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::types::{
    AttributeValue, ComparisonOperator, ExpectedAttributeValue,
    ReturnConsumedCapacity, ReturnItemCollectionMetrics,
};

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let config = aws_config::load_defaults(BehaviorVersion::latest()).await;
    let client = Client::new(&config);

    let response = client
        .delete_item()
        .table_name("pets")
        .key("id", AttributeValue::S("1".into()))
        .expected(
            "age",
            ExpectedAttributeValue::builder()
                .comparison_operator(ComparisonOperator::Ge)
                .attribute_value_list(AttributeValue::N("3".into()))
                .build(),
        )
        .return_item_collection_metrics(ReturnItemCollectionMetrics::Size)
        .return_consumed_capacity(ReturnConsumedCapacity::Indexes)
        .send()
        .await?;
    println!("{response:#?}");
    Ok(())
}
