//! Races on tables that really hold their items.

use std::sync::Mutex as Lock;
use std::sync::atomic::{AtomicU64, Ordering};

use super::super::tests::{outside, run_now};
use super::growth::run_growth;
use super::*;
use crate::lesson::ask::Way;
use crate::scene;
use crate::scene::race::{Figures, Script, Side};

pub(super) fn demo(items: u64) -> RaceDemo {
    let mut demo = RaceDemo {
        id: "race".to_owned(),
        questions: Vec::new(),
        table: "pets_by_person".to_owned(),
        partition_key: "person".to_owned(),
        sort_key: Some("pet".to_owned()),
        partitions: 4,
        items,
        per_key: 3,
        key: "Rachel".to_owned(),
        round_trip: 5,
        place: Place::default(),
    };
    demo.questions = vec![demo.question("Which pets live with Rachel?")];
    demo
}

fn race(items: u64, left: Way, right: Way) -> RaceRun {
    let demo = demo(items);
    RaceRun {
        left: Ask::about(left, &demo, "Rachel"),
        right: Ask::about(right, &demo, "Rachel"),
        demo,
    }
}

const QUIET: Watch<'static> = Watch {
    report: &|_| {},
    stop: &|| false,
};

fn done(run: &RaceRun) -> RaceReport {
    run_now(run_race(run, &Scratch::default(), &outside(), QUIET)).unwrap()
}

fn script(report: &RaceReport) -> Script {
    assert_eq!(report.refusal(), None);
    Script::new(report.left.traces(), report.right.traces()).unwrap()
}

fn ends(report: &RaceReport) -> [Figures; 2] {
    let script = script(report);
    Side::BOTH.map(|side| script.figures(side, script.timeline().moments()))
}

#[test]
fn both_ways_find_the_same_items() {
    let report = done(&race(10_000, Way::Query, Way::Scan));
    let [query, scan] = ends(&report);
    assert_eq!((query.returned, query.examined), (3, 3));
    assert_eq!((scan.returned, scan.examined), (3, 10_000));
    assert!(scan.pages > 1, "a megabyte does not hold them all");
    let script = script(&report);
    let end = script.frame(scene::Position::stop(script.timeline().moments()));
    let sum = |stretches: &[scene::race::Stretch]| -> u64 {
        stretches
            .iter()
            .map(|stretch| stretch.to - stretch.from)
            .sum()
    };
    for lane in &end.right.lanes {
        assert_eq!(
            sum(&lane.examined),
            lane.items,
            "a scan leaves nothing out and reads nothing twice"
        );
        assert_eq!(sum(&lane.hits), lane.returned, "what came back is seen");
    }
}

#[test]
fn every_way_can_be_run_against_every_other() {
    let scratch = Scratch::default();
    for left in Way::ALL {
        for right in Way::ALL {
            let run = race(300, left, right);
            let report = run_now(run_race(&run, &scratch, &outside(), QUIET)).unwrap();
            let [left_end, right_end] = ends(&report);
            let expected = |way| match way {
                Way::Get | Way::Index => 1,
                Way::Range => 2,
                _ => 3,
            };
            assert_eq!(left_end.returned, expected(left), "{left:?}");
            assert_eq!(right_end.returned, expected(right), "{right:?}");
        }
    }
}

#[test]
fn a_parallel_scan_reads_the_same_in_fewer_round_trips() {
    let [scan, parallel] = ends(&done(&race(20_000, Way::Scan, Way::Parallel)));
    assert_eq!(scan.examined, parallel.examined);
    assert!(parallel.round_trips < scan.round_trips);
    assert!(
        parallel.read >= scan.read,
        "each segment rounds up for itself"
    );
}

#[test]
fn a_consistent_read_costs_twice_as_much() {
    let mut run = race(1_000, Way::Scan, Way::Scan);
    run.right.consistent = true;
    let [eventual, strong] = ends(&done(&run));
    assert_eq!(strong.read.halves(), 2 * eventual.read.halves());
}

#[test]
fn a_projection_saves_nothing() {
    let [whole, projected] = ends(&done(&race(2_000, Way::Scan, Way::Projection)));
    assert_eq!((whole.read, whole.bytes), (projected.read, projected.bytes));
}

#[test]
fn an_index_makes_a_scan_a_query() {
    let scratch = Scratch::default();
    let mut run = race(2_000, Way::Scan, Way::Scan);
    run.left.filter = "kind = \"cat\" AND born >= \"2015\"".to_owned();
    run.right = run.left.clone();
    let before = run_now(run_race(&run, &scratch, &outside(), QUIET)).unwrap();
    run.left = run.right.turned(Way::Index, &run.right.whole(), &run.demo);
    run.left.index = IndexKey {
        partition: "kind".to_owned(),
        sort: Some("born".to_owned()),
    };
    let after = run_now(run_race(&run, &scratch, &outside(), QUIET)).unwrap();
    let ([scan, _], [query, _]) = (ends(&before), ends(&after));
    assert_eq!(query.returned, scan.returned);
    assert_eq!(query.examined, query.returned, "nothing is read in vain");
    assert!(query.read < scan.read);
    assert_eq!(
        after.left.rounds[0][0].trace.index.as_deref(),
        Some("by_kind_and_born")
    );

    // The wrong key makes no query, and the service says which attribute is missed.
    run.left.key = "kind = \"cat\"".to_owned();
    run.left.index = IndexKey {
        partition: "chip".to_owned(),
        sort: None,
    };
    let wrong = run_now(run_race(&run, &scratch, &outside(), QUIET)).unwrap();
    assert!(
        wrong.refusal().is_some_and(|why| why.contains("chip")),
        "{:?}",
        wrong.refusal()
    );
}

