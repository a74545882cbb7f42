//! Changes that become durable together.
//!
//! ```text
//!   a write    table locked ── record: into the queue ── applied, unlocked ── settle: waits ─────────────┐
//!   a write                        table locked ── record ── applied, unlocked ── settle: waits ────────┤
//!   the thread      writes what is queued, one transaction ──────→ the next lot ──────→ durable up to ──┘ both are answered
//! ```
//!
//! A disk takes milliseconds for a transaction however small it is. If each write waited for its own while it holds its table, 16 clients
//! would wait in turn. So a write only hands over its changes, and its *answer* waits; so does the answer to a read that may have seen
//! them. Whoever was told of something will find it again, except by reads while the disk refuses to write: those are still answered.
//!
//! What the disk refuses stays in the queue and is tried again; until then writes are refused in words that say why, and the writes
//! that were under way get an `InternalServerError`, which in DynamoDB, too, leaves open whether a write was done.
//! Invariant: what [`Group::settle`] said is durable was written by the journal below, in the order in which it was recorded.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

use tokio::sync::watch;

use crate::simulator::journal::{Change, Journal, JournalError};

/// How long after a refusal of the disk it is tried again.
const AGAIN: Duration = Duration::from_secs(1);

/// A journal that writes in groups what is handed to it, to another one.
pub struct Group {
    shared: Arc<Shared>,
    thread: Mutex<Option<JoinHandle<()>>>,
}

struct Shared {
    queue: Mutex<Queue>,
    /// Told when there is something to write, and at the end.
    work: Condvar,
    /// How many records were handed over; written while the queue is locked.
    recorded: AtomicU64,
    progress: watch::Sender<Progress>,
}

#[derive(Default)]
struct Queue {
    changes: Vec<Change>,
    /// Why the disk refused what stands first.
    refused: Option<Arc<str>>,
    ends: bool,
}

/// What is known to everybody who waits.
#[derive(Clone, Default)]
struct Progress {
    /// So many records are durable.
    durable: u64,
    refused: Option<Arc<str>>,
}

/// What an answer has to wait for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Mark(u64);

impl Group {
    /// Starts the thread that writes.
    ///
    /// # Errors
    /// When the system gives no thread.
    pub fn new(below: Arc<dyn Journal>) -> std::io::Result<Self> {
        let shared = Arc::new(Shared {
            queue: Mutex::default(),
            work: Condvar::new(),
            recorded: AtomicU64::new(0),
            progress: watch::Sender::new(Progress::default()),
        });
        let writer = Arc::clone(&shared);
        let thread = std::thread::Builder::new()
            .name("journal".to_owned())
            .spawn(move || writer.write_all(below.as_ref()))?;
        Ok(Self {
            shared,
            thread: Mutex::new(Some(thread)),
        })
    }

    /// Everything that was recorded until now.
    #[must_use]
    pub fn mark(&self) -> Mark {
        Mark(self.shared.recorded.load(Ordering::Acquire))
    }

    /// Waits until everything up to the mark is durable.
    ///
    /// # Errors
    /// What the journal below said of it; it may still become durable later.
    pub async fn settle(&self, Mark(mark): Mark) -> Result<(), JournalError> {
        let mut progress = self.shared.progress.subscribe();
        if progress.borrow().durable >= mark {
            return Ok(());
        }
        let settled = progress
            .wait_for(|progress| progress.durable >= mark || progress.refused.is_some())
            .await
            .map_err(|_| ended())?;
        match &settled.refused {
            Some(why) if settled.durable < mark => Err(JournalError(why.to_string())),
            _ => Ok(()),
        }
    }

    /// Writes what is left, once more where the disk refused it, and ends. Blocks for as long as the disk takes.
    ///
    /// # Errors
    /// Why some of it could not be written.
    pub fn finish(&self) -> Result<(), JournalError> {
        self.shared.lock().ends = true;
        self.shared.work.notify_all();
        let thread = self
            .thread
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .take();
        if let Some(thread) = thread {
            thread.join().map_err(|_| ended())?;
        }
        match &self.shared.lock().refused {
            Some(why) => Err(JournalError(why.to_string())),
            None => Ok(()),
        }
    }
}

impl Drop for Group {
    fn drop(&mut self) {
        // Whoever wants to know called it before.
        let _ = self.finish();
    }
}

impl Journal for Group {
    fn record(&self, changes: &[Change]) -> Result<(), JournalError> {
        let mut queue = self.shared.lock();
        if let Some(why) = &queue.refused {
            return Err(JournalError(why.to_string()));
        }
        if queue.ends {
            return Err(ended());
        }
        queue.changes.extend_from_slice(changes);
        self.shared.recorded.fetch_add(1, Ordering::Release);
        drop(queue);
        self.shared.work.notify_one();
        Ok(())
    }
}

