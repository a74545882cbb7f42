//! What is too large, too many, too often or too slow.

use std::io::Write as _;

use flate2::Compression;
use flate2::write::GzEncoder;
use proptest::prelude::*;

use super::*;

fn small() -> Limits {
    Limits {
        body_bytes: 2_000,
        small_bytes: 500,
        bytes_in_flight: 8_192,
        ..Limits::loopback()
    }
}

async fn fixture(limits: Limits) -> Fixture {
    Fixture::new(Wish {
        limits,
        ..Wish::default()
    })
    .await
}

#[tokio::test]
async fn bodies_have_a_largest_size_however_they_come() {
    let mut fixture = fixture(small()).await;
    let fits = format!("{:<2000}", "{}");
    let mut client = fixture.client().await;
    assert_eq!(client.call("ListTables", &fits).await.status, 200);
    let chunked = client.signed("ListTables", &[("Transfer-Encoding", "chunked")]);
    let chunk = format!("7d0\r\n{fits}\r\n");
    let got = client.ask(format!("{chunked}{chunk}0\r\n\r\n")).await;
    assert_eq!(got.status, 200);

    // Told, sent in chunks, and unpacked; each on a connection of its own, which ends.
    let got = client.call("ListTables", format!("{fits} ")).await;
    assert_eq!(
        (got.status, got.error().as_str()),
        (413, "RequestEntityTooLargeException")
    );
    assert_eq!(fixture.refused().await, Why::TooLarge);
    assert!(client.got().await.is_none());
    let mut client = fixture.client().await;
    let got = client
        .ask(format!("{chunked}{chunk}1\r\n \r\n0\r\n\r\n"))
        .await;
    assert_eq!(got.status, 413);
    let mut client = fixture.client().await;
    let got = client
        .ask(format!("{chunked}7d1\r\n{fits} \r\n0\r\n\r\n"))
        .await;
    assert_eq!(got.status, 413);
    let mut client = fixture.client().await;
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(&vec![b' '; 1_000_000]).unwrap();
    let bomb = encoder.finish().unwrap();
    let length = bomb.len().to_string();
    let headers = [
        ("Content-Length", length.as_str()),
        ("Content-Encoding", "gzip"),
    ];
    let head = client.signed("ListTables", &headers);
    let got = client.ask([head.as_bytes(), &bomb].concat()).await;
    assert_eq!(got.status, 413);
    // One that waits for leave is told before it sends.
    let mut client = fixture.client().await;
    let headers = [("Content-Length", "100000000"), ("Expect", "100-continue")];
    let got = client.ask(client.signed("ListTables", &headers)).await;
    assert_eq!(got.status, 413);
}

#[tokio::test]
async fn a_head_has_a_largest_size_and_has_to_be_http() {
    let mut fixture = fixture(small()).await;
    let mut client = fixture.client().await;
    let long = "x".repeat(Limits::loopback().head_bytes);
    let got = client.ask(head("GET", "/", &[("X-Long", &long)])).await;
    assert_eq!(got.status, 431);
    assert_eq!(fixture.refused().await, Why::TooLarge);
    let mut client = fixture.client().await;
    let got = client.ask("\u{16}\u{3}\u{1} this is TLS\r\n\r\n").await;
    assert_eq!(got.status, 400);
    assert_eq!(fixture.refused().await, Why::NoHttp);
}

#[tokio::test]
async fn connections_are_counted_in_all_and_for_each() {
    for limits in [
        Limits {
            connections: 2,
            ..small()
        },
        Limits {
            connections_each: 2,
            ..small()
        },
    ] {
        let mut fixture = fixture(limits).await;
        let mut one = fixture.client().await;
        let mut two = fixture.client().await;
        assert_eq!(one.call("ListTables", "{}").await.status, 200);
        assert_eq!(two.call("ListTables", "{}").await.status, 200);
        let mut three = fixture.client().await;
        let got = three.got().await.unwrap();
        assert_eq!(
            (got.status, got.error().as_str()),
            (503, "ServiceUnavailableException")
        );
        assert_eq!(fixture.refused().await, Why::Connections);
        assert_eq!(one.call("ListTables", "{}").await.status, 200);
        // When one is gone there is room for another.
        two.stream.shutdown().await.unwrap();
        assert!(two.got().await.is_none());
        let mut four = fixture.client().await;
        assert_eq!(four.call("ListTables", "{}").await.status, 200);
    }
}