#[test]
fn an_error_in_a_condition_is_the_services_own() {
    let mut run = race(100, Way::Query, Way::Scan);
    run.right.filter = "person === \"Rachel\"".to_owned();
    let report = done(&run);
    let why = report.refusal().unwrap();
    assert!(
        why.starts_with("ValidationException: Invalid FilterExpression: Syntax error"),
        "{why}"
    );
}

#[test]
fn another_question_is_asked_to_the_same_table() {
    let (scratch, built) = (Scratch::default(), AtomicU64::new(0));
    let report = |answer: Answer| {
        if matches!(&answer, Answer::Working { done: 0, what, .. } if what == "items put") {
            built.fetch_add(1, Ordering::Relaxed);
        }
    };
    let watch = Watch {
        report: &report,
        stop: &|| false,
    };
    for key in ["Rachel", "Nobody"] {
        let mut run = race(100, Way::Query, Way::Scan);
        run.left = Ask::about(Way::Query, &run.demo, key);
        let done = run_now(run_race(&run, &scratch, &outside(), watch)).unwrap();
        let [query, _] = ends(&done);
        assert_eq!(query.returned, if key == "Rachel" { 3 } else { 0 });
    }
    assert_eq!(built.into_inner(), 1);
}

#[test]
fn work_that_was_stopped_leaves_no_table() {
    let scratch = Scratch::default();
    let calls = AtomicU64::new(0);
    let stop = || calls.fetch_add(1, Ordering::Relaxed) >= 2;
    let watch = Watch {
        report: &|_| {},
        stop: &stop,
    };
    let run = race(50_000, Way::Query, Way::Scan);
    let stopped = run_now(run_race(&run, &scratch, &outside(), watch));
    assert!(matches!(stopped, Err(RunError::Stopped)));
    assert!(scratch.0.into_inner().is_none());
}

#[test]
fn a_table_that_memory_does_not_hold_is_not_begun() {
    let scratch = Scratch::default();
    let small = race(1_000, Way::Query, Way::Scan);
    let tight = Outside {
        memory: Arc::new(|| Some(1_000_000)),
        ..outside()
    };
    run_now(run_race(&small, &scratch, &tight, QUIET)).unwrap();
    let large = race(1_000_000, Way::Query, Way::Scan);
    let error = run_now(run_race(&large, &scratch, &tight, QUIET)).unwrap_err();
    assert!(matches!(error, RunError::Memory { .. }), "{error}");
    assert!(
        scratch.0.into_inner().is_some(),
        "the table before is still there"
    );
    let none = race(0, Way::Query, Way::Scan);
    let error = run_now(run_race(&none, &Scratch::default(), &tight, QUIET)).unwrap_err();
    assert!(error.to_string().contains("1 to 1,000,000"), "{error}");
}

#[test]
fn growth_is_measured_on_tables_of_each_size() {
    let sizes = Lock::new(Vec::new());
    let report = |answer: Answer| {
        if let Answer::Working {
            done: 0,
            total,
            what,
        } = answer
            && what == "items put"
        {
            sizes.lock().unwrap().push(total);
        }
    };
    let watch = Watch {
        report: &report,
        stop: &|| false,
    };
    let run = race(10, Way::Query, Way::Scan);
    let points = run_now(run_growth(&run, &[1, 10, 100, 3_000], &outside(), watch)).unwrap();
    assert_eq!(
        *sizes.lock().unwrap(),
        [10, 100, 3_000],
        "one item is not three"
    );
    let costs: Vec<(u64, u64)> = points
        .iter()
        .map(|point| (point.left.read.halves(), point.right.examined))
        .collect();
    assert_eq!(costs, [(1, 10), (1, 100), (1, 3_000)]);
    let mut wrong = run;
    wrong.right.filter = "person =".to_owned();
    let error = run_now(run_growth(&wrong, &[10], &outside(), QUIET)).unwrap_err();
    assert!(error.to_string().contains("FilterExpression"), "{error}");
}

#[test]
fn a_server_is_needed_to_measure_on() {
    let (_, target) = scratch(4, &outside()).unwrap();
    let error = run_now(elsewhere::measure(
        &race(10, Way::Query, Way::Scan),
        &target,
        QUIET,
    ));
    assert!(matches!(error, Err(RunError::NoServer)));
}
