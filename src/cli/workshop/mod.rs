//! `dynatour workshop`: handlers that run and are checked as they are saved, and an HTTP API in front of them.
//!
//! ```text
//!   folder ── machine ── api listens ─┬─ a file was saved ──→ its function is replaced, and tried ──→ verdict
//!             │ missing: said, and    ├─ a client's request ──→ its way
//!             │ looked for again      ├─ h, Enter ──→ a hint, or the solution
//!             ↓                       └─ Ctrl-C ──→ the functions end, and all that they started
//! ```
//!
//! Invariant: nothing is written outside the folder, and when the command ends no process of a handler is left.

pub mod arguments;
mod lines;
mod words;

use std::fmt::Write as _;
use std::io::Write as _;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use tokio::net::TcpListener;
use tokio::sync::mpsc;
use tokio::time::{MissedTickBehavior, interval};

use self::arguments::Workshop;
use super::DONE;
use super::clock;
use super::failure::Failure;
use super::memory;
use super::session;
use super::signals::Signals;
use crate::printable;
use crate::workshop::check::{Verdict, Workplace};
use crate::workshop::folder::{self, Folder};
use crate::workshop::gateway::Api;
use crate::workshop::gateway::listen::listen;
use crate::workshop::goal::Goal;
use crate::workshop::lambda::Allowance;
use crate::workshop::language::Language;
use crate::workshop::machine::{self, Machine, Missing};
use crate::workshop::watch::{LOOK, Watch};
use crate::workshop::{Ids, Outside};

/// Not all handlers are right, with `--once`.
const OPEN: u8 = 1;

/// Requests that wait to be shown.
const ROOM: usize = 64;

pub fn workshop(arguments: &Workshop) -> Result<u8, Failure> {
    let asked = arguments.language.map(Language::from);
    let path = arguments
        .dir
        .clone()
        .unwrap_or_else(|| PathBuf::from(folder::usual(asked.unwrap_or(Language::Node))));
    let folder = folder::prepare(&path, asked).map_err(|error| words(&error))?;
    let mut seed = [0; 16];
    getrandom::fill(&mut seed)
        .map_err(|error| Failure::Words(format!("the system gives no random numbers: {error}")))?;
    let outside = Outside {
        clock: clock::clock(),
        stopwatch: clock::stopwatch(),
        ids: Arc::new(Ids::new(seed)),
    };
    session::block_on(run(arguments, folder, outside))?
}

fn words(error: &dyn std::fmt::Display) -> Failure {
    Failure::Words(error.to_string())
}

fn no_port(error: &std::io::Error) -> Failure {
    Failure::Words(format!("no port of this machine can be used: {error}"))
}

async fn run(arguments: &Workshop, folder: Folder, outside: Outside) -> Result<u8, Failure> {
    let mut signals = Signals::new()
        .map_err(|error| Failure::Words(format!("signals can't be heard: {error}")))?;
    say(&opening(&folder))?;
    if arguments.once {
        let place = installed(&folder, &outside)
            .await
            .map_err(|missing| words(&missing))?;
        return tokio::select! {
            code = Box::pin(once(&place)) => code,
            // It is not known of all that they are right.
            () = signals.any() => Ok(OPEN),
        };
    }
    // Before anything is asked of the learner, so that a port that is taken is known at once.
    let listener = bind(arguments.port).await?;
    let mut functions = None;
    let ended = tokio::select! {
        ended = Box::pin(follow(&folder, &outside, listener, &mut functions)) => ended,
        () = signals.any() => Ok(()),
    };
    if let Some(api) = functions {
        end(api).await;
    }
    ended?;
    say("\nStopped. Your handlers stay in their folder; what they had in the table is gone.\n")?;
    Ok(DONE)
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
    // The pipe that holds their processes is closed with this process at the latest.
}

/// Prints, or ends the command when nobody reads any more.
fn say(text: &str) -> Result<(), Failure> {
    let mut out = std::io::stdout().lock();
    out.write_all(text.as_bytes())?;
    out.flush()?;
    Ok(())
}

