//! A function's log, as it is read out of `CloudWatch`: lines of all environments, sorted into invocations.
//!
//! ```text
//!   stream A  INIT_START │ START 1 … END 1 REPORT 1 │ START 3 …          an environment writes one after the other
//!   stream B             │ START 2 … END 2 REPORT 2 │
//!                           └─ one of them answered: the one that began and ended within the request's time
//! ```
//!
//! API Gateway's answer does not tell which invocation was the request's, and anybody may call the URL. So an invocation is taken for a
//! request's only if no other one could be.
//! Invariant: pure; a log that is not known to be the request's is not shown as it.

use std::collections::BTreeMap;
use std::time::Duration;

use crate::account::service::Event;

/// What REPORT says.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Report {
    pub duration: Option<Duration>,
    pub billed: Option<u64>,
    /// In megabytes.
    pub memory: Option<u32>,
    pub used: Option<u32>,
    /// Of a cold start.
    pub init: Option<Duration>,
    /// `timeout`, `error`
    pub status: Option<String>,
    pub error: Option<String>,
}

/// One invocation, as far as its log is there.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Invocation {
    pub request_id: String,
    /// Milliseconds since 1970, of the line START.
    pub began: i64,
    pub lines: Vec<String>,
    pub report: Option<Report>,
}

/// Which part of time a request can have been carried out in, in milliseconds since 1970 of the service's clock.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Window {
    pub from: i64,
    pub to: i64,
}

/// The invocations that a log tells of, by when they began.
#[must_use]
pub fn invocations(events: &[Event]) -> Vec<Invocation> {
    let mut streams: BTreeMap<&str, Vec<&Event>> = BTreeMap::new();
    for event in events {
        streams.entry(&event.stream).or_default().push(event);
    }
    let mut all = Vec::new();
    for mut lines in streams.into_values() {
        // Lines of one millisecond stay in the order in which they came.
        lines.sort_by_key(|event| event.at);
        let mut open: Option<Invocation> = None;
        let mut before: Vec<String> = Vec::new();
        for event in lines {
            let line = event.message.trim_end();
            if let Some(id) = id_of(line, "START") {
                all.extend(open.take());
                open = Some(Invocation {
                    request_id: id.to_owned(),
                    began: event.at,
                    lines: std::mem::take(&mut before),
                    report: None,
                });
            }
            // A cold start is written before its invocation begins.
            let Some(invocation) = open.as_mut().filter(|_| !line.starts_with("INIT_START")) else {
                before.push(line.to_owned());
                continue;
            };
            invocation.lines.push(line.to_owned());
            if id_of(line, "REPORT") == Some(invocation.request_id.as_str()) {
                invocation.report = Some(report(line));
            }
        }
        all.extend(open);
    }
    all.sort_by_key(|invocation| invocation.began);
    all
}

/// The one invocation that a request of this latency can have caused, among those that no other request of ours did.
#[must_use]
pub fn caused<'i>(
    invocations: &'i [Invocation],
    window: Window,
    latency: Duration,
    known: &dyn Fn(&str) -> bool,
) -> Candidates<'i> {
    let fits = |invocation: &&Invocation| {
        let duration = invocation
            .report
            .as_ref()
            .and_then(|report| report.duration);
        (window.from..=window.to).contains(&invocation.began)
            && !known(&invocation.request_id)
            && duration.is_none_or(|duration| duration <= latency)
    };
    let mut fitting = invocations.iter().filter(fits);
    match (fitting.next(), fitting.next()) {
        (None, _) => Candidates::None,
        (Some(one), None) => Candidates::One(one),
        (Some(_), Some(_)) => Candidates::Several(2 + fitting.count()),
    }
}

/// Which invocations can have been a request's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Candidates<'i> {
    None,
    One(&'i Invocation),
    Several(usize),
}

/// The request's id in one of Lambda's own lines.
fn id_of<'l>(line: &'l str, kind: &str) -> Option<&'l str> {
    let rest = line.strip_prefix(kind)?.strip_prefix(" RequestId: ")?;
    rest.split_whitespace().next()
}

