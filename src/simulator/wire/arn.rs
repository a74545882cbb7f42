//! ARNs of tables, which every operation takes where it takes a table's name.
//!
//! ```text
//!   arn:aws:dynamodb:us-east-1:123456789012:table/pets
//!       │      │         │          │              └ the name
//!   partition service  region    account
//! ```
//!
//! Answers name a table as the request did (`API_ConsumedCapacity`), so an ARN goes through an operation as it is, and is resolved
//! where the table is looked up. The ARN of an index, a stream or a backup is none of a table.
//!
//! Invariant: what is no ARN of a table is a name, and is judged as one.

use super::member::has_name_pattern;

/// Longest `TableName` (`API_PutItem`).
const MOST_BYTES: usize = 1024;

/// The ARN of a table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TableArn<'a> {
    pub region: &'a str,
    /// Twelve digits.
    pub account: &'a str,
    pub name: &'a str,
}

/// The ARN of a table, or nothing for any other text.
#[must_use]
pub fn of_table(text: &str) -> Option<TableArn<'_>> {
    if text.len() > MOST_BYTES {
        return None;
    }
    let rest = text.strip_prefix("arn:")?;
    let mut parts = rest.splitn(5, ':');
    let (partition, service) = (parts.next()?, parts.next()?);
    let (region, account, resource) = (parts.next()?, parts.next()?, parts.next()?);
    let name = resource.strip_prefix("table/")?;
    let is_table = partition.starts_with("aws")
        && service == "dynamodb"
        && !region.is_empty()
        && account.len() == 12
        && account.bytes().all(|byte| byte.is_ascii_digit())
        && (3..=255).contains(&name.len())
        && has_name_pattern(name);
    is_table.then_some(TableArn {
        region,
        account,
        name,
    })
}

/// The table's name in what a request calls it.
#[must_use]
pub fn table_in(called: &str) -> &str {
    of_table(called).map_or(called, |arn| arn.name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_arn_of_a_table_is_one() {
        let arn = "arn:aws:dynamodb:us-east-1:123456789012:table/pets";
        assert_eq!(
            of_table(arn),
            Some(TableArn {
                region: "us-east-1",
                account: "123456789012",
                name: "pets"
            })
        );
        assert_eq!(table_in(arn), "pets");
        for other in [
            "pets",
            "arn:aws:dynamodb:us-east-1:123456789012:table/",
            "arn:aws:dynamodb:us-east-1:123456789012:table/pe",
            "arn:aws:dynamodb:us-east-1:123456789012:table/pets/index/by-age",
            "arn:aws:dynamodb:us-east-1:1234:table/pets",
            "arn:aws:dynamodb::123456789012:table/pets",
            "arn:aws:s3:us-east-1:123456789012:table/pets",
            "arn:aws:dynamodb",
        ] {
            assert_eq!(of_table(other), None, "{other}");
            assert_eq!(table_in(other), other);
        }
    }
}
