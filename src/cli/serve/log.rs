//! A server as text: where it is, and a line for each request.
//!
//! ```text
//!   15:04:05.123  ana              PutItem             Pets                  200      1 WCU     0.1 ms
//!   15:04:05.180  192.168.1.7      PutItem             Pets                  400      1 WCU     0.1 ms  ConditionalCheckFailedException: The …
//! ```
//!
//! Written by a thread of its own: a reader that is slow holds up nobody, and what did not fit is counted.
//! Invariant: nothing that a client sent reaches the terminal but through `printable`.

use std::fmt::Write as _;
use std::io::{self, Write};
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::Path;
use std::thread::JoinHandle;
use std::time::Duration;

use tokio::sync::oneshot;
use unicode_width::UnicodeWidthStr as _;

use crate::printable;
use crate::scene::count;
use crate::server::invitation;
use crate::server::{Access, Refused, Report, Reports, Served};
use crate::simulator::Timestamp;
use crate::simulator::trace::{CapacityUnits, Trace};

/// How long the end waits for what is still to be printed.
const PATIENCE: Duration = Duration::from_secs(1);

/// How long the log rests when it has printed: nobody sees it, and thousands of requests a second share one write.
const BREATH: Duration = Duration::from_millis(20);

/// What is printed before the first request.
pub(super) fn opening(access: &Access, port: u16, data: Option<&Path>) -> String {
    let mut text = String::new();
    let addresses: Vec<IpAddr> = match access {
        Access::Loopback => vec![Ipv4Addr::LOCALHOST.into()],
        Access::Class { addresses, .. } => addresses.clone(),
    };
    let mut urls = addresses
        .iter()
        .map(|address| SocketAddr::new(*address, port));
    // There is always one.
    let first = urls
        .next()
        .unwrap_or_else(|| SocketAddr::from((Ipv4Addr::LOCALHOST, port)));
    let place = match data {
        Some(directory) => format!("tables in {}", directory.display()),
        None => "tables in memory only".to_owned(),
    };
    // Writing to a String cannot fail.
    let _ = writeln!(text, "Serving {} ({place})", invitation::url(first));
    for other in urls {
        let _ = writeln!(text, "   also {}", invitation::url(other));
    }
    if let Access::Class { code, .. } = access {
        let _ = writeln!(text, "Join code: {code}");
    }
    let _ = writeln!(text, "\nIn another terminal:");
    for line in invitation::lines(first, access) {
        let _ = writeln!(text, "  {line}");
    }
    let _ = writeln!(text, "{}", invitation::older(first));
    let _ = writeln!(text, "\nCtrl-C ends.\n");
    printable::block(&text)
}

/// The thread that prints. How it ended can be waited for: when nobody reads what it prints any more, or with the last report.
pub(super) fn start(
    opening: String,
    reports: Reports,
) -> io::Result<(JoinHandle<()>, oneshot::Receiver<io::Result<()>>)> {
    let (ended, end) = oneshot::channel();
    let thread = std::thread::Builder::new()
        .name("log".to_owned())
        .spawn(move || {
            let mut out = io::BufWriter::new(io::stdout().lock());
            let printed = print(&opening, reports, &mut out);
            // The server may be gone by now.
            let _ = ended.send(printed);
        })?;
    Ok((thread, end))
}

/// How printing ended, after the server did. Nothing where it has not yet: a call that runs on may still have something to report, and
/// is not waited for.
pub(super) async fn end(
    thread: JoinHandle<()>,
    printed: oneshot::Receiver<io::Result<()>>,
) -> Option<io::Result<()>> {
    let ended = tokio::time::timeout(PATIENCE, printed).await.ok()?.ok()?;
    // It only has to return.
    let _ = thread.join();
    Some(ended)
}

fn print(opening: &str, mut reports: Reports, out: &mut dyn Write) -> io::Result<()> {
    out.write_all(opening.as_bytes())?;
    out.flush()?;
    while let Some(report) = reports.wait() {
        write_report(&report, out)?;
        while let Some(report) = reports.ready() {
            write_report(&report, out)?;
        }
        let missed = reports.missed();
        if missed > 0 {
            writeln!(out, "({} requests not shown)", count(missed))?;
        }
        out.flush()?;
        // What comes meanwhile is printed together. Being woken for each report would cost more than answering its request.
        std::thread::park_timeout(BREATH);
    }
    Ok(())
}