fn ended() -> JournalError {
    JournalError("the server is ending".to_owned())
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, Queue> {
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The thread's whole life.
    fn write_all(&self, below: &dyn Journal) {
        let _guard = Guard(self);
        let mut queue = self.lock();
        loop {
            if queue.changes.is_empty() {
                if queue.ends {
                    return;
                }
                queue = self
                    .work
                    .wait(queue)
                    .unwrap_or_else(PoisonError::into_inner);
                continue;
            }
            let mut changes = std::mem::take(&mut queue.changes);
            let upto = self.recorded.load(Ordering::Relaxed);
            drop(queue);
            let written = below.record(&changes);
            queue = self.lock();
            match written {
                Ok(()) => {
                    queue.refused = None;
                    self.progress.send_replace(Progress {
                        durable: upto,
                        refused: None,
                    });
                }
                Err(JournalError(why)) => {
                    changes.append(&mut queue.changes);
                    queue.changes = changes;
                    let why: Arc<str> = why.into();
                    queue.refused = Some(Arc::clone(&why));
                    self.progress
                        .send_modify(|progress| progress.refused = Some(why));
                    if queue.ends {
                        return;
                    }
                    (queue, _) = self
                        .work
                        .wait_timeout(queue, AGAIN)
                        .unwrap_or_else(PoisonError::into_inner);
                }
            }
        }
    }
}

/// Lets nobody wait for a thread that died of a fault in the journal below.
struct Guard<'a>(&'a Shared);

impl Drop for Guard<'_> {
    fn drop(&mut self) {
        if !std::thread::panicking() {
            return;
        }
        let why: Arc<str> = "the journal failed, so nothing more can be kept".into();
        self.0.lock().refused = Some(Arc::clone(&why));
        self.0
            .progress
            .send_modify(|progress| progress.refused = Some(why));
    }
}

impl std::fmt::Debug for Group {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Group").finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A journal that a test opens, closes and reads.
    #[derive(Default)]
    struct Disk {
        state: Mutex<State>,
        changed: Condvar,
    }

    #[derive(Default)]
    struct State {
        lots: Vec<usize>,
        names: Vec<String>,
        /// Calls wait while this is set.
        is_held: bool,
        waiting: usize,
        is_full: bool,
    }

    impl Journal for Disk {
        fn record(&self, changes: &[Change]) -> Result<(), JournalError> {
            let mut state = self.state.lock().unwrap();
            state.waiting += 1;
            self.changed.notify_all();
            let mut state = self.changed.wait_while(state, |s| s.is_held).unwrap();
            state.waiting -= 1;
            if state.is_full {
                return Err(JournalError("the disk is full".to_owned()));
            }
            state.lots.push(changes.len());
            state
                .names
                .extend(changes.iter().map(|change| match change {
                    Change::DeleteTable { table } => table.clone(),
                    other => format!("{other:?}"),
                }));
            Ok(())
        }
    }

    impl Disk {
        fn set(&self, change: impl FnOnce(&mut State)) {
            change(&mut self.state.lock().unwrap());
            self.changed.notify_all();
        }

        fn until_waiting(&self) {
            let state = self.state.lock().unwrap();
            drop(self.changed.wait_while(state, |s| s.waiting == 0).unwrap());
        }
    }

    fn change(name: usize) -> Change {
        Change::DeleteTable {
            table: name.to_string(),
        }
    }

    #[tokio::test]
    async fn what_comes_while_the_disk_is_busy_is_written_together_and_in_order() {
        let disk = Arc::new(Disk::default());
        disk.set(|state| state.is_held = true);
        let group = Group::new(Arc::clone(&disk) as Arc<dyn Journal>).unwrap();
        assert_eq!(group.settle(group.mark()).await, Ok(()));
        group.record(&[change(0)]).unwrap();
        disk.until_waiting();
        for name in 1..=16 {
            group.record(&[change(name)]).unwrap();
        }
        let mark = group.mark();
        disk.set(|state| state.is_held = false);
        group.settle(mark).await.unwrap();
        let state = disk.state.lock().unwrap();
        assert_eq!(state.lots, [1, 16]);
        let names: Vec<String> = (0..=16).map(|name| name.to_string()).collect();
        assert_eq!(state.names, names);
    }

    #[tokio::test]
    async fn what_the_disk_refuses_is_said_and_written_later() {
        let disk = Arc::new(Disk::default());
        disk.set(|state| state.is_full = true);
        let group = Group::new(Arc::clone(&disk) as Arc<dyn Journal>).unwrap();
        group.record(&[change(1)]).unwrap();
        let mark = group.mark();
        let full = Err(JournalError("the disk is full".to_owned()));
        assert_eq!(group.settle(mark).await, full);
        assert_eq!(group.record(&[change(2)]), full, "nothing more is taken");
        disk.set(|state| state.is_full = false);
        assert_eq!(group.finish(), Ok(()));
        assert_eq!(group.settle(mark).await, Ok(()));
        assert_eq!(disk.state.lock().unwrap().names, ["1"]);
        assert_eq!(group.record(&[change(3)]), Err(ended()));
    }

    #[tokio::test]
    async fn nobody_waits_for_a_journal_that_failed() {
        struct Faulty;
        impl Journal for Faulty {
            fn record(&self, _: &[Change]) -> Result<(), JournalError> {
                panic!("a fault, as this test wants it")
            }
        }
        let group = Group::new(Arc::new(Faulty)).unwrap();
        group.record(&[change(1)]).unwrap();
        let error = group.settle(group.mark()).await.unwrap_err();
        assert!(error.0.contains("nothing more can be kept"), "{error}");
        assert_eq!(group.record(&[change(2)]), Err(error));
        assert!(group.finish().is_err());
    }

    #[test]
    fn the_end_says_what_could_not_be_kept() {
        let disk = Arc::new(Disk::default());
        disk.set(|state| state.is_full = true);
        let group = Group::new(Arc::clone(&disk) as Arc<dyn Journal>).unwrap();
        group.record(&[change(1)]).unwrap();
        let full = Err(JournalError("the disk is full".to_owned()));
        assert_eq!(group.finish(), full);
    }
}
