//! What the tests of this room share: time and chance, interpreters where they are installed, and handlers in folders.

use std::net::SocketAddr;
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};
use std::time::{Duration, Instant};

use super::check::{Verdict, Workplace};
use super::gateway::IDLE;
use super::goal::Goal;
use super::lambda::{Allowance, Configuration, Enclosure};
use super::language::{Language, Version};
use super::{Ids, Outside};
use crate::simulator::Timestamp;

/// A clock that stands, a stopwatch that runs, and ids that no other test in this process has: by them processes are found that left
/// their group.
#[expect(
    clippy::disallowed_methods,
    reason = "processes take real time, and what they took is only reported"
)]
pub fn outside() -> Outside {
    static COUNT: AtomicU8 = AtomicU8::new(0);
    let mut seed = [5; 16];
    seed[0] = COUNT.fetch_add(1, Ordering::Relaxed);
    let [a, b, c, d] = std::process::id().to_le_bytes();
    seed[1..5].copy_from_slice(&[a, b, c, d]);
    let start = Instant::now();
    Outside {
        clock: Arc::new(|| Timestamp::from_millis(1_700_000_000_000)),
        stopwatch: Arc::new(move || start.elapsed()),
        ids: Arc::new(Ids::new(seed)),
    }
}

/// Whether an interpreter is installed. Where it must be and is not, the test fails.
pub fn is_installed(language: Language) -> bool {
    let there = Command::new(language.program())
        .arg("--version")
        .stdout(Stdio::null())
        .status()
        .is_ok_and(|status| status.success());
    let required = std::env::var("DYNATOUR_REQUIRE_CLIENTS").is_ok_and(|value| value == "1");
    assert!(
        there || !required,
        "{} is not installed, and DYNATOUR_REQUIRE_CLIENTS=1 asks for it",
        language.title()
    );
    if !there {
        println!("skipped: {} is not installed", language.title());
    }
    there
}

/// A function with this code in its only file, and time enough for a busy machine.
pub fn function(language: Language, folder: &Path, code: &str) -> Configuration {
    let goal = Goal::GetAll;
    std::fs::write(folder.join(goal.file(language)), code).unwrap();
    let version = Version {
        major: 20,
        minor: 0,
    };
    let mut configuration = Configuration::of(
        goal,
        language,
        version,
        folder.to_owned(),
        Allowance::default(),
        // The numbers that handlers see are those that tests look for.
        Enclosure::Group,
    );
    configuration.timeout = Duration::from_secs(20);
    configuration.init_timeout = Duration::from_secs(20);
    configuration
}

/// Where nobody listens: some handlers ask nothing of DynamoDB.
pub fn nowhere() -> SocketAddr {
    ([127, 0, 0, 1], 9).into()
}

/// Tries a handler. Nothing where its interpreter or AWS's SDK for it is not installed; for Ruby, whose SDK is a gem, a thin client
/// stands in.
pub async fn check(language: Language, goal: Goal, code: &str) -> Option<Verdict> {
    // A busy machine runs a handler within it; one that loops is waited for.
    let time = if code.contains("for (;;)") { 1 } else { 20 };
    let folder = tempfile::tempdir().unwrap();
    if !is_installed(language) || !has_sdk(language, folder.path()) {
        return None;
    }
    std::fs::write(folder.path().join(goal.file(language)), code).unwrap();
    let mut place = workplace(language, folder.path());
    place.allowance.timeout = time;
    Some(Box::pin(place.check(goal)).await)
}

/// What runs the handlers of a folder.
pub fn workplace(language: Language, folder: &Path) -> Workplace {
    Workplace {
        folder: folder.to_owned(),
        language,
        version: Version {
            major: 20,
            minor: 0,
        },
        outside: outside(),
        memory: Arc::new(|| None),
        allowance: Allowance {
            timeout: 20,
            ..Allowance::default()
        },
        enclosure: Enclosure::Group,
        keep: IDLE,
    }
}

/// Puts the SDK where handlers in the folder find it.
pub fn has_sdk(language: Language, folder: &Path) -> bool {
    match language {
        Language::Ruby => {
            let client = include_str!("../../tests/ruby/aws-sdk-dynamodb.rb");
            std::fs::write(folder.join("aws-sdk-dynamodb.rb"), client).unwrap();
            true
        }
        Language::Node => {
            let modules = std::env::var_os("DYNATOUR_NODE_MODULES");
            let required =
                std::env::var("DYNATOUR_REQUIRE_CLIENTS").is_ok_and(|value| value == "1");
            assert!(
                modules.is_some() || !required,
                "DYNATOUR_NODE_MODULES must name a directory with the SDK"
            );
            let Some(modules) = modules else {
                println!("skipped: DYNATOUR_NODE_MODULES is not set");
                return false;
            };
            std::os::unix::fs::symlink(modules, folder.join("node_modules")).unwrap();
            true
        }
    }
}

/// Whether a process of this number is there and no zombie.
pub fn is_running(pid: &str) -> bool {
    let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
    let state = stat
        .rsplit_once(") ")
        .and_then(|(_, rest)| rest.chars().next());
    state.is_some_and(|state| !matches!(state, 'Z' | 'X'))
}

/// What comes once it is there. Only a failing test waits this long: whatever it waits for was started already.
pub async fn soon<T>(what: &str, mut look: impl FnMut() -> Option<T>) -> T {
    let looked = async {
        loop {
            if let Some(seen) = look() {
                return seen;
            }
            tokio::task::yield_now().await;
        }
    };
    let seen = tokio::time::timeout(Duration::from_mins(1), looked).await;
    seen.unwrap_or_else(|_| panic!("not within a minute: {what}"))
}

/// Waits until it is gone, for some seconds at the most: a look takes microseconds.
pub fn wait_until_gone(pid: &str) {
    let looks = 1_000_000;
    let is_gone = (0..looks).any(|_| {
        std::thread::yield_now();
        !is_running(pid)
    });
    assert!(is_gone, "{pid} still runs");
}