#[tokio::test]
async fn requests_a_second_are_limited_and_throttled_as_aws_does() {
    let mut fixture = fixture(Limits {
        requests_each: Some(1),
        ..small()
    })
    .await;
    let mut client = fixture.client().await;
    for _ in 0..2 {
        assert_eq!(client.call("ListTables", "{}").await.status, 200);
    }
    let got = client.call("ListTables", "{}").await;
    assert_eq!(
        (got.status, got.error().as_str()),
        (400, "ThrottlingException")
    );
    assert_eq!(fixture.refused().await, Why::Requests);
    fixture.pass(Duration::from_secs(1));
    assert_eq!(client.call("ListTables", "{}").await.status, 200);
}

#[tokio::test]
async fn heads_and_bodies_that_do_not_come_are_not_waited_for() {
    let limits = small();
    let mut fixture = fixture(limits).await;
    let mut silent = fixture.client().await;
    let mut half = fixture.client().await;
    half.send("POST / HTTP/1.1\r\nHost: loc").await;
    let mut bodiless = fixture.client().await;
    let announced = bodiless.signed("ListTables", &[("Content-Length", "3")]);
    bodiless.send(announced + "{").await;
    let mut resting = fixture.client().await;
    assert_eq!(resting.call("ListTables", "{}").await.status, 200);
    fixture.pass(limits.head_time + Duration::from_secs(1));
    assert!(silent.got().await.is_none());
    assert!(half.got().await.is_none());
    assert_eq!(fixture.refused().await, Why::TooSlow);
    assert_eq!(fixture.refused().await, Why::TooSlow);
    assert_eq!(resting.call("ListTables", "{}").await.status, 200);
    fixture.pass(limits.body_time);
    let got = bodiless.got().await.unwrap();
    assert_eq!(
        (got.status, got.error().as_str()),
        (408, "RequestTimeoutException")
    );
    assert_eq!(fixture.refused().await, Why::TooSlow);
    fixture.pass(limits.idle_time);
    assert!(resting.got().await.is_none());
}

#[tokio::test]
async fn large_bodies_wait_for_room_and_small_ones_do_not() {
    // Room for two of them.
    let limits = Limits {
        room_time: Duration::from_mins(10),
        ..small()
    };
    let fixture = fixture(limits).await;
    let body = format!("{:<2000}", "{}");
    let mut holders = Vec::new();
    for _ in 0..2 {
        let mut holder = fixture.client().await;
        let announced = holder.signed("ListTables", &[("Content-Length", "2000")]);
        holder.send(announced + &body[..1_000]).await;
        holders.push(holder);
    }
    while !fixture.running.shared.bodies.in_need() {
        tokio::task::yield_now().await;
    }
    let mut small = fixture.client().await;
    assert_eq!(small.call("ListTables", "{}").await.status, 200);
    let mut late = fixture.client().await;
    late.start("ListTables", &body).await;
    assert_eq!(small.call("ListTables", "{}").await.status, 200);
    assert!(late.stream.try_read(&mut [0]).is_err(), "it waits");
    assert_eq!(holders[0].ask(&body[1_000..]).await.status, 200);
    assert_eq!(late.got().await.unwrap().status, 200);
    assert_eq!(holders[1].ask(&body[1_000..]).await.status, 200);
}

