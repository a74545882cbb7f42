use std::time::Duration;

use proptest::prelude::*;
use serde_json::json;

use super::*;
use crate::scene::Position;
use crate::scene::serve::{Arrival, Request};
use crate::simulator::{Settings, Simulator, Timestamp};

/// What the simulated table did for these requests, as a function's exchanges; the table and its pets are there before.
pub(crate) fn exchanges(requests: &[(&str, serde_json::Value)]) -> Exchanges {
    let simulator = Simulator::new(Settings {
        traces_kept: 8,
        ..Settings::default()
    });
    let now = Timestamp::from_millis(1_764_000_000_000);
    let call = |operation: &str, body: &serde_json::Value| {
        simulator.call(operation, body.to_string().as_bytes(), now)
    };
    let table = json!({
        "TableName": "pets", "BillingMode": "PAY_PER_REQUEST",
        "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}],
        "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}],
    });
    call("CreateTable", &table);
    for (id, name, kind) in [
        ("1", "Beeba", "kitten"),
        ("2", "Rex", "dog"),
        ("3", "Milo", "tortoise"),
    ] {
        let item = json!({"id": {"S": id}, "name": {"S": name}, "kind": {"S": kind}});
        call("PutItem", &json!({"TableName": "pets", "Item": item}));
    }
    let exchange = |(operation, body): &(&str, serde_json::Value)| {
        let reply = call(operation, body);
        let trace = simulator.trace(&reply.request_id);
        let text = body.to_string();
        let answer = String::from_utf8_lossy(&reply.body).into_owned();
        let failure: serde_json::Value = serde_json::from_str(&answer).unwrap_or_default();
        let name = failure["__type"].as_str().map(|name| {
            let (_, name) = name.rsplit_once('#').unwrap_or(("", name));
            (
                name.to_owned(),
                failure["message"].as_str().unwrap_or_default().to_owned(),
            )
        });
        let partitions = trace.iter().flat_map(|trace| &trace.partitions);
        Exchange {
            partitions: partitions.map(|state| (state.id.0, state.items)).collect(),
            arrival: Arrival::new(
                Request {
                    number: 1,
                    at: now.millis(),
                    client: "127.0.0.1",
                    operation,
                    status: reply.status,
                    error: name
                        .as_ref()
                        .map(|(name, message)| (name.as_str(), message.as_str())),
                    elapsed: Duration::from_micros(420),
                    request_bytes: text.len() as u64,
                    reply_bytes: answer.len() as u64,
                },
                trace,
            ),
            request: Text::new(text.as_bytes(), None),
            answer: Some(Text::new(answer.as_bytes(), None)),
            picodollars: Some(62_500),
        }
    };
    Exchanges::new(requests.iter().map(exchange).collect(), 0, 0)
}

/// `GET /pets/2` that went right.
pub(crate) fn right() -> Way {
    let key = json!({"TableName": "pets", "Key": {"id": {"S": "2"}}});
    let event = json!({
        "version": "2.0", "routeKey": "GET /pets/{id}", "rawPath": "/pets/2", "rawQueryString": "",
        "headers": {"host": "127.0.0.1:3000", "user-agent": "curl/7.88.1"},
        "pathParameters": {"id": "2"},
        "requestContext": {"http": {"method": "GET", "path": "/pets/2"}},
        "isBase64Encoded": false,
    });
    let body = json!({"id": "2", "name": "Rex", "kind": "dog"}).to_string();
    let payload = json!({"statusCode": 200, "body": body}).to_string();
    Way {
        place: Place::Machine,
        sent: Sent::new(
            "GET",
            "/pets/2",
            headers([("host", "127.0.0.1:3000"), ("user-agent", "curl/7.88.1")]),
            b"",
        ),
        gateway: Gateway::Routed {
            route: Text::label("GET /pets/{id}"),
            event: Some(Text::new(event.to_string().as_bytes(), None)),
        },
        run: Some(Run {
            function: Text::label("get-pet"),
            request_id: Some(Text::label("8f5dc2a0-0000-4000-8000-000000000000")),
            start: Some(Start::Cold),
            init: Some(Duration::from_micros(312_500)),
            duration: Some(Duration::from_micros(41_240)),
            billed: Some(354),
            memory: Some(256),
            used: Some(78),
            log: Some(Log::new(
                "START RequestId: 8f5dc2a0 Version: $LATEST\nlooking for 2\nEND RequestId: 8f5dc2a0\nREPORT RequestId: 8f5dc2a0\tDuration: 41.24 ms\n",
                0,
            )),
            result: Outcome::Returned(Some(Text::new(payload.as_bytes(), None))),
        }),
        exchanges: Some(exchanges(&[("GetItem", key)])),
        unlogged: None,
        malformed: None,
        reply: Ok(Reply::new(
            200,
            headers([("content-type", "application/json")]),
            body.as_bytes(),
            Some(false),
        )),
        latency: Some(Duration::from_millis(356)),
    }
}

