//! Which attributes of an index a request may ask for.
//!
//! ```text
//!                        projected      not projected
//!   filter of a Query    read           refused
//!   projection           read           local index: fetched from the table; global: refused
//!   ALL_ATTRIBUTES       –              local index: fetched from the table; global: refused
//! ```

use crate::simulator::expression::{Condition, Projection};
use crate::simulator::table::index::{Index, Projected};
use crate::simulator::wire::body::Members;
use crate::simulator::wire::error::{Answer, ServiceError};
use crate::simulator::wire::member::{object, string};
use crate::simulator::wire::text;

use super::Source;

impl Source {
    /// Refuse a `Query`'s filter on the key that the items are found by: that belongs into the key condition.
    pub(in super::super) fn check_filter_not_on_key(
        &self,
        members: &Members,
        filter: Option<&Condition>,
    ) -> Answer<()> {
        for attribute in self.key() {
            if object(members, "QueryFilter").is_some_and(|all| all.contains_key(&attribute.name)) {
                return Err(ServiceError::validation(text::query_filter_on_key(
                    &attribute.name,
                )));
            }
        }
        let paths = filter.map(Condition::paths).unwrap_or_default();
        for attribute in self.key() {
            if paths
                .iter()
                .any(|path| path.name().as_str() == attribute.name)
            {
                return Err(ServiceError::validation(text::filter_on_key(
                    &attribute.name,
                )));
            }
        }
        Ok(())
    }

    /// Refuse a `Query`'s filter on what its index doesn't have, local or global.
    pub(in super::super) fn check_filter_projected(
        &self,
        members: &Members,
        filter: Option<&Condition>,
    ) -> Answer<()> {
        let Some(index) = self.index() else {
            return Ok(());
        };
        let legacy = object(members, "QueryFilter").into_iter().flatten();
        let paths = filter.map(Condition::paths).unwrap_or_default();
        let names = legacy
            .map(|(name, _)| name)
            .chain(paths.iter().map(|path| path.name().as_str()));
        let missing = self.not_projected(index, names);
        if missing.is_empty() {
            return Ok(());
        }
        let message = text::filter_not_projected(&index.name, &missing.join(", "));
        Err(ServiceError::validation(message))
    }

    /// Refuse `ALL_ATTRIBUTES` of a global index that has not all: nothing is fetched for one.
    pub(in super::super) fn check_all_attributes(&self, members: &Members) -> Answer<()> {
        match self.index() {
            Some(index)
                if index.is_global()
                    && index.projected != Projected::All
                    && string(members, "Select") == Some("ALL_ATTRIBUTES") =>
            {
                let message = text::all_attributes_not_projected(&index.name);
                Err(ServiceError::validation(message))
            }
            _ => Ok(()),
        }
    }

    /// Whether the table's items have to be fetched; refused for a global index whose projection has not what the request
    /// names.
    pub(in super::super) fn fetches(
        &self,
        members: &Members,
        projection: Option<&Projection>,
    ) -> Answer<bool> {
        let Some(index) = self.index() else {
            return Ok(false);
        };
        let names = projection.into_iter().flat_map(Projection::paths);
        let missing = self.not_projected(index, names.map(|path| path.name().as_str()));
        if index.is_global() {
            if missing.is_empty() {
                return Ok(false);
            }
            let message = text::projection_not_projected(&index.name, &missing.join(", "));
            return Err(ServiceError::validation(message));
        }
        let all = string(members, "Select") == Some("ALL_ATTRIBUTES");
        Ok(!missing.is_empty() || (all && index.projected != Projected::All))
    }

    /// Those of the names that an entry can't have, each once, in the order in which the service's sets list them.
    fn not_projected<'n>(
        &self,
        index: &Index,
        names: impl Iterator<Item = &'n str>,
    ) -> Vec<&'n str> {
        let mut missing: Vec<&str> = Vec::new();
        for name in names.filter(|name| !index.projects(&self.definition, name)) {
            if !missing.contains(&name) {
                missing.push(name);
            }
        }
        set_order(&mut missing);
        missing
    }
}

/// The order in which a `java.util.HashSet` lists strings that were put into it in this order: by bucket, and in a bucket as
/// they came. That is how messages were observed to list names: `[a, b]` for b and a, but `[zz, aa, mm]`, which share one.
fn set_order(names: &mut [&str]) {
    // A set begins with 16 buckets and doubles them when it is three quarters full.
    let mut buckets: u32 = 16;
    while names.len() * 4 > buckets as usize * 3 {
        buckets *= 2;
    }
    names.sort_by_key(|name| {
        let hash = name.encode_utf16().fold(0u32, |hash, unit| {
            hash.wrapping_mul(31).wrapping_add(u32::from(unit))
        });
        (hash ^ (hash >> 16)) & (buckets - 1)
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_listed_as_they_were_observed() {
        for (given, listed) in [
            (["b", "a", "a"], ["a", "a", "b"]),
            (["zz", "aa", "mm"], ["zz", "aa", "mm"]),
        ] {
            let mut names = given;
            set_order(&mut names);
            assert_eq!(names, listed);
        }
    }
}