#[tokio::test]
async fn no_address_takes_all_the_room() {
    // Room for two bodies in all, and for one of each address.
    let limits = Limits {
        body_bytes_each: 2_048,
        room_time: Duration::from_mins(10),
        ..small()
    };
    let fixture = fixture(limits).await;
    let body = format!("{:<2000}", "{}");
    let mut holder = fixture.client().await;
    let announced = holder.signed("ListTables", &[("Content-Length", "2000")]);
    holder.send(announced + &body[..1_000]).await;
    while fixture.running.shared.bodies.is_free() {
        tokio::task::yield_now().await;
    }
    let mut same = fixture.client().await;
    same.start("ListTables", &body).await;
    let mut small = fixture.client().await;
    assert_eq!(small.call("ListTables", "{}").await.status, 200);
    assert!(same.stream.try_read(&mut [0]).is_err(), "it waits");
    // Linux has all of 127.0.0.0/8.
    if cfg!(target_os = "linux") {
        let socket = tokio::net::TcpSocket::new_v4().unwrap();
        socket.bind("127.0.0.2:0".parse().unwrap()).unwrap();
        let mut other = Client {
            stream: socket.connect(fixture.address).await.unwrap(),
            ..fixture.client().await
        };
        assert_eq!(other.call("ListTables", &body).await.status, 200);
    }
    assert_eq!(holder.ask(&body[1_000..]).await.status, 200);
    assert_eq!(same.got().await.unwrap().status, 200);
}

#[tokio::test]
async fn who_does_not_read_is_cut() {
    let limits = Limits::loopback();
    let mut fixture = fixture(limits).await;
    let mut client = fixture.client().await;
    client.create("Pets").await;
    for id in 0..3 {
        let note = "x".repeat(390_000);
        let item = serde_json::json!({"TableName": "Pets", "Item": {
            "id": {"S": id.to_string()}, "note": {"S": note},
        }});
        assert_eq!(client.call("PutItem", item.to_string()).await.status, 200);
    }
    for _ in 0..4 {
        fixture.served().await;
    }
    // More megabytes than all buffers between them have.
    let scans = client.signed("Scan", &[("Content-Length", "20")]) + r#"{"TableName":"Pets"}"#;
    client.send(scans.repeat(40)).await;
    // One answer after the other is made until none finds room any more.
    while fixture.running.shared.lines.stalled() == 0 {
        tokio::task::yield_now().await;
    }
    fixture.pass(limits.stall_time + Duration::from_secs(1));
    assert_eq!(fixture.refused().await, Why::TooSlow);
    let mut other = fixture.client().await;
    assert_eq!(other.call("ListTables", "{}").await.status, 200);
}

#[tokio::test]
async fn tables_do_not_grow_into_the_last_of_the_memory() {
    let fixture = Fixture::plain().await;
    let mut client = fixture.client().await;
    client.create("Pets").await;
    assert_eq!(client.put("Pets", "a").await.status, 200);
    fixture.free.store(1_000, Ordering::Relaxed);
    let refused = loop {
        let got = client.put("Pets", "b").await;
        if got.status != 200 {
            break got;
        }
    };
    assert_eq!(refused.error(), "LimitExceededException");
    assert!(client.get("Pets", "a").await.text().contains("Item"));
    let got = client.call("DeleteItem", get("Pets", "a")).await;
    assert_eq!(got.status, 200);
    fixture.free.store(u64::MAX, Ordering::Relaxed);
    while client.put("Pets", "b").await.status != 200 {}
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    /// Whatever bytes come, others are served.
    #[test]
    fn any_bytes_are_survived(
        bytes in prop_oneof![
            proptest::collection::vec(any::<u8>(), 0..300),
            "(GET|POST|OPTIONS) (/|\\*|/x)[?a-z=&]{0,9} HTTP/1[.][01]\r\n(Host: localhost\r\n|Origin: [ -~]{0,9}\r\n|Content-Length: [0-9]{0,3}\r\n|Transfer-Encoding: chunked\r\n|Authorization: AWS4-[ -~]{0,30}\r\n|X-Amz-Target: DynamoDB_20120810.(Scan|GetItem|[ -~]{0,9})\r\n|Content-Type: application/json\r\n){0,8}\r\n[ -~]{0,60}"
                .prop_map(String::into_bytes),
        ],
    ) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let fixture = Fixture::plain().await;
            let mut client = fixture.client().await;
            // The server may have closed it in the middle.
            let _ = client.stream.write_all(&bytes).await;
            let _ = client.stream.shutdown().await;
            while client.got().await.is_some() {}
            let mut other = fixture.client().await;
            assert_eq!(other.call("ListTables", "{}").await.status, 200);
        });
    }
}
