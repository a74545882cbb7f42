//! Golden scripts: for each operation a conversation with a fresh simulator, in `testscripts/`.
//!
//! ```text
//!   @ capacity scale 100              what is simulated from here on
//!   @ +5s                             time passes
//!   @ 30 times +100ms                 the next call is made so often, with such pauses; {n} in it counts from 0
//!   PutItem {"TableName": …}          the call
//!   200 {"ConsumedCapacity": …}       its answer; of several calls, how many had which, all splits, and the last
//!   | created  P2 examined 0 …        what the trace says was done
//!   | - created …                     and, of a batch or transaction, for each of its items
//! ```
//!
//! Beside `capacity` (`off`, or `scale`, `read`, `write`, `bytes`, `burst`, `heat` and `growth` each with its value) there are
//! `stale-reads`, `index-delay`, `table-delay` and `expiry-delay`, each with a time.
//! With `ACCEPT_SCRIPTS` set the answers are written instead of compared: read them before they are committed.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::path::PathBuf;
use std::time::Duration;

use crate::simulator::capacity::Limits;
use crate::simulator::trace::{IndexWrite, PartitionId, Rate, Split, Trace};
use crate::simulator::{Realism, Settings, Simulator, Timestamp};

/// Only fails for a writer that can't take everything.
macro_rules! add {
    ($text:expr, $($words:tt)*) => {
        write!($text, $($words)*).expect("a string takes everything")
    };
}

fn summary(trace: &Trace) -> String {
    let parts = trace.parts.iter().map(|part| {
        let table = &part.table;
        let one = one_summary(part);
        format!("\n| - {table} {one}")
    });
    format!("| {}{}", one_summary(trace), parts.collect::<String>())
}

fn one_summary(trace: &Trace) -> String {
    let mut text = format!("{:?}", trace.effect);
    if let Some(key) = &trace.key {
        add!(
            text,
            "; {} {} {:?} → {:016x} → P{}, place {:?}",
            key.attribute,
            key.key_type,
            key.text,
            key.hash,
            key.partition.0,
            key.place
        );
    }
    for visit in &trace.visits {
        add!(
            text,
            "; P{} examined {} returned {} bytes {} from rank {} of {}",
            visit.partition.0,
            visit.examined,
            visit.returned,
            visit.bytes,
            visit.first_rank,
            visit.partition_items
        );
    }
    add!(text, "; read {} written {}", trace.read, trace.written);
    for write in &trace.index_writes {
        add!(text, "; {}", index_write(write));
    }
    for throttle in &trace.throttles {
        add!(text, "\n| throttled P{}", throttle.partition.0);
        if let Some(index) = &throttle.index {
            add!(text, " of {index}");
        }
        add!(text, ": {} at {}", throttle.reason, rate(&throttle.rate));
    }
    for split in &trace.splits {
        add!(text, "\n| {}", split_words(split));
    }
    for state in &trace.partitions {
        let Some(heat) = &state.heat else { continue };
        let busy = |rate: &Rate| rate.consumed.halves() > 0 || rate.before.halves() > 0;
        if busy(&heat.read) {
            add!(text, "\n| P{} reads {}", state.id.0, rate(&heat.read));
        }
        if busy(&heat.write) {
            add!(text, "\n| P{} writes {}", state.id.0, rate(&heat.write));
        }
    }
    for state in &trace.capacity {
        let whose = state.index.as_deref().unwrap_or("table");
        if let Some(read) = &state.read {
            add!(text, "\n| {whose} reads {}", rate(read));
        }
        if let Some(write) = &state.write {
            add!(text, "\n| {whose} writes {}", rate(write));
        }
    }
    text
}

fn split_words(split: &Split) -> String {
    let of = split.index.as_ref().map(|index| format!(" of {index}"));
    let inside = if split.inside { " by sort key" } else { "" };
    format!(
        "split P{}{} at {:016x}{inside}, upper part P{}, for {:?}",
        split.partition.0,
        of.unwrap_or_default(),
        split.at_hash,
        split.upper.0,
        split.cause
    )
}

fn index_write(write: &IndexWrite) -> String {
    let place = |place: Option<(PartitionId, u64)>| match place {
        Some((partition, bytes)) => format!("P{} {bytes} bytes", partition.0),
        None => "nothing".to_owned(),
    };
    format!(
        "{} {} → {} written {}",
        write.index,
        place(write.old),
        place(write.new),
        write.written
    )
}

fn rate(rate: &Rate) -> String {
    format!(
        "{} of {} a second, {} before, {} left",
        rate.consumed, rate.limit, rate.before, rate.left
    )
}

