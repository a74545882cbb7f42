//! An expression with a word that DynamoDB reserves, such as `name`.

use super::super::{Check, Evidence};
use crate::workshop::goal::Goal;
use crate::workshop::language::Language;

pub(super) static CHECK: Check = Check {
    name: "reserved word",
    find,
    hints,
};

const MARK: &str = "reserved keyword: ";

fn find(evidence: &Evidence<'_>) -> Option<String> {
    let refused = evidence.refused(|asked| asked.message().contains(MARK))?;
    let (_, word) = refused.message().rsplit_once(MARK)?;
    Some(format!(
        "{} was refused, because an expression uses {word}, which is a reserved word of DynamoDB. DynamoDB says: {}",
        refused.operation(),
        refused.message()
    ))
}

fn hints(goal: Goal, language: Language) -> [&'static str; 3] {
    let third = match (goal, language) {
        (Goal::Post, Language::Node) => {
            "ConditionExpression: \"attribute_not_exists(id)\" needs no nickname. With one: \"attribute_not_exists(#n)\" and ExpressionAttributeNames: { \"#n\": \"name\" }."
        }
        (Goal::Post, Language::Ruby) => {
            "condition_expression: \"attribute_not_exists(id)\" needs no nickname. With one: \"attribute_not_exists(#n)\" and expression_attribute_names: { \"#n\" => \"name\" }."
        }
        (_, Language::Node) => {
            "ProjectionExpression: \"id, #n, kind\" with ExpressionAttributeNames: { \"#n\": \"name\" }. Or leave the expression out: the whole item is small."
        }
        (_, Language::Ruby) => {
            "projection_expression: \"id, #n, kind\" with expression_attribute_names: { \"#n\" => \"name\" }. Or leave the expression out: the whole item is small."
        }
    };
    [
        "573 words can't stand in an expression as they are, though attributes may be called so: name, status, date and year among them.",
        "A nickname that begins with # stands for an attribute's name in an expression.",
        third,
    ]
}

#[cfg(test)]
mod tests {
    use super::super::wrong::is_told;
    use crate::workshop::goal::Goal;
    use crate::workshop::language::Language;

    #[tokio::test]
    async fn a_reserved_word_is_told() {
        let told = ["reserved word: ", "uses name", "reserved keyword: name"];
        let node = [(
            "{ TableName,",
            "{ TableName, ProjectionExpression: \"id, name, kind\",",
        )];
        is_told(Language::Node, Goal::GetAll, &node, &told).await;
        is_told(Language::Node, Goal::GetOne, &node, &told).await;
        let condition = [("attribute_not_exists(id)", "attribute_not_exists(name)")];
        is_told(Language::Node, Goal::Post, &condition, &told).await;
        let ruby = [(
            "table_name: TABLE)",
            "table_name: TABLE, projection_expression: \"id, name\")",
        )];
        is_told(Language::Ruby, Goal::GetAll, &ruby, &told).await;
    }
}
