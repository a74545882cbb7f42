//! How items are written: by one operation that writes one item, by a batch, by a transaction.
//!
//! ```text
//!   Intent   what is to be done, validated as far as it can be without a table
//!     │ plan     against a locked table: key, condition, sizes, index keys; nothing is changed
//!   Plan     what is there, what will be there, what the indexes will have, what it costs
//!     │ commit   the journal takes the changes of all plans at once; then all are applied
//!   Applied  what was there and what it consumed; the trace says what was really done
//! ```
//!
//! Between plan and commit the tables stay locked and nothing has happened yet: whoever has a reason to refuse a write
//! that is well formed, such as a partition without capacity, refuses it there, knowing its units for each partition.
//!
//! Invariant: nothing is applied that the journal has not taken, all plans of a commit are applied or none, and
//! traces are taken under the same lock.

mod commit;
mod options;
mod plan;

use crate::simulator::capacity::{Access, Demand};
use crate::simulator::expression::{Condition, Update};
use crate::simulator::item::{Item, Stored};
use crate::simulator::table::Table;
use crate::simulator::table::address::Address;
use crate::simulator::table::store::Spot;
use crate::simulator::trace::{CapacityUnits, Recording};
use crate::simulator::wire::capacity::{consumed, write_units};
use crate::simulator::wire::error::{Answer, ServiceError};
use crate::simulator::wire::text;

use super::{Call, Response, admission, index_key};

pub(super) use commit::{Applied, collections, commit};
pub(super) use options::{
    Options, ReturnValues, check_shapes, check_value_shapes, metrics_error, options, update_options,
};
pub(super) use plan::{Plan, check_index_keys, find, plan_fitting, plan_found};

/// What is to be done to one item.
#[derive(Debug)]
pub(super) enum Action {
    /// An item that is not larger than [`super::ITEM_BYTES`].
    Put(Stored),
    /// A `Key` as it was given; without an update the item is only made sure of.
    Update {
        key: Item,
        update: Option<Update>,
    },
    Delete {
        key: Item,
    },
    /// Only the condition, for transactions.
    Check {
        key: Item,
    },
}

/// One write as it was asked for.
#[derive(Debug)]
pub(super) struct Intent {
    pub(super) action: Action,
    pub(super) condition: Option<Condition>,
    /// `ReturnValuesOnConditionCheckFailure` is `ALL_OLD`.
    pub(super) old_on_failure: bool,
}

impl Intent {
    /// Without a condition, as batches have them.
    pub(super) const fn unconditional(action: Action) -> Self {
        Self {
            action,
            condition: None,
            old_on_failure: false,
        }
    }
}

/// What the table's part of a write costs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Rate {
    Single,
    /// Twice: each item is prepared and committed. The indexes' part stays as it is (observed).
    Transaction,
}

impl Rate {
    pub(super) fn of(self, units: CapacityUnits) -> CapacityUnits {
        match self {
            Self::Single => units,
            Self::Transaction => units + units,
        }
    }
}

/// The item that a write is about, as it is stored now.
#[derive(Debug)]
pub(super) struct Found {
    address: Address,
    /// Where its address is, as long as no other write of the same commit has been carried out.
    spot: Spot,
    pub(super) old: Option<Stored>,
}

impl Found {
    /// The same for two writes of one table exactly where they mean the same item.
    pub(super) fn address(&self) -> &[u8] {
        self.address.bytes()
    }

    fn old_size(&self) -> Option<u64> {
        self.old.as_ref().map(Stored::size)
    }

    /// What a write that its condition refuses costs, and where.
    pub(super) fn demand(&self, table: &Table, rate: Rate) -> Demand<'_> {
        Demand {
            index: None,
            partition: table.items().around(self.spot).id(),
            access: Access::Write,
            address: self.address(),
            units: rate.of(write_units(self.old_size(), None)).into(),
        }
    }

    /// Where its address is now.
    fn spot_now(&self, table: &Table) -> Spot {
        table.items().spot_near(self.address.bytes(), self.spot)
    }
}

/// Why there is no plan.
#[derive(Debug)]
pub(super) enum Refused {
    /// The request is wrong whatever is stored; only a transaction tells this from a misfit.
    Request(ServiceError),
    /// The write doesn't fit the table, or its item.
    Misfit(ServiceError),
    /// The condition does not hold for the item that is there.
    Condition(Box<Found>),
}

impl From<ServiceError> for Refused {
    fn from(error: ServiceError) -> Self {
        Self::Misfit(error)
    }
}

impl From<index_key::Refusal> for Refused {
    fn from(refusal: index_key::Refusal) -> Self {
        match refusal {
            index_key::Refusal::Empty(_) => Self::Request(refusal.into()),
            _ => Self::Misfit(refusal.into()),
        }
    }
}

/// The whole of a write of one item: its table is locked, and the call's own trace says what was done.
pub(super) fn one(call: &mut Call<'_>, table: &str, intent: &Intent) -> Answer<Applied> {
    let handle = call.simulator.handle(table)?;
    let mut table = call.simulator.writing(&handle, table, call.now)?;
    let plan = match plan::plan(&table, intent, Rate::Single) {
        Ok(plan) => plan,
        Err(Refused::Request(error) | Refused::Misfit(error)) => return Err(error),
        Err(Refused::Condition(found)) => {
            let demands = || [found.demand(&table, Rate::Single)];
            admission::admit_write(call.trace, &table, demands, call.now)?;
            return Err(condition_failed(
                call.trace,
                &table,
                &found,
                intent,
                Rate::Single,
            ));
        }
    };
    admission::admit_write(call.trace, &table, || plan.demands(), call.now)?;
    call.simulator
        .record(|| plan.change(table.definition()).into_iter().collect())?;
    // Nothing was written since it was found.
    let spot = plan.found.spot;
    Ok(plan.apply(&mut table, spot, call.trace, call.now))
}

/// A table may have been deleted while the call waited for it.
pub(super) fn check_present(table: &Table) -> Answer<()> {
    if table.gone {
        return Err(ServiceError::not_found(text::NOT_FOUND));
    }
    Ok(())
}

/// A condition that fails costs what the write would have cost for the item that is there.
pub(super) fn condition_failed(
    trace: &mut Recording,
    table: &Table,
    found: &Found,
    intent: &Intent,
    rate: Rate,
) -> ServiceError {
    trace.written = rate.of(write_units(found.old_size(), None));
    commit::look(trace, table, found, None);
    ServiceError::condition_failed(
        found
            .old
            .as_ref()
            .filter(|_| intent.old_on_failure)
            .map(Stored::to_json),
    )
}

/// The answer: attributes that were asked for, as JSON, the capacity, and the size of the item's collection.
pub(super) fn reply(
    call: &mut Call<'_>,
    options: Options<'_>,
    applied: &Applied,
    attributes: Option<&[u8]>,
) -> Response {
    if attributes.is_some()
        && let Some(visit) = call.trace.visits.last_mut()
    {
        visit.returned = visit.examined;
        for item in &mut visit.items {
            item.returned = true;
        }
    }
    let mut response = Response::default();
    if let Some(attributes) = attributes {
        response.put_text("Attributes", attributes);
    }
    response.put(
        "ConsumedCapacity",
        consumed(options.report, options.table, &applied.consumption),
    );
    response.put(
        "ItemCollectionMetrics",
        applied.collection.as_ref().filter(|_| options.collection),
    );
    response
}