/// `5s` or `100ms`.
fn time(text: &str) -> Duration {
    let number = |digits: &str| digits.parse().expect("a whole number");
    if let Some(millis) = text.strip_suffix("ms") {
        return Duration::from_millis(number(millis));
    }
    Duration::from_secs(number(text.strip_suffix('s').expect("a time ends in s")))
}

/// A conversation as it goes.
struct Talk {
    simulator: Simulator,
    now: Timestamp,
    realism: Realism,
    /// How often the next call is made, and the pause before each but the first.
    repeat: (u32, Duration),
}

impl Talk {
    fn begin() -> Self {
        Self {
            simulator: Simulator::new(Settings::default()),
            now: Timestamp::from_millis(1_767_225_600_000),
            realism: Realism::default(),
            repeat: (1, Duration::ZERO),
        }
    }

    /// A line that begins with `@`.
    fn direct(&mut self, line: &str) {
        let words: Vec<&str> = line.split_whitespace().skip(1).collect();
        match words.as_slice() {
            [pause] if pause.starts_with('+') => self.now = self.now.later(time(&pause[1..])),
            [count, "times"] => self.repeat = (count.parse().expect("a count"), Duration::ZERO),
            [count, "times", pause] => {
                self.repeat = (count.parse().expect("a count"), time(&pause[1..]));
            }
            ["capacity", "off"] => self.realism.capacity = None,
            ["capacity", settings @ ..] => self.limit(settings),
            ["stale-reads", delay] => self.realism.stale_reads = time(delay),
            ["table-delay", delay] => self.realism.table_delay = time(delay),
            ["expiry-delay", delay] => self.realism.expiry_delay = time(delay),
            ["index-delay", delay] => self.realism.index_delay = time(delay),
            _ => panic!("no directive: {line}"),
        }
        self.simulator.set_realism(self.realism);
    }

    fn limit(&mut self, settings: &[&str]) {
        let mut limits = self.realism.capacity.unwrap_or_default();
        for pair in settings.chunks(2) {
            let number = || pair[1].parse().expect("a whole number");
            match pair[0] {
                "scale" => limits = Limits::scaled(number()),
                "read" => limits.partition_read = number(),
                "write" => limits.partition_write = number(),
                "bytes" => limits.partition_bytes = number(),
                "burst" => limits.burst = time(pair[1]),
                "heat" => limits.heat = time(pair[1]),
                "growth" => limits.growth = time(pair[1]),
                other => panic!("no limit: {other}"),
            }
        }
        self.realism.capacity = Some(limits);
    }

    /// A call, and what came of it.
    fn call(&mut self, line: &str) -> String {
        let (times, pause) = std::mem::replace(&mut self.repeat, (1, Duration::ZERO));
        let mut answers: BTreeMap<String, u32> = BTreeMap::new();
        let mut played = String::new();
        let mut splits = String::new();
        for n in 0..times {
            if n > 0 {
                self.now = self.now.later(pause);
            }
            let line = line.replace("{n}", &n.to_string());
            let (operation, body) = line.split_once(' ').unwrap_or((&line, ""));
            let reply = self.simulator.call(operation, body.as_bytes(), self.now);
            let trace = self
                .simulator
                .trace(&reply.request_id)
                .expect("every call leaves a trace");
            let body = String::from_utf8_lossy(&reply.body);
            let kind = body
                .split_once('#')
                .and_then(|(_, rest)| rest.split_once('"'))
                .map_or("", |(kind, _)| kind);
            *answers
                .entry(format!("{} {kind}", reply.status))
                .or_default() += 1;
            for split in &trace.splits {
                add!(splits, "| call {n}: {}\n", split_words(split));
            }
            played = format!("{} {body}\n{}\n", reply.status, summary(&trace));
        }
        if times == 1 {
            return played;
        }
        let counted: Vec<String> = answers
            .iter()
            .map(|(answer, count)| format!("{count} × {}", answer.trim_end()))
            .collect();
        format!("{}\n{splits}{played}", counted.join(", "))
    }
}

fn run(script: &str) -> String {
    let mut talk = Talk::begin();
    let mut played = String::new();
    for line in script.lines() {
        if line.starts_with('|') || line.starts_with(|first: char| first.is_ascii_digit()) {
            continue;
        }
        played.push_str(line);
        played.push('\n');
        if line.starts_with('@') {
            talk.direct(line);
        } else if !line.starts_with('#') && !line.is_empty() {
            played.push_str(&talk.call(line));
        }
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
        let mut lines = played.lines().zip(script.lines()).zip(1..);
        if let Some(((now, before), line)) = lines.find(|((now, before), _)| now != before) {
            panic!("{}:{line}\nnow: {now}\nwas: {before}", path.display());
        }
        assert_eq!(played.len(), script.len(), "{}", path.display());
    }
}
