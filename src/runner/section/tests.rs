use serde_json::json;

use super::*;
use crate::app::effect::{Answer, Effect, EffectRequest, RequestId};
use crate::learner::progress::{Change as Mark, PageRef};
use crate::learner::store::Store;
use crate::lesson::SourceFile;
use crate::lesson::model::Request;
use crate::runner::Outside;
use crate::simulator::Timestamp;
use crate::target::guard::Watch;

const LESSON: &str = "+++\ntitle = \"T\"\nsession = \"99\"\nsummary = \"s\"\ncourse = \"c\"\nregion = \"us-east-1\"\n+++\n";

/// Three sections: one makes a table, one puts an item and changes it, one deletes the table.
fn lesson() -> Lesson {
    let section = |body: &str| format!("+++\ntitle = \"S\"\nminutes = 1\n+++\n\n{body}\n");
    let step = |operation: &str, id: &str, body: &str| {
        format!("```request {operation} id={id}\n{body}\n```\n\n<!-- pause -->\n\n")
    };
    let make = step(
        "CreateTable",
        "make",
        r#"{"TableName": "pets", "BillingMode": "PAY_PER_REQUEST",
            "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}],
            "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}]}"#,
    );
    let fill = step(
        "PutItem",
        "put",
        r#"{"TableName": "pets", "Item": {"id": {"S": "1"}}, "ReturnConsumedCapacity": "TOTAL"}"#,
    ) + &step(
        "UpdateItem",
        "change",
        r#"{"TableName": "pets", "Key": {"id": {"S": "1"}}, "UpdateExpression": "SET age = :a",
            "ExpressionAttributeValues": {":a": {"N": "3"}}, "ReturnConsumedCapacity": "TOTAL"}"#,
    );
    let clean = step("DeleteTable", "drop", r#"{"TableName": "pets"}"#);
    let files = [
        SourceFile::new("99-t/lesson.md", LESSON),
        SourceFile::new("99-t/01-make.md", section(&make)),
        SourceFile::new("99-t/02-fill.md", section(&fill)),
        SourceFile::new("99-t/03-clean.md", section(&clean)),
    ];
    crate::lesson::parse(&files).unwrap()
}

fn outside(directory: &std::path::Path) -> Outside {
    Outside {
        clock: Arc::new(|| Timestamp::from_millis(1_800_000_000_000)),
        stopwatch: None,
        memory: Arc::new(|| None),
        chance: Arc::new(|| Ok([7; 16])),
        exports: directory.join("exports"),
    }
}

fn runner(directory: &std::path::Path) -> Runner {
    let store = Arc::new(Store::open(directory).unwrap());
    Runner::simulated([lesson()].into(), Some(store), outside(directory)).unwrap()
}

async fn send(runner: &Runner, operation: &str, body: Value) {
    let request = Request {
        operation: operation.into(),
        body,
    };
    let watch = crate::target::guard::Watch::nobody();
    let exchange = super::super::requests::send(&runner.target().await, &request, watch).await;
    assert!(exchange.succeeded(), "{:?}", exchange.outcome);
}

async fn pets(runner: &Runner) -> Vec<Value> {
    runner.grid("pets", 10).await.unwrap().items
}

