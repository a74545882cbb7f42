//! Runs the built program with an environment of its own.

use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Output, Stdio};

/// The program with nothing of the developer's environment: no AWS settings, no proxies, its own home.
pub fn program(home: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_dynatour"));
    command
        .env_clear()
        .env("HOME", home)
        .env("XDG_STATE_HOME", home.join("state"))
        .env("TERM", "xterm-256color")
        .stdin(Stdio::null());
    command
}

/// What it said and how it ended.
pub struct Said {
    pub code: i32,
    pub out: String,
    pub err: String,
}

pub fn run(command: &mut Command) -> Said {
    said(command.output().unwrap())
}

/// Runs it and types this.
pub fn answered(command: &mut Command, answer: &str) -> Said {
    command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    let mut stdin = child.stdin.take().unwrap();
    // A program that does not ask has closed it.
    let _ = stdin.write_all(answer.as_bytes());
    drop(stdin);
    said(child.wait_with_output().unwrap())
}

/// What a program that has ended said.
pub fn said(output: Output) -> Said {
    let Output {
        status,
        stdout,
        stderr,
    } = output;
    let said = Said {
        code: status.code().unwrap_or(-1),
        out: String::from_utf8(stdout).unwrap(),
        err: String::from_utf8(stderr).unwrap(),
    };
    assert!(!said.err.contains("panicked"), "{}", said.err);
    said
}

/// Runs with these arguments in a fresh home.
pub fn dynatour(arguments: &[&str]) -> Said {
    let home = tempfile::tempdir().unwrap();
    run(program(home.path()).args(arguments))
}
