//! What DynamoDB's front door answers: the cases and checksums are those of dynalite's connection tests, which were run against AWS.

use std::io::{Read as _, Write as _};

use flate2::Compression;
use flate2::read::GzDecoder;
use flate2::write::GzEncoder;

use super::*;

const LIST: (&str, &str) = ("X-Amz-Target", "DynamoDB_20120810.ListTables");
const JSON: (&str, &str) = ("Content-Type", "application/json");

/// Method and path, headers, body; status, body and checksum of the answer.
type Case<'a> = (
    (&'a str, &'a str),
    &'a [(&'a str, &'a str)],
    &'a str,
    (u16, &'a str, u32),
);

#[tokio::test]
async fn the_front_door_answers_as_awss_does() {
    let fixture = Fixture::plain().await;
    let not_found = (404, "<UnknownOperationException/>\n", 3_552_371_480);
    let serialization = (
        400,
        r#"{"__type":"com.amazon.coral.service#SerializationException"}"#,
        3_948_637_019,
    );
    let unknown = (
        400,
        r#"{"__type":"com.amazon.coral.service#UnknownOperationException"}"#,
        1_368_724_161,
    );
    let missing = (
        400,
        r#"{"__type":"com.amazon.coral.service#MissingAuthenticationTokenException","message":"Request is missing Authentication Token"}"#,
        2_088_342_776,
    );
    let invalid = (
        400,
        r#"{"__type":"com.amazon.coral.service#InvalidSignatureException","message":"Found both 'X-Amz-Algorithm' as a query-string param and 'Authorization' as HTTP header."}"#,
        2_139_606_068,
    );
    let wrong_version = ("X-Amz-Target", "DynamoDB_20111205.ListTables");
    let streams = ("X-Amz-Target", "DynamoDBStreams_20120810.ListStreams");
    let amz_json = ("Content-Type", "application/x-amz-json-1.0");
    let newer_json = ("Content-Type", "application/x-amz-json-1.1");
    let cases: &[Case] = &[
        (("OPTIONS", "/"), &[], "", not_found),
        (("PUT", "/"), &[], "", not_found),
        (("DELETE", "/"), &[], "", not_found),
        (("POST", "/other"), &[LIST, JSON], "{}", not_found),
        (("GET", "/other"), &[], "", not_found),
        (("POST", "/"), &[], "hi", not_found),
        (
            ("POST", "/"),
            &[("Content-Type", "whatever")],
            "hi",
            not_found,
        ),
        (("POST", "/"), &[newer_json], "hi", not_found),
        (("POST", "/"), &[JSON], "hi", serialization),
        (("POST", "/"), &[amz_json, LIST], "hi", serialization),
        (("POST", "/"), &[], "", unknown),
        (("POST", "/"), &[JSON], "{}", unknown),
        (
            ("POST", "/"),
            &[JSON, ("X-Amz-Target", "whatever")],
            "",
            unknown,
        ),
        (("POST", "/"), &[JSON, wrong_version], "{}", unknown),
        (("POST", "/"), &[JSON, streams], "{}", unknown),
        (("POST", "/"), &[JSON, LIST], "{}", missing),
        (("POST", "/"), &[LIST], "", missing),
        (
            ("POST", "/"),
            &[JSON, LIST, ("Authorization", "AWS4")],
            "{}",
            missing,
        ),
        (
            ("POST", "/?X-Amz-Algorithm"),
            &[JSON, LIST, ("Authorization", "X")],
            "{}",
            invalid,
        ),
    ];
    let mut client = fixture.client().await;
    for ((method, path), headers, body, (status, text, crc32)) in cases {
        let length = body.len().to_string();
        let mut headers = headers.to_vec();
        if !body.is_empty() {
            headers.push(("Content-Length", &length));
        }
        let got = client.ask(head(method, path, &headers) + body).await;
        let case = format!("{method} {path} {headers:?} {body:?}");
        assert_eq!((got.status, got.text()), (*status, *text), "{case}");
        assert_eq!(got.crc32(), *crc32, "{case}");
        assert_eq!(got.headers["x-amzn-requestid"].len(), 52, "{case}");
        let form = got.headers.get("content-type").map(String::as_str);
        match *status {
            404 => assert_eq!(form, None, "{case}"),
            _ if headers.contains(&amz_json) => assert_eq!(form, Some(amz_json.1), "{case}"),
            _ => assert_eq!(form, Some(JSON.1), "{case}"),
        }
    }
}

