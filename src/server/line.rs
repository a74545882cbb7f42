//! One connection as the server's watchman sees it: what it waits for, and since when.
//!
//! ```text
//!   Idle ──first byte──→ Head ──all headers──→ Body ──last byte──→ Busy ──answer ready──→ Idle
//!                                                                           └─ no room in the client's window: stalled
//! ```
//!
//! A timer for each of these, set and cleared for every request, would cost more than the request. So each step only writes down the
//! time, from a clock that ticks four times a second, and one task looks at all connections as often.
//! Invariant: a connection that takes longer than its limit is cut at most two ticks later.

use std::collections::HashMap;
use std::io;
use std::pin::Pin;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
use tokio::sync::Notify;
use tokio::task::AbortHandle;

use super::limits::Limits;
use crate::simulator::Stopwatch;

/// What a connection waits for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Phase {
    Idle,
    Head,
    Body,
    /// The server is at work, which is no fault of the client.
    Busy,
}

/// The time in milliseconds, as it was at the last tick.
pub(super) struct Ticks {
    stopwatch: Stopwatch,
    millis: AtomicU64,
}

impl Ticks {
    pub(super) fn new(stopwatch: Stopwatch) -> Self {
        let ticks = Self {
            stopwatch,
            millis: AtomicU64::new(0),
        };
        ticks.tick();
        ticks
    }

    /// The time as it really is.
    pub(super) fn now(&self) -> Duration {
        (self.stopwatch)()
    }

    pub(super) fn tick(&self) {
        let millis = u64::try_from(self.now().as_millis()).unwrap_or(u64::MAX);
        self.millis.store(millis, Ordering::Relaxed);
    }

    fn last(&self) -> u64 {
        self.millis.load(Ordering::Relaxed)
    }
}

/// One connection.
#[derive(Debug)]
pub(super) struct Line {
    /// The phase in the two lowest bits, above them the milliseconds at which it began.
    phase: AtomicU64,
    /// Since when there is no room for an answer, and one more; 0 for not at all.
    stalled: AtomicU64,
    /// Told when a body takes too long, so that the client still gets an answer.
    pub(super) hurry: Notify,
}

/// What is to be done about a connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Verdict {
    Fine,
    /// It only rests: closing it wrongs nobody.
    Rests,
    /// It waits for a body that does not come.
    Hurry,
    /// It takes too long.
    TooSlow,
}

impl Line {
    pub(super) fn new(ticks: &Ticks) -> Self {
        let line = Self {
            phase: AtomicU64::new(0),
            stalled: AtomicU64::new(0),
            hurry: Notify::new(),
        };
        // One that sends nothing at all is as slow as one that sends half a head.
        line.enter(Phase::Head, ticks);
        line
    }

    pub(super) fn enter(&self, phase: Phase, ticks: &Ticks) {
        let phase = match phase {
            Phase::Idle => 0,
            Phase::Head => 1,
            Phase::Body => 2,
            Phase::Busy => 3,
        };
        self.phase
            .store(ticks.last() << 2 | phase, Ordering::Relaxed);
    }

    fn phase(&self) -> (Phase, u64) {
        let packed = self.phase.load(Ordering::Relaxed);
        let phase = match packed & 3 {
            0 => Phase::Idle,
            1 => Phase::Head,
            2 => Phase::Body,
            _ => Phase::Busy,
        };
        (phase, packed >> 2)
    }

    fn verdict(&self, now: u64, limits: &Limits, in_need: bool) -> Verdict {
        let over =
            |since: u64, limit: Duration| Duration::from_millis(now.saturating_sub(since)) > limit;
        let stalled = self.stalled.load(Ordering::Relaxed);
        if stalled > 0 {
            let limit = if in_need {
                limits.stall_time_in_need
            } else {
                limits.stall_time
            };
            return if over(stalled - 1, limit) {
                Verdict::TooSlow
            } else {
                Verdict::Fine
            };
        }
        let body_time = if in_need {
            limits.body_time_in_need
        } else {
            limits.body_time
        };
        let (phase, since) = self.phase();
        match phase {
            Phase::Idle if over(since, limits.idle_time) => Verdict::Rests,
            Phase::Head if over(since, limits.head_time) => Verdict::TooSlow,
            // Twice as long: not even the answer that it was too slow went out.
            Phase::Body if over(since, body_time * 2) => Verdict::TooSlow,
            Phase::Body if over(since, body_time) => Verdict::Hurry,
            _ => Verdict::Fine,
        }
    }
}

