//! Held against the simulated table itself: what was served is what is shown, at every place, and all of it bounded.

use std::sync::Arc;
use std::time::Duration;

use proptest::prelude::*;

use super::*;
use crate::simulator::trace::CapacityUnits;
use crate::simulator::{Settings, Simulator, Timestamp};

/// A simulated table that reports what it is asked.
pub(crate) struct Server {
    pub simulator: Simulator,
    pub live: Live,
    number: u64,
    /// The running time.
    pub now: Duration,
}

impl Server {
    pub fn new() -> Self {
        Self {
            simulator: Simulator::new(Settings::default()),
            live: Live::default(),
            number: 0,
            now: Duration::from_secs(10),
        }
    }

    /// With a table that is keyed by `id`, and by `at` where `sorted`.
    pub fn with_table(name: &str, sorted: bool) -> Self {
        let mut server = Self::new();
        server.create("ana", name, sorted);
        server
    }

    pub fn create(&mut self, client: &str, name: &str, sorted: bool) {
        let (schema, attributes) = if sorted {
            (
                r#",{"AttributeName":"at","KeyType":"RANGE"}"#,
                r#",{"AttributeName":"at","AttributeType":"N"}"#,
            )
        } else {
            ("", "")
        };
        self.ask(
            client,
            "CreateTable",
            &format!(
                r#"{{"TableName":"{name}","BillingMode":"PAY_PER_REQUEST","KeySchema":[{{"AttributeName":"id","KeyType":"HASH"}}{schema}],"AttributeDefinitions":[{{"AttributeName":"id","AttributeType":"S"}}{attributes}]}}"#
            ),
        );
    }

    /// What a request becomes, without its being taken.
    pub fn arrival(&mut self, client: &str, operation: &str, body: &str) -> Arrival {
        self.number += 1;
        let reply = self.simulator.call(
            operation,
            body.as_bytes(),
            Timestamp::from_millis(1_700_000_000_000),
        );
        let trace = self.simulator.trace(&reply.request_id);
        let text = String::from_utf8_lossy(&reply.body).into_owned();
        let error = serde_json::from_str::<serde_json::Value>(&text).ok();
        let member = |name: &str| {
            let value = error.as_ref()?.get(name)?.as_str()?;
            Some(value.rsplit('#').next().unwrap_or(value).to_owned())
        };
        let (name, message) = (member("__type"), member("message"));
        let error = name
            .as_deref()
            .map(|name| (name, message.as_deref().unwrap_or("")));
        Arrival::new(
            Request {
                number: self.number,
                at: 1_700_000_000_000 + self.number * 250,
                client,
                operation,
                status: reply.status,
                error: error.filter(|_| reply.status >= 400),
                elapsed: Duration::from_micros(420),
                request_bytes: body.len() as u64,
                // What an answer weighs is not what is tested here.
                reply_bytes: 42,
            },
            trace,
        )
    }

    pub fn ask(&mut self, client: &str, operation: &str, body: &str) {
        let arrival = self.arrival(client, operation, body);
        self.live.push(arrival, self.now);
    }

    pub fn put(&mut self, client: &str, table: &str, key: &str) {
        let key = serde_json::Value::from(key);
        let body = format!(r#"{{"TableName":"{table}","Item":{{"id":{{"S":{key}}}}}}}"#);
        self.ask(client, "PutItem", &body);
    }

    pub fn wait(&mut self, millis: u64) {
        self.now += Duration::from_millis(millis);
    }

    /// The tables as the simulator has them.
    pub fn known(&self) -> Vec<Known> {
        let tables = self
            .simulator
            .tables(Timestamp::from_millis(1_700_000_000_000));
        tables
            .into_iter()
            .map(|table| Known {
                name: table.name.into(),
                attribute: table.partition_key.0.into(),
                partitions: table.partitions,
            })
            .collect()
    }
}

fn frame<'a>(server: &'a Server, follow: &Follow) -> Frame<'a> {
    server.live.frame(follow, server.now, true)
}

fn names(table: &Table) -> Vec<Vec<String>> {
    let names = |partition: &Partition| {
        let residents = partition.residents.iter();
        residents.map(|one| one.name.to_string()).collect()
    };
    table.partitions.iter().map(names).collect()
}