fn opening(folder: &Folder) -> String {
    let Folder {
        path,
        language,
        written,
    } = folder;
    let place = printable::line(&path.display().to_string()).into_owned();
    let what = match written.len() {
        0 => format!("The workshop in {} at {place}", language.title()),
        _ => format!(
            "The workshop in {} at {place}, with {}",
            language.title(),
            written.join(", ")
        ),
    };
    let mut text = format!("{what}.\n\nOpen in your editor:\n");
    for goal in Goal::ALL {
        // Writing to a String cannot fail.
        let _ = writeln!(text, "  {:<14}  {}", goal.file(*language), goal.route_key());
    }
    text.push('\n');
    text
}

/// Listens where it was asked to, and nowhere else.
async fn bind(port: u16) -> Result<TcpListener, Failure> {
    TcpListener::bind(SocketAddr::from((Ipv4Addr::LOCALHOST, port)))
        .await
        .map_err(|error| {
            Failure::Words(match error.kind() {
                std::io::ErrorKind::AddrInUse => format!(
                    "port {port} is taken, so the HTTP API can't listen there. Choose another one with --port N; --port 0 takes any that is free"
                ),
                _ => format!("port {port} can't be listened on: {error}. Choose another one with --port N"),
            })
        })
}

/// What runs the handlers, if all of it is installed.
async fn installed(folder: &Folder, outside: &Outside) -> Result<Workplace, Missing> {
    let Machine { version, sdk } = machine::look(folder.language, &folder.path).await?;
    let language = folder.language;
    // Nobody to tell it to is found out by the next who prints.
    let _ = say(&format!(
        "{} {version}, {} {}\n",
        language.title(),
        language.packages()[0],
        printable::line(&sdk)
    ));
    Ok(Workplace {
        folder: folder.path.clone(),
        language,
        version,
        outside: outside.clone(),
        memory: memory::gauge(),
        allowance: Allowance::default(),
    })
}

/// Each handler, one after the other.
async fn once(place: &Workplace) -> Result<u8, Failure> {
    let mut reached = [false; 3];
    for goal in Goal::ALL {
        let verdict = place.check(goal).await.map_err(|error| no_port(&error))?;
        reached[goal.index()] = verdict.reason.is_none();
        say(&format!("\n{}", words::verdict(&verdict, place.language)))?;
    }
    say(&format!(
        "\n{}\n",
        words::standing(reached, place.language, None)
    ))?;
    Ok(if reached == [true; 3] { DONE } else { OPEN })
}

/// Everything that was asked for, until the command is ended from outside. The functions are handed out, so that they can be ended then.
async fn follow(
    folder: &Folder,
    outside: &Outside,
    listener: TcpListener,
    functions: &mut Option<Arc<Api>>,
) -> Result<(), Failure> {
    let mut typed = lines::typed();
    let place = wait_for_install(folder, outside, &mut typed).await?;
    let (api, _tables) = place.api().await.map_err(|error| no_port(&error))?;
    let api = Arc::new(api);
    *functions = Some(Arc::clone(&api));
    let (tell, mut passages) = mpsc::channel(ROOM);
    let listening = listen(listener, Arc::clone(&api), tell).map_err(|error| no_port(&error))?;
    let mut session = Session {
        place: &place,
        api: &api,
        address: format!("http://{}", listening.address),
        verdicts: [None, None, None],
        helped: None,
    };
    say(&session.invitation())?;
    let mut look = interval(LOOK);
    look.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut watch = Watch::default();
    loop {
        tokio::select! {
            _ = look.tick() => {
                let saved = watch.saved(&place.folder, place.language);
                if !saved.is_empty() {
                    session.saved(&saved).await?;
                }
            }
            Some((request, passage)) = passages.recv() => say(&format!("\n{}", words::passage(&request, &passage)))?,
            Some(line) = typed.recv() => session.typed(&line)?,
        }
    }
}

