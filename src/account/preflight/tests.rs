use std::sync::Arc;

use serde_json::json;

use super::look::{clock_words, endpoint, permission_words, region_words, service_words};
use super::tables::look;
use super::*;
use crate::account::credentials::RegionFrom;
use crate::account::ledger::{Entry, Identity as TableIdentity, Indexes, Kind, State};
use crate::account::permission::{OnlyProbes, Permission};
use crate::account::tag::{self, RunId};
use crate::lesson::model::Lesson;
use crate::lesson::{SourceFile, parse};
use crate::simulator::{Settings, Simulator, Timestamp};
use crate::target::Target;
use crate::target::exchange::Picodollars;
use crate::transport::in_process::InProcess;

/// A lesson with these tables.
fn lesson(tables: &[&str]) -> Lesson {
    let mut body = "+++\ntitle = \"S\"\nminutes = 5\n+++\n".to_owned();
    for (at, table) in tables.iter().enumerate() {
        if at > 0 {
            body.push_str("\n<!-- pause -->\n");
        }
        let step = format!("\n```request Scan id=s{at}\n{{ \"TableName\": \"{table}\" }}\n```\n");
        body.push_str(&step);
    }
    parse(&[
        SourceFile::new(
            "06-t/lesson.md",
            "+++\ntitle = \"T\"\nsession = \"06\"\nsummary = \"S\"\ncourse = \"C\"\nregion = \"us-east-1\"\n+++\n",
        ),
        SourceFile::new("06-t/01-s.md", body),
    ])
    .unwrap()
}

fn place() -> Place {
    Place {
        account: "123456789012".to_owned(),
        region: "us-east-1".to_owned(),
        endpoint: None,
    }
}

const RUN: RunId = RunId::from_number(7);

/// An account played by a simulated table, with these tables in it, each with the tags of a run or none.
struct Account {
    simulator: Arc<Simulator>,
    target: Target,
}

impl Account {
    fn with(tables: &[(&str, Option<RunId>)]) -> Self {
        let simulator = Arc::new(Simulator::new(Settings::default()));
        for (name, run) in tables {
            let mut body = json!({
                "TableName": name,
                "BillingMode": "PAY_PER_REQUEST",
                "AttributeDefinitions": [{ "AttributeName": "id", "AttributeType": "S" }],
                "KeySchema": [{ "AttributeName": "id", "KeyType": "HASH" }],
            });
            if let Some(run) = run {
                body["Tags"] = json!(tag::of_run(*run, "me"));
            }
            let reply = simulator.call(
                "CreateTable",
                body.to_string().as_bytes(),
                Timestamp::from_millis(1),
            );
            assert_eq!(reply.status, 200, "{:?}", String::from_utf8(reply.body));
        }
        let clock = Arc::new(|| Timestamp::from_millis(1_000));
        let http = InProcess::new(Arc::clone(&simulator), clock);
        let config = aws_config::SdkConfig::builder()
            .behavior_version(aws_config::BehaviorVersion::latest())
            .credentials_provider(
                aws_credential_types::provider::SharedCredentialsProvider::new(
                    aws_credential_types::Credentials::new("A", "b", None, None, "test"),
                ),
            )
            .build();
        let guard = Arc::new(OnlyProbes::new(RUN));
        let target = Target::account(place(), &config, http, guard);
        Self { simulator, target }
    }

    fn id(&self, table: &str) -> Option<String> {
        let body = json!({ "TableName": table }).to_string();
        let reply =
            self.simulator
                .call("DescribeTable", body.as_bytes(), Timestamp::from_millis(1));
        let body: serde_json::Value = serde_json::from_slice(&reply.body).unwrap();
        body.pointer("/Table/TableId")?.as_str().map(str::to_owned)
    }

    async fn look(&self, lesson: &Lesson, left: &[Entry]) -> (Vec<String>, Preflight) {
        let looked = look(&self.target, std::slice::from_ref(lesson), left).await;
        let words = looked.findings.iter();
        let words = words
            .map(|finding| format!("{:?} {}", finding.verdict, finding.words))
            .collect();
        let preflight = Preflight {
            findings: looked.findings,
            names: looked.names,
            ours: looked.ours,
            ..Preflight::default()
        };
        (words, preflight)
    }
}

fn entry(name: &str, state: State) -> Entry {
    Entry {
        id: 1,
        run: RUN,
        place: place(),
        kind: Kind::Table,
        name: name.to_owned(),
        state,
        last: None,
        intended_at: 0,
        at: 0,
        spent: Picodollars(0),
        indexes: Indexes::default(),
    }
}

fn made(name: &str, id: Option<String>) -> Entry {
    let identity = TableIdentity {
        id,
        arn: format!("arn:aws:dynamodb:us-east-1:123456789012:table/{name}"),
    };
    entry(name, State::Made(identity))
}