fn write_report(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    let line = match report {
        Report::Served(served) => served_line(served),
        Report::Refused(refused) => refused_line(refused),
    };
    writeln!(out, "{}", printable::line(&line))
}

fn served_line(served: &Served) -> String {
    let trace = served.trace.as_ref();
    let table = trace.map_or("", |trace| trace.table.as_str());
    let units = trace.map(units).unwrap_or_default();
    let mut line = format!(
        "{}  {}  {}  {}  {}  {units:>9}  {:>7}",
        time(served.at),
        column(&served.client, 16),
        column(&served.operation, 18),
        column(if table.is_empty() { "-" } else { table }, 20),
        served.status,
        milliseconds(served.elapsed),
    );
    if trace.is_some_and(|trace| !trace.throttles.is_empty()) {
        line.push_str("  throttled");
    }
    if let Some(error) = &served.error {
        line.push_str("  ");
        line.push_str(&error.name);
        if !error.message.is_empty() {
            line.push_str(": ");
            line.extend(error.message.chars().take(MESSAGE));
        }
    }
    line
}

/// Characters of an error's message in a line.
const MESSAGE: usize = 160;

fn refused_line(refused: &Refused) -> String {
    format!(
        "{}  {}  turned away: {}",
        time(refused.at),
        column(&refused.client, 16),
        column(&refused.why.to_string(), 0)
    )
}

/// `1 WCU`, `0.5 RCU`, or both.
fn units(trace: &Trace) -> String {
    let named = |units: CapacityUnits, name: &str| {
        (units > CapacityUnits::ZERO).then(|| format!("{units} {name}"))
    };
    let both = [named(trace.read, "RCU"), named(trace.written, "WCU")];
    both.into_iter().flatten().collect::<Vec<_>>().join(" ")
}

/// Foreign text, cut where it is much too long, and with spaces up to the column's width.
fn column(text: &str, width: usize) -> String {
    const LONGEST: usize = 60;
    let text = printable::line(text);
    let mut shown: String = text.chars().take(LONGEST).collect();
    if shown.len() < text.len() {
        shown.push('…');
    }
    let missing = width.saturating_sub(shown.width());
    shown.extend(std::iter::repeat_n(' ', missing));
    shown
}

fn milliseconds(elapsed: Duration) -> String {
    format!("{:.1} ms", elapsed.as_secs_f64() * 1000.0)
}

