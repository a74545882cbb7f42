//! What the two transactions share: their members, the tables they hold, how they are cancelled.
//!
//! ```text
//!   list, its length ─ members of the request and of its items ─ one action in each ─ table names      the whole request is refused
//!   tables are there ─ locked in the order of their names
//!   each item against its table                                                                        a reason for each item
//! ```
//!
//! Invariant: a thread that holds a table of a transaction waits only for tables with greater names, and for nothing else, so
//! no two calls wait for each other.

use std::sync::Arc;

use crate::simulator::json::Json;

use crate::simulator::catalogue::Handle;
use crate::simulator::table::Table;
use crate::simulator::wire::arn;
use crate::simulator::wire::body::Members;
use crate::simulator::wire::error::{Answer, Reason, ReasonCode, ServiceError};
use crate::simulator::wire::java::{self, Structure};
use crate::simulator::wire::member::{self, given, list};
use crate::simulator::wire::text;

use super::{Call, write};

/// At most this many items.
const MAX_ITEMS: usize = 100;
/// At most this many bytes in all items together.
pub(super) const MAX_BYTES: u64 = 4 * 1024 * 1024;

/// `TransactItems`, of an allowed length; `structure` is how an element is shown where there are too many.
pub(super) fn items<'a>(
    members: &'a Members,
    structure: &Structure,
) -> Answer<Option<&'a [Json<'a>]>> {
    let Some(items) = list(members, "TransactItems") else {
        return Ok(None);
    };
    if items.is_empty() {
        return Err(ServiceError::enveloped(text::constraint(
            "[]",
            "transactItems",
            &text::length_at_least(1),
        )));
    }
    if items.len() > MAX_ITEMS {
        return Err(ServiceError::enveloped(text::constraint(
            &java::list(items, structure),
            "transactItems",
            &text::length_at_most(MAX_ITEMS),
        )));
    }
    Ok(Some(items))
}

/// A member of an item, as messages spell it: `transactItems.1.member.put.tableName`.
pub(super) fn path(place: usize, action: &str, member: &str) -> String {
    format!("transactItems.{}.member.{action}.{member}", place + 1)
}

/// The errors for members that an action must have and has not.
pub(super) fn missing<'m>(
    place: usize,
    action: &'m str,
    members: &'m Members,
    required: &'m [(&'m str, &'m str)],
) -> impl Iterator<Item = String> + 'm {
    required
        .iter()
        .filter(|(member, _)| !given(members, member))
        .map(move |(_, shown)| text::must_not_be_null(&path(place, action, shown)))
}

/// What is wrong with a table's name: the length and the pattern, both.
pub(super) fn table_name_errors(name: &str, path: &str) -> Vec<String> {
    let mut errors = Vec::new();
    if arn::of_table(name).is_some() {
        return errors;
    }
    if name.len() < 3 {
        errors.push(text::constraint(name, path, &text::length_at_least(3)));
    } else if name.len() > 255 {
        errors.push(text::constraint(name, path, &text::length_at_most(255)));
    }
    if !member::has_name_pattern(name) {
        errors.push(text::constraint(name, path, text::NAME_PATTERN));
    }
    errors
}

/// Several member errors as one answer, if there are any.
pub(super) fn all(errors: &[String]) -> Answer<()> {
    if errors.is_empty() {
        return Ok(());
    }
    let shown: Vec<&str> = errors.iter().map(String::as_str).collect();
    Err(ServiceError::validation(text::envelope(&shown)))
}

/// The tables of a transaction, each once whatever it is called, in the order of their names.
pub(super) struct Tables<'n>(Vec<(&'n str, Arc<Handle>)>);

impl<'n> Tables<'n> {
    /// Look the tables up, in the order in which the request names them.
    pub(super) fn find(call: &Call<'_>, names: impl Iterator<Item = &'n str>) -> Answer<Self> {
        let mut tables: Vec<(&str, Arc<Handle>)> = Vec::new();
        for called in names {
            let name = arn::table_in(called);
            match tables.binary_search_by_key(&name, |(known, _)| known) {
                Err(at) => tables.insert(at, (name, call.simulator.active(called, call.now)?)),
                // The ARN may be that of another account's table with the same name.
                Ok(_) if name != called => drop(call.simulator.active(called, call.now)?),
                Ok(_) => {}
            }
        }
        Ok(Self(tables))
    }

    /// Lock all of them, by `lock`, in their order.
    pub(super) fn lock<'h, G: std::ops::Deref<Target = Table>>(
        &'h self,
        lock: impl Fn(&'h Handle) -> G,
    ) -> Answer<Vec<G>> {
        let guards: Vec<G> = self.0.iter().map(|(_, handle)| lock(handle)).collect();
        guards
            .iter()
            .try_for_each(|table| write::check_present(table))?;
        Ok(guards)
    }

    /// The place of a table among those that [`Tables::lock`] gives.
    pub(super) fn place(&self, name: &str) -> usize {
        self.0
            .binary_search_by_key(&arn::table_in(name), |(known, _)| known)
            .expect("all tables of a transaction were looked up")
    }

    /// The table, where there is only one.
    pub(super) fn only(&self) -> Option<&'n str> {
        match self.0.as_slice() {
            [(name, _)] => Some(name),
            _ => None,
        }
    }
}

/// The cancellation that one item alone is the reason for, by its place among `count` of them.
pub(super) fn cancelled_by(place: usize, error: &ServiceError, count: usize) -> ServiceError {
    let reason = |at| {
        if at == place {
            Reason::from_error(error)
        } else {
            Reason::none()
        }
    };
    ServiceError::cancelled((0..count).map(reason).collect())
}

/// The cancellation that some reasons make, if one of them is a reason to cancel.
pub(super) fn check(reasons: Vec<Reason>) -> Answer<()> {
    if reasons.iter().all(|reason| reason.code == ReasonCode::None) {
        return Ok(());
    }
    Err(ServiceError::cancelled(reasons))
}
