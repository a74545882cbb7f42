// cargo add aws-config aws-sdk-dynamodb
// cargo add tokio --features full
use aws_config::BehaviorVersion;
use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::types::{
    AttributeValue, DeleteRequest, PutRequest, ReturnConsumedCapacity,
    ReturnItemCollectionMetrics, WriteRequest,
};

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let config = aws_config::load_defaults(BehaviorVersion::latest()).await;
    let client = Client::new(&config);

    let response = client
        .batch_write_item()
        .request_items(
            "pets",
            vec![
                WriteRequest::builder()
                    .put_request(
                        PutRequest::builder()
                            .item("id", AttributeValue::S("3".into()))
                            .item(
                                "name",
                                AttributeValue::S("it's \"Rex\"".into()),
                            )
                            .item(
                                "tags",
                                AttributeValue::Ss(vec![
                                    "a".into(),
                                    "b".into(),
                                ]),
                            )
                            .build()?,
                    )
                    .build(),
                WriteRequest::builder()
                    .delete_request(
                        DeleteRequest::builder()
                            .key("id", AttributeValue::S("4".into()))
                            .build()?,
                    )
                    .build(),
            ],
        )
        .return_consumed_capacity(ReturnConsumedCapacity::Indexes)
        .return_item_collection_metrics(ReturnItemCollectionMetrics::Size)
        .send()
        .await?;
    println!("{response:#?}");
    Ok(())
}
