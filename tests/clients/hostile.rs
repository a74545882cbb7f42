// cargo add aws-config aws-sdk-dynamodb
// cargo add tokio --features full
use aws_config::BehaviorVersion;
use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::types::AttributeValue;

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let config = aws_config::load_defaults(BehaviorVersion::latest()).await;
    let client = Client::new(&config);

    let response = client
        .put_item()
        .table_name("pets")
        .item(
            "id",
            AttributeValue::S("'; touch pwned #\"; touch pwned `touch pwned` $(touch pwned) #{`touch pwned`} ${x} \\' \\\" \\\\ %s \u{1b}[2J \u{202e} \r\n\t \u{0} !! 猫".into()),
        )
        .item(
            "'; touch pwned #\"; touch pwned `touch pwned` $(touch pwned) #{`touch pwned`} ${x} \\' \\\" \\\\ %s \u{1b}[2J \u{202e} \r\n\t \u{0} !! 猫",
            AttributeValue::Ss(vec![
                "'; touch pwned #\"; touch pwned `touch pwned` $(touch pwned) #{`touch pwned`} ${x} \\' \\\" \\\\ %s \u{1b}[2J \u{202e} \r\n\t \u{0} !! 猫".into(),
            ]),
        )
        .send()
        .await?;
    println!("{response:#?}");
    Ok(())
}
