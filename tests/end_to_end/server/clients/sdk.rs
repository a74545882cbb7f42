//! The SDK for Rust through everything that a workshop does with a table.

use std::collections::HashMap;

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::client::Waiters as _;
use aws_sdk_dynamodb::config::{BehaviorVersion, Credentials, Region, retry::RetryConfig};
use aws_sdk_dynamodb::error::ProvideErrorMetadata as _;
use aws_sdk_dynamodb::types::{
    AttributeDefinition, AttributeValue, BillingMode, ConditionCheck, Get, KeySchemaElement,
    KeyType, KeysAndAttributes, Put, PutRequest, ReturnValue, ReturnValuesOnConditionCheckFailure,
    ScalarAttributeType, TransactGetItem, TransactWriteItem, WriteRequest,
};

use crate::server::process::Server;

const TABLE: &str = "pets_rust";

fn client(server: &Server) -> Client {
    let config = aws_sdk_dynamodb::Config::builder()
        .behavior_version(BehaviorVersion::latest())
        .region(Region::new("us-east-1"))
        .endpoint_url(server.url())
        .credentials_provider(Credentials::new("AKIDLOCAL", "local", None, None, ""))
        // A retry would hide an answer that was wrong the first time.
        .retry_config(RetryConfig::disabled())
        .http_client(aws_smithy_http_client::Builder::new().build_http())
        .build();
    Client::from_conf(config)
}

fn text(text: &str) -> AttributeValue {
    AttributeValue::S(text.to_owned())
}

fn number(number: usize) -> AttributeValue {
    AttributeValue::N(number.to_string())
}

fn key(n: usize) -> HashMap<String, AttributeValue> {
    HashMap::from([
        ("owner".to_owned(), text("猫 Ada")),
        ("n".to_owned(), number(n)),
    ])
}

fn numbers(items: &[HashMap<String, AttributeValue>]) -> Vec<usize> {
    let number = |item: &HashMap<String, AttributeValue>| item["n"].as_n().unwrap().parse();
    items.iter().map(|item| number(item).unwrap()).collect()
}

/// The code of a call that must be refused.
macro_rules! refused {
    ($call:expr) => {{
        let error = $call.send().await.unwrap_err().into_service_error();
        assert!(error.message().is_some_and(|message| !message.is_empty()));
        error
    }};
}

#[test]
fn the_rust_sdk_goes_through_everything() {
    let server = Server::start();
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    runtime.block_on(async {
        let client = client(&server);
        make(&client).await;
        batches(&client).await;
        pages(&client).await;
        transactions(&client).await;
        conditions(&client).await;
        remove(&client).await;
    });
}

async fn make(client: &Client) {
    let missing = refused!(client.describe_table().table_name(TABLE));
    assert!(missing.is_resource_not_found_exception(), "{missing:?}");
    let attribute = |name: &str, kind| {
        let definition = AttributeDefinition::builder().attribute_name(name);
        definition.attribute_type(kind).build().unwrap()
    };
    let element = |name: &str, kind| {
        let element = KeySchemaElement::builder().attribute_name(name);
        element.key_type(kind).build().unwrap()
    };
    client
        .create_table()
        .table_name(TABLE)
        .billing_mode(BillingMode::PayPerRequest)
        .attribute_definitions(attribute("owner", ScalarAttributeType::S))
        .attribute_definitions(attribute("n", ScalarAttributeType::N))
        .key_schema(element("owner", KeyType::Hash))
        .key_schema(element("n", KeyType::Range))
        .send()
        .await
        .unwrap();
    client
        .wait_until_table_exists()
        .table_name(TABLE)
        .wait(std::time::Duration::from_secs(20))
        .await
        .unwrap();
    let tables = client.list_tables().send().await.unwrap();
    assert!(tables.table_names().contains(&TABLE.to_owned()));
}

/// 50 large items, more than two pages of 1 MB, and one that is small.
async fn batches(client: &Client) {
    for first in [0, 25] {
        let writes = (first..first + 25).map(|n| {
            let mut item = key(n);
            item.insert("note".to_owned(), text(&"x".repeat(50_000)));
            let put = PutRequest::builder().set_item(Some(item)).build().unwrap();
            WriteRequest::builder().put_request(put).build()
        });
        let written = client
            .batch_write_item()
            .request_items(TABLE, writes.collect())
            .send()
            .await
            .unwrap();
        assert!(written.unprocessed_items().is_none_or(HashMap::is_empty));
    }
    let put = client.put_item().table_name(TABLE).set_item(Some(key(50)));
    put.send().await.unwrap();
    let get = client.get_item().table_name(TABLE).set_key(Some(key(50)));
    assert_eq!(get.send().await.unwrap().item, Some(key(50)));
    let keys = KeysAndAttributes::builder()
        .set_keys(Some(vec![key(3), key(4), key(99)]))
        .projection_expression("n")
        .build()
        .unwrap();
    let read = client.batch_get_item().request_items(TABLE, keys);
    let read = read.send().await.unwrap();
    let mut found = numbers(&read.responses().unwrap()[TABLE]);
    found.sort_unstable();
    assert_eq!(found, [3, 4]);
}

