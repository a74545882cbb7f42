//! Which tables a request is about.
//!
//! ```text
//!   TableName · keys of RequestItems · TableName inside TransactItems · ResourceArn
//!       pets                                     a name
//!       arn:aws:dynamodb:us-east-1:123456789012:table/pets       in the account and region that we look at
//! ```
//!
//! Invariant: what a request can change is among what is found here; an ARN of another account or region is refused.

use serde_json::{Map, Value};

use crate::target::exchange::Place;

/// The names of the tables that a request names, each once. What is no text names nothing: the service refuses that.
///
/// # Errors
/// For an ARN that is not a table's in this place, in words for the learner.
pub fn tables(body: &Map<String, Value>, place: &Place) -> Result<Vec<String>, String> {
    let of_member = |members: &Map<String, Value>, member: &str| {
        members
            .get(member)
            .and_then(Value::as_str)
            .map(str::to_owned)
    };
    let mut given: Vec<String> = Vec::new();
    given.extend(of_member(body, "TableName"));
    given.extend(of_member(body, "ResourceArn"));
    if let Some(Value::Object(tables)) = body.get("RequestItems") {
        given.extend(tables.keys().cloned());
    }
    if let Some(Value::Array(actions)) = body.get("TransactItems") {
        let inside = actions
            .iter()
            .filter_map(Value::as_object)
            .flat_map(Map::values)
            .filter_map(Value::as_object);
        given.extend(inside.filter_map(|action| of_member(action, "TableName")));
    }
    let mut names = Vec::new();
    for text in given {
        let name = name(&text, place)?;
        if !names.contains(&name) {
            names.push(name);
        }
    }
    Ok(names)
}

/// The table's name in a name or an ARN.
fn name(text: &str, place: &Place) -> Result<String, String> {
    // Names have no colon, and everything else that DynamoDB takes for one does.
    if !text.contains(':') {
        return Ok(text.to_owned());
    }
    let parts: Vec<&str> = text.splitn(6, ':').collect();
    let ["arn", _, "dynamodb", region, account, resource] = parts.as_slice() else {
        return Err(format!("{text} is neither a table's name nor its ARN"));
    };
    if (*region, *account) != (&place.region, &place.account) {
        return Err(format!(
            "{text} is in account {account} and region {region}, and the lesson works in account {} and region {}: nothing elsewhere is touched",
            place.account, place.region
        ));
    }
    match resource.split('/').collect::<Vec<_>>().as_slice() {
        ["table", name] if !name.is_empty() => Ok((*name).to_owned()),
        _ => Err(format!("{text} is not the ARN of a table")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::account::body;

    fn found(text: &str) -> Result<Vec<String>, String> {
        let place = Place {
            account: "123456789012".to_owned(),
            region: "us-east-1".to_owned(),
            endpoint: None,
        };
        tables(&body::read(text.as_bytes()).unwrap(), &place)
    }

    #[test]
    fn every_way_to_name_a_table_is_found() {
        for (text, names) in [
            (r#"{"TableName": "pets"}"#, vec!["pets"]),
            (
                r#"{"TableName": "arn:aws:dynamodb:us-east-1:123456789012:table/pets"}"#,
                vec!["pets"],
            ),
            (
                r#"{"ResourceArn": "arn:aws-cn:dynamodb:us-east-1:123456789012:table/pets"}"#,
                vec!["pets"],
            ),
            (
                r#"{"RequestItems": {"pets": [], "arn:aws:dynamodb:us-east-1:123456789012:table/visits": []}}"#,
                vec!["pets", "visits"],
            ),
            (
                r#"{"TransactItems": [{"Put": {"TableName": "pets"}}, {"ConditionCheck": {"TableName": "visits"}},
                    {"Update": {"TableName": "pets"}, "Delete": {"TableName": "people"}}, 3, {"Put": 4}]}"#,
                vec!["pets", "visits", "people"],
            ),
            (r#"{"TableName": 3}"#, vec![]),
            ("{}", vec![]),
        ] {
            assert_eq!(found(text).unwrap(), names, "{text}");
        }
    }

    #[test]
    fn what_is_elsewhere_or_no_table_is_refused() {
        for (text, part) in [
            (
                "arn:aws:dynamodb:us-east-1:210987654321:table/pets",
                "account 210987654321",
            ),
            (
                "arn:aws:dynamodb:eu-west-1:123456789012:table/pets",
                "region eu-west-1",
            ),
            ("arn:aws:s3:us-east-1:123456789012:table/pets", "neither"),
            ("arn:aws:dynamodb", "neither"),
            ("a:b", "neither"),
            (
                "arn:aws:dynamodb:us-east-1:123456789012:table/pets/index/x",
                "not the ARN of a table",
            ),
            (
                "arn:aws:dynamodb:us-east-1:123456789012:table/",
                "not the ARN of a table",
            ),
            (
                "arn:aws:dynamodb:us-east-1:123456789012:global-table/pets",
                "not the ARN of a table",
            ),
        ] {
            let why = found(&format!(r#"{{"TableName": "{text}"}}"#)).unwrap_err();
            assert!(why.contains(part), "{text}: {why}");
        }
    }
}
