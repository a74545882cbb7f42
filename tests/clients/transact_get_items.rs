// cargo add aws-config aws-sdk-dynamodb
// cargo add tokio --features full
use aws_config::BehaviorVersion;
use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::types::{AttributeValue, Get, TransactGetItem};

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let config = aws_config::load_defaults(BehaviorVersion::latest()).await;
    let client = Client::new(&config);

    let response = client
        .transact_get_items()
        .transact_items(
            TransactGetItem::builder()
                .get(
                    Get::builder()
                        .table_name("pets")
                        .key("id", AttributeValue::S("1".into()))
                        .build()?,
                )
                .build(),
        )
        .transact_items(
            TransactGetItem::builder()
                .get(
                    Get::builder()
                        .table_name("owners")
                        .key("owner", AttributeValue::S("Rachel".into()))
                        .key("since", AttributeValue::N("2019".into()))
                        .projection_expression("#p")
                        .expression_attribute_names("#p", "pets")
                        .build()?,
                )
                .build(),
        )
        .send()
        .await?;
    println!("{response:#?}");
    Ok(())
}
