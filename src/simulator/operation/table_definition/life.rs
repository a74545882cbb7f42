//! What a new global index begins with.

use crate::simulator::table::definition::provisioned_partitions;
use crate::simulator::table::hash::MAX_PARTITIONS;
use crate::simulator::table::index::{GlobalLife, Index, IndexKind};
use crate::simulator::table::throughput::{Billing, Changes, WarmHistory};
use crate::simulator::wire::error::Answer;
use crate::simulator::{Settings, Timestamp};

use super::indexes::GlobalDraft;
use super::throughput::{self, Whose};

/// When a new index may be used, and from when on items are brought in if its table existed before it.
#[derive(Debug, Clone, Copy)]
pub struct Begins {
    pub active_at: Timestamp,
    pub backfill_from: Option<Timestamp>,
}

/// The index of a draft. That it has throughput of its own exactly where its table is provisioned was checked.
///
/// # Errors
/// For units, limits or warm throughput that it can't have.
pub fn global_index(
    draft: GlobalDraft<'_>,
    table: Billing,
    begins: Begins,
    settings: &Settings,
) -> Answer<Index> {
    let whose = Whose::Index(draft.name);
    let throughput = throughput::provisioned(draft.members, whose)?;
    let billing = throughput.map_or(table, |(read, write)| Billing::Provisioned { read, write });
    let on_demand = throughput::new_on_demand(draft.members, whose, billing, &settings.region)?;
    let warm = throughput::new_warm(draft.members, whose, billing, &settings.region)?;
    Ok(Index {
        name: draft.name.to_owned(),
        kind: IndexKind::Global(GlobalLife {
            throughput,
            throughput_changes: Changes::default(),
            on_demand,
            warm: WarmHistory::new(warm),
            partitions: partitions(billing, settings),
            active_at: begins.active_at,
            backfill_from: begins.backfill_from,
            updating: None,
            gone_at: None,
        }),
        key: draft.key,
        projected: draft.projected,
    })
}

/// How many partitions a table or global index begins with.
#[must_use]
pub fn partitions(billing: Billing, settings: &Settings) -> u32 {
    match billing {
        Billing::PayPerRequest => settings.partitions_on_demand,
        Billing::Provisioned { read, write } => provisioned_partitions(read, write),
    }
    .clamp(1, MAX_PARTITIONS)
}
