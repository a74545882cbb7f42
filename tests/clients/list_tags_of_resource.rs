// cargo add aws-config aws-sdk-dynamodb
// cargo add tokio --features full
use aws_config::BehaviorVersion;
use aws_sdk_dynamodb::Client;

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let config = aws_config::load_defaults(BehaviorVersion::latest()).await;
    let client = Client::new(&config);

    let response = client
        .list_tags_of_resource()
        .resource_arn(
            "arn:aws:dynamodb:us-east-1:123456789012:table/pets",
        )
        .send()
        .await?;
    println!("{response:#?}");
    Ok(())
}
