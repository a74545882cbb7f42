//! The work of a workshop, for whoever shows it: a folder is watched, what was saved is tried, and an HTTP API takes requests.
//!
//! ```text
//!   machine ──→ api listens ─┬─ a file was saved ──→ its function is replaced, and tried ──→ Tried
//!     │ missing: told, and   ├─ a client's request ──→ Came
//!     │ looked for again     ├─ an order ──→ a look, a trial, a request of the learner's own
//!     ↓                      └─ nobody listens any more, or no orders can come ──→ the functions end, and all that they started
//! ```
//!
//! Handlers are tried one after the other, since the time that they take counts, while requests of clients go on. One that is saved while it
//! is tried is tried anew.
//!
//! Invariant: when [`work`] returns, no process of a handler is left.

use std::collections::VecDeque;
use std::net::{Ipv4Addr, SocketAddr};
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use futures_util::stream::{FuturesUnordered, StreamExt as _};
use tokio::net::TcpListener;
use tokio::sync::{mpsc, oneshot};
use tokio::time::{MissedTickBehavior, interval};

use crate::deployment::Handler;
use crate::runner::{MemoryGauge, Outside, RunError, blocking};
use crate::workshop::check::{Verdict, Workplace};
use crate::workshop::folder::Folder;
use crate::workshop::gateway::listen::{listen, passages};
use crate::workshop::gateway::{Api, IDLE, Passage, Request};
use crate::workshop::goal::Goal;
use crate::workshop::lambda::{Allowance, Enclosure};
use crate::workshop::language::Language;
use crate::workshop::machine::{self, Machine, Missing};
use crate::workshop::watch::{LOOK, Watch};
use crate::workshop::{self, Ids};

/// Where the HTTP API listens if nothing else is asked for.
pub const PORT: u16 = 3000;

/// How often what was missing is looked for again.
const AGAIN: Duration = Duration::from_secs(3);
/// How often an SDK that was missing, and is there but does not load, is taken for one that is being installed: for half a minute.
const INSTALLING: u32 = 10;
/// Requests of clients that wait to be told.
const ROOM: usize = 64;
/// Requests of the learner's own that may be under way.
const SENDING: usize = 8;

/// What a workshop works with.
pub struct Shop {
    pub folder: Folder,
    pub listener: TcpListener,
    pub outside: workshop::Outside,
    pub memory: MemoryGauge,
    pub allowance: Allowance,
}

/// What is asked of it.
#[derive(Debug)]
pub enum Asked {
    LookAgain,
    Try(Goal),
    /// All handlers are tried once more as they stand, and handed out as they were tried.
    Handlers(oneshot::Sender<Result<Handlers, RunError>>),
    /// A request, and where its way is told; the end of the channel is dropped where it can't be sent.
    Send(Box<Request>, oneshot::Sender<Passage>),
}

/// Three handlers as they were tried.
#[derive(Debug)]
pub struct Handlers {
    pub language: Language,
    /// What each may take.
    pub allowance: Allowance,
    /// In the order of the goals: the file, and what came of it.
    pub tried: Vec<(Goal, Vec<u8>, Verdict)>,
}

/// What happens there.
#[derive(Debug)]
pub enum Event {
    Machine(Machine),
    Missing(Missing),
    /// It was looked for because somebody asked, and is not there yet.
    StillMissing,
    Listening(SocketAddr),
    Trying(Goal),
    Tried(Box<Verdict>),
    /// Everything that was saved has been tried.
    Settled,
    /// A client's request.
    Came(Box<(Request, Passage)>),
    /// So many more came than could be told.
    Missed(u64),
}

/// Time and chance as the handlers' surroundings need them.
///
/// # Errors
/// When the system gives no random numbers.
pub fn surroundings(outside: &Outside) -> Result<workshop::Outside, RunError> {
    let seed = (outside.chance)().map_err(RunError::NoChance)?;
    let stopwatch = outside.stopwatch.clone();
    Ok(workshop::Outside {
        clock: Arc::clone(&outside.clock),
        // Without one nothing is measured.
        stopwatch: stopwatch.unwrap_or_else(|| Arc::new(Duration::default)),
        ids: Arc::new(Ids::new(seed)),
    })
}

