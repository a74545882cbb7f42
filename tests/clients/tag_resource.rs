// cargo add aws-config aws-sdk-dynamodb
// cargo add tokio --features full
use aws_config::BehaviorVersion;
use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::types::Tag;

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let config = aws_config::load_defaults(BehaviorVersion::latest()).await;
    let client = Client::new(&config);

    let response = client
        .tag_resource()
        .resource_arn(
            "arn:aws:dynamodb:us-east-1:123456789012:table/pets",
        )
        .tags(
            Tag::builder()
                .key("course")
                .value("AWS Cloud Fundamentals")
                .build()?,
        )
        .tags(Tag::builder().key("empty").value("").build()?)
        .send()
        .await?;
    println!("{response:#?}");
    Ok(())
}
