//! A server as a process of its own, on a port that the system chooses.

use std::io::{BufRead, BufReader, Read};
use std::net::SocketAddr;
use std::path::Path;
use std::process::{Child, ChildStdout, Stdio};
use std::sync::mpsc::{Receiver, channel};

use super::connection::{Connection, PATIENCE};
use crate::program::{Said, program};

/// `dynatour serve`, until this value goes.
pub struct Server {
    child: Child,
    /// On loopback, whatever else it listens on.
    pub address: SocketAddr,
    /// What it said before the first request.
    pub opening: String,
    /// What it says, taken as it comes, so that the server never waits for a reader.
    out: Receiver<String>,
    err: Receiver<String>,
}

impl Server {
    /// In memory.
    pub fn start() -> Self {
        Self::start_with(&[])
    }

    /// With its tables in this directory.
    pub fn keeping(data: &Path) -> Self {
        Self::start_with(&["--data", data.to_str().unwrap()])
    }

    pub fn start_with(arguments: &[&str]) -> Self {
        let started = Self::try_start(&[&["--port", "0"], arguments].concat());
        started.unwrap_or_else(|said| panic!("{}: {}{}", said.code, said.out, said.err))
    }

    /// A server that listens, or what it said instead.
    pub fn try_start(arguments: &[&str]) -> Result<Self, Said> {
        let home = std::env::temp_dir();
        let mut child = program(&home)
            .args(["serve", "--plain"])
            .args(arguments)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let err = all_of(child.stderr.take().unwrap());
        let mut said = BufReader::new(child.stdout.take().unwrap());
        let opening = opening(&mut said);
        let Some(address) = address(&opening) else {
            return Err(Said {
                code: child.wait().unwrap().code().unwrap_or(-1),
                out: opening,
                err: err.recv_timeout(PATIENCE).expect("it ended"),
            });
        };
        Ok(Self {
            child,
            address,
            opening,
            out: all_of(said),
            err,
        })
    }

    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    pub fn connect(&self) -> Connection {
        Connection::open(self.address)
    }

    /// Whether the process is still there.
    pub fn runs(&mut self) -> bool {
        self.child.try_wait().unwrap().is_none()
    }

    /// The most memory that it ever held at once, in megabytes; nothing where the system doesn't tell (it does on Linux).
    pub fn most_memory(&self) -> Option<u64> {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id())).ok()?;
        let line = status.lines().find(|line| line.starts_with("VmHWM:"))?;
        let kilobytes: u64 = line.split_whitespace().nth(1)?.parse().ok()?;
        Some(kilobytes / 1024)
    }

    /// Ends it as a power cut would.
    pub fn kill(mut self) -> Said {
        self.child.kill().unwrap();
        self.said()
    }

    /// Asks it to end, as `kill` does.
    pub fn end(mut self) -> Said {
        let process = rustix::process::Pid::from_child(&self.child);
        rustix::process::kill_process(process, rustix::process::Signal::TERM).unwrap();
        self.said()
    }

    /// What it said from the first request to its end.
    fn said(&mut self) -> Said {
        let [out, err] = [&self.out, &self.err].map(|said| {
            said.recv_timeout(PATIENCE)
                .expect("it ends when it is told to")
        });
        let status = self.child.wait().unwrap();
        assert!(!err.contains("panicked"), "{err}");
        Said {
            code: status.code().unwrap_or(-1),
            out,
            err,
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // One that has ended by itself is gone as well.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Everything that is said until the end, when it has come.
fn all_of(mut said: impl Read + Send + 'static) -> Receiver<String> {
    let (sender, receiver) = channel();
    std::thread::spawn(move || {
        let mut all = Vec::new();
        // What a killed process wrote may end anywhere.
        let _ = said.read_to_end(&mut all);
        // A test that is not interested has gone on.
        let _ = sender.send(String::from_utf8_lossy(&all).into_owned());
    });
    receiver
}

/// Reads what is said before the first request, or all that is said.
fn opening(said: &mut BufReader<ChildStdout>) -> String {
    let mut opening = String::new();
    loop {
        let from = opening.len();
        if said.read_line(&mut opening).unwrap() == 0 || opening[from..].starts_with("Ctrl-C ends")
        {
            return opening;
        }
    }
}

/// The port of the first address that is told, on loopback.
fn address(opening: &str) -> Option<SocketAddr> {
    let (_, address) = opening.split_once("http://")?;
    let told: SocketAddr = address.split_whitespace().next()?.parse().unwrap();
    Some(SocketAddr::from(([127, 0, 0, 1], told.port())))
}
