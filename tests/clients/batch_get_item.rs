// cargo add aws-config aws-sdk-dynamodb
// cargo add tokio --features full
use std::collections::HashMap;

use aws_config::BehaviorVersion;
use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::types::{AttributeValue, KeysAndAttributes, ReturnConsumedCapacity};

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let config = aws_config::load_defaults(BehaviorVersion::latest()).await;
    let client = Client::new(&config);

    let response = client
        .batch_get_item()
        .request_items(
            "pets",
            KeysAndAttributes::builder()
                .keys(
                    HashMap::from([
                        ("id".into(), AttributeValue::S("1".into())),
                    ]),
                )
                .keys(
                    HashMap::from([
                        ("id".into(), AttributeValue::S("2".into())),
                    ]),
                )
                .consistent_read(true)
                .projection_expression("id, #n")
                .expression_attribute_names("#n", "name")
                .build()?,
        )
        .request_items(
            "owners",
            KeysAndAttributes::builder()
                .keys(
                    HashMap::from([
                        (
                            "owner".into(),
                            AttributeValue::S("Rachel".into()),
                        ),
                        (
                            "since".into(),
                            AttributeValue::N("2019".into()),
                        ),
                    ]),
                )
                .build()?,
        )
        .return_consumed_capacity(ReturnConsumedCapacity::Total)
        .send()
        .await?;
    println!("{response:#?}");
    Ok(())
}
