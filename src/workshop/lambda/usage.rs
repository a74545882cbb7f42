//! What the processes of a group hold, as the system has it now.
//!
//! Linux tells in `/proc`. Elsewhere nothing is told: then a report has no figure, and memory is bounded by the interpreter's own limit.

/// Of one group.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Usage {
    pub(super) processes: u32,
    /// Resident, in bytes.
    pub(super) bytes: u64,
}

/// The processes of this group; nothing where the system doesn't tell.
#[cfg(target_os = "linux")]
pub(super) fn of(group: i32) -> Option<Usage> {
    let page = rustix::param::page_size() as u64;
    let mut usage = Usage::default();
    for entry in std::fs::read_dir("/proc").ok()?.flatten() {
        let is_process = entry
            .file_name()
            .to_str()
            .is_some_and(|name| name.bytes().all(|byte| byte.is_ascii_digit()));
        if !is_process {
            continue;
        }
        // It may be gone by now.
        let Ok(stat) = std::fs::read_to_string(entry.path().join("stat")) else {
            continue;
        };
        if let Some(pages) = pages_in(&stat, group) {
            usage.processes += 1;
            usage.bytes += pages * page;
        }
    }
    Some(usage)
}

#[cfg(not(target_os = "linux"))]
pub(super) fn of(_group: i32) -> Option<Usage> {
    None
}

/// Resident pages of a process by its line in `/proc`, if it is of the group.
#[cfg(target_os = "linux")]
fn pages_in(stat: &str, group: i32) -> Option<u64> {
    // Its name, in brackets, may hold anything.
    let (_, rest) = stat.rsplit_once(") ")?;
    // State, parent, group, …; resident pages are the 24th field of the whole line.
    let mut fields = rest.split(' ');
    let of_group = fields.nth(2)?.parse() == Ok(group);
    of_group.then(|| fields.nth(18)?.parse().ok()).flatten()
}

/// Tasks of this process's user, which its limit of processes counts; nothing where there is no such limit.
#[cfg(target_os = "linux")]
pub(super) fn tasks_of_user() -> Option<u64> {
    use std::os::unix::fs::MetadataExt as _;
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
    fn pages_are_those_of_the_group_whatever_a_process_is_called() {
        assert_eq!(pages_in(LINE, 4700), Some(250));
        assert_eq!(pages_in(LINE, 4711), None);
        for nothing in ["", "1 (x", "1 (x) S", "1 (x) S 1 4700"] {
            assert_eq!(pages_in(nothing, 4700), None, "{nothing}");
        }
    }

    #[test]
    fn this_process_is_found() {
        let group = rustix::process::getpgrp().as_raw_nonzero().get();
        let usage = of(group).unwrap();
        assert!(usage.processes >= 1 && usage.bytes > 100_000, "{usage:?}");
    }
}
