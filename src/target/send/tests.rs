use std::io::{Read as _, Write as _};
use std::net::TcpListener;

use super::*;
use crate::simulator::{Settings, Timestamp};
use crate::target::exchange::Outcome;
use crate::target::recorder::STRUCK_OUT;

fn simulated() -> Target {
    let simulator = Arc::new(Simulator::new(Settings::default()));
    Target::simulated(
        simulator,
        Arc::new(|| Timestamp::from_millis(1_800_000_000_000)),
    )
}

const CREATE: &str = r#"{ "TableName": "pets", "BillingMode": "PAY_PER_REQUEST",
    "AttributeDefinitions": [{ "AttributeName": "id", "AttributeType": "S" }],
    "KeySchema": [{ "AttributeName": "id", "KeyType": "HASH" }] }"#;

#[tokio::test]
async fn the_bytes_arrive_as_they_were_given_and_secrets_are_struck_out() {
    let target = simulated();
    let exchange = target.send("CreateTable", CREATE.as_bytes()).await;
    assert_eq!(exchange.outcome, Outcome::Success);
    assert_eq!(exchange.request.start, "POST /");
    assert_eq!(exchange.request.body, CREATE.as_bytes());
    let sent = |name| header(&exchange.request, name);
    assert_eq!(sent("authorization"), Some(STRUCK_OUT));
    assert_eq!(sent("x-amz-target"), Some("DynamoDB_20120810.CreateTable"));
    assert_eq!(
        sent("content-length"),
        Some(CREATE.len().to_string().as_str())
    );
    let response = exchange.response.as_ref().unwrap();
    assert_eq!(response.start, "200");
    assert_eq!(
        header(response, "x-amz-crc32"),
        Some(crc32fast::hash(&response.body).to_string().as_str())
    );
    assert_eq!(exchange.request_id.as_deref().map(str::len), Some(52));
    assert_eq!(exchange.trace.unwrap().table, "pets");
}

#[tokio::test]
async fn a_service_error_is_data_in_the_services_words() {
    let target = simulated();
    let exchange = target
        .send("DescribeTable", br#"{"TableName": "nowhere"}"#)
        .await;
    let Outcome::ServiceError { code, message } = exchange.outcome else {
        panic!("{:?}", exchange.outcome);
    };
    assert_eq!(code, "ResourceNotFoundException");
    assert!(message.contains("nowhere"), "{message}");
}

/// What a learner types wrong reaches the service and gets its own error.
#[tokio::test]
async fn bytes_that_are_no_json_are_sent_all_the_same() {
    let target = simulated();
    for body in ["", "{", "[1]", "{\"TableName\": 23}", "\u{1b}[2J"] {
        let exchange = target.send("PutItem", body.as_bytes()).await;
        assert_eq!(exchange.request.body, body.as_bytes());
        assert!(
            matches!(exchange.outcome, Outcome::ServiceError { .. }),
            "{body}: {:?}",
            exchange.outcome
        );
    }
}

#[tokio::test]
async fn any_other_operation_is_not_sent() {
    let exchange = simulated().send("DeleteBackup", b"{}").await;
    assert!(matches!(exchange.outcome, Outcome::NotSent { .. }));
    assert_eq!(exchange.response, None);
}

#[tokio::test]
async fn capacity_and_price_come_from_the_response() {
    let target = simulated();
    target.send("CreateTable", CREATE.as_bytes()).await;
    let put =
        br#"{"TableName": "pets", "Item": {"id": {"S": "1"}}, "ReturnConsumedCapacity": "TOTAL"}"#;
    let exchange = target.send("PutItem", put).await;
    assert_eq!(exchange.written, CapacityUnits::whole(1));
    assert_eq!(exchange.read, CapacityUnits::ZERO);
    assert_eq!(exchange.price.to_string(), "$0.000000625");
    let get =
        br#"{"TableName": "pets", "Key": {"id": {"S": "1"}}, "ReturnConsumedCapacity": "TOTAL"}"#;
    let exchange = target.send("GetItem", get).await;
    assert_eq!(exchange.read, CapacityUnits::from_halves(1));
    assert_eq!(exchange.price.to_string(), "$0.0000000625");
}

/// A server that gives one fixed answer to one request.
fn server(answer: &'static str) -> (Target, std::thread::JoinHandle<()>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let thread = std::thread::spawn(move || {
        let (mut connection, _) = listener.accept().unwrap();
        let mut request = [0; 4096];
        let _ = connection.read(&mut request).unwrap();
        connection.write_all(answer.as_bytes()).unwrap();
    });
    (Target::endpoint(&Loopback::parse(&url).unwrap()), thread)
}

async fn why(target: &Target) -> String {
    match target.send("ListTables", b"{}").await.outcome {
        Outcome::Unanswered { why } => why,
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn another_server_is_not_taken_for_dynamodb() {
    for answer in [
        "HTTP/1.1 200 OK\r\ncontent-type: text/html\r\ncontent-length: 5\r\n\r\nhello",
        "HTTP/1.1 404 Not Found\r\ncontent-type: text/html\r\ncontent-length: 0\r\n\r\n",
        "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 2\r\n\r\n{}",
        "HTTP/1.1 302 Found\r\nlocation: http://192.0.2.1/\r\ncontent-length: 0\r\n\r\n",
    ] {
        let (target, thread) = server(answer);
        let why = why(&target).await;
        assert!(why.contains("not as DynamoDB does"), "{answer}: {why}");
        thread.join().unwrap();
    }
}

#[tokio::test]
async fn a_broken_answer_is_no_answer() {
    for answer in [
        "",
        "HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n{",
        "SSH-2.0-x\r\n",
    ] {
        let (target, thread) = server(answer);
        let why = why(&target).await;
        assert!(!why.is_empty());
        thread.join().unwrap();
    }
}

#[tokio::test]
async fn a_refused_connection_says_where_nothing_listens() {
    let port = {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        listener.local_addr().unwrap().port()
    };
    let endpoint = Loopback::parse(&format!("http://127.0.0.1:{port}")).unwrap();
    let why = why(&Target::endpoint(&endpoint)).await;
    assert!(
        why.starts_with(&format!("nothing listens at 127.0.0.1:{port}")),
        "{why}"
    );
}

#[test]
fn units_are_read_as_servers_write_them() {
    for (text, halves) in [("1", 2), ("1.0", 2), ("0.5", 1), ("128.5", 257), ("0", 0)] {
        let value: Value = serde_json::from_str(text).unwrap();
        assert_eq!(units(&value), Some(CapacityUnits::from_halves(halves)));
    }
    for text in ["-1", "1e300", "null", "\"1\""] {
        let value: Value = serde_json::from_str(text).unwrap();
        assert_eq!(units(&value), None, "{text}");
    }
}