/// Looks for what is missing, again whenever a handler is saved or Enter is pressed.
async fn wait_for_install(
    folder: &Folder,
    outside: &Outside,
    typed: &mut mpsc::Receiver<String>,
) -> Result<Workplace, Failure> {
    let mut told = None;
    let mut watch = Watch::default();
    let mut look = interval(LOOK);
    look.set_missed_tick_behavior(MissedTickBehavior::Delay);
    watch.saved(&folder.path, folder.language);
    loop {
        match installed(folder, outside).await {
            Ok(place) => return Ok(place),
            Err(missing) if told.as_ref() == Some(&missing) => say("It is still missing.\n")?,
            Err(missing) => {
                let words = printable::block(&missing.to_string());
                say(&format!(
                    "{words}\nUntil then everything can be read: README.md, and the handlers. Save one, or press Enter, when it is there.\n\n"
                ))?;
                told = Some(missing);
            }
        }
        loop {
            tokio::select! {
                _ = look.tick() => {
                    if !watch.saved(&folder.path, folder.language).is_empty() {
                        break;
                    }
                }
                Some(_) = typed.recv() => break,
            }
        }
    }
}

/// What was found so far, and what is told of it.
struct Session<'a> {
    place: &'a Workplace,
    api: &'a Api,
    address: String,
    verdicts: [Option<Verdict>; 3],
    /// What hints are about.
    helped: Option<Helped>,
}

/// A mistake that hints are given for.
struct Helped {
    goal: Goal,
    /// The check that found it.
    check: &'static str,
    /// How many were given.
    hints: usize,
}

impl Session<'_> {
    fn invitation(&self) -> String {
        format!(
            "\nThe API is at {0}, on a simulated table of this machine: curl {0}/pets\nSave a file, and its handler runs and is checked. h and Enter: a hint. Ctrl-C ends.\n",
            self.address
        )
    }

    /// Handlers were saved: each is tried, and runs anew for clients.
    async fn saved(&mut self, goals: &[Goal]) -> Result<(), Failure> {
        for goal in goals {
            self.api.replace(*goal).await;
            let verdict = self
                .place
                .check(*goal)
                .await
                .map_err(|error| no_port(&error))?;
            say(&format!(
                "\n{}",
                words::verdict(&verdict, self.place.language)
            ))?;
            if verdict.reason.is_some() {
                say(words::HINT)?;
            }
            self.verdicts[goal.index()] = Some(verdict);
        }
        let reached = Goal::ALL.map(|goal| self.is_reached(goal));
        // The one that was worked on, or else the first that is open.
        let worked_on = goals.iter().copied().filter(|_| goals.len() == 1);
        let open = worked_on
            .chain(Goal::ALL)
            .find(|goal| !self.is_reached(*goal));
        self.helped = open.and_then(|goal| self.help(goal));
        let standing = words::standing(reached, self.place.language, Some(&self.address));
        say(&format!("\n{standing}\n"))
    }

    /// What hints are about now: those of the same mistake go on where they were.
    fn help(&self, goal: Goal) -> Option<Helped> {
        let reason = self.verdicts[goal.index()].as_ref()?.reason.as_ref()?;
        let check = reason.check.name;
        let before = self.helped.as_ref();
        let same = before.filter(|helped| helped.goal == goal && helped.check == check);
        Some(Helped {
            goal,
            check,
            hints: same.map_or(0, |helped| helped.hints),
        })
    }

    fn is_reached(&self, goal: Goal) -> bool {
        let verdict = self.verdicts[goal.index()].as_ref();
        verdict.is_some_and(|verdict| verdict.reason.is_none())
    }

    fn typed(&mut self, line: &str) -> Result<(), Failure> {
        if !matches!(line.trim(), "h" | "hint" | "H") {
            return say("h and Enter gives a hint; after three, the solution. Ctrl-C ends.\n");
        }
        let Some(helped) = &mut self.helped else {
            return say("Nothing is open: all goals are reached.\n");
        };
        let Some(verdict) = &self.verdicts[helped.goal.index()] else {
            return Ok(());
        };
        let words = words::hint(verdict, helped.hints, self.place.language);
        helped.hints += 1;
        say(&format!("\n{words}"))
    }
}
