//! A scan whose first page is taken for all there is.

use std::collections::BTreeSet;

use serde_json::Value;

use super::super::{Check, Evidence, Trial};
use crate::workshop::goal::Goal;
use crate::workshop::language::Language;

pub(super) static CHECK: Check = Check {
    name: "the first page only",
    find,
    hints,
};

fn find(evidence: &Evidence<'_>) -> Option<String> {
    if evidence.trial != Trial::AllOfManyPages || !evidence.is_expected() {
        return None;
    }
    let body = evidence.body()?;
    let items = body.as_array()?;
    let found: BTreeSet<&str> = items
        .iter()
        .filter_map(|item| item.get("id").and_then(Value::as_str))
        .collect();
    let all = evidence.trial.ids();
    let missing = all.iter().filter(|id| !found.contains(id.as_str())).count();
    let scans = evidence.asked();
    let scans = scans
        .iter()
        .filter(|asked| asked.operation() == "Scan")
        .count();
    (missing > 0).then(|| {
        format!(
            "There are {} pets with long notes, together more than 1 MB. The answer has {} of them, after {scans} {}: an answer of a scan ends after 1 MB, and says by LastEvaluatedKey that there is more",
            all.len(),
            all.len() - missing,
            if scans == 1 { "scan" } else { "scans" },
        )
    })
}

fn hints(_: Goal, language: Language) -> [&'static str; 3] {
    let (second, third) = match language {
        Language::Node => (
            "As long as an answer has a LastEvaluatedKey, scan again, with it as ExclusiveStartKey.",
            "let page = {}; do { page = await db.send(new ScanCommand({ TableName, ExclusiveStartKey: page.LastEvaluatedKey })); pets.push(...page.Items); } while (page.LastEvaluatedKey);",
        ),
        Language::Ruby => (
            "What scan gives back can be walked through page by page; items alone are those of the first one.",
            "DB.scan(table_name: TABLE).flat_map { |page| page.items }",
        ),
    };
    [
        "Three pets fit on one page, a thousand don't. Where would the handler see that there is another page?",
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
    async fn a_single_scan_is_told() {
        let told = ["the first page only: There are 33 pets", "after 1 scan"];
        let node = [("while (page.LastEvaluatedKey)", "while (false)")];
        is_told(Language::Node, Goal::GetAll, &node, &told).await;
        let ruby = [(".flat_map { |page| page.items }", ".items")];
        is_told(Language::Ruby, Goal::GetAll, &ruby, &told).await;
    }
}
