//! How much memory is free. Everything else is told.

use std::sync::Arc;

use sysinfo::{MemoryRefreshKind, RefreshKind, System};

use crate::runner::MemoryGauge;

/// Free memory as the system has it now; less where this process may use less.
pub fn gauge() -> MemoryGauge {
    Arc::new(|| {
        let wanted = RefreshKind::nothing().with_memory(MemoryRefreshKind::nothing().with_ram());
        let system = System::new_with_specifics(wanted);
        let there = system.available_memory();
        // What only caches files is given back when it is needed, so it counts as free.
        let allowed = system
            .cgroup_limits()
            .map(|limits| limits.total_memory.saturating_sub(limits.rss));
        let free = allowed.map_or(there, |allowed| allowed.min(there));
        // A system that tells nothing says zero.
        (free > 0).then_some(free)
    })
}
