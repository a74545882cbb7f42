use super::super::{SourceFile, library, parse};
use super::check;

const LESSON: &str = r#"+++
title = "DynamoDB"
session = "06"
summary = "Tables, items and keys."
course = "AWS Cloud Fundamentals"
region = "us-east-1"

[[goals]]
id = "read"
text = "Read an item"
steps = []
+++
"#;

/// The findings in a section with this body.
fn findings(body: &str) -> String {
    let section = format!("+++\ntitle = \"One\"\nminutes = 5\n+++\n{body}");
    let with_goal = LESSON.replace("steps = []", "steps = [\"do\"]");
    let files = [
        SourceFile::new("06-dynamodb/lesson.md", with_goal),
        SourceFile::new("06-dynamodb/01-one.md", section),
    ];
    let lesson = parse(&files).unwrap_or_else(|errors| {
        let errors: Vec<String> = errors.iter().map(ToString::to_string).collect();
        panic!("{}", errors.join("\n\n"))
    });
    let findings = check(&lesson, &files, &["partition key".to_owned()]);
    let findings: Vec<String> = findings.iter().map(ToString::to_string).collect();
    findings.join("\n\n")
}

#[test]
fn a_request_that_stands_alone() {
    insta::assert_snapshot!(findings(r#"
```request GetItem id=do
{ "TableName": "pets", "Key": { "id": { "S": "1" } } }
```
"#), @r#"
error: no step of this section has a predict question
 --> 06-dynamodb/01-one.md:6:4
  |
6 | ```request GetItem id=do
  |    ^^^^^^^^^^^^^^^^^^^^^
  = help: add a ```predict block before this request or before another

error: nothing is said before this request
 --> 06-dynamodb/01-one.md:6:4
  |
6 | ```request GetItem id=do
  |    ^^^^^^^^^^^^^^^^^^^^^
  = help: say what to look for

error: nothing is said after this request
 --> 06-dynamodb/01-one.md:6:4
  |
6 | ```request GetItem id=do
  |    ^^^^^^^^^^^^^^^^^^^^^
  = help: explain what was seen

error: this request does not ask what it consumed
 --> 06-dynamodb/01-one.md:6:4
  |
6 | ```request GetItem id=do
  |    ^^^^^^^^^^^^^^^^^^^^^
  = help: add "ReturnConsumedCapacity": "TOTAL", so that its cost can be shown
"#);
}

#[test]
fn a_table_that_stays_and_costs() {
    insta::assert_snapshot!(findings(r#"
Look.

```predict id=guess
question = "Does it work?"
choices = ["yes", "no"]
answer = 1
because = "It does."
```

```request CreateTable id=do
{ "TableName": "pets" }
```

Seen.
<!-- pause -->
Fill.

```seed table=people
{ "id": { "S": "1" } }
```
"#), @r#"
error: the table `pets` is not on demand
  --> 06-dynamodb/01-one.md:15:4
   |
15 | ```request CreateTable id=do
   |    ^^^^^^^^^^^^^^^^^^^^^^^^^
   = help: add "BillingMode": "PAY_PER_REQUEST": provisioned capacity costs money as long as the table exists

error: nothing deletes the table `pets`
  --> 06-dynamodb/01-one.md:15:4
   |
15 | ```request CreateTable id=do
   |    ^^^^^^^^^^^^^^^^^^^^^^^^^
   = help: add a DeleteTable request to the cleanup

error: the table `people` does not exist here
  --> 06-dynamodb/01-one.md:23:4
   |
23 | ```seed table=people
   |    ^^^^^^^^^^^^^^^^^
   = help: create it with a request on an earlier page
"#);
}

#[test]
fn a_refused_create_leaves_nothing_to_delete() {
    let body = r#"
Look.

```predict id=guess
question = "Does it work?"
choices = ["yes", "no"]
answer = 2
because = "It does not."
```

```request CreateTable id=do
{ "TableName": "pets" }
```

```expect
error = "ValidationException"
```

Seen.
"#;
    assert_eq!(findings(body), "");
}

#[test]
fn an_exercise_that_asks_for_nothing_and_a_demonstration_without_a_question() {
    insta::assert_snapshot!(findings(r#"
See [this](<term:partition keys>).

```exercise id=do
goal = "Get it."
operation = "GetItem"
hints = ["look"]
start = '{ "TableName": "pets" }'
solution = '{ "TableName": "pets" }'
```
<!-- pause -->
Look.

```hash id=where
table = "pets"
attribute = "id"
type = "S"
partitions = 4
keys = ["1"]
```
"#), @r#"
error: the glossary has no `partition keys`
 --> 06-dynamodb/01-one.md:6:13
  |
6 | See [this](<term:partition keys>).
  |             ^^^^^^^^^^^^^^^^^^^^^^
  = help: did you mean `partition key`?

error: the exercise starts with its solution
 --> 06-dynamodb/01-one.md:8:4
  |
8 | ```exercise id=do
  |    ^^^^^^^^^^^^^^
  = help: leave something for the learner to write

error: the exercise expects nothing, so anything that is accepted passes
 --> 06-dynamodb/01-one.md:8:4
  |
8 | ```exercise id=do
  |    ^^^^^^^^^^^^^^
  = help: add [[expect.wire]] expectations, or a [[verify]] request

error: the start does not ask what it consumed
 --> 06-dynamodb/01-one.md:8:4
  |
8 | ```exercise id=do
  |    ^^^^^^^^^^^^^^
  = help: add "ReturnConsumedCapacity": "TOTAL", so that its cost can be shown

error: the solution does not ask what it consumed
 --> 06-dynamodb/01-one.md:8:4
  |
8 | ```exercise id=do
  |    ^^^^^^^^^^^^^^
  = help: add "ReturnConsumedCapacity": "TOTAL", so that its cost can be shown

error: a demonstration without a predict question
  --> 06-dynamodb/01-one.md:18:4
   |
18 | ```hash id=where
   |    ^^^^^^^^^^^^^
   = help: add a ```predict block before it: who has committed to an answer looks closer
"#);
}

#[test]
fn a_race_with_nothing_to_compare() {
    insta::assert_snapshot!(findings(r#"
```race id=do
question = "Which cats?"
table = "pets"
partition_key = "person"
sort_key = "pet"
partitions = 4
items = 10
per_key = 3
key = "Rachel"
left = { way = "index", key = "colour = 'red'", index = "colour" }

[[more]]
question = "Which cats?"
left = { way = "scan" }
```
"#), @r##"
error: a demonstration without a predict question
 --> 06-dynamodb/01-one.md:6:4
  |
6 | ```race id=do
  |    ^^^^^^^^^^
  = help: add a ```predict block before it: who has committed to an answer looks closer

error: no item has the attribute `colour` that an index is to have as its key
 --> 06-dynamodb/01-one.md:6:4
  |
6 | ```race id=do
  |    ^^^^^^^^^^
  = help: items have: person, pet, kind, born, chip, about

error: both sides of `Which cats?` ask in the same way
 --> 06-dynamodb/01-one.md:6:4
  |
6 | ```race id=do
  |    ^^^^^^^^^^
  = help: give `left` or `right` another `way`: there is nothing to compare

error: `Which cats?` is asked twice
 --> 06-dynamodb/01-one.md:6:4
  |
6 | ```race id=do
  |    ^^^^^^^^^^
  = help: say in each question what is different about it
"##);
}

#[test]
fn demonstrations_that_would_only_be_refused() {
    insta::assert_snapshot!(findings(
        r#"
Look.

```predict id=one
question = "?"
choices = ["a", "b"]
answer = 1
because = "So it is."
```

```hash id=do
table = "walks"
attribute = "dog"
type = "S"
sort_key = "started"
partitions = 4
keys = ["Rex / 08:30", "Oscar"]
```
<!-- pause -->
Look again.

```predict id=two
question = "?"
choices = ["a", "b"]
answer = 1
because = "So it is."
```

```hash id=nothing
preset = "no-key"
partitions = 4
```
"#
    ));
}

#[test]
fn a_goal_without_steps_is_never_reached() {
    let files = [
        SourceFile::new("06-dynamodb/lesson.md", LESSON),
        SourceFile::new(
            "06-dynamodb/01-one.md",
            "+++\ntitle = \"One\"\nminutes = 5\n+++\nHello.\n",
        ),
    ];
    let lesson = parse(&files).expect("a whole lesson");
    insta::assert_snapshot!(check(&lesson, &files, &[])[0], @r#"
error: the goal `read` can never be reached
 --> 06-dynamodb/lesson.md:9:6
  |
9 | id = "read"
  |      ^^^^^^
  = help: name the steps that reach it in `steps`
"#);
}

#[test]
fn nothing_is_found_in_the_lessons_inside() {
    let glossary: toml::Table = include_str!("../../../assets/glossary.toml")
        .parse()
        .expect("the glossary is TOML");
    let entries = glossary["terms"].as_array().expect("an array of terms");
    let mut terms = Vec::new();
    for entry in entries {
        let also = entry.get("also").and_then(toml::Value::as_array);
        let names = entry
            .get("name")
            .into_iter()
            .chain(also.into_iter().flatten());
        terms.extend(names.filter_map(|name| name.as_str().map(str::to_owned)));
    }
    let files = library::built_in();
    let lessons = library::read(&files).expect("the lessons can be read");
    let mut found = Vec::new();
    for lesson in &lessons {
        found.extend(
            check(lesson, &files, &terms)
                .iter()
                .map(ToString::to_string),
        );
    }
    assert!(found.is_empty(), "{}", found.join("\n\n"));
}
