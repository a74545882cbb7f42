//! A put replaces: a second pet with the same id must not.

use super::super::{Check, Evidence, Trial};
use crate::workshop::goal::Goal;
use crate::workshop::language::Language;
use crate::workshop::table::typed;

pub(super) static CHECK: Check = Check {
    name: "an id that is taken",
    find,
    hints,
};

fn find(evidence: &Evidence<'_>) -> Option<String> {
    if evidence.trial != Trial::Taken {
        return None;
    }
    let is_kept = evidence.trial.pet().map(typed).as_ref() == evidence.stored;
    if evidence.is_expected() && is_kept {
        return None;
    }
    let beeba = if is_kept {
        "Beeba is still there, but"
    } else {
        "Beeba is gone: a put replaces the item that has its key. And"
    };
    Some(format!(
        "A goldfish was posted with the id of Beeba. {beeba} the client was {}; it must be told 409, Conflict",
        evidence.outcome()
    ))
}

fn hints(_: Goal, language: Language) -> [&'static str; 3] {
    let (second, third) = match language {
        Language::Node => (
            "A PutCommand takes a ConditionExpression. If it doesn't hold, nothing is written, and an error with the name ConditionalCheckFailedException is thrown.",
            "ConditionExpression: \"attribute_not_exists(id)\", and in catch: if (error.name === \"ConditionalCheckFailedException\") return answer(409, …);",
        ),
        Language::Ruby => (
            "put_item takes a condition_expression. If it doesn't hold, nothing is written, and Aws::DynamoDB::Errors::ConditionalCheckFailedException is raised.",
            "condition_expression: \"attribute_not_exists(id)\", and at the end: rescue Aws::DynamoDB::Errors::ConditionalCheckFailedException with answer(409, …).",
        ),
    };
    [
        "Looking first and writing then leaves a gap, in which somebody else may write. The check has to be part of the write.",
        second,
        third,
    ]
}

#[cfg(test)]
mod tests {
    use super::super::wrong::is_told;
    use crate::workshop::goal::Goal;
    use crate::workshop::language::Language;

    #[tokio::test]
    async fn a_replaced_pet_is_told() {
        let told = ["an id that is taken: ", "Beeba is gone", "answered 201"];
        let node = [(", ConditionExpression: \"attribute_not_exists(id)\"", "")];
        is_told(Language::Node, Goal::Post, &node, &told).await;
        let ruby = [(
            ",\n              condition_expression: \"attribute_not_exists(id)\"",
            "",
        )];
        is_told(Language::Ruby, Goal::Post, &ruby, &told).await;
    }

    #[tokio::test]
    async fn a_condition_that_nobody_catches_is_told() {
        let told = [
            "an id that is taken: ",
            "Beeba is still there",
            "answered 500",
            "ConditionalCheckFailedException",
        ];
        let node = [(
            "if (error.name !== \"ConditionalCheckFailedException\") throw error;",
            "throw error;",
        )];
        is_told(Language::Node, Goal::Post, &node, &told).await;
        let ruby = [(
            "rescue Aws::DynamoDB::Errors::ConditionalCheckFailedException\n  answer(409, { message: \"that id is taken\" })\n",
            "",
        )];
        is_told(Language::Ruby, Goal::Post, &ruby, &told).await;
    }
}