#[test]
fn items_are_where_the_simulated_table_has_them() {
    let mut server = Server::with_table("pets", false);
    for key in ["Beeba", "Rex", "Milo", "Luna", "Rex"] {
        server.put("ana", "pets", key);
    }
    let described = server.known();
    let frame = frame(&server, &Follow::Busiest);
    let table = frame.table.expect("a table");
    assert_eq!(table.attribute.as_deref(), Some("id"));
    assert_eq!(table.items(), 4);
    for (shown, known) in table.partitions.iter().zip(&described[0].partitions) {
        assert_eq!(shown.state, *known);
        for resident in &shown.residents {
            assert!((known.first_hash..=known.last_hash).contains(&resident.hash));
        }
        assert_eq!(shown.residents.len() as u64, known.items);
    }
    let put = &frame.current.expect("the last put").arrival;
    assert_eq!(words::short(put), "Rex replaced");
    assert_eq!(words::units(put), "1 WCU");
}

#[test]
fn what_a_request_did_is_told_in_words() {
    let mut server = Server::with_table("pets", true);
    server.ask(
        "ana",
        "PutItem",
        r#"{"TableName":"pets","Item":{"id":{"S":"Rex"},"at":{"N":"1"}}}"#,
    );
    server.ask(
        "ana",
        "PutItem",
        r#"{"TableName":"pets","Item":{"id":{"S":"Rex"},"at":{"N":"2"}}}"#,
    );
    let told = |server: &mut Server, operation: &str, body: &str| {
        let arrival = server.arrival("ben", operation, body);
        format!(
            "{} | {}",
            words::short(&arrival),
            words::told(&arrival).join(" ")
        )
    };
    let mut all = Vec::new();
    for (operation, body) in [
        (
            "GetItem",
            r#"{"TableName":"pets","Key":{"id":{"S":"Rex"},"at":{"N":"1"}}}"#,
        ),
        (
            "GetItem",
            r#"{"TableName":"pets","Key":{"id":{"S":"Tom"},"at":{"N":"1"}}}"#,
        ),
        (
            "Query",
            r#"{"TableName":"pets","KeyConditionExpression":"id = :i","ExpressionAttributeValues":{":i":{"S":"Rex"}}}"#,
        ),
        (
            "Scan",
            r##"{"TableName":"pets","FilterExpression":"#a > :i","ExpressionAttributeNames":{"#a":"at"},"ExpressionAttributeValues":{":i":{"N":"1"}}}"##,
        ),
        (
            "UpdateItem",
            r#"{"TableName":"pets","Key":{"id":{"S":"Rex"},"at":{"N":"1"}},"UpdateExpression":"SET n = :n","ExpressionAttributeValues":{":n":{"N":"1"}}}"#,
        ),
        (
            "DeleteItem",
            r#"{"TableName":"pets","Key":{"id":{"S":"Tom"},"at":{"N":"1"}}}"#,
        ),
        (
            "DeleteItem",
            r#"{"TableName":"pets","Key":{"id":{"S":"Rex"},"at":{"N":"1"}}}"#,
        ),
        (
            "PutItem",
            r#"{"TableName":"pets","Item":{"id":{"S":"Rex"},"at":{"N":"2"}},"ConditionExpression":"attribute_not_exists(id)"}"#,
        ),
        (
            "BatchWriteItem",
            r#"{"RequestItems":{"pets":[{"PutRequest":{"Item":{"id":{"S":"a"},"at":{"N":"1"}}}},{"PutRequest":{"Item":{"id":{"S":"b"},"at":{"N":"1"}}}},{"DeleteRequest":{"Key":{"id":{"S":"Rex"},"at":{"N":"2"}}}}]}}"#,
        ),
        ("DescribeTable", r#"{"TableName":"pets"}"#),
        (
            "PutItem",
            r#"{"TableName":"dogs","Item":{"id":{"S":"Rex"}}}"#,
        ),
        ("Pute", "{}"),
        ("DeleteTable", r#"{"TableName":"pets"}"#),
    ] {
        all.push(format!(
            "{operation}: {}",
            told(&mut server, operation, body)
        ));
    }
    let turned = Arrival::turned_away(0, "10.0.0.7", "wrong join code");
    all.push(words::told(&turned).join(" "));
    insta::assert_snapshot!("told", all.join("\n"));
}

#[test]
fn a_batch_lands_item_by_item_also_in_several_tables() {
    let mut server = Server::with_table("pets", false);
    server.create("ana", "people", false);
    server.ask(
        "ana",
        "BatchWriteItem",
        r#"{"RequestItems":{"pets":[{"PutRequest":{"Item":{"id":{"S":"Rex"}}}}],"people":[{"PutRequest":{"Item":{"id":{"S":"Ada"}}}},{"PutRequest":{"Item":{"id":{"S":"Bob"}}}}]}}"#,
    );
    let named = |table: &str| {
        let table = server.live.world().table(table).expect("it was created");
        let mut all: Vec<String> = names(table).concat();
        all.sort();
        (table.items(), all)
    };
    assert_eq!(named("pets"), (1, vec!["Rex".to_owned()]));
    assert_eq!(
        named("people"),
        (2, vec!["Ada".to_owned(), "Bob".to_owned()])
    );
}

#[test]
fn a_scan_s_units_are_shared_out_and_stay_whole() {
    let mut server = Server::with_table("pets", false);
    for number in 0..40 {
        server.put("ana", "pets", &format!("pet-{number}"));
    }
    let scan = server.arrival(
        "ben",
        "Scan",
        r#"{"TableName":"pets","ConsistentRead":true}"#,
    );
    assert_eq!(scan.touches.len(), 4);
    let shared: CapacityUnits = scan.touches.iter().map(|touch| touch.read).sum();
    assert_eq!(shared, scan.read);
    assert_eq!(
        scan.touches.iter().map(|touch| touch.examined).sum::<u64>(),
        40
    );
}

#[test]
fn heat_is_what_came_in_the_last_seconds() {
    let mut server = Server::with_table("pets", false);
    for _ in 0..10 {
        server.put("ana", "pets", "Rex");
    }
    let heat = |server: &Server| -> u64 {
        let frame = frame(server, &Follow::Busiest);
        let partitions = &frame.table.expect("a table").partitions;
        partitions
            .iter()
            .map(|one| one.busy(frame.now).written.halves())
            .sum()
    };
    assert_eq!(heat(&server), 20);
    server.wait(3_000);
    assert_eq!(heat(&server), 20);
    assert_eq!(
        server.live.changes_in(server.now),
        Some(Duration::from_secs(1))
    );
    server.wait(2_000);
    assert_eq!(heat(&server), 0);
    assert_eq!(
        server.live.changes_in(server.now),
        None,
        "then nothing changes any more"
    );
    let table = frame(&server, &Follow::Busiest).table.expect("still shown");
    assert_eq!(table.partitions[0].limits().1, CapacityUnits::whole(1_000));
}

#[test]
fn the_busiest_the_newest_or_the_pinned_table_is_shown() {
    let mut server = Server::with_table("pets", false);
    server.create("ana", "people", false);
    server.put("ana", "pets", "Rex");
    server.put("ana", "pets", "Milo");
    server.put("ana", "people", "Ada");
    let shown = |server: &Server, follow: Follow| {
        frame(server, &follow)
            .table
            .map(|table| table.name.to_string())
    };
    assert_eq!(shown(&server, Follow::Busiest).as_deref(), Some("pets"));
    assert_eq!(shown(&server, Follow::Newest).as_deref(), Some("people"));
    let pinned = Follow::Pinned("people".into());
    assert_eq!(shown(&server, pinned.clone()).as_deref(), Some("people"));
    server.wait(60_000);
    assert_eq!(
        shown(&server, Follow::Busiest).as_deref(),
        Some("people"),
        "the last one asked for"
    );
    server.ask("ana", "DeleteTable", r#"{"TableName":"people"}"#);
    assert_eq!(
        shown(&server, pinned).as_deref(),
        Some("pets"),
        "it is gone"
    );
}

#[test]
fn while_paused_nothing_is_lost_and_what_came_is_counted() {
    let mut server = Server::with_table("pets", false);
    server.put("ana", "pets", "Rex");
    server.put("ana", "pets", "Milo");
    assert!(server.live.pause());
    for number in 0..(KEPT + 37) {
        server.put("ben", "pets", &format!("pet-{number}"));
    }
    let paused = frame(&server, &Follow::Busiest);
    assert_eq!(paused.more, KEPT as u64 + 37);
    assert_eq!(paused.table.map(Table::items), Some(2));
    assert!(server.live.step_back(server.now));
    let back = frame(&server, &Follow::Busiest);
    assert_eq!(back.table.map(Table::items), Some(1));
    assert_eq!(back.current.map(|entry| entry.order), Some(2));
    server.live.resume();
    let now = frame(&server, &Follow::Busiest);
    assert_eq!(now.table.map(Table::items), Some(KEPT as u64 + 39));
    assert_eq!((now.more, now.entries.len()), (0, KEPT));
}

#[test]
fn stepping_on_goes_through_what_came_during_the_pause() {
    let mut server = Server::with_table("pets", false);
    server.live.pause();
    server.put("ana", "pets", "Rex");
    server.put("ana", "pets", "Milo");
    let order = |server: &Server| {
        frame(server, &Follow::Busiest)
            .current
            .map(|entry| entry.order)
    };
    assert_eq!(order(&server), Some(1));
    assert!(server.live.step_forward(server.now));
    assert_eq!(
        (order(&server), frame(&server, &Follow::Busiest).more),
        (Some(2), 0)
    );
    assert!(server.live.step_forward(server.now));
    assert!(!server.live.step_forward(server.now), "nothing came since");
    assert_eq!(
        frame(&server, &Follow::Busiest).table.map(Table::items),
        Some(2)
    );
    assert!(server.live.paused());
}

#[test]
fn an_item_is_on_its_way_and_then_there() {
    let mut server = Server::with_table("pets", false);
    server.put("ana", "pets", "Rex");
    let flights = |server: &Server, still: bool| -> Vec<f64> {
        let frame = server.live.frame(&Follow::Busiest, server.now, still);
        frame.flights.iter().map(|flight| flight.progress).collect()
    };
    assert_eq!(flights(&server, false), [0.0]);
    assert!(flights(&server, true).is_empty());
    server.wait(175);
    assert_eq!(flights(&server, false), [0.5]);
    assert!(server.live.moves(server.now));
    server.wait(175);
    assert!(flights(&server, false).is_empty() && !server.live.moves(server.now));
    server.put("ana", "pets", "Milo");
    server.live.step_back(server.now);
    server.live.step_back(server.now);
    assert_eq!(flights(&server, false).len(), 1, "a step shows it again");
}

#[test]
fn deletions_splits_and_a_table_made_anew_are_followed() {
    let mut server = Server::with_table("pets", false);
    for key in ["Rex", "Milo", "Luna"] {
        server.put("ana", "pets", key);
    }
    server.ask(
        "ana",
        "DeleteItem",
        r#"{"TableName":"pets","Key":{"id":{"S":"Milo"}}}"#,
    );
    let table = server.live.world().table("pets").expect("it is there");
    let mut left = names(table).concat();
    left.sort();
    assert_eq!(left, ["Luna", "Rex"]);
    server.ask("ana", "DeleteTable", r#"{"TableName":"pets"}"#);
    assert!(server.live.world().table("pets").is_none());
    server.create("ana", "pets", false);
    let table = server
        .live
        .world()
        .table("pets")
        .expect("it is there again");
    assert_eq!((table.items(), names(table).concat().len()), (0, 0));
}

#[test]
fn a_partition_that_is_split_hands_its_items_on() {
    let mut server = Server::with_table("pets", false);
    for number in 0..20 {
        server.put("ana", "pets", &format!("pet-{number}"));
    }
    let mut known = server.known();
    let partitions = &mut known[0].partitions;
    let middle =
        partitions[0].first_hash + (partitions[0].last_hash - partitions[0].first_hash) / 2;
    let mut upper = partitions[0].clone();
    upper.id = crate::simulator::trace::PartitionId(4);
    upper.first_hash = middle + 1;
    partitions[0].last_hash = middle;
    partitions.insert(1, upper);
    server.live.know(&known, 21);
    let table = server.live.world().table("pets").expect("it is there");
    assert_eq!(table.partitions.len(), 5);
    assert_eq!(names(table).concat().len(), 20);
    for partition in &table.partitions {
        for resident in &partition.residents {
            let range = partition.state.first_hash..=partition.state.last_hash;
            assert!(range.contains(&resident.hash));
        }
        let newest_first = partition.residents.iter().map(|one| one.order);
        assert!(newest_first.is_sorted_by(|a, b| a > b));
    }
}

#[test]
fn a_table_of_very_many_partitions_is_known_from_a_look_at_it() {
    let mut server = Server::new();
    server.simulator = Simulator::new(Settings {
        partitions_on_demand: 300,
        ..Settings::default()
    });
    server.create("ana", "pets", false);
    server.put("ana", "pets", "Rex");
    assert!(server.live.world().table("pets").is_none());
    let known = server.known();
    server.live.know(&known, server.live.came());
    for key in ["Milo", "Luna", "Milo"] {
        server.put("ana", "pets", key);
    }
    let table = server.live.world().table("pets").expect("it is known");
    assert_eq!((table.partitions.len(), table.items()), (300, 3));
    assert_eq!(names(table).concat().len(), 2, "those that were seen");
}

#[test]
fn a_table_from_before_is_known_without_a_request() {
    let mut other = Server::with_table("pets", false);
    other.put("ana", "pets", "Rex");
    let mut live = Live::default();
    live.know(&other.known(), 0);
    let frame = live.frame(&Follow::Busiest, Duration::ZERO, true);
    assert_eq!(frame.table.map(Table::items), Some(1));
    assert!(live.is_empty() && frame.entries.is_empty());
}

#[test]
fn foreign_texts_are_cut_and_harmless() {
    let long = "x".repeat(5_000);
    let hostile = "\u{1b}[2J\u{202e}猫\u{200f}";
    let mut server = Server::with_table("pets", false);
    server.put(
        hostile,
        "pets",
        &format!("{hostile}{long}")
            .chars()
            .take(1_000)
            .collect::<String>(),
    );
    server.ask(&long, hostile, &long);
    server.ask(
        hostile,
        "PutItem",
        &format!(r#"{{"TableName":"{long}","Item":{{}}}}"#),
    );
    server
        .live
        .push(Arrival::turned_away(0, hostile, hostile), server.now);
    let frame = frame(&server, &Follow::Busiest);
    let mut texts: Vec<String> = Vec::new();
    for entry in frame.entries {
        let arrival = &entry.arrival;
        texts.extend([arrival.client.to_string(), arrival.operation.to_string()]);
        texts.extend(arrival.table.iter().map(ToString::to_string));
        texts.push(words::short(arrival));
        for touch in &arrival.touches {
            texts.extend(touch.key.iter().map(|(key, _)| key.to_string()));
        }
    }
    texts.extend(names(frame.table.expect("a table")).concat());
    texts.extend(
        frame
            .world
            .consumers(10)
            .iter()
            .map(|(name, _)| (*name).to_owned()),
    );
    assert!(
        texts
            .iter()
            .any(|text| text.starts_with("␛[2J⟨U+202E⟩猫⟨U+200F⟩"))
    );
    for text in texts {
        assert_eq!(crate::printable::line(&text), text.as_str());
        assert!(text.chars().count() <= 500, "{text}");
    }
}

#[test]
fn many_clients_and_tables_are_counted_and_few_are_kept() {
    let mut server = Server::new();
    for number in 0..80 {
        server.create("ana", &format!("table-{number:02}"), false);
    }
    for number in 0..2_000 {
        let client = format!("client-{number}");
        server.live.push(
            Arrival::turned_away(0, &client, "wrong join code"),
            server.now,
        );
    }
    for _ in 0..3 {
        server.put("ben", "table-79", "Rex");
    }
    let world = server.live.world();
    assert_eq!(world.tables().len(), 64);
    assert_eq!(world.clients(), 2_002);
    assert_eq!(world.totals.turned_away, 2_000);
    assert_eq!(world.totals.all.requests, 83);
    let largest: Vec<&str> = world
        .consumers(2)
        .into_iter()
        .map(|(name, _)| name)
        .collect();
    assert_eq!(largest[0], "ben");
}

#[test]
fn throttling_is_seen_by_its_error_and_at_its_partition() {
    use crate::simulator::capacity::Limits;
    let mut server = Server::with_table("pets", false);
    server.simulator.set_realism(crate::simulator::Realism {
        capacity: Some(Limits::scaled(500)),
        ..crate::simulator::Realism::default()
    });
    for _ in 0..10 {
        server.put("ana", "pets", "Rex");
    }
    let frame = frame(&server, &Follow::Busiest);
    let last = &frame.current.expect("the last put").arrival;
    assert!(last.throttled(), "{last:?}");
    let table = frame.table.expect("a table");
    let throttled: u64 = table
        .partitions
        .iter()
        .map(|one| one.busy(frame.now).throttled)
        .sum();
    assert_eq!(throttled, frame.world.totals.all.throttled);
    assert!(throttled > 0);
    let client = Request {
        number: 1,
        at: 0,
        client: "ben",
        operation: "PutItem",
        status: 400,
        error: Some(("ThrottlingException", "Slow down.")),
        elapsed: Duration::ZERO,
        request_bytes: 0,
        reply_bytes: 0,
    };
    assert!(
        Arrival::new(client, None).throttled(),
        "the server's own limit"
    );
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    /// Whatever way leads to a place, it shows what was there, and a walk ends where a jump does.
    #[test]
    fn a_place_has_one_picture(
        steps in prop::collection::vec((0u8..4, 0u8..12), 1..60),
        walk in prop::collection::vec(any::<bool>(), 0..40),
    ) {
        let mut server = Server::with_table("pets", false);
        let mut worlds = vec![server.live.world().clone()];
        for (what, key) in steps {
            let key = format!("pet-{key}");
            match what {
                0 | 1 => server.put("ana", "pets", &key),
                2 => {
                    let body = format!(r#"{{"TableName":"pets","Key":{{"id":{{"S":"{key}"}}}}}}"#);
                    server.ask("ben", "DeleteItem", &body);
                }
                _ => server.ask("ben", "Scan", r#"{"TableName":"pets"}"#),
            }
            server.wait(700);
            worlds.push(server.live.world().clone());
        }
        server.live.pause();
        for forward in walk {
            if forward {
                server.live.step_forward(server.now);
            } else {
                server.live.step_back(server.now);
            }
            let frame = server.live.frame(&Follow::Busiest, server.now, true);
            let at = frame.chosen.expect("it is paused");
            prop_assert_eq!(frame.world, &worlds[at]);
        }
        let known = server.known();
        server.live.resume();
        let table = server.live.world().table("pets").expect("it is there");
        let states: Vec<_> = table.partitions.iter().map(|one| one.state.clone()).collect();
        prop_assert_eq!(&states, &known[0].partitions);
    }

    /// Sums are those of the arrivals, also of those that are not kept any more.
    #[test]
    fn sums_are_sums(clients in prop::collection::vec(0u8..5, 1..400)) {
        let mut live = Live::default();
        let mut server = Server::with_table("pets", false);
        let put = server.arrival("", "PutItem", r#"{"TableName":"pets","Item":{"id":{"S":"Rex"}}}"#);
        for client in &clients {
            let client: Arc<str> = format!("client-{client}").into();
            live.push(Arrival { client, ..put.clone() }, Duration::ZERO);
        }
        let world = live.world();
        prop_assert_eq!(world.totals.all.requests, clients.len() as u64);
        prop_assert_eq!(world.totals.all.written, CapacityUnits::whole(clients.len() as u64));
        let consumers = world.consumers(10);
        let of_all: u64 = consumers.iter().map(|(_, client)| client.requests).sum();
        prop_assert_eq!(of_all, clients.len() as u64);
        prop_assert!(consumers.is_sorted_by(|a, b| a.1.requests >= b.1.requests));
        prop_assert!(live.frame(&Follow::Busiest, Duration::ZERO, true).entries.len() <= KEPT);
    }
}