fn own_table() -> Value {
    json!({"TableName": "mine", "BillingMode": "PAY_PER_REQUEST",
        "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}],
        "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}]})
}

#[tokio::test]
async fn a_section_is_built_once_and_is_there_after_a_restart() {
    let directory = tempfile::tempdir().unwrap();
    {
        let runner = runner(directory.path());
        send(&runner, "CreateTable", own_table()).await;
        let report = runner.open_section("99-t", "clean").await.unwrap();
        assert_eq!((report.replayed, report.archive), (3, None));
        assert_eq!(pets(&runner).await[0]["age"], json!({"N": "3"}));
        let again = runner.open_section("99-t", "clean").await.unwrap();
        assert_eq!(again.replayed, 0, "what is there is not built again");
    }
    let runner = runner(directory.path());
    assert_eq!(pets(&runner).await.len(), 1);
    let names: Vec<String> = runner
        .tables()
        .await
        .unwrap()
        .into_iter()
        .map(|table| table.name)
        .collect();
    assert_eq!(names, ["mine", "pets"], "the learner's own table stays");
}

#[tokio::test]
async fn what_the_learner_had_is_archived_when_something_is_missing() {
    let directory = tempfile::tempdir().unwrap();
    let runner = runner(directory.path());
    runner.open_section("99-t", "fill").await.unwrap();
    let put = json!({"TableName": "pets", "Item": {"id": {"S": "mine"}}});
    send(&runner, "PutItem", put).await;

    let report = runner.open_section("99-t", "clean").await.unwrap();
    assert_eq!(report.replayed, 3);
    assert_eq!(report.archive.as_deref(), Some("1"));
    assert_eq!(pets(&runner).await.len(), 1);
    let store = runner.store().unwrap();
    let archived = store
        .archived(crate::learner::archive::ArchiveId(1))
        .unwrap();
    assert!(archived.tables.iter().any(|change| matches!(
        change,
        Change::PutItem { item, .. } if item["id"] == json!({"S": "mine"})
    )));
}

#[tokio::test]
async fn who_was_in_the_section_keeps_what_was_changed_there() {
    let directory = tempfile::tempdir().unwrap();
    let runner = runner(directory.path());
    runner.open_section("99-t", "clean").await.unwrap();
    let seen = Mark::Seen(PageRef {
        section: "clean".into(),
        page: 0,
    });
    runner.store().unwrap().keep("99-t", &seen).unwrap();
    let delete = json!({"TableName": "pets", "Key": {"id": {"S": "1"}}});
    send(&runner, "DeleteItem", delete).await;
    let report = runner.open_section("99-t", "clean").await.unwrap();
    assert_eq!((report.replayed, report.archive), (0, None));

    // The table was deleted by the section's own step, so it is not missing.
    send(&runner, "DeleteTable", json!({"TableName": "pets"})).await;
    let done = Mark::Done("drop".into());
    runner.store().unwrap().keep("99-t", &done).unwrap();
    let report = runner.open_section("99-t", "clean").await.unwrap();
    assert_eq!(report.replayed, 0);
}

#[tokio::test]
async fn a_reset_of_a_section_puts_its_beginning_back() {
    let directory = tempfile::tempdir().unwrap();
    let runner = runner(directory.path());
    runner.open_section("99-t", "clean").await.unwrap();
    for id in ["make", "put", "change"] {
        let done = Mark::Done(id.into());
        runner.store().unwrap().keep("99-t", &done).unwrap();
    }
    let report = runner.reset("99-t", Some("fill")).await.unwrap();
    assert_eq!(report.archive.as_deref(), Some("1"));
    assert_eq!(pets(&runner).await, Vec::<Value>::new());
    let progress = runner.store().unwrap().progress("99-t").unwrap();
    assert_eq!(progress.done.into_iter().collect::<Vec<_>>(), ["make"]);

    let report = runner.reset("99-t", None).await.unwrap();
    assert_eq!(report.archive.as_deref(), Some("2"));
    assert!(runner.tables().await.unwrap().is_empty());
}

#[tokio::test]
async fn effects_are_carried_out_and_kept() {
    let directory = tempfile::tempdir().unwrap();
    let runner = runner(directory.path());
    let ask = async |effect| {
        let request = EffectRequest {
            id: RequestId(1),
            effect,
        };
        runner.carry_out(request, &|_| ()).await.unwrap()
    };
    let lesson = lesson();
    let step = steps(&lesson.sections[1]).next().unwrap().clone();
    let run = |step: &Step| Effect::RunStep {
        lesson: "99-t".into(),
        seeds: Vec::new(),
        step: Box::new(step.clone()),
    };
    let Answer::Step(report) = ask(run(&step)).await else {
        panic!("a step answers with its report");
    };
    assert_eq!(report.failures.len(), 1, "the table is not there yet");
    let open = Effect::OpenSection {
        lesson: "99-t".into(),
        section: "fill".into(),
    };
    assert!(matches!(ask(open).await, Answer::SectionReady(_)));
    let Answer::Step(report) = ask(run(&step)).await else {
        panic!("a step answers with its report");
    };
    assert_eq!(report.failures, []);
    assert_eq!(report.exchange.trace.unwrap().table, "pets");

    let save = Effect::Save {
        lesson: "99-t".into(),
        change: Mark::Done("put".into()),
    };
    assert_eq!(ask(save).await, Answer::Saved);
    let progress = runner.store().unwrap().progress("99-t").unwrap();
    assert!(progress.done.contains("put"));

    let Answer::Exported { path } = ask(Effect::Copy {
        name: "put.json".into(),
        text: "{}".into(),
    })
    .await
    else {
        panic!("a copy answers with its path");
    };
    assert_eq!(std::fs::read_to_string(path).unwrap(), "{}");

    let unknown = Effect::OpenSection {
        lesson: "99-t".into(),
        section: "nowhere".into(),
    };
    let Answer::Failed { why } = ask(unknown).await else {
        panic!("a section that isn't there fails");
    };
    assert!(why.contains("nowhere"), "{why}");
}

#[tokio::test]
async fn a_seed_without_its_table_says_what_to_do() {
    let directory = tempfile::tempdir().unwrap();
    let runner = runner(directory.path());
    let seed = crate::lesson::model::Seed {
        table: "pets".into(),
        items: vec![json!({"id": {"S": "1"}})],
        place: crate::lesson::model::Place::default(),
    };
    let target = runner.target().await;
    let error = super::super::requests::put_seeds(&target, &[seed], Watch::nobody())
        .await
        .unwrap_err();
    assert!(
        error.to_string().contains("R starts the section over"),
        "{error}"
    );
}

/// A store that refuses (a full disk, say) refuses the write itself: it is not acknowledged.
#[tokio::test]
async fn what_cannot_be_kept_is_not_acknowledged() {
    struct Refuses;
    impl crate::simulator::journal::Journal for Refuses {
        fn record(&self, _: &[Change]) -> Result<(), crate::simulator::journal::JournalError> {
            Err(crate::simulator::journal::JournalError(
                "the disk is full".into(),
            ))
        }
    }
    let directory = tempfile::tempdir().unwrap();
    let simulator = Simulator::new(settings(
        &outside(directory.path()),
        Some(Arc::new(Refuses)),
    ));
    let target = Target::simulated(Arc::new(simulator), outside(directory.path()).clock);
    let body = serde_json::to_vec(&own_table()).unwrap();
    let exchange = target.send("CreateTable", &body).await;
    let crate::target::exchange::Outcome::ServiceError { code, message } = exchange.outcome else {
        panic!("{:?}", exchange.outcome);
    };
    assert_eq!(code, "InternalServerError");
    assert!(message.contains("the disk is full"), "{message}");
    assert!(table_names(&target).await.unwrap().is_empty());
}

async fn go_on(runner: &Runner, section: &str, page: usize) -> SectionReport {
    runner.go_on_simulated("99-t", section, page).await.unwrap()
}

/// On a server that nobody answers, as after an account's network is gone.
fn elsewhere(directory: &std::path::Path) -> Runner {
    let store = Arc::new(Store::open(directory).unwrap());
    let nowhere = crate::transport::endpoint::Loopback::parse("http://127.0.0.1:9").unwrap();
    let target = Target::endpoint(&nowhere);
    Runner::on([lesson()].into(), target, Some(store), outside(directory))
}

#[tokio::test]
async fn whoever_goes_on_simulated_finds_what_the_page_needs() {
    let directory = tempfile::tempdir().unwrap();
    let runner = elsewhere(directory.path());
    assert!(runner.target().await.simulator().is_none());
    // The second page of the section that fills: its first step has been made, its second has not.
    let report = go_on(&runner, "fill", 1).await;
    assert_eq!((report.replayed, report.archive), (2, None));
    assert!(runner.target().await.simulator().is_some());
    let items = pets(&runner).await;
    assert_eq!(items, [json!({"id": {"S": "1"}})]);
    let again = go_on(&runner, "fill", 1).await;
    assert_eq!(again.archive, None, "what serves is left as it is");
}

#[tokio::test]
async fn going_on_simulated_archives_what_is_in_the_way() {
    let directory = tempfile::tempdir().unwrap();
    {
        let runner = runner(directory.path());
        send(&runner, "CreateTable", own_table()).await;
        runner.open_section("99-t", "clean").await.unwrap();
    }
    let runner = elsewhere(directory.path());
    // The page that makes the table: one that is there already would refuse it.
    let report = go_on(&runner, "make", 0).await;
    assert_eq!(report.archive.as_deref(), Some("1"));
    let tables = runner.tables().await.unwrap();
    let names: Vec<String> = tables.into_iter().map(|table| table.name).collect();
    assert_eq!(names, ["mine"], "the learner's own table stays");
}
