// cargo add aws-config aws-sdk-dynamodb
// cargo add tokio --features full
use std::collections::HashMap;

use aws_config::BehaviorVersion;
use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::primitives::Blob;
use aws_sdk_dynamodb::types::{AttributeValue, ReturnConsumedCapacity, ReturnValue};

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let config = aws_config::load_defaults(BehaviorVersion::latest()).await;
    let client = Client::new(&config);

    let response = client
        .put_item()
        .table_name("pets")
        .item("id", AttributeValue::S("1".into()))
        .item(
            "name",
            AttributeValue::S("Rachel \"O'Brien\" C:\\ #{x} `x` $(x) ünï 猫".into()),
        )
        .item("age", AttributeValue::N("42".into()))
        .item(
            "weight",
            AttributeValue::N("3.141592653589793238462643383279".into()),
        )
        .item("photo", AttributeValue::B(Blob::new(b"\x00\x01\xffa")))
        .item("indoor", AttributeValue::Bool(true))
        .item("chip", AttributeValue::Null(true))
        .item(
            "toys",
            AttributeValue::Ss(vec!["ball".into(), "mouse".into()]),
        )
        .item(
            "scores",
            AttributeValue::Ns(vec!["1".into(), "2.5".into()]),
        )
        .item(
            "keys",
            AttributeValue::Bs(vec![Blob::new(b"a"), Blob::new(b"b")]),
        )
        .item(
            "pets",
            AttributeValue::L(vec![
                AttributeValue::M(HashMap::from([
                    ("name".into(), AttributeValue::S("Beeba".into())),
                    ("kind".into(), AttributeValue::S("cat".into())),
                ])),
                AttributeValue::L(vec![]),
                AttributeValue::M(HashMap::new()),
            ]),
        )
        .item("notes", AttributeValue::S("a\tb\nc".into()))
        .condition_expression("attribute_not_exists(id) OR #n <> :n")
        .expression_attribute_names("#n", "name")
        .expression_attribute_values(
            ":n",
            AttributeValue::S("it's".into()),
        )
        .return_values(ReturnValue::AllOld)
        .return_consumed_capacity(ReturnConsumedCapacity::Total)
        .send()
        .await?;
    println!("{response:#?}");
    Ok(())
}
