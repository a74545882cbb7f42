//! What is asked for or found that is not right: a clear message, nothing made, nothing deleted.

use std::net::TcpListener;
use std::path::Path;

use super::learner::{KEY, LESSON, Learner, REGION, told};
use crate::aws::Aws;
use crate::aws::fault::{Fault, When};
use crate::program::{answered, run};
use redb::{ReadableDatabase as _, ReadableTableMetadata as _};

/// Nothing was changed on the account, whatever was asked.
fn nothing_happened(aws: &Aws, what: &str) {
    assert_eq!(
        aws.changing_calls().len(),
        0,
        "{what}: {:?}",
        aws.changing_calls()
    );
}

fn lesson_with<'a>(more: &[&'a str]) -> Vec<&'a str> {
    [&LESSON[..], more].concat()
}

#[test]
fn an_absurd_ceiling_is_refused_before_anything_is_sent() {
    let aws = Aws::start();
    let learner = Learner::new();
    for amount in [
        "-1",
        "0",
        "0.00",
        "1e9",
        "1000000000",
        "abc",
        "",
        "NaN",
        "inf",
        "0x1",
        "1,5",
    ] {
        let said = learner.run(&aws, &lesson_with(&["--max-cost", amount]));
        assert_eq!(said.code, 2, "{amount:?}: {}", told(&said));
        assert!(said.err.contains("--max-cost"), "{amount:?}: {}", said.err);
    }
    assert_eq!(aws.calls().len(), 0);
}

#[test]
fn what_the_configuration_does_not_have_is_named() {
    let aws = Aws::start();
    let learner = Learner::new();
    let said = learner.run(&aws, &lesson_with(&["--profile", "nobody"]));
    assert_eq!(said.code, 2, "{}", told(&said));
    assert!(told(&said).contains("nobody"), "{}", told(&said));

    // A server on this machine may have regions of its own. AWS has not: where it would be asked there is no way out of here.
    for (wrong, near) in [("us-esat-1", Some("us-east-1")), ("mars", None), ("", None)] {
        let nowhere = TcpListener::bind("127.0.0.1:0").unwrap();
        nowhere.set_nonblocking(true).unwrap();
        let mut command = learner.command(&aws, &lesson_with(&["--region", wrong]));
        command.env_remove("AWS_ENDPOINT_URL");
        command.env(
            "HTTPS_PROXY",
            format!("http://{}", nowhere.local_addr().unwrap()),
        );
        let said = run(&mut command);
        let words = told(&said);
        assert_eq!(said.code, 2, "{wrong}: {words}");
        assert!(words.contains(wrong), "{words}");
        assert!(near.is_none_or(|near| words.contains(near)), "{words}");
        assert!(nowhere.accept().is_err(), "{wrong}: something was sent");
    }
    nothing_happened(&aws, "a wrong name");

    // Nobody at all.
    let mut command = crate::program::program(learner.home());
    command
        .envs(learner.without_credentials(&aws.url()))
        .args(LESSON);
    let said = run(&mut command);
    assert_eq!(said.code, 2, "{}", told(&said));
    assert!(told(&said).contains("aws configure"), "{}", told(&said));
    assert_eq!(aws.calls().len(), 0);
}

#[test]
fn the_root_user_is_refused_unless_asked_for() {
    let aws = Aws::start_for("arn:aws:iam::111122223333:root");
    let learner = Learner::new();
    let said = learner.lesson(&aws);
    assert_eq!(said.code, 2, "{}", told(&said));
    let words = told(&said);
    assert!(words.contains("--allow-root"), "{words}");
    nothing_happened(&aws, "root");
    let said = learner.run(&aws, &lesson_with(&["--allow-root"]));
    assert_eq!(said.code, 0, "{}", told(&said));
}