fn message(status: u16, words: &str) -> Reply {
    let body = json!({ "message": words }).to_string();
    Reply::new(
        status,
        headers([("content-type", "application/json")]),
        body.as_bytes(),
        Some(false),
    )
}

/// The same, but the key was a number: the table refuses it, and the handler does not catch that.
pub(crate) fn thrown() -> Way {
    let key = json!({"TableName": "pets", "Key": {"id": {"N": "2"}}});
    let mut way = right();
    way.exchanges = Some(exchanges(&[("GetItem", key)]));
    way.reply = Ok(message(500, "Internal Server Error"));
    if let Some(run) = &mut way.run {
        run.result = Outcome::Failed(Failed::new(
            Error::new(
                "ValidationException",
                "The provided key element does not match the schema",
            ),
            [
                "ValidationException: The provided key element does not match the schema",
                "    at handler (file:///pets/get-pet.mjs:12:18)",
            ],
        ));
    }
    way
}

/// A request that no route takes.
pub(crate) fn no_route() -> Way {
    Way {
        sent: Sent::new("GET", "/cats", Vec::new(), b""),
        gateway: Gateway::NoRoute,
        run: None,
        exchanges: Some(Exchanges::default()),
        unlogged: None,
        malformed: None,
        reply: Ok(message(404, "Not Found")),
        ..right()
    }
}

/// What an account tells: its answer and its log, and nothing of the table.
pub(crate) fn on_account() -> Way {
    let mut way = right();
    way.place = Place::Account;
    way.exchanges = None;
    if let Gateway::Routed { event, .. } = &mut way.gateway {
        *event = None;
    }
    if let Some(run) = &mut way.run {
        run.result = Outcome::Returned(None);
    }
    way
}

/// The same, and the handler did not catch an error.
pub(crate) fn failed_on_account() -> Way {
    let mut way = on_account();
    way.reply = Ok(message(500, "Internal Server Error"));
    if let Some(run) = &mut way.run {
        run.function = Text::label("dynatour-0f3c21d4-get-pet");
        run.result = Outcome::Failed(Failed::new(
            Error::new("TypeError", "Cannot read properties of undefined"),
            ["    at Runtime.handler (file:///var/task/get-pet.mjs:12:18)"],
        ));
    }
    way
}

/// The same, answered, and its log did not come.
pub(crate) fn unlogged() -> Way {
    Way {
        run: None,
        unlogged: Some(Text::label(
            "no log of it was there after 21 seconds; one may come later, in /aws/lambda/dynatour-0f3c21d4-get-pet",
        )),
        ..on_account()
    }
}

fn moments(way: Way) -> Vec<Moment> {
    Script::new(way).moments().to_vec()
}

#[test]
fn a_way_that_went_right_comes_back_to_the_client() {
    use Moment::{Answered, Asked, Event, Payload, Reply, Returned, Routed, Sent};
    let all = [
        Sent,
        Routed,
        Event,
        Asked(0),
        Answered(0),
        Returned,
        Payload,
        Reply,
    ];
    assert_eq!(moments(right()), all);
    assert_eq!(
        moments(on_account()),
        [Sent, Routed, Event, Returned, Payload, Reply]
    );
    assert_eq!(moments(thrown()), all[..6]);
    assert_eq!(moments(no_route()), all[..2]);
    let malformed = Way {
        malformed: Some(Text::label("body is an object, and must be text")),
        ..right()
    };
    assert_eq!(moments(malformed), all[..7]);
    let lost = Way {
        reply: Err(Text::label("the connection was closed")),
        ..right()
    };
    assert_eq!(moments(lost), all[..1]);
    let preflight = Way {
        gateway: Gateway::Preflight,
        ..no_route()
    };
    assert_eq!(moments(preflight), [Sent, Routed, Reply]);
}

#[test]
fn the_story_in_words() {
    let story = |way: Way| {
        let script = Script::new(way);
        let stops = 0..=script.moments().len();
        let lines = stops.map(|stop| script.frame(Position::stop(stop)).narration());
        lines.collect::<Vec<_>>().join("\n")
    };
    insta::assert_snapshot!(
        [
            right(),
            thrown(),
            no_route(),
            on_account(),
            failed_on_account(),
            unlogged(),
        ]
        .map(story)
        .join("\n\n")
    );
}

