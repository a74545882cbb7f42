//! Secondary indexes of a request.

use std::collections::HashSet;

use crate::simulator::json::Json;

use crate::simulator::table::definition::KeySchema;
use crate::simulator::table::index::{Index, IndexKeySchema, IndexKind, Projected};
use crate::simulator::wire::body::Members;
use crate::simulator::wire::error::{Answer, ServiceError};
use crate::simulator::wire::member::{given, list, object, string};
use crate::simulator::wire::text;

use super::keys::{Definitions, Role, Schema};

/// Local indexes of a table (service quotas).
const MOST_LOCAL: usize = 5;
/// Global indexes of a table, by default (service quotas).
pub const MOST_GLOBAL: usize = 20;
/// Attributes that all indexes of a table together may name for `INCLUDE` (service quotas).
const MOST_INCLUDED: usize = 100;

fn refuse<T>(why: impl Into<String>) -> Answer<T> {
    Err(ServiceError::validation(why))
}

fn structures<'m, 'a>(members: &'m Members<'a>, name: &str) -> Vec<&'m Members<'a>> {
    list(members, name)
        .into_iter()
        .flatten()
        .filter_map(Json::as_object)
        .collect()
}

/// An index list that is given has an index in it.
///
/// # Errors
/// For an empty list, the local one first.
pub fn check_lists(members: &Members) -> Answer<()> {
    for name in ["LocalSecondaryIndexes", "GlobalSecondaryIndexes"] {
        if list(members, name).is_some_and(<[_]>::is_empty) {
            return refuse(text::empty_index_list(name));
        }
    }
    Ok(())
}

/// `LocalSecondaryIndexes`.
///
/// # Errors
/// The first that is wrong, in DynamoDB's order of checks.
pub fn local(
    members: &Members,
    table: &KeySchema,
    definitions: &Definitions<'_>,
) -> Answer<Vec<Index>> {
    let requested = structures(members, "LocalSecondaryIndexes");
    if requested.is_empty() {
        return Ok(Vec::new());
    }
    if table.sort.is_none() {
        return refuse(text::LOCAL_INDEX_WITHOUT_SORT_KEY);
    }
    for &one in &requested {
        Schema::read(one).check_defined(definitions)?;
    }
    let indexes = requested
        .iter()
        .map(|&one| {
            let schema = Schema::read(one);
            schema.check_pair()?;
            let name = name_of(one);
            let sort = schema.attributes(Role::Range, definitions);
            if sort.is_empty() {
                return refuse(text::index_without_range_key(name));
            }
            let hash = schema.first().unwrap_or_default();
            if hash != table.partition.name {
                return refuse(text::other_hash_key(name, hash, &table.partition.name));
            }
            Ok(Index {
                name: name.to_owned(),
                kind: IndexKind::Local,
                key: IndexKeySchema {
                    partition: schema.attributes(Role::Hash, definitions),
                    sort,
                },
                projected: projected(one)?,
            })
        })
        .collect::<Answer<Vec<Index>>>()?;
    check_names(&indexes)?;
    if indexes.len() > MOST_LOCAL {
        return refuse(text::TOO_MANY_LOCAL_INDEXES);
    }
    Ok(indexes)
}

/// A global index as a request defines it; the caller adds capacity and life.
#[derive(Debug)]
pub struct GlobalDraft<'a> {
    pub name: &'a str,
    pub key: IndexKeySchema,
    pub projected: Projected,
    /// Its members, for capacity.
    pub members: &'a Members<'a>,
}

/// `GlobalSecondaryIndexes`.
///
/// # Errors
/// The first that is wrong, in DynamoDB's order of checks.
pub fn global<'a>(
    members: &'a Members,
    definitions: &Definitions<'_>,
) -> Answer<Vec<GlobalDraft<'a>>> {
    let requested = structures(members, "GlobalSecondaryIndexes");
    for &one in &requested {
        Schema::read(one).check_defined(definitions)?;
    }
    let drafts = requested
        .iter()
        .map(|&one| global_one(one, definitions))
        .collect::<Answer<Vec<_>>>()?;
    check_distinct(drafts.iter().map(|draft| draft.name))?;
    if drafts.len() > MOST_GLOBAL {
        return refuse(text::TOO_MANY_GLOBAL_INDEXES);
    }
    Ok(drafts)
}

/// One global index; its key attributes are defined.
///
/// # Errors
/// What is wrong with its key, then with its projection.
pub fn global_one<'a>(one: &'a Members, definitions: &Definitions<'_>) -> Answer<GlobalDraft<'a>> {
    let schema = Schema::read(one);
    schema.check_multiple()?;
    Ok(GlobalDraft {
        name: name_of(one),
        key: IndexKeySchema {
            partition: schema.attributes(Role::Hash, definitions),
            sort: schema.attributes(Role::Range, definitions),
        },
        projected: projected(one)?,
        members: one,
    })
}

fn name_of<'m>(index: &'m Members<'_>) -> &'m str {
    string(index, "IndexName").unwrap_or_default()
}

fn projected(index: &Members) -> Answer<Projected> {
    let Some(projection) = object(index, "Projection") else {
        return refuse(text::UNKNOWN_PROJECTION);
    };
    let Some(kind) = string(projection, "ProjectionType") else {
        return refuse(text::UNKNOWN_PROJECTION);
    };
    if kind != "INCLUDE" {
        if given(projection, "NonKeyAttributes") {
            return refuse(text::projection_with_attributes(kind));
        }
        return Ok(if kind == "ALL" {
            Projected::All
        } else {
            Projected::KeysOnly
        });
    }
    let Some(names) = list(projection, "NonKeyAttributes") else {
        return refuse(text::INCLUDE_WITHOUT_ATTRIBUTES);
    };
    Ok(Projected::Include(
        names
            .iter()
            .filter_map(Json::as_str)
            .map(str::to_owned)
            .collect(),
    ))
}

/// Names are unique in a table, over local and global indexes.
///
/// # Errors
/// For the first that comes twice.
pub fn check_names(indexes: &[Index]) -> Answer<()> {
    check_distinct(indexes.iter().map(|index| index.name.as_str()))
}

fn check_distinct<'a>(names: impl Iterator<Item = &'a str>) -> Answer<()> {
    let mut seen = HashSet::new();
    for name in names {
        if !seen.insert(name) {
            return refuse(text::duplicate_index(name));
        }
    }
    Ok(())
}

/// All `INCLUDE` projections of a table together; an attribute that two indexes name counts twice.
///
/// # Errors
/// When there are too many.
pub fn check_included(indexes: &[Index]) -> Answer<()> {
    let included: usize = indexes
        .iter()
        .map(|index| match &index.projected {
            Projected::Include(names) => names.len(),
            Projected::All | Projected::KeysOnly => 0,
        })
        .sum();
    if included > MOST_INCLUDED {
        return refuse(text::too_many_included(included, MOST_INCLUDED));
    }
    Ok(())
}