/// What STS or DynamoDB refuse at the very beginning ends it there.
#[test]
fn credentials_that_are_refused_end_it_before_the_first_change() {
    for (fault, word) in [
        (Fault::ExpiredToken, "expired"),
        (Fault::WrongClock, "clock"),
        (Fault::AccessDenied, "sts:GetCallerIdentity"),
    ] {
        let aws = Aws::start();
        aws.rule(When::Operation("GetCallerIdentity"), fault, usize::MAX);
        let said = Learner::new().lesson(&aws);
        let words = told(&said);
        assert_eq!(said.code, 2, "{fault:?}: {words}");
        assert!(words.contains(word), "{fault:?}: {words}");
        nothing_happened(&aws, word);
    }
}

/// AWS takes a signature for some minutes around its own time, which each of its answers tells.
#[test]
fn a_clock_that_is_wrong_is_noticed_before_the_first_change() {
    for minutes in [-20, 20, 60 * 24 * 365] {
        let aws = Aws::start();
        aws.clock_ahead(minutes * 60);
        let said = Learner::new().lesson(&aws);
        assert_eq!(said.code, 2, "{minutes}: {}", told(&said));
        assert!(told(&said).contains("clock"), "{}", told(&said));
        nothing_happened(&aws, "a wrong clock");
    }
}

/// Anything but a yes is a no, also nothing at all.
#[test]
fn another_answer_than_yes_changes_nothing() {
    let aws = Aws::start();
    let learner = Learner::new();
    let answered =
        |arguments: &[&str], answer: &str| answered(&mut learner.command(&aws, arguments), answer);
    let lesson = ["run", "06", "--plain", "--target", "aws"];
    for answer in ["", "no\n", "y\n", "YES!\n", "yes please\n", "\u{1b}yes\n"] {
        let said = answered(&lesson, answer);
        assert_eq!(said.code, 2, "{answer:?}: {}", told(&said));
        nothing_happened(&aws, answer);
    }

    // Something to clean up.
    learner.broken_off(&aws);
    let left = aws.made_by(KEY);
    let changes = aws.changing_calls().len();
    for answer in ["", "no\n", "y\n", "delete\n"] {
        let said = answered(&["cleanup"], answer);
        assert_eq!(said.code, 2, "{answer:?}: {}", told(&said));
        assert_eq!(aws.made_by(KEY), left);
        assert_eq!(aws.changing_calls().len(), changes);
    }
    let said = answered(&["cleanup"], "yes\n");
    assert_eq!(said.code, 0, "{}", told(&said));
    assert_eq!(aws.made_by(KEY), Vec::<String>::new());
}

/// The ceiling is held against what the server really counted.
#[test]
fn a_small_ceiling_stops_before_it_is_passed() {
    let aws = Aws::start();
    let learner = Learner::new();
    let said = learner.run(&aws, &lesson_with(&["--max-cost", "0.000010"]));
    assert_ne!(said.code, 0, "{}", told(&said));
    let words = told(&said);
    assert!(words.contains("--max-cost"), "{words}");
    let spent = aws.spent(KEY);
    assert!(spent.0 <= 10_000_000, "{spent:?}");
    // What cost nothing could be done: there is something to clean up, and that is never too dear.
    let said = learner.cleanup(&aws);
    assert_eq!(said.code, 0, "{}", told(&said));
    assert_eq!(aws.made_by(KEY), Vec::<String>::new());
}

