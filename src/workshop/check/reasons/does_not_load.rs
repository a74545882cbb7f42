//! A file that can't be loaded: a syntax error, a package that is not there, a handler that is not exported, or code outside the handler
//! that fails.

use super::super::evidence::first_line;
use super::super::{Check, Evidence};
use crate::workshop::goal::Goal;
use crate::workshop::lambda::Cause;
use crate::workshop::language::Language;

pub(super) static CHECK: Check = Check {
    name: "does not load",
    find,
    hints,
};

fn find(evidence: &Evidence<'_>) -> Option<String> {
    let error = evidence
        .error()
        .filter(|error| error.cause == Cause::Init)?;
    let what = match error.kind() {
        "Runtime.UserCodeSyntaxError" | "Init<SyntaxError>" => {
            "The file is not written in the language's grammar, so nothing of it runs"
        }
        "Runtime.ImportModuleError" | "Init<LoadError>" => {
            "The file loads something that is not there"
        }
        "Runtime.HandlerNotFound" => {
            "The file loads, but has no function of the name that Lambda calls"
        }
        _ => "The code outside the handler failed when the file was loaded",
    };
    let place = evidence.place(error).unwrap_or_default();
    Some(format!(
        "{what}: {}: {}{place}",
        error.kind(),
        first_line(error.message())
    ))
}

fn hints(goal: Goal, language: Language) -> [&'static str; 3] {
    let [first, second] = [
        "The message names what was found, and the line of the log before it where. The mistake is there, or a little above.",
        "Lambda loads the file once, before the first event. It must export the handler under the name that the function is configured with.",
    ];
    let third = match (language, goal) {
        (Language::Node, _) => {
            "Count brackets and quotes, compare the first lines with the README's packages, and end with: export const handler = async (event) => { … };"
        }
        (Language::Ruby, _) => {
            "Each def, do, if and case needs its end. The method must be: def lambda_handler(event:, context:), outside any class."
        }
    };
    [first, second, third]
}

#[cfg(test)]
mod tests {
    use super::super::wrong::{is_told, reason_of};
    use crate::workshop::goal::Goal;
    use crate::workshop::language::Language;

    #[tokio::test]
    async fn what_keeps_a_file_from_loading_is_told() {
        let node = |right, wrong, told: &'static [&'static str]| async move {
            is_told(Language::Node, Goal::GetOne, &[(right, wrong)], told).await;
        };
        node(
            "async (event) => {",
            "async (event) => ",
            &[
                "does not load: The file is not written",
                "UserCodeSyntaxError",
                "get-pet.mjs:",
            ],
        )
        .await;
        node(
            "@aws-sdk/lib-dynamodb",
            "@aws-sdk/no-such",
            &[
                "does not load: The file loads something",
                "@aws-sdk/no-such",
            ],
        )
        .await;
        node(
            "export const handler",
            "const handler",
            &[
                "does not load: The file loads, but",
                "get-pet.handler is undefined",
            ],
        )
        .await;
        node(
            "const TableName",
            "nothing(); const TableName",
            &["does not load: The code outside", "ReferenceError"],
        )
        .await;
        let ruby = |right, wrong, told: &'static [&'static str]| async move {
            is_told(Language::Ruby, Goal::GetOne, &[(right, wrong)], told).await;
        };
        ruby(
            "def lambda_handler(",
            "def lambda_handler((",
            &["does not load: The file is not written", "SyntaxError"],
        )
        .await;
        ruby(
            "require \"json\"",
            "require \"no-such\"",
            &["does not load: The file loads something", "no-such"],
        )
        .await;
    }

    #[tokio::test]
    async fn an_empty_file_has_no_handler() {
        if let Some(reason) = reason_of(Language::Node, Goal::Post, "").await {
            assert!(
                reason.starts_with("does not load: The file loads, but"),
                "{reason}"
            );
        }
    }
}
