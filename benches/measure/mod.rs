//! The clock, medians, the process's memory, and the table that is printed.

use std::fmt;
use std::time::{Duration, Instant};

/// How long some work takes.
pub fn time<T>(work: impl FnOnce() -> T) -> (Duration, T) {
    #[expect(clippy::disallowed_methods, reason = "a benchmark reads the clock")]
    let started = Instant::now();
    let result = work();
    (started.elapsed(), result)
}

pub fn median(mut times: Vec<Duration>) -> Duration {
    times.sort_unstable();
    times[times.len() / 2]
}

/// Bytes of memory that a process holds (`self` or a number), or nothing where the system doesn't tell (it does on Linux).
pub fn resident(process: &str) -> Option<u64> {
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).ok()?;
    let line = status.lines().find(|line| line.starts_with("VmRSS:"))?;
    let kilobytes: u64 = line.split_whitespace().nth(1)?.parse().ok()?;
    Some(kilobytes * 1024)
}

/// A time in the unit that suits it.
pub fn shown(time: Duration) -> String {
    let nanos = time.as_nanos() as f64;
    match nanos {
        ..1e3 => format!("{nanos:.0} ns"),
        ..1e6 => format!("{:.2} µs", nanos / 1e3),
        ..1e9 => format!("{:.1} ms", nanos / 1e6),
        _ => format!("{:.2} s", nanos / 1e9),
    }
}

const MISSED: &str = "MISSED";

/// What a ratio is held to; one that only informs has none.
pub enum Target {
    AtLeast(f64),
    AtMost(f64),
}

impl Target {
    fn met(&self, ratio: f64) -> &'static str {
        match self {
            Self::AtLeast(least) if ratio >= *least => "met",
            Self::AtMost(most) if ratio <= *most => "met",
            _ => MISSED,
        }
    }
}

impl fmt::Display for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::AtLeast(least) => write!(f, "≥ {least}"),
            Self::AtMost(most) => write!(f, "≤ {most}"),
        }
    }
}

/// Lines of figures, printed as they come: a run that is cut short has shown what it measured.
pub struct Table {
    missed: usize,
}

impl Table {
    pub fn new() -> Self {
        println!(
            "{:<58} {:>12} {:>12} {:>8} {:>7}",
            "what", "ours", "beside", "ratio", "target"
        );
        Self { missed: 0 }
    }

    /// Ours against the oracle: how many times as fast.
    pub fn faster(
        &mut self,
        what: &str,
        ours: Duration,
        oracle: Duration,
        target: Option<&Target>,
    ) {
        let ratio = oracle.as_secs_f64() / ours.as_secs_f64();
        self.row(what, &shown(ours), &shown(oracle), ratio, target);
    }

    /// One figure of ours against another: `ours / other`.
    pub fn row(
        &mut self,
        what: &str,
        ours: &str,
        other: &str,
        ratio: f64,
        target: Option<&Target>,
    ) {
        let met = target.map_or("", |target| target.met(ratio));
        self.missed += usize::from(met == MISSED);
        let target = target.map_or_else(String::new, ToString::to_string);
        println!("{what:<58} {ours:>12} {other:>12} {ratio:>8.2} {target:>7} {met}");
    }

    /// The last line: how many targets were missed.
    pub fn finish(self) {
        println!("targets missed: {}", self.missed);
    }
}