fn time(at: Timestamp) -> String {
    i64::try_from(at.millis())
        .ok()
        .and_then(|millis| jiff::Timestamp::from_millisecond(millis).ok())
        .map(|at| {
            let at = at.to_zoned(jiff::tz::TimeZone::system());
            let (hour, minute, second) = (at.hour(), at.minute(), at.second());
            format!("{hour:02}:{minute:02}:{second:02}.{:03}", at.millisecond())
        })
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::server::{Failure, JoinCode, Why, channel};
    use crate::simulator::trace::{PartitionId, Rate, Throttle};

    fn served() -> Served {
        let mut trace = Trace::new("PutItem");
        trace.table = "Pets".into();
        trace.written = CapacityUnits::whole(1);
        Served {
            number: 1,
            at: Timestamp::from_millis(1_700_000_000_123),
            client: "ana".into(),
            operation: "PutItem".into(),
            status: 200,
            error: None,
            elapsed: Duration::from_micros(1_250),
            request_bytes: 48,
            request: bytes::Bytes::new(),
            reply: bytes::Bytes::new(),
            reply_bytes: 2,
            trace: Some(trace),
        }
    }

    /// Without the time of day, which is that of the machine's zone.
    fn after_time(line: &str) -> &str {
        assert_eq!(&line[8..12], ".123");
        &line[12..]
    }

    #[test]
    fn a_line_for_each_request() {
        let line = served_line(&served());
        assert_eq!(
            after_time(&line),
            "  ana               PutItem             Pets                  200      1 WCU   1.2 ms"
        );
        let throttle = Throttle {
            reason: "TableWriteKeyRangeThroughputExceeded".to_owned(),
            index: None,
            partition: PartitionId(0),
            rate: Rate {
                consumed: CapacityUnits::ZERO,
                before: CapacityUnits::ZERO,
                limit: CapacityUnits::ZERO,
                left: CapacityUnits::ZERO,
            },
        };
        let mut refused = served();
        refused.status = 400;
        refused.error = Some(Failure {
            name: "ThrottlingException".to_owned(),
            message: "Throughput exceeds".to_owned(),
        });
        if let Some(trace) = &mut refused.trace {
            trace.throttles.push(throttle);
        }
        let line = served_line(&refused);
        assert!(
            line.ends_with("1.2 ms  throttled  ThrottlingException: Throughput exceeds"),
            "{line}"
        );
        let unread = Served {
            trace: None,
            operation: "GET /".into(),
            ..served()
        };
        let line = served_line(&unread);
        assert!(
            after_time(&line).starts_with("  ana               GET /               -  "),
            "{line}"
        );
    }

    #[test]
    fn nothing_that_was_sent_steers_the_terminal_or_fills_it() {
        let (watcher, reports) = channel(10);
        let mut hostile = served();
        hostile.client = "\u{1b}[2Jana\n".into();
        hostile.operation = "x".repeat(10_000).into();
        hostile.error = Some(Failure {
            name: "E".to_owned(),
            message: "\u{202e}\u{1b}]0;title\u{7}".repeat(1_000),
        });
        watcher.served(hostile);
        watcher.refused(Refused {
            at: Timestamp::from_millis(1_700_000_000_123),
            client: "10.0.0.7".into(),
            why: Why::Host("\u{1b}[31mevil\r\n".to_owned()),
        });
        drop(watcher);
        let mut out = Vec::new();
        print("opening\n", reports, &mut out).unwrap();
        let text = String::from_utf8(out).unwrap();
        let lines: Vec<&str> = text.lines().collect();
        assert_eq!(lines.len(), 3, "{text}");
        assert_eq!(lines[0], "opening");
        assert!(!text.contains('\u{1b}') && !text.contains('\u{202e}'));
        assert!(lines[1].chars().count() < 2_000, "{}", lines[1]);
        assert!(
            after_time(lines[2]).ends_with("turned away: foreign Host ␛[31mevil␍␊"),
            "{}",
            lines[2]
        );
    }

    #[test]
    fn what_did_not_fit_is_told() {
        let (watcher, reports) = channel(1);
        for _ in 0..1_001 {
            watcher.served(served());
        }
        drop(watcher);
        let mut out = Vec::new();
        print("", reports, &mut out).unwrap();
        let text = String::from_utf8(out).unwrap();
        assert!(text.ends_with("\n(1,000 requests not shown)\n"), "{text}");
    }

    #[test]
    fn a_reader_that_goes_away_ends_the_printing() {
        struct Closed;
        impl Write for Closed {
            fn write(&mut self, _: &[u8]) -> io::Result<usize> {
                Err(io::ErrorKind::BrokenPipe.into())
            }
            fn flush(&mut self) -> io::Result<()> {
                Ok(())
            }
        }
        let (_watcher, reports) = channel(1);
        let error = print("opening", reports, &mut Closed).unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::BrokenPipe);
    }

    #[test]
    fn the_opening_says_where_and_how() {
        let here = opening(&Access::Loopback, 8000, None);
        assert!(here.starts_with("Serving http://127.0.0.1:8000 (tables in memory only)\n"));
        assert!(here.contains("\n  export AWS_ENDPOINT_URL_DYNAMODB=http://127.0.0.1:8000\n"));
        let code = JoinCode::from_random(7);
        let class = Access::Class {
            code: code.clone(),
            addresses: vec![[192, 168, 1, 5].into(), [10, 0, 0, 7].into()],
        };
        let there = opening(&class, 8000, Some(Path::new("/tmp/tables")));
        assert!(there.starts_with("Serving http://192.168.1.5:8000 (tables in /tmp/tables)\n   also http://10.0.0.7:8000\n"));
        assert!(there.contains(&format!("Join code: {code}\n")));
        assert!(there.contains(&format!("AWS_ACCESS_KEY_ID={code}-yourname ")));
    }
}
