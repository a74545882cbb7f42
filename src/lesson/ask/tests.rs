//! What is written, and what is sent for it.

use proptest::prelude::*;

use super::*;
use crate::lesson::model::Place;

fn demo() -> RaceDemo {
    let mut demo = RaceDemo {
        id: String::new(),
        table: "pets_by_person".to_owned(),
        partition_key: "person".to_owned(),
        sort_key: Some("pet".to_owned()),
        partitions: 4,
        items: 10,
        per_key: 3,
        key: "Rachel".to_owned(),
        questions: Vec::new(),
        round_trip: 5,
        place: Place::default(),
    };
    demo.questions = vec![demo.question("Which pets live with Rachel?")];
    demo
}

fn sent(ask: &Ask) -> String {
    let demo = demo();
    let requests = ask.requests(&demo.table, &demo.attributes()).unwrap();
    let bodies: Vec<String> = requests.bodies.iter().map(Value::to_string).collect();
    format!("{} {}", requests.operation, bodies.join("\n"))
}

#[test]
fn each_way_has_its_request() {
    let all: Vec<String> = Way::ALL
        .iter()
        .map(|way| {
            let mut ask = Ask::about(*way, &demo(), "Rachel");
            ask.segments = 2;
            sent(&ask)
        })
        .collect();
    insta::assert_snapshot!(all.join("\n"), @r##"
GetItem {"TableName":"pets_by_person","Key":{"person":{"S":"Rachel"},"pet":{"S":"Beeba"}},"ReturnConsumedCapacity":"TOTAL"}
Query {"TableName":"pets_by_person","KeyConditionExpression":"#n1 = :v1","ExpressionAttributeNames":{"#n1":"person"},"ExpressionAttributeValues":{":v1":{"S":"Rachel"}},"ReturnConsumedCapacity":"TOTAL"}
Query {"TableName":"pets_by_person","KeyConditionExpression":"#n1 = :v1 AND #n2 >= :v2","ExpressionAttributeNames":{"#n1":"person","#n2":"pet"},"ExpressionAttributeValues":{":v1":{"S":"Rachel"},":v2":{"S":"K"}},"ReturnConsumedCapacity":"TOTAL"}
Query {"TableName":"pets_by_person","IndexName":"by_chip","KeyConditionExpression":"#n1 = :v1","ExpressionAttributeNames":{"#n1":"chip"},"ExpressionAttributeValues":{":v1":{"S":"985387420489"}},"ReturnConsumedCapacity":"TOTAL"}
Scan {"TableName":"pets_by_person","FilterExpression":"#n1 = :v1","ExpressionAttributeNames":{"#n1":"person"},"ExpressionAttributeValues":{":v1":{"S":"Rachel"}},"ReturnConsumedCapacity":"TOTAL"}
Scan {"TableName":"pets_by_person","FilterExpression":"#n1 = :v1","ProjectionExpression":"#n1, #n2","ExpressionAttributeNames":{"#n1":"person","#n2":"pet"},"ExpressionAttributeValues":{":v1":{"S":"Rachel"}},"ReturnConsumedCapacity":"TOTAL"}
Scan {"TableName":"pets_by_person","FilterExpression":"#n1 = :v1","ExpressionAttributeNames":{"#n1":"person"},"ExpressionAttributeValues":{":v1":{"S":"Rachel"}},"ReturnConsumedCapacity":"TOTAL","Segment":0,"TotalSegments":2}
{"TableName":"pets_by_person","FilterExpression":"#n1 = :v1","ExpressionAttributeNames":{"#n1":"person"},"ExpressionAttributeValues":{":v1":{"S":"Rachel"}},"ReturnConsumedCapacity":"TOTAL","Segment":1,"TotalSegments":2}
"##);
}

#[test]
fn values_are_sent_apart_and_the_rest_as_it_was_written() {
    let mut ask = Ask::about(Way::Scan, &demo(), "Rachel");
    ask.filter =
        r#"born BETWEEN '2010' AND "20\"11" AND size(tags[0]) > -1.5e2 OR #x = :y AND about2 = 7"#
            .to_owned();
    ask.consistent = true;
    insta::assert_snapshot!(sent(&ask), @r##"Scan {"TableName":"pets_by_person","FilterExpression":"#n1 BETWEEN :v1 AND :v2 AND size(tags[0]) > :v3 OR #x = :y AND about2 = :v4","ExpressionAttributeNames":{"#n1":"born"},"ExpressionAttributeValues":{":v1":{"S":"2010"},":v2":{"S":"20\"11"},":v3":{"N":"-1.5e2"},":v4":{"N":"7"}},"ConsistentRead":true,"ReturnConsumedCapacity":"TOTAL"}"##);
}

#[test]
fn a_quote_that_stays_open_is_ours_to_say() {
    let mut ask = Ask::about(Way::Scan, &demo(), "Rachel");
    ask.filter = "person = \"Rachel".to_owned();
    let error = ask.requests("pets", &[]).unwrap_err();
    assert_eq!(
        error.to_string(),
        "the quote at character 10 is not closed: end the value with another \""
    );
}

#[test]
fn a_get_wants_its_key() {
    let mut ask = Ask::about(Way::Get, &demo(), "Rachel");
    for (text, fits) in [
        ("person = 'Rachel'", true),
        ("person = 'Rachel' and pet = 'Rex'", true),
        ("age = 3", true),
        ("person = 'Rachel' AND", false),
        ("person > 'Rachel'", false),
        ("person = pet", false),
        ("person = 'Rachel' OR pet = 'Rex'", false),
        ("", false),
    ] {
        ask.key = text.to_owned();
        assert_eq!(ask.requests("pets", &[]).is_ok(), fits, "{text}");
    }
}

#[test]
fn the_same_question_is_asked_in_other_ways() {
    let demo = demo();
    let scan = Ask::about(Way::Scan, &demo, "Rachel");
    let whole = scan.whole();
    let query = scan.turned(Way::Query, &whole, &demo);
    assert_eq!(
        (query.key.as_str(), query.filter.as_str()),
        ("person = \"Rachel\"", "")
    );
    assert_eq!(query.whole(), whole);
    let get = scan.turned(Way::Get, &whole, &demo);
    assert_eq!(get.key, "person = \"Rachel\" AND pet = \"Beeba\"");
    assert_eq!(query.turned(Way::Parallel, &whole, &demo).filter, whole);
}

#[test]
fn odd_names_and_odd_keys_are_whole() {
    let mut odd = demo();
    odd.partition_key = "order-id".to_owned();
    let ask = Ask::about(Way::Query, &odd, "a\"b\\c");
    let body = &ask.requests("orders", &odd.attributes()).unwrap().bodies[0];
    assert_eq!(body["KeyConditionExpression"], "#n1 = :v1");
    assert_eq!(body["ExpressionAttributeNames"]["#n1"], "order-id");
    assert_eq!(body["ExpressionAttributeValues"][":v1"]["S"], "a\"b\\c");
}

#[test]
fn an_index_has_a_name_that_is_allowed() {
    let key = IndexKey {
        partition: "héllo wörld".to_owned(),
        sort: Some("x".repeat(300)),
    };
    assert!(key.name().starts_with("by_h_llo_w_rld_and_xxx"));
    assert_eq!(key.name().len(), 255);
}

#[test]
fn names_leave_out_the_words_of_the_language() {
    assert_eq!(
        names("kind = 'cat' AND begins_with(born, 'x') OR NOT kind IN ('a')"),
        ["kind", "born"]
    );
}

proptest! {
    #[test]
    fn any_value_comes_through(value in ".{0,40}") {
        let demo = demo();
        let ask = Ask::about(Way::Query, &demo, &value);
        let body = &ask.requests("t", &demo.attributes()).unwrap().bodies[0];
        prop_assert_eq!(&body["ExpressionAttributeValues"][":v1"]["S"], &json!(value));
        prop_assert_eq!(&body["KeyConditionExpression"], "#n1 = :v1");
    }

    #[test]
    fn any_text_is_sent_or_refused(text in ".{0,60}") {
        let demo = demo();
        for way in Way::ALL {
            let mut ask = Ask::about(way, &demo, "k");
            (ask.key, ask.filter, ask.projection) = (text.clone(), text.clone(), text.clone());
            let _ = ask.requests("t", &demo.attributes());
            let _ = names(&text);
        }
    }
}
