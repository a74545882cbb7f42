//! Secondary indexes of a request.

use std::collections::HashSet;

use crate::simulator::json::Json;

use crate::simulator::table::definition::KeySchema;
use crate::simulator::table::index::{Index, IndexKeySchema, IndexKind, Projected};
use crate::simulator::wire::body::Members;
use crate::simulator::wire::error::{Answer, ServiceError};
use crate::simulator::wire::member::{given, list, object, string};
use crate::simulator::wire::text::{DEFINITIONS_DO_NOT_MATCH, table as words};

use super::keys::{Definitions, Role, Schema, default_hash_order, sized_hash_order};

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
            return refuse(words::empty_index_list(name));
        }
    }
    Ok(())
}

/// Key attributes of all indexes against the definitions, which must define all of them and nothing else. This comes before
/// everything that concerns one index alone (observed).
///
/// # Errors
/// For the first index with an undefined attribute; else for attributes that no key has.
pub fn check_definitions(
    members: &Members,
    table: &KeySchema,
    definitions: &Definitions<'_>,
) -> Answer<()> {
    let local = structures(members, "LocalSecondaryIndexes");
    if table.sort.is_none() && !local.is_empty() {
        return refuse(words::LOCAL_INDEX_WITHOUT_SORT_KEY);
    }
    let schemas: Vec<Schema<'_>> = local
        .into_iter()
        .chain(structures(members, "GlobalSecondaryIndexes"))
        .map(Schema::read)
        .collect();
    for schema in &schemas {
        schema.check_defined(definitions)?;
    }
    let in_table = table.attributes().map(|attribute| attribute.name.as_str());
    let in_indexes = schemas.iter().flat_map(Schema::names);
    let used = default_hash_order(in_table.chain(in_indexes));
    if definitions.names().count() == used.len() {
        return Ok(());
    }
    if schemas.is_empty() {
        return refuse(DEFINITIONS_DO_NOT_MATCH);
    }
    refuse(words::definitions_not_used(
        &sized_hash_order(definitions.names()).join(", "),
        &used.join(", "),
    ))
}

/// `LocalSecondaryIndexes`; their key attributes are defined.
///
/// # Errors
/// The first that is wrong, in DynamoDB's order of checks.
pub fn local(
    members: &Members,
    table: &KeySchema,
    definitions: &Definitions<'_>,
) -> Answer<Vec<Index>> {
    let indexes = structures(members, "LocalSecondaryIndexes")
        .into_iter()
        .map(|one| {
            let schema = Schema::read(one);
            schema.check_pair()?;
            let name = name_of(one);
            let sort = schema.attributes(Role::Range, definitions);
            if sort.is_empty() {
                return refuse(words::index_without_range_key(name));
            }
            let hash = schema.first().unwrap_or_default();
            if hash != table.partition.name {
                return refuse(words::other_hash_key(name, hash, &table.partition.name));
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
        return refuse(words::TOO_MANY_LOCAL_INDEXES);
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

/// `GlobalSecondaryIndexes`; their key attributes are defined.
///
/// # Errors
/// The first that is wrong, in DynamoDB's order of checks.
pub fn global<'a>(
    members: &'a Members,
    definitions: &Definitions<'_>,
) -> Answer<Vec<GlobalDraft<'a>>> {
    let drafts = structures(members, "GlobalSecondaryIndexes")
        .into_iter()
        .map(|one| global_one(one, definitions))
        .collect::<Answer<Vec<_>>>()?;
    check_distinct(drafts.iter().map(|draft| draft.name))?;
    if drafts.len() > MOST_GLOBAL {
        return refuse(words::TOO_MANY_GLOBAL_INDEXES);
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

pub fn name_of<'m>(index: &'m Members<'_>) -> &'m str {
    string(index, "IndexName").unwrap_or_default()
}

fn projected(index: &Members) -> Answer<Projected> {
    let Some(projection) = object(index, "Projection") else {
        return refuse(words::UNKNOWN_PROJECTION);
    };
    let Some(kind) = string(projection, "ProjectionType") else {
        return refuse(words::UNKNOWN_PROJECTION);
    };
    if kind != "INCLUDE" {
        if given(projection, "NonKeyAttributes") {
            return refuse(words::projection_with_attributes(kind));
        }
        return Ok(if kind == "ALL" {
            Projected::All
        } else {
            Projected::KeysOnly
        });
    }
    let Some(names) = list(projection, "NonKeyAttributes") else {
        return refuse(words::INCLUDE_WITHOUT_ATTRIBUTES);
    };
    let names: Vec<&str> = names.iter().filter_map(Json::as_str).collect();
    let mut seen = HashSet::new();
    if let Some(twice) = names.iter().find(|name| !seen.insert(**name)) {
        return refuse(words::projected_twice(twice));
    }
    Ok(Projected::Include(
        names.into_iter().map(str::to_owned).collect(),
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
            return refuse(words::duplicate_index(name));
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
        return refuse(words::too_many_included(MOST_INCLUDED));
    }
    Ok(())
}
