//! Golden scripts: for each operation a conversation with a fresh simulator, in `testscripts/`.
//!
//! ```text
//!   PutItem {"TableName": …}          the call
//!   200 {"ConsumedCapacity": …}       its answer
//!   | created  P2 examined 0 …        what the trace says was done
//! ```
//!
//! With `ACCEPT_SCRIPTS` set the answers are written instead of compared: read them before they are committed.

use std::fmt::Write;
use std::path::PathBuf;

use crate::simulator::trace::Trace;
use crate::simulator::{Settings, Simulator, Timestamp};

fn summary(trace: &Trace) -> String {
    let mut text = format!("| {:?}", trace.effect);
    if let Some(key) = &trace.key {
        write!(
            text,
            "; {} {} {:?} → {:016x} → P{}, place {:?}",
            key.attribute, key.key_type, key.text, key.hash, key.partition.0, key.place
        )
        .expect("a string takes everything");
    }
    for visit in &trace.visits {
        write!(
            text,
            "; P{} examined {} returned {} bytes {} from rank {} of {}",
            visit.partition.0,
            visit.examined,
            visit.returned,
            visit.bytes,
            visit.first_rank,
            visit.partition_items
        )
        .expect("a string takes everything");
    }
    write!(text, "; read {} written {}", trace.read, trace.written)
        .expect("a string takes everything");
    text
}

fn run(script: &str) -> String {
    let simulator = Simulator::new(Settings::default());
    let mut played = String::new();
    for line in script.lines() {
        if line.starts_with('#') || line.is_empty() {
            played.push_str(line);
            played.push('\n');
            continue;
        }
        if line.starts_with('|') || line.starts_with(|first: char| first.is_ascii_digit()) {
            continue;
        }
        let (operation, body) = line.split_once(' ').unwrap_or((line, ""));
        let reply = simulator.call(
            operation,
            body.as_bytes(),
            Timestamp::from_millis(1_767_225_600_000),
        );
        let trace = simulator
            .trace(&reply.request_id)
            .expect("every call leaves a trace");
        writeln!(
            played,
            "{line}\n{} {}\n{}",
            reply.status,
            String::from_utf8_lossy(&reply.body),
            summary(&trace)
        )
        .expect("a string takes everything");
    }
    played
}

#[test]
fn scripts_play_as_written() {
    let folder =
        PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("src/simulator/operation/testscripts");
    let mut scripts: Vec<PathBuf> = std::fs::read_dir(&folder)
        .expect("the scripts are there")
        .map(|entry| entry.expect("an entry").path())
        .collect();
    scripts.sort();
    assert!(scripts.len() >= 10, "a script for each operation");
    for path in scripts {
        let script = std::fs::read_to_string(&path).expect("a script");
        let played = run(&script);
        if std::env::var_os("ACCEPT_SCRIPTS").is_some() {
            std::fs::write(&path, &played).expect("a script can be written");
            continue;
        }
        assert_eq!(played, script, "{}", path.display());
    }
}
