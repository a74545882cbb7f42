//! A Scan where a Get belongs. The answer may be right: what is wrong is only seen in what the table did.

use super::super::{Check, Evidence};
use crate::simulator::trace::Trace;
use crate::workshop::goal::Goal;
use crate::workshop::language::Language;

pub(super) static CHECK: Check = Check {
    name: "a Scan where a Get belongs",
    find,
    hints,
};

fn find(evidence: &Evidence<'_>) -> Option<String> {
    if evidence.goal() != Goal::GetOne {
        return None;
    }
    let asked = evidence.asked();
    let traces = asked.iter().filter(|asked| asked.operation() == "Scan");
    let traces: Vec<&Trace> = traces
        .filter_map(|asked| asked.served.trace.as_ref())
        .collect();
    if traces.is_empty() {
        return None;
    }
    let examined: u64 = traces.iter().map(|trace| trace.examined()).sum();
    let most = traces.iter().map(|trace| trace.partitions_visited()).max();
    let units = traces.iter().map(|trace| trace.read);
    let units = units.sum::<crate::simulator::trace::CapacityUnits>();
    Some(format!(
        "The handler scanned the table to find one pet: {examined} items were read, in {} partitions, for {units} read units. With a key DynamoDB goes to one partition and reads one item, for 0.5; and that stays so when there are a million",
        most.unwrap_or_default()
    ))
}

fn hints(_: Goal, language: Language) -> [&'static str; 3] {
    let (second, third) = match language {
        Language::Node => (
            "A GetCommand takes the Key, and gives back the Item or none. No filter is needed.",
            "const { Item } = await db.send(new GetCommand({ TableName, Key: { id: event.pathParameters.id } }));",
        ),
        Language::Ruby => (
            "DB.get_item takes the key, and gives back the item or nil. No filter is needed.",
            "DB.get_item(table_name: TABLE, key: { \"id\" => event[\"pathParameters\"][\"id\"] }).item is the pet (or nil).",
        ),
    };
    [
        "You know the pet's id, and id is the table's partition key: DynamoDB can find it without looking at any other item.",
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
    async fn a_scan_is_told_though_the_answer_is_right() {
        let told = [
            "a Scan where a Get belongs: ",
            "503 items were read, in 4 partitions",
        ];
        let node = [
            ("GetCommand }", "ScanCommand }"),
            (
                "const { Item } = await db.send(new GetCommand({ TableName, Key: { id: event.pathParameters.id } }));",
                "const { Items } = await db.send(new ScanCommand({ TableName, FilterExpression: \"id = :id\", ExpressionAttributeValues: { \":id\": event.pathParameters.id } })); const [Item] = Items;",
            ),
        ];
        is_told(Language::Node, Goal::GetOne, &node, &told).await;
        let ruby = [(
            "DB.get_item(table_name: TABLE, key: { \"id\" => id }).item",
            "DB.scan(table_name: TABLE).items.find { |one| one[\"id\"] == id }",
        )];
        is_told(Language::Ruby, Goal::GetOne, &ruby, &told).await;
    }
}