/// A socket that writes down what its connection waits for.
#[derive(Debug)]
pub(super) struct Watched {
    pub(super) stream: TcpStream,
    pub(super) line: Arc<Line>,
    pub(super) ticks: Arc<Ticks>,
}

impl std::fmt::Debug for Ticks {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Ticks").finish_non_exhaustive()
    }
}

impl Watched {
    fn note(&self, written: &Poll<io::Result<usize>>) {
        let stalled = &self.line.stalled;
        match written {
            Poll::Ready(_) => {
                if stalled.load(Ordering::Relaxed) > 0 {
                    stalled.store(0, Ordering::Relaxed);
                }
            }
            Poll::Pending => {
                let since = self.ticks.last() + 1;
                // Where it is stalled already, since then.
                let _ = stalled.compare_exchange(0, since, Ordering::Relaxed, Ordering::Relaxed);
            }
        }
    }
}

impl AsyncRead for Watched {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = buffer.filled().len();
        let read = Pin::new(&mut self.stream).poll_read(context, buffer);
        if buffer.filled().len() > before && self.line.phase().0 == Phase::Idle {
            self.line.enter(Phase::Head, &self.ticks);
        }
        read
    }
}

impl AsyncWrite for Watched {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.stream).poll_write(context, bytes);
        self.note(&written);
        written
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        pieces: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.stream).poll_write_vectored(context, pieces);
        self.note(&written);
        written
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}

/// All connections there are.
#[derive(Debug, Default)]
pub(super) struct Lines {
    open: Mutex<Open>,
    /// Told when the first connection comes and when the last is gone.
    pub(super) changed: Notify,
}

#[derive(Debug, Default)]
struct Open {
    next: u64,
    lines: HashMap<u64, Entry>,
}

#[derive(Debug)]
struct Entry {
    line: Arc<Line>,
    peer: Arc<str>,
    /// Nothing until its task was started.
    task: Option<AbortHandle>,
}

/// A connection's place among the others, given back when it ends.
#[derive(Debug)]
pub(super) struct Place {
    lines: Arc<Lines>,
    pub(super) number: u64,
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut open = self.lines.lock();
        open.lines.remove(&self.number);
        if open.lines.is_empty() {
            self.lines.changed.notify_waiters();
        }
    }
}