#[tokio::test]
async fn it_is_healthy() {
    let mut fixture = Fixture::plain().await;
    let mut client = fixture.client().await;
    let got = client.ask(head("GET", "/", &[])).await;
    assert_eq!(got.text(), "healthy: dynamodb.us-east-1.amazonaws.com ");
    assert_eq!(got.crc32(), crc32fast::hash(&got.body));
    assert_eq!(got.headers["server"], "Server");
    let served = fixture.served().await;
    assert_eq!((&*served.operation, served.trace), ("GET /", None));
    let got = client
        .ask("GET / HTTP/1.0\r\nHost: localhost\r\n\r\n")
        .await;
    assert_eq!(got.status, 200);
}

#[tokio::test]
async fn reports_tell_what_was_done() {
    let mut fixture = Fixture::plain().await;
    let mut client = fixture.client().await;
    client.create("Pets").await;
    let put = client.put("Pets", "Beeba").await;
    assert_eq!(put.text(), "{}");
    let none = client.get("None", "Beeba").await;
    assert_eq!(
        (none.status, none.error().as_str()),
        (400, "ResourceNotFoundException")
    );
    client.call("Fly", "{}").await;
    let created = fixture.served().await;
    assert_eq!((created.number, &*created.operation), (1, "CreateTable"));
    let served = fixture.served().await;
    assert_eq!((served.number, &*served.operation), (2, "PutItem"));
    assert_eq!((&*served.client, served.status), ("127.0.0.1", 200));
    assert_eq!((served.request_bytes, served.reply_bytes), (48, 2));
    assert!(served.request.is_empty(), "this watcher keeps none");
    let trace = served.trace.unwrap();
    assert_eq!((trace.table.as_str(), trace.stored), ("Pets", Some(7)));
    assert!(served.error.is_none());
    let served = fixture.served().await;
    let error = served.error.unwrap();
    assert_eq!(error.name, "ResourceNotFoundException");
    assert_eq!(error.message, "Requested resource not found");
    let served = fixture.served().await;
    assert_eq!(&*served.operation, "Fly");
    assert_eq!(served.error.unwrap().name, "UnknownOperationException");
}