/// Listens on loopback: where it was asked to and nowhere else, or else at [`PORT`], or anywhere.
///
/// # Errors
/// When that port is taken, or none can be had.
pub async fn bind(asked: Option<u16>) -> Result<TcpListener, RunError> {
    let at = |port| TcpListener::bind(SocketAddr::from((Ipv4Addr::LOCALHOST, port)));
    match asked {
        Some(port) => at(port)
            .await
            .map_err(|error| RunError::Port { port, error }),
        None => match at(PORT).await {
            Ok(listener) => Ok(listener),
            Err(_) => at(0).await.map_err(RunError::NoPort),
        },
    }
}

/// What runs the handlers of a folder, if all of it is installed.
///
/// # Errors
/// What is missing.
pub async fn workplace(
    folder: &Folder,
    outside: &workshop::Outside,
    memory: &MemoryGauge,
    allowance: Allowance,
) -> Result<(Workplace, Machine), Missing> {
    let machine = machine::look(folder.language, &folder.path).await?;
    let place = Workplace {
        folder: folder.path.clone(),
        language: folder.language,
        version: machine.version,
        outside: outside.clone(),
        memory: Arc::clone(memory),
        allowance,
        enclosure: Enclosure::look().await,
        keep: IDLE,
    };
    Ok((place, machine))
}

/// Works until no more orders can come, or nobody listens any more.
///
/// # Errors
/// When the machine has no port for a function.
pub async fn work(
    shop: Shop,
    orders: mpsc::Receiver<Asked>,
    events: mpsc::Sender<Event>,
) -> Result<(), RunError> {
    let mut functions = None;
    let worked = tokio::select! {
        worked = Box::pin(follow(shop, orders, &events, &mut functions)) => worked,
        () = events.closed() => Ok(()),
    };
    if let Some(api) = functions {
        end(api).await;
    }
    worked
}

/// Ends the functions. Connections that were cut let go of them as soon as they are polled.
async fn end(mut api: Arc<Api>) {
    const PATIENCE: Duration = Duration::from_millis(5);
    const ROUNDS: usize = 200;
    for _ in 0..ROUNDS {
        match Arc::try_unwrap(api) {
            Ok(api) => return api.end().await,
            Err(shared) => api = shared,
        }
        tokio::time::sleep(PATIENCE).await;
    }
    // Whoever holds the last one ends its functions by dropping it; the pipe that holds their processes is closed with this process at the
    // latest.
}

/// Everything that was asked for. The functions are handed out, so that they can be ended when this is dropped.
async fn follow(
    shop: Shop,
    mut orders: mpsc::Receiver<Asked>,
    events: &mpsc::Sender<Event>,
    functions: &mut Option<Arc<Api>>,
) -> Result<(), RunError> {
    // Whether somebody listens is seen by whoever runs this.
    let tell = async |event| drop(events.send(event).await);
    let Some(place) = installed(&shop, &mut orders, events).await else {
        return Ok(());
    };
    let (api, _tables) = place.api();
    let api = Arc::new(api);
    *functions = Some(Arc::clone(&api));
    let (passing, mut passed) = passages(ROOM);
    let listening = listen(shop.listener, Arc::clone(&api), passing).map_err(RunError::NoPort)?;
    tell(Event::Listening(listening.address)).await;

    let mut look = interval(LOOK);
    look.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut watch = Watch::default();
    let mut trying = Trying::default();
    let mut sending = FuturesUnordered::<Pin<Box<dyn Future<Output = ()> + Send>>>::new();
    loop {
        if let Some(goal) = trying.next() {
            tell(Event::Trying(goal)).await;
            let (place, api) = (&place, &api);
            trying.begin(goal, async move {
                // Whoever asks from now on is answered by what was saved.
                api.replace(goal).await;
                place.check(goal).await
            });
        }
        tokio::select! {
            _ = look.tick() => {
                for goal in watch.saved(&place.folder, place.language) {
                    trying.add(goal);
                }
            }
            verdict = trying.ended() => {
                tell(Event::Tried(Box::new(verdict))).await;
                if trying.is_over() {
                    tell(Event::Settled).await;
                }
            }
            Some((request, passage, missed)) = passed.next() => {
                // Before what is told, so that no count waits for the next request.
                if missed > 0 {
                    tell(Event::Missed(missed)).await;
                }
                tell(Event::Came(Box::new((request, passage)))).await;
            }
            Some(()) = sending.next(), if !sending.is_empty() => {}
            asked = orders.recv() => match asked {
                None => return Ok(()),
                Some(Asked::Try(goal)) => trying.add(goal),
                Some(Asked::Send(request, answer)) if sending.len() < SENDING => {
                    let api = &api;
                    sending.push(Box::pin(async move {
                        // Nobody may wait for it any more.
                        let _ = answer.send(api.pass(&request).await);
                    }));
                }
                Some(Asked::Handlers(answer)) if sending.len() < SENDING => {
                    let place = &place;
                    sending.push(Box::pin(async move {
                        let _ = answer.send(handlers(place).await);
                    }));
                }
                // Nothing is missing; and what has no room is not sent, which its sender learns as its end is dropped.
                Some(Asked::LookAgain | Asked::Send(..) | Asked::Handlers(_)) => {}
            },
        }
    }
}

