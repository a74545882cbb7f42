//! What holds the processes of an environment together, so that they end together.
//!
//! ```text
//!   Group       sh ── node ── …                         a process group; what leaves it is known by a variable, as long as it keeps that
//!   Namespace   sh ── unshare ─┊─ sh (1) ── node ── …   process numbers of their own: whatever is started there ends with number 1,
//!                              ┊                        and, as its /proc is its own, sees no process outside and can end none
//! ```
//!
//! Linux has namespaces, but not every system lets everybody make one (many containers don't, nor does Ubuntu since 23.10), so it is tried
//! once. The program is util-linux's `unshare`.

use std::process::{ExitStatus, Stdio};
use std::time::Duration;

use tokio::process::Command;

/// For a look whether there are namespaces.
const PATIENCE: Duration = Duration::from_secs(5);

/// Of an environment's processes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Enclosure {
    Group,
    Namespace,
}

impl Enclosure {
    /// The better one, where this machine lets us have it.
    pub async fn look() -> Self {
        if !cfg!(target_os = "linux") {
            return Self::Group;
        }
        let words = Self::Namespace.words();
        let tried = Command::new(words[0])
            .args(&words[1..])
            .arg("true")
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .kill_on_drop(true)
            .status();
        match tokio::time::timeout(PATIENCE, tried).await {
            Ok(Ok(status)) if status.success() => Self::Namespace,
            _ => Self::Group,
        }
    }

    /// What stands before a command. Number 1 of a namespace is a shell: signals that it sends to itself don't end a number 1, and a
    /// handler's do. Its standard error is its own, and the command's goes where the command's output goes.
    pub(super) fn words(self) -> Vec<&'static str> {
        if self == Self::Group {
            return Vec::new();
        }
        let mut words = vec!["unshare"];
        // Root needs no user namespace, in which it could not read what others own.
        if !rustix::process::geteuid().is_root() {
            words.extend(["--user", "--map-current-user"]);
        }
        words.extend(["--pid", "--fork", "--mount-proc", "--kill-child=KILL", "--"]);
        words.extend(["/bin/sh", "-c", "\"$@\"; exit $?", "sh"]);
        words.extend(["/bin/sh", "-c", "exec \"$@\" 2>&1", "sh"]);
        words
    }

    /// How a process ended. A shell tells of a signal by a code that a process may also end with by itself, but says a word of a signal alone
    /// (`Killed`): so what stands before the command said that, or nothing. Of an interrupt and of a broken pipe shells say nothing; those
    /// stay codes.
    pub(super) fn ending(self, status: ExitStatus, said: &[u8]) -> Ending {
        use std::os::unix::process::ExitStatusExt as _;
        match (status.code(), status.signal()) {
            (Some(code), _) if self == Self::Namespace && code > 128 && !said.is_empty() => {
                Ending::Signal(code - 128)
            }
            (Some(code), _) => Ending::Code(code),
            (None, Some(signal)) => Ending::Signal(signal),
            (None, None) => Ending::Unknown,
        }
    }
}

/// How a process ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Ending {
    Code(i32),
    Signal(i32),
    Unknown,
}

#[cfg(test)]
mod tests {
    use std::os::unix::process::ExitStatusExt as _;

    use super::*;

    #[test]
    fn a_code_is_a_signal_only_where_a_shell_says_so() {
        let code = |code: i32| ExitStatus::from_raw(code << 8);
        let inside = |status, said: &str| Enclosure::Namespace.ending(status, said.as_bytes());
        assert_eq!(inside(code(137), "Killed\n"), Ending::Signal(9));
        assert_eq!(inside(code(137), ""), Ending::Code(137));
        assert_eq!(inside(code(127), "sh: node: not found"), Ending::Code(127));
        let killed = ExitStatus::from_raw(9);
        assert_eq!(inside(killed, ""), Ending::Signal(9));
        let outside = |status| Enclosure::Group.ending(status, b"");
        assert_eq!(outside(code(137)), Ending::Code(137));
        assert_eq!(outside(killed), Ending::Signal(9));
    }
}