#[tokio::test]
async fn names_are_free_ours_or_somebody_s() {
    let account = Account::with(&[
        ("pets", None),
        ("dynatour-pets", None),
        ("visits", Some(RUN)),
        ("people", None),
    ]);
    let lesson = lesson(&["pets", "visits", "people", "guests"]);
    // The ledger knows one by its id, and of another one only that it was going to be made.
    let left = [
        made("people", account.id("people")),
        entry("visits", State::Intended),
    ];
    let (words, found) = account.look(&lesson, &left).await;
    insta::assert_snapshot!(words.join("\n"));
    assert!(found.may_start());
    let names: Vec<(&str, &str)> = found
        .names
        .iter()
        .map(|(old, new)| (old.as_str(), new.as_str()))
        .collect();
    assert_eq!(names, [("pets", "dynatour-pets-2")]);
}

#[tokio::test]
async fn neither_a_name_nor_another_run_s_tag_nor_an_old_id_makes_a_table_ours() {
    let account = Account::with(&[("pets", Some(RunId::from_number(8))), ("visits", None)]);
    let lesson = lesson(&["pets", "visits"]);
    let left = [
        entry("pets", State::Intended),
        made("visits", Some("an-earlier-table".to_owned())),
    ];
    let (_, found) = account.look(&lesson, &left).await;
    assert!(found.ours.is_empty());
    assert_eq!(found.names.len(), 2);
}

#[tokio::test]
async fn a_proposed_name_that_is_ours_is_taken_again() {
    let account = Account::with(&[("pets", None), ("dynatour-pets", Some(RUN))]);
    let left = [made("dynatour-pets", account.id("dynatour-pets"))];
    let (_, found) = account.look(&lesson(&["pets"]), &left).await;
    assert_eq!(found.names["pets"], "dynatour-pets");
    assert!(found.ours.contains("dynatour-pets"));
}

#[tokio::test]
async fn where_every_name_is_taken_it_stops() {
    let mut names = vec!["pets".to_owned(), "dynatour-pets".to_owned()];
    names.extend((2..=9).map(|number| format!("dynatour-pets-{number}")));
    let tables: Vec<(&str, Option<RunId>)> =
        names.iter().map(|name| (name.as_str(), None)).collect();
    let account = Account::with(&tables);
    let (words, found) = account.look(&lesson(&["pets"]), &[]).await;
    assert!(!found.may_start(), "{words:?}");
}

#[tokio::test]
async fn before_an_account_is_entered_only_questions_and_probes_are_sent() {
    let account = Account::with(&[("pets", None)]);
    for (operation, body) in [
        ("DeleteTable", json!({ "TableName": "pets" })),
        (
            "PutItem",
            json!({ "TableName": "pets", "Item": { "id": { "S": "1" } } }),
        ),
        ("Scan", json!({ "TableName": "pets" })),
        (
            "CreateTable",
            json!({ "TableName": "dynatour-probe-0000000000000007" }),
        ),
    ] {
        let exchange = account
            .target
            .send(operation, body.to_string().as_bytes())
            .await;
        assert!(
            matches!(
                exchange.outcome,
                crate::target::exchange::Outcome::NotSent { .. }
            ),
            "{operation}"
        );
    }
    let actions = ["DeleteTable", "DescribeTable", "PutItem", "CreateTable"]
        .map(str::to_owned)
        .into();
    let asked = crate::account::permission::ask(&account.target, RUN, &actions).await;
    let allowed: Vec<&str> = asked
        .iter()
        .filter(|(_, permission)| *permission == Permission::Allowed)
        .map(|(action, _)| action.as_str())
        .collect();
    assert_eq!(allowed, ["DeleteTable", "DescribeTable", "PutItem"]);
    assert!(account.id("pets").is_some());
}

/// What is left of a deployment.
fn deployed() -> Vec<Entry> {
    [
        (Kind::Table, "dynatour-1a2b3c4d-pets"),
        (Kind::LogGroup, "/aws/lambda/dynatour-1a2b3c4d-get-pets"),
        (Kind::Role, "dynatour-1a2b3c4d-get-pets"),
        (Kind::Function, "dynatour-1a2b3c4d-get-pets"),
        (Kind::Function, "dynatour-1a2b3c4d-post-pet"),
        (Kind::Api, "dynatour-1a2b3c4d"),
    ]
    .map(|(kind, name)| Entry {
        kind,
        ..made(name, None)
    })
    .to_vec()
}

#[test]
fn what_a_deployment_needs_of_the_services() {
    let refused = |action: &str| {
        let words = "User: rachel is not authorized".to_owned();
        (action.to_owned(), Permission::Refused(words))
    };
    let allowed = |action: &str| (action.to_owned(), Permission::Allowed);
    let unknown = |action: &str| {
        let why = "something that is not IAM answers".to_owned();
        (action.to_owned(), Permission::Unknown(why))
    };
    let told = |asked: &[(String, Permission)]| {
        let found = service_words(asked);
        let lines: Vec<String> = found
            .iter()
            .map(|finding| {
                let next = finding.next.as_deref().unwrap_or_default();
                format!("{:?} {} → {next}", finding.verdict, finding.words)
            })
            .collect();
        lines.join("\n")
    };
    let all = [
        told(&[allowed("iam:GetRole"), unknown("iam:CreateRole")]),
        told(&[allowed("iam:GetRole"), refused("lambda:GetFunction")]),
        told(&[unknown("iam:GetRole"), allowed("lambda:GetFunction")]),
    ];
    insta::assert_snapshot!(all.join("\n"));
}

