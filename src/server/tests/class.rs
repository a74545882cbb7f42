//! A class: who has the code may, and guessing is slow.

use super::*;

fn class() -> (Access, String) {
    let code = JoinCode::from_random(12_345);
    let text = code.to_string();
    let access = Access::Class {
        code,
        addresses: Vec::new(),
    };
    (access, text)
}

#[tokio::test]
async fn the_code_is_asked_for_and_the_name_is_shown() {
    let (access, code) = class();
    let mut fixture = Fixture::new(Wish {
        access,
        limits: Limits::class(),
        ..Wish::default()
    })
    .await;
    let mut client = fixture.client().await;
    let got = client.call("ListTables", "{}").await;
    assert_eq!(got.status, 400);
    assert_eq!(
        got.text(),
        r#"{"__type":"com.amazon.coral.service#UnrecognizedClientException","message":"The security token included in the request is invalid."}"#
    );
    assert_eq!(fixture.refused().await, Why::JoinCode);
    // Also without credentials, in AWS's own words.
    let unsigned = [
        ("Content-Type", "application/json"),
        ("Content-Length", "2"),
    ];
    let got = client.ask(head("POST", "/", &unsigned) + "{}").await;
    assert_eq!(got.error(), "MissingAuthenticationTokenException");
    assert_eq!(fixture.refused().await, Why::JoinCode);
    client.key = format!("{}-ana", code.to_lowercase());
    client.create("Pets").await;
    assert_eq!(&*fixture.served().await.client, "ana");
    client.key = code;
    assert_eq!(client.put("Pets", "Beeba").await.status, 200);
    assert_eq!(&*fixture.served().await.client, "127.0.0.1");
}

#[tokio::test]
async fn nothing_but_the_head_is_read_of_who_has_no_code() {
    let (access, _) = class();
    let fixture = Fixture::new(Wish {
        access,
        ..Wish::default()
    })
    .await;
    let mut client = fixture.client().await;
    let announced = client.signed("PutItem", &[("Content-Length", "16000000")]);
    let got = client.ask(announced).await;
    assert_eq!(got.error(), "UnrecognizedClientException");
    assert!(client.got().await.is_none(), "the connection ends");
}

#[tokio::test]
async fn guessing_is_slow_and_then_even_the_right_code_waits() {
    let (access, code) = class();
    let mut fixture = Fixture::new(Wish {
        access,
        limits: Limits {
            attempts_each: 3,
            ..Limits::class()
        },
        ..Wish::default()
    })
    .await;
    let mut client = fixture.client().await;
    for guess in ["CCCCCC", "DDDDDD", "FFFFFF"] {
        client.key = guess.to_owned();
        let got = client.call("ListTables", "{}").await;
        assert_eq!(got.error(), "UnrecognizedClientException");
    }
    client.key = code;
    let got = client.call("ListTables", "{}").await;
    assert_eq!(
        (got.status, got.error().as_str()),
        (400, "ThrottlingException")
    );
    assert!(
        got.text().contains("Too many wrong join codes"),
        "{}",
        got.text()
    );
    for _ in 0..3 {
        assert_eq!(fixture.refused().await, Why::JoinCode);
    }
    assert_eq!(fixture.refused().await, Why::Guessing);
    fixture.pass(Limits::class().attempt_time);
    assert_eq!(client.call("ListTables", "{}").await.status, 200);
}
