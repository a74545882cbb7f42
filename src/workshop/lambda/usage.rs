//! What the processes of a group hold, as the system has it now.
//!
//! Linux tells in `/proc`. Elsewhere nothing is told: then a report has no figure, and memory is bounded by the interpreter's own limit.

#[cfg(target_os = "linux")]
use std::os::unix::fs::MetadataExt as _;

/// Of one group.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Usage {
    pub(super) processes: u32,
    /// Resident, in bytes.
    pub(super) bytes: u64,
}

/// The processes of this group, and of the namespace that its first process made if it has one; nothing where the system doesn't tell. What
/// is more than `most` is not counted to its end, since it grows meanwhile. What belongs to others is not read: on a machine that a class
/// shares that is most of it.
#[cfg(target_os = "linux")]
pub(super) fn of(group: i32, has_namespace: bool, most: Usage) -> Option<Usage> {
    let us = rustix::process::geteuid().as_raw();
    let namespace = has_namespace.then(|| namespace_of(group)).flatten();
    let page = rustix::param::page_size() as u64;
    let mut usage = Usage::default();
    for entry in std::fs::read_dir("/proc").ok()?.flatten() {
        let is_process = entry
            .file_name()
            .to_str()
            .is_some_and(|name| name.bytes().all(|byte| byte.is_ascii_digit()));
        // It may be gone by now.
        if !is_process || !entry.metadata().is_ok_and(|one| may_be_of(us, one.uid())) {
            continue;
        }
        let Ok(stat) = std::fs::read_to_string(entry.path().join("stat")) else {
            continue;
        };
        let Some((in_group, pages)) = group_and_pages(&stat) else {
            continue;
        };
        let is_inside = || {
            let own = std::fs::read_link(entry.path().join("ns/pid")).ok();
            namespace.is_some() && own == namespace
        };
        if in_group == group || is_inside() {
            usage.processes += 1;
            usage.bytes += pages * page;
            if usage.processes > most.processes || usage.bytes > most.bytes {
                break;
            }
        }
    }
    Some(usage)
}

#[cfg(not(target_os = "linux"))]
pub(super) fn of(_group: i32, _has_namespace: bool, _most: Usage) -> Option<Usage> {
    None
}

/// How many tasks the system has in all, which is told at once however many they are; nothing where it isn't told.
pub(super) fn tasks() -> Option<u64> {
    // 0.20 0.18 0.12 1/80 11206
    let load = std::fs::read_to_string("/proc/loadavg").ok()?;
    let (_, tasks) = load.split(' ').nth(3)?.split_once('/')?;
    tasks.parse().ok()
}

/// Whether a process that its entry in `/proc` gives this owner can have been started by a user. One that doesn't let itself be looked into is
/// root's there, whoever's it is (`proc_pid(5)`), and root may start one as anybody.
#[cfg(target_os = "linux")]
const fn may_be_of(user: u32, owner: u32) -> bool {
    owner == user || owner == 0 || user == 0
}

/// Where the children of a process are numbered, if that is elsewhere than here.
#[cfg(target_os = "linux")]
fn namespace_of(process: i32) -> Option<std::path::PathBuf> {
    let theirs = std::fs::read_link(format!("/proc/{process}/ns/pid_for_children")).ok()?;
    let ours = std::fs::read_link("/proc/self/ns/pid").ok()?;
    (theirs != ours).then_some(theirs)
}

/// The group and the resident pages of a process by its line in `/proc`.
#[cfg(target_os = "linux")]
fn group_and_pages(stat: &str) -> Option<(i32, u64)> {
    // Its name, in brackets, may hold anything.
    let (_, rest) = stat.rsplit_once(") ")?;
    // State, parent, group, …; resident pages are the 24th field of the whole line.
    let mut fields = rest.split(' ');
    let group = fields.nth(2)?.parse().ok()?;
    Some((group, fields.nth(18)?.parse().ok()?))
}

/// Tasks of this process's user, which its limit of processes counts; nothing where there is no such limit.
#[cfg(target_os = "linux")]
pub(super) fn tasks_of_user() -> Option<u64> {
    let user = rustix::process::geteuid();
    // The limit does not hold for root.
    if user.is_root() {
        return None;
    }
    let mut tasks = 0;
    for entry in std::fs::read_dir("/proc").ok()?.flatten() {
        let is_ours = entry
            .metadata()
            .is_ok_and(|metadata| metadata.uid() == user.as_raw());
        if is_ours && let Ok(threads) = std::fs::read_dir(entry.path().join("task")) {
            tasks += threads.count() as u64;
        }
    }
    Some(tasks)
}

/// Processes, wherever they went, that have this in their environment.
#[cfg(target_os = "linux")]
pub(super) fn with_variable(variable: &[u8]) -> Vec<i32> {
    let Ok(entries) = std::fs::read_dir("/proc") else {
        return Vec::new();
    };
    let number = |entry: std::fs::DirEntry| {
        let number = entry.file_name().to_str()?.parse().ok()?;
        let variables = std::fs::read(entry.path().join("environ")).ok()?;
        let has = variables
            .split(|byte| *byte == 0)
            .any(|one| one == variable);
        has.then_some(number)
    };
    entries.flatten().filter_map(number).collect()
}

#[cfg(not(target_os = "linux"))]
pub(super) fn with_variable(_variable: &[u8]) -> Vec<i32> {
    Vec::new()
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::*;

    const LINE: &str = "4711 (a) b) S 1 4700 4700 0 -1 4194560 1 0 0 0 0 0 0 0 20 0 1 0 100 1000000 250 18446744073709551615 1 1";

    #[test]
    fn group_and_pages_are_found_whatever_a_process_is_called() {
        assert_eq!(group_and_pages(LINE), Some((4700, 250)));
        for nothing in ["", "1 (x", "1 (x) S", "1 (x) S 1 4700"] {
            assert_eq!(group_and_pages(nothing), None, "{nothing}");
        }
    }

    #[test]
    fn what_belongs_to_others_is_none_of_ours_but_what_hides_may_be() {
        assert!(may_be_of(1000, 1000) && may_be_of(1000, 0) && may_be_of(0, 1001));
        assert!(!may_be_of(1000, 1001));
    }

    #[test]
    fn this_process_is_found() {
        let group = rustix::process::getpgrp().as_raw_nonzero().get();
        let all = Usage {
            processes: u32::MAX,
            bytes: u64::MAX,
        };
        let usage = of(group, false, all).unwrap();
        let none = of(group, false, Usage::default()).unwrap();
        assert_eq!(none.processes, 1, "counted until it is too much");
        assert!(tasks().unwrap() >= 1);
        assert!(usage.processes >= 1 && usage.bytes > 100_000, "{usage:?}");
    }
}
