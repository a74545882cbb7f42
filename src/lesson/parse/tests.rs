//! Whole lessons and arbitrary text; the errors one by one are in the files beside.

mod directives;
mod files;
mod pages;

use proptest::prelude::*;
use serde_json::json;

use super::super::model::{Activity, Block, Inline, Measure, Must, Predict};
use super::super::{LessonError, SourceFile};
use super::parse;

const LESSON: &str = r#"+++
title = "DynamoDB"
session = "06"
summary = "Tables, items and keys."
course = "AWS Cloud Fundamentals"
region = "us-east-1"

[links.survey]
title = "Feedback"
address = "https://example.com/survey"

[[goals]]
id = "write"
text = "Write an item"
steps = ["put-rachel"]
lambda = true
+++

The session on DynamoDB.
"#;

const SECTION: &str = r#"+++
title = "Structure"
minutes = 12
+++

# Two items, one table

Rachel has *pets*, see the [survey](link:survey) or [keys](<term:partition key>).

```seed table=pets
{ "id": { "S": "0" } }
```

```predict id=guess
question = """What
happens?"""
choices = ["accepted", "refused"]
answer = 2
because = "It is."
```

```request PutItem id=put-rachel
{ "TableName": "pets",
  "Item": { "id": { "S": "1" } } }
```

<!-- a remark that nobody sees -->

```expect
[[wire]]
path = "/ConsumedCapacity/CapacityUnits"
is = 1.0
because = "One unit."

[[wire]]
path = "/Attributes"
absent = true
because = "Nothing was replaced."

[[trace]]
what = "partitions"
is = 1
because = "One key, one partition."
```

Done.

```note
Put **replaces**.
```

<!-- note: two minutes -->
<!-- pause -->

## On your own

```exercise id=ex-get
goal = "Get Rachel."
operation = "GetItem"
hints = ["Which key?"]
start = '''
{ "TableName": "pets" }
'''
solution = '''{ "TableName": "pets", "Key": { "id": { "S": "1" } } }'''

[[expect.wire]]
path = "/Item"
exists = true
because = "Rachel is there."

[[verify]]
operation = "Scan"
request = '{ "TableName": "pets" }'
[verify.expect]
[[verify.expect.wire]]
path = "/Count"
at_least = 1
because = "Somebody is there."
```
"#;

fn files(section: &str) -> [SourceFile; 2] {
    [
        SourceFile::new("06-dynamodb/01-structure.md", section),
        SourceFile::new("06-dynamodb/lesson.md", LESSON),
    ]
}

fn errors(files: &[SourceFile]) -> String {
    let errors = parse(files).err().unwrap_or_default();
    let errors: Vec<String> = errors.iter().map(ToString::to_string).collect();
    errors.join("\n\n")
}

/// The errors of a section with this body, in a lesson that is otherwise whole.
fn body_errors(body: &str) -> String {
    let section = format!("+++\ntitle = \"One\"\nminutes = 5\n+++\n{body}");
    let lesson = LESSON.replace("\"put-rachel\"", "");
    errors(&[
        SourceFile::new("06-dynamodb/lesson.md", lesson),
        SourceFile::new("06-dynamodb/01-one.md", section),
    ])
}

#[test]
fn a_whole_lesson() {
    let lesson = parse(&files(SECTION)).expect("nothing is wrong with it");
    assert_eq!(
        (lesson.id.as_str(), lesson.session.as_str()),
        ("06-dynamodb", "06")
    );
    assert!(lesson.goals[0].lambda);
    let section = &lesson.sections[0];
    assert_eq!(
        (section.id.as_str(), section.number, section.minutes),
        ("structure", 1, 12)
    );
    let [step_page, exercise_page] = section.pages.as_slice() else {
        panic!("two pages, not {}", section.pages.len());
    };

    assert_eq!(step_page.title, "Two items, one table");
    assert_eq!(step_page.notes, ["two minutes"]);
    assert_eq!(step_page.seeds[0].items, [json!({ "id": { "S": "0" } })]);
    assert_eq!(
        step_page.before,
        [Block::Paragraph(vec![
            Inline::Text("Rachel has ".into()),
            Inline::Emphasis(vec![Inline::Text("pets".into())]),
            Inline::Text(", see the ".into()),
            Inline::Link {
                text: vec![Inline::Text("survey".into())],
                address: "https://example.com/survey".into(),
            },
            Inline::Text(" or ".into()),
            Inline::Term {
                text: vec![Inline::Text("keys".into())],
                term: "partition key".into(),
            },
            Inline::Text(".".into()),
        ])]
    );
    assert!(matches!(
        step_page.after.as_slice(),
        [Block::Paragraph(_), Block::Note(_)]
    ));
    let Some(Predict {
        question,
        answer: 1,
        ..
    }) = &step_page.predict
    else {
        panic!("{:?}", step_page.predict);
    };
    assert_eq!(question, "What happens?");

    let Some(Activity::Step(step)) = &step_page.activity else {
        panic!("{:?}", step_page.activity);
    };
    assert_eq!(step.request.operation, "PutItem");
    assert_eq!(step.request.body["Item"], json!({ "id": { "S": "1" } }));
    assert_eq!(step.expect.wire[0].must, Must::Be(json!(1.0)));
    assert_eq!(step.expect.wire[1].must, Must::BeAbsent);
    assert_eq!(step.expect.trace[0].what, Measure::Partitions);
    assert_eq!((step.place.line, step.place.column), (22, 4));

    let Some(Activity::Exercise(exercise)) = &exercise_page.activity else {
        panic!("{:?}", exercise_page.activity);
    };
    assert_eq!(exercise.start.body, json!({ "TableName": "pets" }));
    assert_eq!(exercise.expect.wire[0].must, Must::Exist);
    let (request, expect) = &exercise.verify[0];
    assert_eq!(request.operation, "Scan");
    assert_eq!(expect.wire[0].must, Must::BeAtLeast(1.0));
}

