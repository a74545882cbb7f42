// cargo add aws-config aws-sdk-dynamodb
// cargo add tokio --features full
use aws_config::BehaviorVersion;
use aws_sdk_dynamodb::Client;

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let config = aws_config::load_defaults(BehaviorVersion::latest()).await;
    let client = Client::new(&config);

    let response = client
        .query()
        .table_name("pets")
        .customize()
        .mutate_request(|request| {
            // The builder has no words for this request, so its body goes as it is.
            let body = "{\"TableName\":\"pets\",\"Colour\":[\"\\\"blue\\\"\"],\"Limit\":\"5\"}";
            let length = body.len().to_string();
            request.headers_mut().insert("content-length", length);
            *request.body_mut() = body.into();
        })
        .send()
        .await?;
    println!("{response:#?}");
    Ok(())
}
