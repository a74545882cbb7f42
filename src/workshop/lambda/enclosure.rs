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
    /// handler's do.
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
        words
    }

    /// The exit code and the signal that a process ended with. A shell tells of a signal by a code.
    pub(super) fn ending(self, status: ExitStatus) -> (Option<i32>, Option<i32>) {
        use std::os::unix::process::ExitStatusExt as _;
        const SIGNALS: [i32; 4] = [6, 9, 11, 15];
        let signal = status.code().map(|code| code - 128);
        match signal.filter(|signal| self == Self::Namespace && SIGNALS.contains(signal)) {
            Some(signal) => (None, Some(signal)),
            None => (status.code(), status.signal()),
        }
    }
}