#[test]
fn line_ends_of_another_system_change_nothing() {
    let lesson = parse(&files(SECTION)).expect("nothing is wrong with it");
    let with_cr = files(&SECTION.replace('\n', "\r\n"));
    assert_eq!(parse(&with_cr), Ok(lesson));

    let broken = SECTION.replace("\"TableName\": \"pets\",\n", "\"TableName\": pets,\n");
    let with_cr = broken.replace('\n', "\r\n");
    let places = |text: &str| -> Vec<_> {
        let errors = parse(&files(text)).err().unwrap_or_default();
        errors.into_iter().map(|error| error.place).collect()
    };
    assert_eq!(places(&broken), places(&with_cr));
    assert_eq!(
        (places(&broken)[0].line, places(&broken)[0].column),
        (23, 16)
    );
}

/// Pieces that lead a parser into its corners.
fn fragment() -> impl Strategy<Value = String> {
    let pieces = prop::sample::select(vec![
        "+++\n",
        "```",
        "````",
        "~~~",
        "\n",
        "\r\n",
        "\n\n",
        " ",
        "  ",
        "\t",
        "- ",
        "1. ",
        "> ",
        "# ",
        "<!-- pause -->",
        "<!-- note: ",
        "<!--",
        "-->",
        "request",
        "PutItem",
        "expect\n",
        "predict",
        "seed",
        "exercise",
        "quiz",
        "note\n",
        "hash",
        "race",
        "id=a",
        "table=pets",
        "title = \"x\"\n",
        "minutes = 5\n",
        "[[wire]]\n",
        "path = \"/a\"\n",
        "is = 1\n",
        "start = '''",
        "'''",
        "\"",
        "{",
        "}",
        "[",
        "]",
        ":",
        ",",
        "\"a\"",
        "](term:b c)",
        "](link:survey)",
        "[x]",
        "![x](y)",
        "[^1]",
        "**",
        "*",
        "_",
        "`",
        "|",
        "|---|\n",
        "<b>",
        "é",
        "宽",
        "\u{1b}",
        "\u{0}",
        "\u{202e}",
        "e\u{301}",
        "\\",
        "&amp;",
        "= ",
        "1e999",
        "0x",
    ]);
    prop_oneof![4 => pieces.prop_map(str::to_owned), 1 => any::<char>().prop_map(String::from)]
}

/// Every error's place is a line and a column of its file.
fn places_are_inside(files: &[SourceFile], errors: &[LessonError]) {
    for error in errors {
        let file = files.iter().find(|file| file.path == error.place.file);
        let file = file.unwrap_or_else(|| panic!("no file {}", error.place.file));
        let lines: Vec<&str> = file.text.split('\n').collect();
        let line = lines[error.place.line - 1];
        assert!(error.place.column >= 1, "{error}");
        assert!(error.place.column <= line.chars().count() + 1, "{error}");
        let printed = error.to_string();
        assert!(
            !printed.chars().any(|it| it.is_control() && it != '\n'),
            "{printed:?}"
        );
    }
}

proptest! {
    #[test]
    fn no_text_panics_and_every_place_lies_in_its_file(
        body in prop::collection::vec(fragment(), 0..120),
        front in prop::bool::weighted(0.8),
    ) {
        let front = if front { "+++\ntitle = \"One\"\nminutes = 5\n+++\n" } else { "" };
        let files = files(&format!("{front}{}", body.concat()));
        if let Err(errors) = parse(&files) {
            places_are_inside(&files, &errors);
        }
    }

    #[test]
    fn a_lesson_with_a_hole_is_still_read_safely(at in 0..SECTION.len(), length in 1_usize..40) {
        let start = SECTION.floor_char_boundary(at);
        let end = SECTION.floor_char_boundary((start + length).min(SECTION.len()));
        let files = files(&format!("{}{}", &SECTION[..start], &SECTION[end..]));
        if let Err(errors) = parse(&files) {
            places_are_inside(&files, &errors);
        }
    }
}