/// Looks for what runs the handlers, again and again until it is there; nothing when no more orders can come.
async fn installed(
    shop: &Shop,
    orders: &mut mpsc::Receiver<Asked>,
    events: &mpsc::Sender<Event>,
) -> Option<Workplace> {
    let Shop {
        folder,
        outside,
        memory,
        allowance,
        ..
    } = shop;
    let tell = async |event| drop(events.send(event).await);
    let mut told = None;
    let mut is_asked = false;
    let mut looks = 0;
    let mut look = interval(LOOK);
    look.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut watch = Watch::default();
    watch.saved(&folder.path, folder.language);
    loop {
        match workplace(folder, outside, memory, *allowance).await {
            Ok((place, machine)) => {
                tell(Event::Machine(machine)).await;
                return Some(place);
            }
            Err(missing)
                if told
                    .as_ref()
                    .is_some_and(|told: &Missing| told.is_like(&missing)) =>
            {
                if is_asked {
                    tell(Event::StillMissing).await;
                }
            }
            // It comes file by file, so what is told of it would be old in a moment.
            Err(Missing::BrokenSdk { .. }) if told.is_some() && looks < INSTALLING => looks += 1,
            Err(missing) => {
                tell(Event::Missing(missing.clone())).await;
                told = Some(missing);
            }
        }
        let again = tokio::time::sleep(AGAIN);
        tokio::pin!(again);
        is_asked = loop {
            tokio::select! {
                () = &mut again => break false,
                _ = look.tick() => {
                    if !watch.saved(&folder.path, folder.language).is_empty() {
                        break true;
                    }
                }
                asked = orders.recv() => match asked? {
                    Asked::LookAgain | Asked::Try(_) => break true,
                    // There is nothing to send it to, and nothing that could be tried.
                    Asked::Send(..) | Asked::Handlers(_) => {}
                },
            }
        };
    }
}

/// Tries all handlers, one after the other, each as it is in its file at one moment.
async fn handlers(place: &Workplace) -> Result<Handlers, RunError> {
    let read = async |goal: Goal| {
        let path = place.folder.join(goal.file(place.language));
        blocking(move || Handler::read(&path).map_err(|source| RunError::Unread { path, source }))
            .await?
    };
    let mut tried = Vec::new();
    for goal in Goal::ALL {
        let before = read(goal).await?;
        let verdict = place.check(goal).await;
        if read(goal).await? != before {
            return Err(RunError::SavedMeanwhile(goal.file(place.language)));
        }
        tried.push((goal, before, verdict));
    }
    Ok(Handlers {
        language: place.language,
        allowance: place.allowance,
        tried,
    })
}

type Check<'a> = Pin<Box<dyn Future<Output = Verdict> + Send + 'a>>;

