//! A workshop as a process of its own, its port chosen by the system.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::path::Path;
use std::process::{Child, ChildStdout, Command, Stdio};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError};
use std::thread;
use std::time::Duration;

use crate::program::{self, Said};

/// How long an answer or a line may take. Only a failing test waits this long.
const PATIENCE: Duration = Duration::from_mins(1);

/// The program with an environment of its own, and the interpreters of this machine.
pub fn program(home: &Path) -> Command {
    let mut command = program::program(home);
    let path = std::env::var_os("PATH").unwrap_or_default();
    command.env("PATH", path).current_dir(home);
    command
}

pub struct Workshop {
    child: Child,
    /// Its lines, until it ends.
    out: Receiver<String>,
    /// Everything that it said.
    said: String,
    address: SocketAddr,
}

impl Workshop {
    pub fn start(home: &Path, arguments: &[&str]) -> Self {
        let mut child = program(home)
            .arg("workshop")
            .args(arguments)
            .args(["--port", "0"])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut workshop = Self {
            out: lines(child.stdout.take().unwrap()),
            child,
            said: String::new(),
            address: SocketAddr::from(([127, 0, 0, 1], 0)),
        };
        let line = workshop.wait_for("The API is at http://");
        let (_, address) = line.rsplit_once("The API is at http://").unwrap();
        workshop.address = address.split(',').next().unwrap().parse().unwrap();
        workshop
    }

    /// Reads until a line has these words; what was said until then, since the last time, comes back.
    pub fn wait_for(&mut self, words: &str) -> String {
        let mut since = String::new();
        while !since.contains(words) {
            match self.out.recv_timeout(PATIENCE) {
                Ok(line) => {
                    self.said.push_str(&line);
                    since.push_str(&line);
                }
                Err(RecvTimeoutError::Disconnected) => {
                    panic!("it ended before it said {words}:\n{}", self.said)
                }
                Err(RecvTimeoutError::Timeout) => {
                    panic!("it waits and has not said {words}:\n{}", self.said)
                }
            }
        }
        since
    }

    /// Reads until it ends.
    fn rest(&mut self) {
        loop {
            match self.out.recv_timeout(PATIENCE) {
                Ok(line) => self.said.push_str(&line),
                Err(RecvTimeoutError::Disconnected) => return,
                Err(RecvTimeoutError::Timeout) => panic!("it does not end:\n{}", self.said),
            }
        }
    }

    /// Types a line.
    pub fn enter(&mut self, line: &str) {
        let typed = self.child.stdin.as_mut().unwrap();
        writeln!(typed, "{line}").unwrap();
    }

    /// Status and body of a request's answer.
    pub fn ask(&self, line: &str, headers: &str, body: &str) -> (u16, String) {
        let mut stream = TcpStream::connect(self.address).unwrap();
        stream.set_read_timeout(Some(PATIENCE)).unwrap();
        let length = body.len();
        let request = format!(
            "{line} HTTP/1.1\r\nHost: {}\r\nConnection: close\r\nContent-Length: {length}\r\n{headers}\r\n{body}",
            self.address
        );
        stream.write_all(request.as_bytes()).unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        let status = answer.split(' ').nth(1).unwrap().parse().unwrap();
        let (_, body) = answer.split_once("\r\n\r\n").unwrap();
        (status, body.to_owned())
    }

    /// Ends it as Ctrl-C does.
    pub fn interrupt(mut self) -> Said {
        let process = rustix::process::Pid::from_child(&self.child);
        rustix::process::kill_process(process, rustix::process::Signal::INT).unwrap();
        self.rest();
        let mut err = String::new();
        let told = self.child.stderr.as_mut().unwrap();
        told.read_to_string(&mut err).unwrap();
        let status = self.child.wait().unwrap();
        Said {
            code: status.code().unwrap_or(-1),
            out: std::mem::take(&mut self.said),
            err,
        }
    }

    /// Sends it a signal, and waits until it has ended, for some time at the most.
    pub fn signal(mut self, signal: rustix::process::Signal) {
        let process = rustix::process::Pid::from_child(&self.child);
        rustix::process::kill_process(process, signal).unwrap();
        // What it says ends with it.
        let mut said = self.child.stderr.take().unwrap();
        let (tell, told) = mpsc::channel();
        thread::spawn(move || {
            let mut err = String::new();
            tell.send(said.read_to_string(&mut err).map(|_| err))
        });
        let err = told.recv_timeout(PATIENCE);
        assert!(
            matches!(err, Ok(Ok(_))),
            "{signal:?} did not end it: {err:?}"
        );
        self.child.wait().unwrap();
    }
}

/// A pipe can't be read for some time only, so a thread reads it.
fn lines(out: ChildStdout) -> Receiver<String> {
    let (say, said) = mpsc::channel();
    thread::spawn(move || {
        let mut out = BufReader::new(out);
        let mut line = String::new();
        while out.read_line(&mut line).unwrap() > 0 && say.send(std::mem::take(&mut line)).is_ok() {
        }
    });
    said
}

impl Drop for Workshop {
    fn drop(&mut self) {
        // One that has ended by itself is gone as well.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The command lines of processes that run a handler of this folder, on Linux; zombies have none.
pub fn left_in(folder: &Path) -> Vec<String> {
    let Ok(entries) = std::fs::read_dir("/proc") else {
        return Vec::new();
    };
    let root = format!(
        "LAMBDA_TASK_ROOT={}",
        folder.canonicalize().unwrap().display()
    );
    let command = |entry: std::fs::DirEntry| {
        let variables = std::fs::read(entry.path().join("environ")).ok()?;
        let mut variables = variables.split(|byte| *byte == 0);
        variables.find(|variable| *variable == root.as_bytes())?;
        let line = std::fs::read(entry.path().join("cmdline")).ok()?;
        let line = String::from_utf8_lossy(&line).replace('\0', " ");
        let short: String = line.chars().take(60).collect();
        (!short.is_empty()).then_some(short)
    };
    entries.flatten().filter_map(command).collect()
}

/// That no process of the folder's handlers is left, or will be in a moment: who was killed may still be seen while it goes.
pub fn nothing_is_left_in(folder: &Path) {
    let looks = 20_000;
    let gone = (0..looks).any(|_| {
        thread::yield_now();
        left_in(folder).is_empty()
    });
    assert!(gone, "these stay: {:?}", left_in(folder));
}

/// Looks again and again, for some time at the most.
pub fn wait_until(is_so: impl Fn() -> bool) {
    let looks = 20_000;
    let happened = (0..looks).any(|_| {
        thread::yield_now();
        is_so()
    });
    assert!(happened, "it did not come to be so");
}
