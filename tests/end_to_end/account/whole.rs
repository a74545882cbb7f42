//! The lesson and its cleanup, beside tables of somebody else.

use serde_json::Value;

use super::learner::{KEY, Learner, REGION, told};
use crate::aws::Aws;
use crate::services::call::Service;

/// What on-demand tables of a lesson may serve at most, in units a second. A lesson needs a handful.
const SMALL: std::ops::RangeInclusive<u64> = 1..=300;

fn failures(out: &str) -> Vec<&str> {
    out.lines()
        .filter(|line| line.starts_with("FAILED"))
        .collect()
}

#[test]
fn the_whole_lesson_runs_and_cleanup_leaves_nothing_of_ours_and_all_that_was_not() {
    let aws = Aws::start();
    for (region, table) in [
        (REGION, "payroll"),
        (REGION, "dynatour-people"),
        ("eu-central-1", "pets"),
    ] {
        aws.foreign_table(region, table);
    }
    let before = aws.dump_of_others(KEY);
    let learner = Learner::new();
    let said = learner.lesson(&aws);
    assert_eq!(
        (said.code, failures(&said.out)),
        (0, vec![]),
        "{}",
        said.err
    );
    assert!(
        said.out.contains("AWS 111122223333 us-east-1"),
        "{}",
        said.out
    );
    let cleaned = learner.cleanup(&aws);
    assert_eq!(cleaned.code, 0, "{}", told(&cleaned));

    assert_eq!(aws.made_by(KEY), Vec::<String>::new());
    assert_eq!(aws.dump_of_others(KEY), before);
    aws.nobody_trespassed();
    every_table_is_tagged_and_small(&aws);
    // Everything was sent with the learner's key, to the region that was shown.
    for call in aws.calls() {
        assert_eq!(
            (call.access_key.as_str(), call.region.as_str()),
            (KEY, REGION),
            "{call:?}"
        );
    }
}

/// Each table that was made says whose it is, costs nothing while nobody uses it, and can't be used much.
fn every_table_is_tagged_and_small(aws: &Aws) {
    let mut calls = aws.calls();
    calls.retain(|call| call.operation == "CreateTable" && call.status == Some(200));
    assert!(calls.len() >= 5, "the lesson makes five tables");
    let mut runs: Vec<String> = Vec::new();
    for call in calls {
        let body = &call.body;
        assert_eq!(body["BillingMode"], "PAY_PER_REQUEST", "{body}");
        let tag = |key: &str| {
            let tags = body["Tags"].as_array().unwrap();
            let tag = tags.iter().find(|tag| tag["Key"] == key);
            let tag = tag.unwrap_or_else(|| panic!("no {key}: {body}"));
            tag["Value"].as_str().unwrap().to_owned()
        };
        assert_eq!(tag("dynatour:made-by"), "dynatour");
        runs.push(tag("dynatour:run"));
        let indexes = body["GlobalSecondaryIndexes"].as_array();
        for limited in indexes.into_iter().flatten().chain([body]) {
            for most in ["MaxReadRequestUnits", "MaxWriteRequestUnits"] {
                let most = limited["OnDemandThroughput"][most].as_u64();
                assert!(most.is_some_and(|most| SMALL.contains(&most)), "{body}");
            }
        }
    }
    runs.dedup();
    assert_eq!(runs.len(), 1, "one run has one id: {runs:?}");
    assert!(runs[0].len() == 16 && runs[0].bytes().all(|byte| byte.is_ascii_hexdigit()));
}

/// The crash test leaves the demonstrations out, which is right only if they send nothing.
#[test]
fn demonstrations_send_nothing_to_an_account() {
    let sent = |learner: &Learner| {
        let aws = Aws::start();
        let said = learner.lesson(&aws);
        assert_eq!(said.code, 0, "{}", told(&said));
        let calls = aws.calls().into_iter();
        // What is looked at before is asked in no order.
        let calls = calls.skip_while(|call| call.operation != "CreateTable" || call.probes());
        let told = calls.map(|call| format!("{} {:?}", call.operation, call.tables));
        told.collect::<Vec<_>>()
    };
    let without = sent(&Learner::new());
    assert_eq!(sent(&Learner::thorough()), without);
    assert!(without.len() > 80, "{}", without.len());
}

/// Cleaning up again finds nothing and changes nothing; a dry run never changes anything.
#[test]
fn cleanup_can_be_repeated_and_a_dry_run_only_tells() {
    let aws = Aws::start();
    let learner = Learner::new();
    learner.broken_off(&aws);
    let left = aws.made_by(KEY);
    let changes = aws.changing_calls().len();

    let dry = learner.run(&aws, &["cleanup", "--dry-run"]);
    assert_eq!(dry.code, 0, "{}", told(&dry));
    for table in &left {
        let (_, name) = table.split_once(' ').unwrap();
        assert!(dry.out.contains(name), "{name}: {}", dry.out);
    }
    assert_eq!(
        (aws.made_by(KEY), aws.changing_calls().len()),
        (left, changes)
    );

    for _ in 0..2 {
        let cleaned = learner.cleanup(&aws);
        assert_eq!(cleaned.code, 0, "{}", told(&cleaned));
        assert_eq!(aws.made_by(KEY), Vec::<String>::new());
    }
    aws.nobody_trespassed();
    let deleted = aws.changing_calls().len() - changes;
    let calls = aws.calls();
    let last = calls.last().unwrap();
    assert_ne!(last.service, Service::Credentials);
    assert!(deleted >= 3, "{deleted}");
    assert!(
        calls
            .iter()
            .all(|call| call.body != Value::Null || call.service != Service::DynamoDb)
    );
}