/// The handlers that are to be tried, and the one that is being tried.
#[derive(Default)]
struct Trying<'a> {
    waiting: VecDeque<Goal>,
    now: Option<(Goal, Check<'a>)>,
}

impl<'a> Trying<'a> {
    /// It was saved. If it is being tried, what was there before is let go, with its processes.
    fn add(&mut self, goal: Goal) {
        if self.now.as_ref().is_some_and(|(now, _)| *now == goal) {
            self.now = None;
            self.waiting.push_front(goal);
        } else if !self.waiting.contains(&goal) {
            self.waiting.push_back(goal);
        }
    }

    /// The one whose turn it is, if none is being tried.
    fn next(&mut self) -> Option<Goal> {
        match self.now {
            Some(_) => None,
            None => self.waiting.pop_front(),
        }
    }

    fn begin(&mut self, goal: Goal, check: impl Future<Output = Verdict> + Send + 'a) {
        self.now = Some((goal, Box::pin(check)));
    }

    /// Waits for what comes of it; for ever where none is being tried.
    async fn ended(&mut self) -> Verdict {
        let Some((_, check)) = &mut self.now else {
            return std::future::pending().await;
        };
        let verdict = check.await;
        self.now = None;
        verdict
    }

    fn is_over(&self) -> bool {
        self.now.is_none() && self.waiting.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::future::ready;

    use futures_util::FutureExt as _;
    use proptest::prelude::*;

    use super::*;

    /// What comes of a handler that is right.
    fn verdict(goal: Goal) -> Verdict {
        Verdict {
            goal,
            tried: Vec::new(),
            reason: None,
        }
    }

    #[derive(Debug, Clone, Copy)]
    enum Happens {
        Saved(usize),
        /// As often as the loop of the workshop comes by.
        Turn,
        Ends,
    }

    fn happens() -> impl Strategy<Value = Happens> {
        prop_oneof![
            (0..Goal::ALL.len()).prop_map(Happens::Saved),
            Just(Happens::Turn),
            Just(Happens::Ends),
        ]
    }

    proptest! {
        /// Whatever is saved when: every handler is tried as it was saved last, one at a time, and then nothing is left to be tried.
        #[test]
        fn what_was_saved_last_is_what_is_tried(all in proptest::collection::vec(happens(), 0..40)) {
            let mut trying = Trying::default();
            // Those that were saved and not begun since; the one that is under way.
            let mut open = BTreeSet::new();
            let mut under_way = None;
            let drained = std::iter::repeat_n([Happens::Turn, Happens::Ends], Goal::ALL.len() + 1);
            for one in all.into_iter().chain(drained.flatten()) {
                match one {
                    Happens::Saved(goal) => {
                        let goal = Goal::ALL[goal];
                        trying.add(goal);
                        open.insert(goal.index());
                        if under_way == Some(goal) {
                            under_way = None;
                        }
                    }
                    Happens::Turn => match trying.next() {
                        Some(goal) => {
                            prop_assert_eq!(under_way, None);
                            prop_assert!(open.remove(&goal.index()), "{goal:?} was not saved");
                            trying.begin(goal, ready(verdict(goal)));
                            under_way = Some(goal);
                        }
                        None => prop_assert!(under_way.is_some() || open.is_empty()),
                    },
                    Happens::Ends => {
                        let ended = trying.ended().now_or_never();
                        let ended = ended.map(|verdict| verdict.goal);
                        prop_assert_eq!(ended, under_way.take());
                    }
                }
                prop_assert_eq!(trying.is_over(), under_way.is_none() && open.is_empty());
            }
            prop_assert!(trying.is_over());
        }
    }

    #[tokio::test]
    async fn a_port_that_is_asked_for_and_taken_is_told_and_another_is_not_taken_for_it() {
        let first = bind(Some(0)).await.unwrap();
        let port = first.local_addr().unwrap().port();
        let second = bind(Some(port)).await;
        assert!(matches!(second, Err(RunError::Port { port: told, .. }) if told == port));
        // Who asks for none in particular gets one.
        let any = bind(None).await.unwrap();
        assert!(any.local_addr().unwrap().ip().is_loopback());
    }
}
