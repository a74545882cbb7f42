//! The file is as it was given: its answer is 501.

use super::super::{Check, Evidence};
use crate::workshop::goal::Goal;
use crate::workshop::language::Language;

pub(super) static CHECK: Check = Check {
    name: "not written yet",
    find,
    hints,
};

fn find(evidence: &Evidence<'_>) -> Option<String> {
    let is_template = evidence.status() == 501 && evidence.asked().is_empty();
    is_template.then(|| {
        "The handler answers 501 without asking the table. The numbered lines in the file say what it is to do".to_owned()
    })
}

fn hints(goal: Goal, language: Language) -> [&'static str; 3] {
    let first = "Begin with the request to DynamoDB, and print what comes back: it is in the log. Then answer with it.";
    match (goal, language) {
        (Goal::GetAll, Language::Node) => [
            first,
            "A ScanCommand needs the TableName. What comes back has Items, and a LastEvaluatedKey if there is more.",
            "const page = await db.send(new ScanCommand({ TableName })); page.Items are the pets of the first page.",
        ],
        (Goal::GetAll, Language::Ruby) => [
            first,
            "DB.scan needs table_name. What it gives back can be walked through page by page, and each page has items.",
            "DB.scan(table_name: TABLE).each { |page| page.items } goes through all pages.",
        ],
        (Goal::GetOne, Language::Node) => [
            first,
            "A GetCommand needs the TableName and the Key, an object with id. What comes back has an Item, or none.",
            "const { Item } = await db.send(new GetCommand({ TableName, Key: { id: event.pathParameters.id } }));",
        ],
        (Goal::GetOne, Language::Ruby) => [
            first,
            "DB.get_item needs table_name and key, a hash with id. What comes back has an item, or nil.",
            "DB.get_item(table_name: TABLE, key: { \"id\" => event[\"pathParameters\"][\"id\"] }).item is the pet (or nil).",
        ],
        (Goal::Post, Language::Node) => [
            first,
            "JSON.parse makes an object of event.body. A PutCommand needs the TableName and the Item, which is that object.",
            "const pet = JSON.parse(event.body); await db.send(new PutCommand({ TableName, Item: pet })); return answer(201, pet);",
        ],
        (Goal::Post, Language::Ruby) => [
            first,
            "JSON.parse makes a hash of event[\"body\"]. DB.put_item needs table_name and item, which is that hash.",
            "pet = JSON.parse(event[\"body\"]), then DB.put_item(table_name: TABLE, item: pet), then answer(201, pet).",
        ],
    }
}
