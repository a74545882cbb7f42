//! `dynatour serve`: the simulated table over HTTP, for any client.
//!
//! ```text
//!   listen   the port, or who has it         data   the tables on disk, or who holds them
//!         └──────────────┬──────────────────────────┘
//!                     server::start ──reports──→ screen, or log (--plain)
//!                        │  q, Ctrl-C, SIGTERM, SIGHUP, or nobody reads the log any more
//!                     stop: finish what runs, write what is queued, say what was done
//! ```
//!
//! Invariant: nothing is listened on before everything that was asked for is there, so that no client sees a server that then goes away.

mod data;
mod listen;
mod log;
mod screen;

use std::io::Write as _;
use std::path::Path;
use std::sync::Arc;

use super::arguments::{Common, Serve};
use super::clock;
use super::failure::Failure;
use super::memory;
use super::run::has_screen;
use super::session;
use super::signals::Signals;
use super::{BROKEN_PIPE, DONE};
use crate::scene::serve::Arrival;
use crate::scene::{count, plural};
use crate::server::{self, Access, Group, JoinCode, Limits, Running, Settings, Stopped};
use crate::simulator::{self, HashChoice, Realism, Simulator, capacity};
use crate::terminal;

/// Reports that wait for the log: some seconds of a busy class.
const ROOM: usize = 4_096;

pub fn serve(arguments: &Serve, common: &Common) -> Result<u8, Failure> {
    let access = access(arguments.class)?;
    let data = arguments.data.as_deref().map(data::open).transpose()?;
    let group = match &data {
        None => None,
        Some(store) => Some(Arc::new(
            Group::new(Arc::clone(store) as _).map_err(no_threads)?,
        )),
    };
    let simulator = Simulator::new(simulator::Settings {
        // A Scan then comes in the order in which clients have seen it come from real tables. What --data keeps has it as well, so a
        // server of another function could not read it.
        hash: HashChoice::Md5Outliers,
        journal: group.clone().map(|group| group as _),
        seed: random()?,
        realism: Realism {
            capacity: arguments.throttle.then(capacity::Limits::default),
            ..Realism::default()
        },
        stopwatch: Some(clock::stopwatch()),
        // One for each connection that may be between a call and its report.
        traces_kept: 256,
        ..simulator::Settings::default()
    });
    if let Some(store) = &data {
        data::restore(store, &simulator)?;
    }
    listen::allow_many_files();
    session::block_on(run(arguments, common, access, Arc::new(simulator), group))?
}

#[expect(clippy::needless_pass_by_value, reason = "errors are mapped with it")]
fn no_threads(error: std::io::Error) -> Failure {
    Failure::Words(format!("no threads could be started: {error}"))
}

/// Bits that nobody can foresee.
fn random() -> Result<u64, Failure> {
    getrandom::u64()
        .map_err(|error| Failure::Words(format!("the system gives no random numbers: {error}")))
}

fn access(is_class: bool) -> Result<Access, Failure> {
    if !is_class {
        return Ok(Access::Loopback);
    }
    let addresses = listen::addresses();
    if addresses.is_empty() {
        return Err(Failure::Words(
            "--class needs a network, and this machine has no address on any. Connect to one, or leave --class out to serve this machine only".to_owned(),
        ));
    }
    Ok(Access::Class {
        code: JoinCode::from_random(random()?),
        addresses,
    })
}

async fn run(
    arguments: &Serve,
    common: &Common,
    access: Access,
    simulator: Arc<Simulator>,
    group: Option<Arc<Group>>,
) -> Result<u8, Failure> {
    let listeners = listen::bind(arguments.port, arguments.class).await?;
    let signals = Signals::new().map_err(no_threads)?;
    let on_screen = !arguments.plain && has_screen();
    let (watcher, told) = if on_screen {
        let (watcher, reports) = screen::watcher();
        (watcher, Watching::Screen(reports))
    } else {
        let (watcher, reports) = server::channel(ROOM);
        (watcher, Watching::Log(reports))
    };
    let limits = if arguments.class {
        Limits::class()
    } else {
        Limits::loopback()
    };
    let running = server::start(Settings {
        listeners,
        simulator: Arc::clone(&simulator),
        clock: clock::clock(),
        stopwatch: clock::stopwatch(),
        access: access.clone(),
        limits,
        watcher: Some(watcher),
        group: group.clone(),
        memory: memory::gauge(),
    })
    .map_err(|error| Failure::Words(format!("the port can't be used: {error}")))?;

    let place = Place {
        access,
        port: running.address().port(),
        data: arguments.data.as_deref(),
    };
    let (stopped, ended) = match told {
        Watching::Screen(reports) => {
            let projector = arguments.projector || arguments.class;
            let shown = screen::show(&place, simulator, reports, projector, common).await;
            (running.stop().await, shown.map(|()| DONE))
        }
        Watching::Log(reports) => logged(&place, reports, running, signals).await?,
    };
    let kept = group.as_ref().map_or(Ok(()), |group| group.finish());
    if let Err(why) = kept {
        return Err(Failure::Words(format!(
            "not everything could be written to the disk. Every write that was answered with success is there; those that were answered with an error may not be: {why}"
        )));
    }
    let code = ended?;
    if code == DONE {
        let words = closing(stopped, arguments.data.as_deref());
        writeln!(std::io::stdout(), "{words}")?;
    }
    Ok(code)
}

/// Who hears of what the server does.
enum Watching {
    Screen(terminal::Reports<Arrival>),
    Log(server::Reports),
}

/// Where a server is, and where its tables are.
struct Place<'a> {
    access: Access,
    port: u16,
    data: Option<&'a Path>,
}

/// Prints until a signal comes or nobody reads it any more, then stops the server. How it ended comes with it.
async fn logged(
    place: &Place<'_>,
    reports: server::Reports,
    running: Running,
    mut signals: Signals,
) -> Result<(Stopped, Result<u8, Failure>), Failure> {
    let opening = log::opening(&place.access, place.port, place.data);
    let (printing, mut printed) = log::start(opening, reports).map_err(no_threads)?;
    let early = tokio::select! {
        biased;
        ended = &mut printed => Some(ended),
        () = signals.any() => None,
    };
    let stopped = running.stop().await;
    let unprinted = match early {
        Some(ended) => ended.ok(),
        None => log::end(printing, printed).await,
    };
    let ended = match unprinted {
        Some(Err(error)) if error.kind() == std::io::ErrorKind::BrokenPipe => Ok(BROKEN_PIPE),
        Some(Err(error)) => Err(error.into()),
        Some(Ok(())) | None => Ok(DONE),
    };
    Ok((stopped, ended))
}

/// What was done, when it is over.
fn closing(stopped: Stopped, data: Option<&Path>) -> String {
    let Stopped {
        answered,
        refused,
        cut,
    } = stopped;
    let mut done = vec![format!("Answered {}", plural(answered, "request"))];
    if refused > 0 {
        done.push(format!("turned away {}", count(refused)));
    }
    if cut > 0 {
        done.push(format!(
            "cut {} that did not finish",
            plural(cut as u64, "connection")
        ));
    }
    let tables = match data {
        Some(directory) => format!("The tables are in {}.", directory.display()),
        None => "The tables were in memory and are gone.".to_owned(),
    };
    let words = format!("Stopped. {}. {tables}", done.join(", "));
    crate::printable::line(&words).into_owned()
}
