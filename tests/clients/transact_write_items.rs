// cargo add aws-config aws-sdk-dynamodb
// cargo add tokio --features full
use aws_config::BehaviorVersion;
use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::types::{
    AttributeValue, ConditionCheck, Delete, Put,
    ReturnConsumedCapacity, ReturnValuesOnConditionCheckFailure,
    TransactWriteItem, Update,
};

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let config = aws_config::load_defaults(BehaviorVersion::latest()).await;
    let client = Client::new(&config);

    let response = client
        .transact_write_items()
        .transact_items(
            TransactWriteItem::builder()
                .put(
                    Put::builder()
                        .table_name("pets")
                        .item("id", AttributeValue::S("5".into()))
                        .item(
                            "owner",
                            AttributeValue::S("Rachel".into()),
                        )
                        .condition_expression("attribute_not_exists(id)")
                        .build()?,
                )
                .build(),
        )
        .transact_items(
            TransactWriteItem::builder()
                .update(
                    Update::builder()
                        .table_name("owners")
                        .key("owner", AttributeValue::S("Rachel".into()))
                        .key("since", AttributeValue::N("2019".into()))
                        .update_expression("SET #p = #p + :one")
                        .expression_attribute_names("#p", "pets")
                        .expression_attribute_values(
                            ":one",
                            AttributeValue::N("1".into()),
                        )
                        .build()?,
                )
                .build(),
        )
        .transact_items(
            TransactWriteItem::builder()
                .delete(
                    Delete::builder()
                        .table_name("pets")
                        .key("id", AttributeValue::S("4".into()))
                        .build()?,
                )
                .build(),
        )
        .transact_items(
            TransactWriteItem::builder()
                .condition_check(
                    ConditionCheck::builder()
                        .table_name("pets")
                        .key("id", AttributeValue::S("1".into()))
                        .condition_expression("age > :age")
                        .expression_attribute_values(
                            ":age",
                            AttributeValue::N("3".into()),
                        )
                        .return_values_on_condition_check_failure(
                            ReturnValuesOnConditionCheckFailure::AllOld,
                        )
                        .build()?,
                )
                .build(),
        )
        .client_request_token("adoption-5")
        .return_consumed_capacity(ReturnConsumedCapacity::Total)
        .send()
        .await?;
    println!("{response:#?}");
    Ok(())
}