#[tokio::test]
async fn requests_may_come_one_behind_the_other_and_in_pieces() {
    let fixture = Fixture::plain().await;
    let mut client = fixture.client().await;
    client.create("Pets").await;
    // Three at once.
    for id in ["a", "b", "c"] {
        client.start("PutItem", put("Pets", id)).await;
    }
    for _ in 0..3 {
        assert_eq!(client.got().await.unwrap().status, 200);
    }
    // In chunks.
    let body = get("Pets", "b");
    let (one, two) = body.split_at(10);
    let chunked = client.signed("GetItem", &[("Transfer-Encoding", "chunked")])
        + &format!(
            "{:x}\r\n{one}\r\n{:x}\r\n{two}\r\n0\r\n\r\n",
            one.len(),
            two.len()
        );
    let (first, second) = chunked.split_at(chunked.len() - 20);
    client.send(first).await;
    let got = client.ask(second).await;
    assert_eq!(got.text(), r#"{"Item":{"id":{"S":"b"}}}"#);
    // Waiting for leave to send.
    let length = body.len().to_string();
    let expecting = [
        ("Content-Length", length.as_str()),
        ("Expect", "100-continue"),
    ];
    let leave = client.ask(client.signed("GetItem", &expecting)).await;
    assert_eq!(leave.status, 100);
    let got = client.ask(&body).await;
    assert_eq!(got.text(), r#"{"Item":{"id":{"S":"b"}}}"#);
    // Closing the own half before the answer.
    client.start("GetItem", &body).await;
    client.stream.shutdown().await.unwrap();
    assert_eq!(client.got().await.unwrap().status, 200);
    assert!(client.got().await.is_none());
}

#[tokio::test]
async fn bodies_and_answers_may_be_in_gzip() {
    let fixture = Fixture::plain().await;
    let mut client = fixture.client().await;
    client.create("Pets").await;
    let item = serde_json::json!({"TableName": "Pets", "Item": {
        "id": {"S": "Beeba"}, "note": {"S": "purr ".repeat(4_000)},
    }});
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(item.to_string().as_bytes()).unwrap();
    let packed = encoder.finish().unwrap();
    let length = packed.len().to_string();
    let headers = [
        ("Content-Length", length.as_str()),
        ("Content-Encoding", "gzip"),
    ];
    let head = client.signed("PutItem", &headers);
    let got = client.ask([head.as_bytes(), &packed].concat()).await;
    assert_eq!((got.status, got.text()), (200, "{}"));

    let body = get("Pets", "Beeba");
    let length = body.len().to_string();
    let mut read = Vec::new();
    for accepts in ["gzip, deflate", "identity"] {
        let headers = [
            ("Content-Length", length.as_str()),
            ("Accept-Encoding", accepts),
        ];
        let got = client.ask(client.signed("GetItem", &headers) + &body).await;
        assert_eq!(got.crc32(), crc32fast::hash(&got.body));
        if let Some(encoding) = got.headers.get("content-encoding") {
            assert_eq!(encoding, "gzip");
            assert!(got.body.len() < 1_000);
            let mut unpacked = String::new();
            GzDecoder::new(&got.body[..])
                .read_to_string(&mut unpacked)
                .unwrap();
            read.push(unpacked);
        } else {
            read.push(got.text().to_owned());
        }
    }
    assert_eq!(read[0], read[1]);
    assert!(read[0].len() > 20_000);

    let headers = [("Content-Length", "2"), ("Content-Encoding", "br")];
    let got = client
        .ask(client.signed("ListTables", &headers) + "{}")
        .await;
    assert_eq!(
        (got.status, got.error().as_str()),
        (500, "InternalServerError")
    );
}

#[tokio::test]
async fn pages_and_names_from_elsewhere_are_refused() {
    let mut fixture = Fixture::plain().await;
    for (headers, why) in [
        (
            vec![("Host", "rebound.example")],
            Why::Host("rebound.example".to_owned()),
        ),
        (
            vec![("Host", "10.0.0.7:8000")],
            Why::Host("10.0.0.7:8000".to_owned()),
        ),
        (
            vec![("Host", "localhost"), ("Host", "other")],
            Why::Host("(several)".to_owned()),
        ),
        (
            vec![("Origin", "http://evil.example")],
            Why::Origin("http://evil.example".to_owned()),
        ),
        (vec![("Origin", "null")], Why::Origin("null".to_owned())),
    ] {
        for method in ["GET", "POST", "OPTIONS"] {
            let mut client = fixture.client().await;
            let got = client.ask(head(method, "/", &headers)).await;
            assert_eq!(
                (got.status, got.error().as_str()),
                (403, "AccessDeniedException")
            );
            assert!(!got.headers.contains_key("access-control-allow-origin"));
            assert_eq!(fixture.refused().await, why);
        }
    }
    let mut client = fixture.client().await;
    let got = client.ask("GET / HTTP/1.0\r\n\r\n").await;
    assert_eq!(got.status, 403);
}

#[tokio::test]
async fn pages_of_this_machine_may_ask() {
    let fixture = Fixture::plain().await;
    let mut client = fixture.client().await;
    let origin = ("Origin", "http://localhost:3000");
    let asked = [
        origin,
        ("Access-Control-Request-Headers", "a, b"),
        ("Access-Control-Request-Method", "POST"),
    ];
    let got = client.ask(head("OPTIONS", "/", &asked)).await;
    assert_eq!((got.status, got.text()), (200, ""));
    assert_eq!(got.headers["access-control-allow-origin"], origin.1);
    assert_eq!(got.headers["access-control-allow-headers"], "a, b");
    assert_eq!(got.headers["access-control-allow-methods"], "POST");
    assert_eq!(got.headers["access-control-max-age"], "172800");
    let list = client.signed("ListTables", &[origin, ("Content-Length", "2")]);
    let got = client.ask(list + "{}").await;
    assert_eq!(got.text(), r#"{"TableNames":[]}"#);
    assert_eq!(got.headers["access-control-allow-origin"], origin.1);
}