impl Lines {
    fn lock(&self) -> MutexGuard<'_, Open> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn len(&self) -> usize {
        self.lock().lines.len()
    }

    /// How many have no room for an answer.
    #[cfg(test)]
    pub(super) fn stalled(&self) -> usize {
        let is_stalled = |entry: &&Entry| entry.line.stalled.load(Ordering::Relaxed) > 0;
        self.lock().lines.values().filter(is_stalled).count()
    }

    /// A place for one more connection, where there are fewer than `most`.
    pub(super) fn add(
        self: &Arc<Self>,
        line: Arc<Line>,
        peer: Arc<str>,
        most: usize,
    ) -> Option<Place> {
        let mut open = self.lock();
        if open.lines.len() >= most {
            return None;
        }
        let number = open.next;
        open.next += 1;
        let entry = Entry {
            line,
            peer,
            task: None,
        };
        open.lines.insert(number, entry);
        if open.lines.len() == 1 {
            self.changed.notify_waiters();
        }
        drop(open);
        Some(Place {
            lines: Arc::clone(self),
            number,
        })
    }

    /// Who is to be stopped when the connection has to be cut.
    pub(super) fn started(&self, number: u64, task: AbortHandle) {
        // It may have ended already.
        if let Some(entry) = self.lock().lines.get_mut(&number) {
            entry.task = Some(task);
        }
    }

    /// Look at every connection once; the peers of those that were cut for being too slow come back.
    pub(super) fn sweep(&self, ticks: &Ticks, limits: &Limits, in_need: bool) -> Vec<Arc<str>> {
        let now = ticks.last();
        let mut cut = Vec::new();
        for entry in self.lock().lines.values() {
            let verdict = entry.line.verdict(now, limits, in_need);
            match verdict {
                Verdict::Fine => {}
                Verdict::Hurry => entry.line.hurry.notify_one(),
                Verdict::Rests | Verdict::TooSlow => {
                    if let Some(task) = &entry.task {
                        task.abort();
                    }
                    if verdict == Verdict::TooSlow {
                        cut.push(Arc::clone(&entry.peer));
                    }
                }
            }
        }
        cut
    }

    /// Cut all that are left; how many those were.
    pub(super) fn cut(&self) -> usize {
        let open = self.lock();
        for entry in open.lines.values() {
            if let Some(task) = &entry.task {
                task.abort();
            }
        }
        open.lines.len()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A clock that a test sets.
    fn ticks(millis: &Arc<AtomicU64>) -> Ticks {
        let millis = Arc::clone(millis);
        Ticks::new(Arc::new(move || {
            Duration::from_millis(millis.load(Ordering::Relaxed))
        }))
    }

    #[test]
    fn each_phase_has_its_limit() {
        let limits = Limits::loopback();
        let millis = Arc::new(AtomicU64::new(5_000));
        let ticks = ticks(&millis);
        let line = Line::new(&ticks);
        let after = |limit: Duration| 5_000 + u64::try_from(limit.as_millis()).unwrap();
        let verdict = |limit, in_need| {
            let at = line.verdict(after(limit), &limits, in_need);
            let later = line.verdict(after(limit) + 1, &limits, in_need);
            (at, later)
        };
        assert_eq!(line.phase(), (Phase::Head, 5_000));
        assert_eq!(
            verdict(limits.head_time, false),
            (Verdict::Fine, Verdict::TooSlow)
        );
        line.enter(Phase::Body, &ticks);
        assert_eq!(
            verdict(limits.body_time, false),
            (Verdict::Fine, Verdict::Hurry)
        );
        assert_eq!(
            verdict(limits.body_time * 2, false),
            (Verdict::Hurry, Verdict::TooSlow)
        );
        assert_eq!(
            verdict(limits.body_time_in_need, true),
            (Verdict::Fine, Verdict::Hurry)
        );
        line.enter(Phase::Busy, &ticks);
        assert_eq!(
            verdict(Duration::from_secs(100_000), false),
            (Verdict::Fine, Verdict::Fine)
        );
        line.enter(Phase::Idle, &ticks);
        assert_eq!(
            verdict(limits.idle_time, false),
            (Verdict::Fine, Verdict::Rests)
        );
        line.stalled.store(5_001, Ordering::Relaxed);
        assert_eq!(
            verdict(limits.stall_time, false),
            (Verdict::Fine, Verdict::TooSlow)
        );
        assert_eq!(
            verdict(limits.stall_time_in_need, true),
            (Verdict::Fine, Verdict::TooSlow)
        );
    }

    #[tokio::test]
    async fn places_are_counted_and_given_back() {
        let millis = Arc::new(AtomicU64::new(0));
        let ticks = ticks(&millis);
        let lines = Arc::new(Lines::default());
        let add = || lines.add(Arc::new(Line::new(&ticks)), "peer".into(), 2);
        let one = add().unwrap();
        let two = add().unwrap();
        assert!(add().is_none());
        drop(one);
        assert!(add().is_some());
        let waits = tokio::spawn(std::future::pending::<()>());
        lines.started(two.number, waits.abort_handle());
        millis.store(60_000, Ordering::Relaxed);
        ticks.tick();
        let cut = lines.sweep(&ticks, &Limits::loopback(), false);
        assert_eq!(cut, ["peer".into()]);
        assert!(waits.await.unwrap_err().is_cancelled());
        assert_eq!(lines.len(), 1);
        drop(two);
        assert_eq!(lines.len(), 0);
    }
}