#[test]
fn a_foreign_text_is_printable_and_bounded() {
    let long = "\u{1b}[2J".repeat(20_000);
    let text = Text::new(long.as_bytes(), None);
    assert!(text.cut && text.bytes == 80_000);
    assert!(!text.text.contains('\u{1b}'));
    assert!(text.text.len() < 40_000);
    assert_eq!(Text::label(&long).chars().count(), 401);
    let printed = Log::new(&"a\tline\n".repeat(1_000), 7);
    assert_eq!(
        (printed.lines.len(), printed.more, printed.dropped),
        (200, 800, 7)
    );
    assert_eq!(&*printed.lines[0], "a  line");
    // A character that the limit cuts in two leaves nothing behind.
    let cut = Text::new("é".repeat(16 * 1024).as_bytes(), None);
    assert!(cut.text.chars().all(|letter| letter == 'é'));
    let started = Text::new(b"{\"a\":", Some(2_000_000));
    assert!(started.cut && started.bytes == 2_000_000);
}

#[test]
fn what_lambda_adds_is_told_from_what_was_printed() {
    let way = right();
    let log = way.run.unwrap().log.unwrap();
    assert_eq!(log.lines.len(), 4);
    let printed: Vec<&str> = log.printed().map(AsRef::as_ref).collect();
    assert_eq!(printed, ["looking for 2"]);
}

fn any_way() -> impl Strategy<Value = Way> {
    let gateways = prop::sample::select(vec![
        Gateway::NoRoute,
        Gateway::Preflight,
        Gateway::TooLate {
            route: Text::label("GET /pets"),
        },
        Gateway::TooLarge {
            route: Text::label("POST /pets"),
        },
        Gateway::Replaced {
            route: Text::label("GET /pets"),
        },
        Gateway::Refused {
            why: Text::label("too many requests"),
        },
        Gateway::Routed {
            route: Text::label("GET /pets"),
            event: None,
        },
        Gateway::Routed {
            route: Text::label("GET /pets"),
            event: Some(Text::new(b"{}", None)),
        },
    ]);
    let results = prop::sample::select(vec![
        Outcome::Untold,
        Outcome::Returned(None),
        Outcome::Returned(Some(Text::new(b"null", None))),
        Outcome::Failed(Failed::new(
            Error::new("TypeError", "x is not a function"),
            [],
        )),
    ]);
    let exchange = exchanges(&[(
        "GetItem",
        json!({"TableName": "pets", "Key": {"id": {"S": "2"}}}),
    )]);
    let exchange = exchange.exchanges[0].clone();
    let known = (0usize..4, any::<bool>());
    (
        gateways,
        results,
        known,
        any::<bool>(),
        any::<bool>(),
        any::<bool>(),
    )
        .prop_map(
            move |(gateway, result, (count, told), ran, malformed, lost)| {
                let base = right();
                Way {
                    gateway,
                    run: base.run.filter(|_| ran).map(|run| Run { result, ..run }),
                    exchanges: told.then(|| Exchanges::new(vec![exchange.clone(); count], 0, 0)),
                    malformed: malformed.then(|| Text::label("the payload is no JSON")),
                    reply: if lost {
                        Err(Text::label("closed"))
                    } else {
                        base.reply
                    },
                    ..base
                }
            },
        )
}

proptest! {
    #[test]
    fn what_failed_at_a_station_never_comes_to_the_next_one(way in any_way(), permille in 0u16..1000) {
        let failure = way.failure();
        let script = Script::new(way);
        let moments = script.moments().to_vec();
        for stop in 0..=moments.len() {
            for position in [Position::stop(stop), Position::within(stop, permille)] {
                let frame = script.frame(position);
                let came_back = frame.passed(Moment::Reply);
                prop_assert!(frame.answered <= frame.asked && frame.asked <= frame.answered + 1);
                prop_assert!(!frame.narration().is_empty());
                match failure {
                    None => prop_assert!(frame.failed.is_none()),
                    Some(failure) => {
                        prop_assert!(!came_back);
                        let next = match failure {
                            Failure::Lost => Some(Moment::Routed),
                            Failure::AtGateway => Some(Moment::Event),
                            Failure::InLambda => Some(Moment::Payload),
                            Failure::NoAnswer => Some(Moment::Reply),
                        };
                        prop_assert!(next.is_none_or(|next| !frame.passed(next) && frame.moment != Some(next)));
                        prop_assert_eq!(frame.failed.is_some(), stop == moments.len());
                    }
                }
                if !script.way().gateway_is_open() {
                    prop_assert!(!frame.reached(Station::Lambda) && !frame.reached(Station::Table));
                }
            }
        }
        if failure.is_none() {
            prop_assert_eq!(moments.last(), Some(&Moment::Reply));
        }
    }

    #[test]
    fn a_frame_is_of_its_position_alone(way in any_way(), stop in 0usize..20) {
        let script = Script::new(way);
        prop_assert_eq!(script.frame(Position::stop(stop)), script.frame(Position::stop(stop.min(script.moments().len()))));
    }
}

impl Way {
    fn gateway_is_open(&self) -> bool {
        matches!(self.gateway, Gateway::Routed { .. })
    }
}
