//! What is typed, and what is asked for it.

use clap::Parser as _;

use super::arguments::Race;
use crate::cli::arguments::{Arguments, Command};
use crate::lesson::ask::Way;

fn typed(arguments: &[&str]) -> Race {
    let all = [&["dynatour", "race"], arguments].concat();
    match Arguments::try_parse_from(all).unwrap().command {
        Some(Command::Race(race)) => *race,
        other => panic!("{other:?}"),
    }
}

#[test]
fn alone_it_is_the_question_of_the_lesson() {
    let run = typed(&[]).run();
    assert_eq!(run.question(), Some("Which pets live with Rachel?"));
}

#[test]
fn both_sides_take_ways_and_conditions() {
    let run = typed(&[
        "--left",
        "index",
        "--index",
        "kind, born",
        "--right",
        "parallel",
        "--segments",
        "8",
        "--right-filter",
        "kind = 'cat'",
        "--right-consistent",
    ])
    .run();
    assert_eq!(
        (run.left.way, run.left.key.as_str()),
        (Way::Index, "kind = 'cat'")
    );
    assert_eq!(run.left.index.name(), "by_kind_and_born");
    assert_eq!((run.right.segments, run.right.consistent), (8, true));
    let other = typed(&["--key", "Ada 1"]).run();
    assert_eq!(other.left.key, "person = \"Ada 1\"");
    assert_eq!(other.question(), None);
}

#[test]
fn what_is_no_way_and_no_number_is_refused() {
    for wrong in [
        ["--left", "guess"],
        ["--segments", "0"],
        ["--segments", "17"],
        ["--round-trip", "0"],
        ["--items", "many"],
    ] {
        let all = [&["dynatour", "race"], wrong.as_slice()].concat();
        assert!(Arguments::try_parse_from(all).is_err(), "{wrong:?}");
    }
}
