//! The process of an environment: its group, its limits, what it prints, and its end.
//!
//! ```text
//!   sh ─┬─ the keeper: reads a pipe that only this process holds; at its end it ends what left the group, and the group
//!       └─ exec node|ruby …        stdin: nothing    stdout, stderr: one pipe, read while it is invoked
//! ```
//!
//! The keeper is why nothing is left when this process is killed outright: its end of the pipe goes with it, and the group with the pipe,
//! even while the handler loops. What left the group (a daemon) ends with the namespace, where there is one ([`Enclosure`]); elsewhere it is
//! known by a variable in its environment, where the system shows it, and only one that also threw that away stays.
//!
//! Invariant: after [`Process::end`], and after a drop, no process of the group or the namespace is left.

use std::io;
use std::process::Stdio;
use std::time::Duration;

use rustix::process::{Pid, Signal};
use tokio::net::unix::pipe;
use tokio::process::{Child, ChildStdin, Command};
use tokio::time::timeout;

use super::configuration::{Configuration, MARKER, Place, is_withheld};
use super::enclosure::{Enclosure, Ending};
use super::log::Log;
use super::usage::{self, Usage};

/// Starts the keeper, without the variable by which it finds others, and not as a child that the handler could wait for; then the handler,
/// with limits: no core files, Lambda's 1,024 descriptors, files of 512 MB (in blocks of 512 bytes).
const START: &str = "exec 3<&0 </dev/null
( ( unset DYNATOUR_ENVIRONMENT; exec /bin/sh -c \"$1\" sh \"$2\" ) >/dev/null 2>&1 & )
shift 2
{ ulimit -c 0; ulimit -n 1024; ulimit -f 1048576; } 2>/dev/null
exec \"$@\" 3<&-";

const KEEPER: &str = "read -r _ <&3
for one in /proc/[0-9]*; do grep -qs \"$1\" \"$one/environ\" && kill -KILL \"${one#/proc/}\"; done
kill -KILL 0";

/// Bytes that are taken at once from what it prints, and at most when it is over.
const PIECE: usize = 64 * 1024;
const LAST: usize = 1024 * 1024;

/// Bytes that are taken of what stands before a command, and how long they are waited for at most: they are there when it has ended.
const WORDS: usize = 4 * 1024;
const PATIENCE: Duration = Duration::from_secs(1);

/// How often stragglers are looked for: one may start another while it is ended.
const ROUNDS: usize = 5;

pub(super) struct Process {
    child: Child,
    group: Pid,
    /// Held, never written to.
    _hold: Option<ChildStdin>,
    output: pipe::Receiver,
    /// What is said by whatever stands before the command.
    said: Option<pipe::Receiver>,
    variable: Vec<u8>,
    enclosure: Enclosure,
    is_over: bool,
}

/// What a process does by itself.
pub(super) enum Happening {
    Printed,
    Ended(io::Result<Ending>),
}

impl Process {
    pub(super) fn start(configuration: &Configuration, place: &Place) -> io::Result<Self> {
        let (output, printing) = io::pipe()?;
        let (said, saying) = if configuration.enclosure == Enclosure::Namespace {
            let (said, saying) = io::pipe()?;
            (Some(said), saying)
        } else {
            (None, printing.try_clone()?)
        };
        let mut command = Command::new("/bin/sh");
        command
            .args(["-c", START, "sh", KEEPER])
            .arg(format!("{MARKER}={}", place.marker))
            .args(configuration.enclosure.words())
            .args(&configuration.command)
            .current_dir(&configuration.root)
            .stdin(Stdio::piped())
            .stdout(printing)
            .stderr(saying)
            .process_group(0)
            .kill_on_drop(true);
        for (name, _) in std::env::vars_os().filter(|(name, _)| is_withheld(name)) {
            command.env_remove(name);
        }
        command.envs(configuration.variables(place));
        let mut child = command.spawn()?;
        // The command holds our copies of the pipe's writing end.
        drop(command);
        let group = child
            .id()
            .and_then(|id| i32::try_from(id).ok())
            .and_then(Pid::from_raw)
            .ok_or_else(|| io::Error::other("the process has no number"))?;
        limit_processes(group);
        Ok(Self {
            _hold: child.stdin.take(),
            child,
            group,
            output: pipe::Receiver::from_owned_fd(output.into())?,
            said: said
                .map(|said| pipe::Receiver::from_owned_fd(said.into()))
                .transpose()?,
            variable: format!("{MARKER}={}", place.marker).into_bytes(),
            enclosure: configuration.enclosure,
            is_over: false,
        })
    }

    /// Waits until it has ended by itself or printed something, which goes into the log.
    pub(super) async fn happens(&mut self, log: &mut Log) -> Happening {
        let status = tokio::select! {
            biased;
            status = self.child.wait() => status,
            () = printed(&self.output, log) => return Happening::Printed,
        };
        let said = match &self.said {
            Some(said) => last_words(said).await,
            None => Vec::new(),
        };
        Happening::Ended(status.map(|status| {
            let ending = self.enclosure.ending(status, &said);
            // What a shell says of a signal is no line of the handler's.
            if !matches!(ending, Ending::Signal(_)) {
                log.push(&said);
            }
            ending
        }))
    }

    /// Whether it runs, as far as is known without waiting.
    pub(super) fn is_alive(&mut self) -> bool {
        matches!(self.child.try_wait(), Ok(None))
    }

    /// What its processes hold, counted until it is more than this.
    pub(super) fn usage(&self, most: Usage) -> Option<Usage> {
        usage::of(
            self.group.as_raw_nonzero().get(),
            self.enclosure == Enclosure::Namespace,
            most,
        )
    }

    /// Takes what was printed already.
    pub(super) fn take_printed(&self, log: &mut Log) {
        let mut piece = vec![0; PIECE];
        let mut taken = 0;
        while taken < LAST {
            match self.output.try_read(&mut piece) {
                Ok(0) | Err(_) => return,
                Ok(length) => {
                    log.push(&piece[..length]);
                    taken += length;
                }
            }
        }
    }

    /// Ends the group, and what left it.
    fn kill(&self) {
        // The keeper keeps the group's number taken for as long as we hold the pipe. Without anybody in it there is nothing
        // to do.
        let _ = rustix::process::kill_process_group(self.group, Signal::KILL);
        // A namespace goes as a whole.
        if self.enclosure == Enclosure::Namespace {
            return;
        }
        for _ in 0..ROUNDS {
            let stragglers = usage::with_variable(&self.variable);
            if stragglers.is_empty() {
                return;
            }
            for pid in stragglers.into_iter().filter_map(Pid::from_raw) {
                // It may have gone just now.
                let _ = rustix::process::kill_process(pid, Signal::KILL);
            }
        }
    }

    /// Ends it with everything that it started, and waits until it is gone.
    pub(super) async fn end(&mut self) {
        self.kill();
        self.is_over = true;
        // Killed, it ends.
        let _ = self.child.wait().await;
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        if !self.is_over {
            self.kill();
        }
    }
}

/// Waits until something was printed, and takes a piece of it. Once nobody can print any more it waits for ever.
async fn printed(output: &pipe::Receiver, log: &mut Log) {
    let mut piece = vec![0; PIECE];
    while output.readable().await.is_ok() {
        match output.try_read(&mut piece) {
            Ok(0) => break,
            Ok(length) => {
                log.push(&piece[..length]);
                return;
            }
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
            Err(_) => break,
        }
    }
    std::future::pending::<()>().await;
}

/// What was said by those who have ended. Nobody else holds the other end.
async fn last_words(said: &pipe::Receiver) -> Vec<u8> {
    let mut words = vec![0; WORDS];
    let length = match timeout(PATIENCE, said.readable()).await {
        Ok(Ok(())) => said.try_read(&mut words).unwrap_or_default(),
        _ => 0,
    };
    words.truncate(length);
    words
}

/// As many processes more than there are as Lambda allows. Where that can't be set, only the time-out ends what forks without end.
#[cfg(target_os = "linux")]
fn limit_processes(group: Pid) {
    use rustix::process::{Resource, Rlimit, getrlimit, prlimit};
    let Some(tasks) = usage::tasks_of_user() else {
        return;
    };
    let most = tasks + u64::from(super::configuration::PROCESSES);
    let now = getrlimit(Resource::Nproc);
    let most = now.maximum.map_or(most, |maximum| maximum.min(most));
    let limit = Rlimit {
        current: Some(most),
        maximum: Some(most),
    };
    // One that is gone already needs none.
    let _ = prlimit(Some(group), Resource::Nproc, limit);
}

#[cfg(not(target_os = "linux"))]
const fn limit_processes(_group: Pid) {}
