//! `dynatour traffic`: real requests against limits, as text and on the screen.

use serde_json::Value;

use crate::program::dynatour;
use crate::pty::Terminal;

#[test]
fn the_same_traffic_is_told_for_both_keys_and_every_time_alike() {
    let arguments = [
        "traffic", "--plain", "--rate", "1040", "--key", "date", "--fix", "sharded",
    ];
    let said = dynatour(&arguments);
    assert_eq!((said.code, said.err.as_str()), (0, ""));
    let (date, sharded) = said
        .out
        .split_once("key day_part / at")
        .expect("both keys are told");
    assert!(date.contains("key day / at"), "{date}");
    assert!(date.contains("for day \"2026-03-14\""), "{date}");
    assert!(date.contains("were refused; after 2 splits"), "{date}");
    assert!(
        sharded.contains("None of 624,000 writes were refused"),
        "{sharded}"
    );
    let again = dynatour(&["traffic", "--plain", "--rate", "1040", "--key", "sharded"]);
    assert!(again.out.ends_with(sharded), "{}", again.out);
}

#[test]
fn json_has_every_slice_and_sums_that_agree() {
    let said = dynatour(&["traffic", "--json", "--rate", "200", "--provisioned", "100"]);
    assert_eq!((said.code, said.err.as_str()), (0, ""));
    let run: Value = serde_json::from_str(&said.out).unwrap();
    let slices = run["slices"].as_array().unwrap();
    assert_eq!(slices.len(), 120);
    assert_eq!(run["asked"], 120_000);
    let refused: u64 = slices
        .iter()
        .flat_map(|slice| slice["refused"].as_object().unwrap().values())
        .map(|rate| rate.as_u64().unwrap() * 5)
        .sum();
    assert_eq!(run["refused"], refused);
    assert_eq!(run["served"].as_u64().unwrap() + refused, 120_000);
    let saved = |slice: usize| slices[slice]["saved_units"].as_f64().unwrap();
    assert!(
        saved(0) > saved(30) && saved(30) > saved(59),
        "the reserve drains"
    );
}

#[test]
fn what_can_t_be_simulated_is_said() {
    for (arguments, words) in [
        (&["--rate", "0"][..], "from 20 to 8,000"),
        (&["--rate", "1000000"], "1,000,000 writes a second"),
        (&["--reads", "--provisioned", "1"], "from 60 to 24,000"),
        (&["--rate", "many"], "invalid value 'many'"),
        (&["--key", "country"], "invalid value 'country'"),
        (
            &["--endpoint-url", "http://127.0.0.1:1"],
            "never on a server",
        ),
    ] {
        let said = dynatour(&[&["traffic", "--plain"], arguments].concat());
        assert_eq!(said.code, 2, "{arguments:?}");
        assert!(said.err.contains(words), "{arguments:?}: {}", said.err);
        assert_eq!(said.out, "");
    }
}

#[test]
fn it_opens_from_where_an_item_lives_and_goes_back_there() {
    let home = tempfile::tempdir().unwrap();
    let mut terminal = Terminal::start(80, 24, home.path(), &["hash"]);
    terminal.until("Where an item lives").press("T");
    terminal.until("How many of the requests").press("e");
    terminal.press("\u{15}0\r").until("can't be simulated here");
    terminal.press("\u{1b}").until("Where an item lives");
    terminal.press("q");
    assert!(terminal.end().success());
}