/// A ledger that can't be read is put aside, never thrown away, and what is ours is found by its tag.
#[test]
fn a_ledger_that_is_damaged_or_lost_is_not_needed_to_find_what_is_ours() {
    type Damage = fn(&Path);
    let damage: [(&str, Damage); 7] = [
        ("lost", |ledger| std::fs::remove_file(ledger).unwrap()),
        ("empty", |ledger| std::fs::write(ledger, "").unwrap()),
        ("noise", |ledger| {
            std::fs::write(ledger, [0x5a; 9_000]).unwrap();
        }),
        ("cut off", |ledger| {
            let whole = std::fs::read(ledger).unwrap();
            std::fs::write(ledger, &whole[..whole.len() / 2]).unwrap();
        }),
        ("overwritten in the middle", |ledger| {
            let mut whole = std::fs::read(ledger).unwrap();
            let middle = whole.len() / 2;
            for byte in &mut whole[4_096..middle] {
                *byte ^= 0x55;
            }
            std::fs::write(ledger, whole).unwrap();
        }),
        ("newer", |ledger| in_format(ledger, 99)),
        ("older", |ledger| in_format(ledger, 0)),
    ];
    for (what, damage) in damage {
        let aws = Aws::start();
        aws.foreign_table(REGION, "payroll");
        let before = aws.dump_of_others(KEY);
        let learner = Learner::new();
        learner.broken_off(&aws);
        let left = aws.made_by(KEY);
        assert!(left.len() >= 3, "{left:?}");
        let ledger = learner.state().join("ledger.redb");
        damage(&ledger);
        let damaged = std::fs::read(&ledger).ok();
        let said = learner.cleanup(&aws);
        let words = told(&said);
        assert_eq!(said.code, 0, "{what}: {words}");
        assert_eq!(aws.made_by(KEY), Vec::<String>::new(), "{what}");
        assert_eq!(aws.dump_of_others(KEY), before, "{what}");
        aws.nobody_trespassed();
        // The file is still there, under a name that is told.
        if let Some(damaged) = damaged.filter(|bytes| !bytes.is_empty()) {
            let aside = std::fs::read_dir(learner.state())
                .unwrap()
                .find_map(|entry| {
                    let path = entry.unwrap().path();
                    let name = path.file_name().unwrap().to_str().unwrap().to_owned();
                    (name.starts_with("ledger.redb.")).then_some((path, name))
                });
            let (path, name) = aside.unwrap_or_else(|| panic!("{what}: {words}"));
            assert!(words.contains(&name), "{what}: {words}");
            match what {
                // The file was opened, which leaves a mark in it, and nothing else.
                "newer" | "older" => assert!(entries(&path) >= left.len()),
                _ => assert!(std::fs::read(path).unwrap() == damaged, "{what}: changed"),
            }
        }
    }
}

/// How many entries a ledger has.
fn entries(ledger: &Path) -> usize {
    const ENTRIES: redb::TableDefinition<u64, &[u8]> = redb::TableDefinition::new("entries");
    let database = redb::Database::open(ledger).unwrap();
    let transaction = database.begin_read().unwrap();
    let entries = transaction.open_table(ENTRIES).unwrap();
    usize::try_from(entries.len().unwrap()).unwrap()
}

/// Writes another number where the format of the ledger stands.
fn in_format(ledger: &Path, format: u64) {
    const META: redb::TableDefinition<&str, u64> = redb::TableDefinition::new("meta");
    let database = redb::Database::open(ledger).unwrap();
    let transaction = database.begin_write().unwrap();
    transaction
        .open_table(META)
        .unwrap()
        .insert("format", format)
        .unwrap();
    transaction.commit().unwrap();
}

/// The network is gone in the middle, for good: the lesson ends, and what is left is said with what deletes it.
#[test]
fn a_network_that_is_gone_ends_the_lesson_and_what_is_left_is_said() {
    let aws = Aws::start();
    for call in 60..400 {
        aws.rule(When::Call(call), Fault::DropBefore, 1);
    }
    let learner = Learner::new();
    let said = learner.lesson(&aws);
    assert_eq!(said.code, 2, "{}", told(&said));
    assert!(
        said.err.contains("can't be reached any more"),
        "{}",
        told(&said)
    );
    assert!(said.err.contains("dynatour cleanup"), "{}", told(&said));
    // A few tries of one step and of the question after it, not of every step that is left.
    assert!(aws.calls().len() < 90, "{} calls", aws.calls().len());
    aws.heal();
    assert_eq!(learner.cleanup(&aws).code, 0);
    assert_eq!(aws.made_by(KEY), Vec::<String>::new());
}