/// Reads `REPORT RequestId: …\tDuration: 3.12 ms\tBilled Duration: 4 ms\t…`.
fn report(line: &str) -> Report {
    let mut report = Report::default();
    for part in line.split('\t') {
        let Some((name, value)) = part.trim().rsplit_once(": ") else {
            continue;
        };
        let number = value.split(' ').next().unwrap_or_default();
        let milliseconds = || {
            let number: f64 = number.parse().ok()?;
            Duration::try_from_secs_f64(number / 1_000.0).ok()
        };
        match name {
            "Duration" => report.duration = milliseconds(),
            "Init Duration" => report.init = milliseconds(),
            "Billed Duration" => report.billed = number.parse().ok(),
            "Memory Size" => report.memory = number.parse().ok(),
            "Max Memory Used" => report.used = number.parse().ok(),
            "Status" => report.status = Some(value.to_owned()),
            "Error Type" => report.error = Some(value.to_owned()),
            _ => {}
        }
    }
    report
}

#[cfg(test)]
mod tests {
    use super::*;

    fn event(stream: &str, at: i64, message: &str) -> Event {
        Event {
            id: None,
            stream: stream.to_owned(),
            at,
            message: message.to_owned(),
        }
    }

    fn log() -> Vec<Event> {
        vec![
            event("a", 90, "INIT_START Runtime Version: nodejs:22.v1\n"),
            event("a", 100, "START RequestId: one Version: $LATEST\n"),
            event("b", 101, "START RequestId: two Version: $LATEST\n"),
            event("a", 110, "2026-11-26T00:00:00Z\tone\tINFO\thello\n"),
            event("a", 150, "END RequestId: one\n"),
            event(
                "a",
                150,
                "REPORT RequestId: one\tDuration: 49.50 ms\tBilled Duration: 250 ms\tMemory Size: 256 MB\tMax Memory Used: 78 MB\tInit Duration: 200.00 ms\t\n",
            ),
            event("a", 900, "START RequestId: three Version: $LATEST\n"),
        ]
    }

    #[test]
    fn lines_of_all_environments_are_sorted_into_invocations() {
        let found = invocations(&log());
        let ids: Vec<&str> = found.iter().map(|one| one.request_id.as_str()).collect();
        assert_eq!(ids, ["one", "two", "three"]);
        assert_eq!(found[0].lines.len(), 5, "{:?}", found[0]);
        assert!(found[0].lines[0].starts_with("INIT_START"));
        let report = found[0].report.clone().unwrap();
        assert_eq!(report.duration, Some(Duration::from_micros(49_500)));
        assert_eq!(report.init, Some(Duration::from_millis(200)));
        assert_eq!(
            (report.billed, report.memory, report.used, report.status),
            (Some(250), Some(256), Some(78), None)
        );
        assert_eq!(found[1].report, None);
    }

    #[test]
    fn an_invocation_is_a_requests_only_where_no_other_can_be() {
        let found = invocations(&log());
        let nobody = |_: &str| false;
        let second = Duration::from_secs(1);
        let of = |from, to, latency, known: &dyn Fn(&str) -> bool| match caused(
            &found,
            Window { from, to },
            latency,
            known,
        ) {
            Candidates::None => "none".to_owned(),
            Candidates::One(one) => one.request_id.clone(),
            Candidates::Several(number) => number.to_string(),
        };
        assert_eq!(of(0, 80, second, &nobody), "none");
        assert_eq!(of(800, 1_000, second, &nobody), "three");
        assert_eq!(of(90, 120, second, &nobody), "2");
        // An earlier request of ours was the one; or it took longer than the answer did.
        assert_eq!(of(90, 120, second, &|id| id == "one"), "two");
        assert_eq!(of(90, 120, Duration::from_millis(40), &nobody), "two");
        assert_eq!(of(0, 1_000, second, &nobody), "3");
    }

    #[test]
    fn a_report_of_a_time_out_says_so() {
        let report = report(
            "REPORT RequestId: x\tDuration: 3000.00 ms\tBilled Duration: 3000 ms\tMemory Size: 256 MB\tMax Memory Used: 70 MB\tStatus: timeout",
        );
        assert_eq!(report.status.as_deref(), Some("timeout"));
        assert_eq!(
            super::report("REPORT RequestId: x\tDuration: -1 ms\tMemory Size: much").duration,
            None
        );
    }
}