async fn pages(client: &Client) {
    let query = client
        .query()
        .table_name(TABLE)
        .key_condition_expression("#o = :o AND n >= :n")
        .expression_attribute_names("#o", "owner")
        .expression_attribute_values(":o", text("猫 Ada"))
        .expression_attribute_values(":n", number(10))
        .scan_index_forward(false)
        .into_paginator()
        .page_size(7)
        .items()
        .send();
    let items: Vec<_> = query.collect::<Result<_, _>>().await.unwrap();
    assert_eq!(numbers(&items), (10..=50).rev().collect::<Vec<_>>());
    let mut scan = client.scan().table_name(TABLE).into_paginator().send();
    let (mut found, mut pages) = (Vec::new(), 0);
    while let Some(page) = scan.next().await {
        found.extend(numbers(page.unwrap().items()));
        pages += 1;
    }
    found.sort_unstable();
    assert_eq!((found, pages), ((0..=50).collect(), 3));
}

/// One that is done, and one that is cancelled as a whole, with its reasons.
async fn transactions(client: &Client) {
    let put = |n, lives| {
        let put = Put::builder().table_name(TABLE).set_item(Some(key(n)));
        let put = put.item("lives", number(lives)).build().unwrap();
        TransactWriteItem::builder().put(put).build()
    };
    let done = client.transact_write_items();
    let done = done.transact_items(put(100, 9)).transact_items(put(1, 9));
    done.send().await.unwrap();
    let check = ConditionCheck::builder()
        .table_name(TABLE)
        .set_key(Some(key(100)))
        .condition_expression("lives < :l")
        .expression_attribute_values(":l", number(9))
        .return_values_on_condition_check_failure(ReturnValuesOnConditionCheckFailure::AllOld)
        .build()
        .unwrap();
    let check = TransactWriteItem::builder().condition_check(check).build();
    let cancelled = client.transact_write_items().transact_items(put(101, 1));
    let error = refused!(cancelled.transact_items(check));
    let aws_sdk_dynamodb::operation::transact_write_items::TransactWriteItemsError::TransactionCanceledException(
        cancelled,
    ) = error
    else {
        panic!("{error:?}")
    };
    let reasons = cancelled.cancellation_reasons();
    let codes: Vec<_> = reasons.iter().filter_map(|reason| reason.code()).collect();
    assert_eq!(codes, ["None", "ConditionalCheckFailed"]);
    assert_eq!(reasons[1].item().unwrap()["lives"], number(9));
    let get = |n| {
        let get = Get::builder().table_name(TABLE).set_key(Some(key(n)));
        TransactGetItem::builder().get(get.build().unwrap()).build()
    };
    let both = client.transact_get_items();
    let both = both.transact_items(get(100)).transact_items(get(101));
    let both = both.send().await.unwrap();
    let there = both.responses().iter().map(|got| got.item().is_some());
    assert_eq!(there.collect::<Vec<_>>(), [true, false]);
}

async fn conditions(client: &Client) {
    let fewer = client
        .update_item()
        .table_name(TABLE)
        .set_key(Some(key(100)))
        .update_expression("ADD lives :minus")
        .condition_expression("lives = :nine")
        .expression_attribute_values(":minus", AttributeValue::N("-1".to_owned()))
        .expression_attribute_values(":nine", number(9))
        .return_values(ReturnValue::UpdatedNew)
        .return_values_on_condition_check_failure(ReturnValuesOnConditionCheckFailure::AllOld);
    let updated = fewer.clone().send().await.unwrap();
    assert_eq!(updated.attributes().unwrap()["lives"], number(8));
    let error = refused!(fewer);
    let aws_sdk_dynamodb::operation::update_item::UpdateItemError::ConditionalCheckFailedException(
        failed,
    ) = error
    else {
        panic!("{error:?}")
    };
    assert_eq!(failed.item().unwrap()["lives"], number(8));
    let wrong = refused!(
        client
            .get_item()
            .table_name(TABLE)
            .key("owner", text("no sort key"))
    );
    assert_eq!(wrong.code(), Some("ValidationException"));
    let elsewhere = client.put_item().table_name("no_such_table");
    let elsewhere = refused!(elsewhere.set_item(Some(key(1))));
    assert!(elsewhere.is_resource_not_found_exception(), "{elsewhere:?}");
}

async fn remove(client: &Client) {
    let delete = client.delete_item().table_name(TABLE);
    let delete = delete.set_key(Some(key(100)));
    let deleted = delete.return_values(ReturnValue::AllOld).send().await;
    assert_eq!(deleted.unwrap().attributes().unwrap()["lives"], number(8));
    client
        .delete_table()
        .table_name(TABLE)
        .send()
        .await
        .unwrap();
    client
        .wait_until_table_not_exists()
        .table_name(TABLE)
        .wait(std::time::Duration::from_secs(20))
        .await
        .unwrap();
    let gone = refused!(client.scan().table_name(TABLE));
    assert!(gone.is_resource_not_found_exception(), "{gone:?}");
}