#[test]
fn what_is_left_is_told_with_its_command() {
    const HOUR: u64 = 3_600_000;
    let elsewhere = Entry {
        place: Place {
            region: "eu-west-1".to_owned(),
            ..place()
        },
        ..made("pets", None)
    };
    let here = |count: usize| -> Vec<Entry> {
        (0..count)
            .map(|at| made(&format!("table{at}"), None))
            .collect()
    };
    let told = |left: &[Entry], place: Option<&Place>| {
        let finding = leftovers(left, place, " --profile lab", 30 * HOUR);
        let next = finding.next.unwrap_or_default();
        format!("{:?} {}\n  → {next}", finding.verdict, finding.words)
    };
    let place = place();
    let all = [
        told(&[], Some(&place)),
        told(&here(2), Some(&place)),
        told(&here(7), Some(&place)),
        told(std::slice::from_ref(&elsewhere), Some(&place)),
        told(&[here(1), vec![elsewhere]].concat(), Some(&place)),
        told(&here(1), None),
        told(&[here(1), deployed()].concat(), Some(&place)),
    ];
    insta::assert_snapshot!(all.join("\n"));
}

#[test]
fn clocks_that_are_apart_are_told_and_too_far_apart_refused() {
    let verdict = |now, service| clock_words(now, service)[0].verdict;
    let minute = 60_000;
    assert_eq!(verdict(10 * minute, Some(10 * minute)), Verdict::Good);
    assert_eq!(verdict(10 * minute, Some(9 * minute + 1)), Verdict::Good);
    assert_eq!(verdict(10 * minute, Some(8 * minute)), Verdict::Warning);
    assert_eq!(verdict(10 * minute, Some(5 * minute)), Verdict::Stop);
    assert_eq!(verdict(10 * minute, Some(16 * minute)), Verdict::Stop);
    assert_eq!(verdict(10 * minute, None), Verdict::Warning);
}

#[test]
fn plain_http_to_another_machine_is_warned_of() {
    let told = |url| {
        let finding = endpoint(url);
        format!("{:?} {}", finding.verdict, finding.words)
    };
    let all = [
        None,
        Some("http://127.0.0.1:8000"),
        Some("https://vpce-1.dynamodb.us-east-1.vpce.amazonaws.com/"),
        Some("http://10.0.0.5:8000"),
        Some("http://me:planted@10.0.0.5:8000"),
        Some("https://10.0.0.5/?token=planted"),
        Some("dynamodb"),
        Some("https://\u{1b}[2J"),
    ]
    .map(told);
    assert!(!all.join("\n").contains("planted"));
    insta::assert_snapshot!(all.join("\n"));
}

#[test]
fn what_is_refused_unknown_and_allowed() {
    let refused = |action: &str| {
        let words = "User: rachel is not authorized".to_owned();
        (action.to_owned(), Permission::Refused(words))
    };
    let allowed = |action: &str| (action.to_owned(), Permission::Allowed);
    let unknown = |action: &str| (action.to_owned(), Permission::Unknown(String::new()));
    let told = |asked: &[(String, Permission)]| {
        let found = permission_words(asked, "dynatour-probe-7");
        let lines: Vec<String> = found
            .iter()
            .map(|finding| format!("{:?} {}", finding.verdict, finding.words))
            .collect();
        lines.join("\n")
    };
    let all = [
        told(&[allowed("Scan"), allowed("Query")]),
        told(&[allowed("Scan"), unknown("CreateTable")]),
        told(&[refused("Scan"), allowed("Query")]),
        told(&[refused("DeleteTable"), unknown("TagResource")]),
    ];
    insta::assert_snapshot!(all.join("\n\n"));
}

#[test]
fn a_region_is_another_one_only_where_a_lesson_has_its_own() {
    let of = |name, lesson| region_words(name, RegionFrom::Flag, false, lesson);
    let other = of("eu-central-1", Some("us-east-1"));
    assert_eq!(other.verdict, Verdict::Warning);
    assert!(other.words.contains("The lesson is written for us-east-1"));
    assert_eq!(of("us-east-1", Some("us-east-1")).verdict, Verdict::Good);
    let alone = of("eu-central-1", None);
    assert_eq!((alone.verdict, &alone.next), (Verdict::Good, &None));
    assert!(!alone.words.contains("lesson"), "{}", alone.words);
    assert!(alone.words.contains("times as much"), "{}", alone.words);
    let usual = region_words("us-east-1", RegionFrom::Lesson, false, None);
    assert!(!usual.words.contains("lesson"), "{}", usual.words);
    assert_eq!(of("us-esat-1", None).verdict, Verdict::Stop);
}
