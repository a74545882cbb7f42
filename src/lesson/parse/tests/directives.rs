//! What is wrong inside a directive, at its own line and column.

use super::super::super::SourceFile;
use super::super::super::model::Activity;
use super::{LESSON, body_errors, parse};

#[test]
fn directives_and_their_attributes() {
    insta::assert_snapshot!(body_errors("
```requst PutItem id=a
{}
```

```Expect
```

```request PutItm name=a loud
{}
```

```request
{}
```
"), @r#"
error: unknown directive or language `requst`
 --> 06-dynamodb/01-one.md:6:4
  |
6 | ```requst PutItem id=a
  |    ^^^^^^
  = help: did you mean `request`?

error: unknown directive or language `Expect`
  --> 06-dynamodb/01-one.md:10:4
   |
10 | ```Expect
   |    ^^^^^^
   = help: did you mean `expect`?

error: `request` has no id
  --> 06-dynamodb/01-one.md:13:4
   |
13 | ```request PutItm name=a loud
   |    ^^^^^^^
   = help: write id=… after it, without spaces

error: unknown operation `PutItm`
  --> 06-dynamodb/01-one.md:13:12
   |
13 | ```request PutItm name=a loud
   |            ^^^^^^
   = help: did you mean `PutItem`?

error: `request` takes no name
  --> 06-dynamodb/01-one.md:13:19
   |
13 | ```request PutItm name=a loud
   |                   ^^^^^^
   = help: there are: id

error: `loud` means nothing here
  --> 06-dynamodb/01-one.md:13:26
   |
13 | ```request PutItm name=a loud
   |                          ^^^^
   = help: attributes are written key=value, without spaces around the =

error: a second activity on one page; the first is in line 13
  --> 06-dynamodb/01-one.md:17:4
   |
17 | ```request
   |    ^^^^^^^
   = help: begin a new page before it with <!-- pause -->

error: `request` names no operation
  --> 06-dynamodb/01-one.md:17:4
   |
17 | ```request
   |    ^^^^^^^
   = help: write it right after, as in ```request PutItem id=put-rachel

error: `request` has no id
  --> 06-dynamodb/01-one.md:17:4
   |
17 | ```request
   |    ^^^^^^^
   = help: write id=… after it, without spaces
"#);
}

#[test]
fn questions() {
    insta::assert_snapshot!(body_errors(r#"
```predict id=Guess
question = "?"
choices = ["a", "a"]
answer = 0
becuase = "b"
```
"#), @r#"
error: a predict question has no `because`
 --> 06-dynamodb/01-one.md:6:4
  |
6 | ```predict id=Guess
  |    ^^^^^^^
  = help: add a line `because = …`

error: a predict question without anything whose result could be predicted
 --> 06-dynamodb/01-one.md:6:4
  |
6 | ```predict id=Guess
  |    ^^^^^^^
  = help: put a request or a demonstration after it, or ask it in a quiz

error: a page without text
 --> 06-dynamodb/01-one.md:6:4
  |
6 | ```predict id=Guess
  |    ^^^^^^^
  = help: write something a learner can read, or remove the pause around it

error: `Guess` can't be an id
 --> 06-dynamodb/01-one.md:6:12
  |
6 | ```predict id=Guess
  |            ^^^^^^^^
  = help: use small letters, digits and hyphens, as in put-rachel

error: this choice stands there twice
 --> 06-dynamodb/01-one.md:8:17
  |
8 | choices = ["a", "a"]
  |                 ^^^
  = help: change one of them

error: `answer` of a predict question must be a whole number from 1 to 2
 --> 06-dynamodb/01-one.md:9:10
  |
9 | answer = 0
  |          ^
  = help: change the number

error: unknown key `becuase` in a predict question
  --> 06-dynamodb/01-one.md:10:1
   |
10 | becuase = "b"
   | ^^^^^^^
   = help: did you mean `because`?
"#);
}

#[test]
fn expectations() {
    insta::assert_snapshot!(body_errors(r#"
```request Scan id=a
{ "TableName": "pets" }
```

```expect
message = "part"

[[wire]]
path = "Count"
at_least = "3"
because = "b"

[[wire]]
path = "/Count"
because = "b"

[[wire]]
path = "/Count"
is = 1979-05-27
because = "b"

[[trace]]
what = "exmined"
is = -1
because = "b"
```

Between.

```expect
```
"#), @r#"
error: a message is expected, but no error
  --> 06-dynamodb/01-one.md:11:11
   |
11 | message = "part"
   |           ^^^^^^
   = help: add error = "…Exception": only errors have a message

error: `Count` is no JSON pointer
  --> 06-dynamodb/01-one.md:14:8
   |
14 | path = "Count"
   |        ^^^^^^^
   = help: begin it with a slash and put one between names, as in /Item/name/S or /Items/0/id

error: `at_least` must be a number
  --> 06-dynamodb/01-one.md:15:12
   |
15 | at_least = "3"
   |            ^^^
   = help: write at_least = a number

error: this expectation asks for nothing
  --> 06-dynamodb/01-one.md:18:1
   |
18 | [[wire]]
   | ^^^^^^^^
   = help: give exactly one of is, set, exists, absent, at_least, at_most, length

error: `is` must be text, a number, true or false, an array or a table
  --> 06-dynamodb/01-one.md:24:6
   |
24 | is = 1979-05-27
   |      ^^^^^^^^^^
   = help: write is = text, a number, true or false, an array or a table

error: a trace has no `exmined`
  --> 06-dynamodb/01-one.md:28:8
   |
28 | what = "exmined"
   |        ^^^^^^^^^
   = help: did you mean `examined`?

error: `is` of a [[trace]] expectation must be a whole number that is not negative
  --> 06-dynamodb/01-one.md:29:6
   |
29 | is = -1
   |      ^^
   = help: change the number

error: an expect block without its request
  --> 06-dynamodb/01-one.md:35:4
   |
35 | ```expect
   |    ^^^^^^
   = help: put it right after the request it belongs to
"#);
}

#[test]
fn json_inside_of_toml_inside_of_a_fence() {
    insta::assert_snapshot!(body_errors(r#"
  ```exercise id=a
  goal = "Get it."
  operation = "GetItem"
  hints = []
  start = '''
  { "TableName": "pets",
    "Key": { "id" { "S": "1" } } }
  '''
  solution = "{ \"TableName\": 1, }"
  ```
"#), @r#"
error: an exercise without a hint
 --> 06-dynamodb/01-one.md:6:6
  |
6 |   ```exercise id=a
  |      ^^^^^^^^
  = help: give at least one in `hints`; three that lead on from each other are best

error: the start is not valid JSON: expected `:`
  --> 06-dynamodb/01-one.md:12:19
   |
12 |     "Key": { "id" { "S": "1" } } }
   |                   ^
   = help: write it as the API takes it, with keys in double quotes and no comma after the last entry

error: the solution is not valid JSON: trailing comma
  --> 06-dynamodb/01-one.md:14:14
   |
14 |   solution = "{ \"TableName\": 1, }"
   |              ^^^^^^^^^^^^^^^^^^^^^^^
   = help: write it as the API takes it, with keys in double quotes and no comma after the last entry
"#);
}

#[test]
fn demonstrations_and_lists() {
    insta::assert_snapshot!(body_errors(r#"
```hash id=a
table = "pets"
attribute = "id"
type = "X"
partitions = 99
keys = ["1"]
```
<!-- pause -->
```race id=b
question = "?"
table = "pets"
partition_key = "owner"
partitions = 4
items = 10
per_key = 3
key = "Rachel"
```
<!-- pause -->
```quiz id=c
[[question]]
```
<!-- pause -->
```checklist id=d
[[items]]
id = "x"
text = "Delete it."
step = "delete-it"

[[items]]
id = "x"
```
"#), @r#"
error: a key can't be of type `X`
 --> 06-dynamodb/01-one.md:9:8
  |
9 | type = "X"
  |        ^^^
  = help: there are: S, N, B

error: `partitions` of a hash demonstration must be a whole number from 1 to 16
  --> 06-dynamodb/01-one.md:10:14
   |
10 | partitions = 99
   |              ^^
   = help: change the number

error: items can share a partition key only where a sort key tells them apart
  --> 06-dynamodb/01-one.md:14:4
   |
14 | ```race id=b
   |    ^^^^
   = help: add `sort_key`, or set `per_key = 1`

error: a quiz without questions
  --> 06-dynamodb/01-one.md:24:4
   |
24 | ```quiz id=c
   |    ^^^^
   = help: add at least one table under [[questions]]

error: unknown key `question` in a quiz
  --> 06-dynamodb/01-one.md:25:3
   |
25 | [[question]]
   |   ^^^^^^^^
   = help: did you mean `questions`?

error: an item of a checklist has no `text`
  --> 06-dynamodb/01-one.md:34:1
   |
34 | [[items]]
   | ^^^^^^^^^
   = help: add a line `text = …`
"#);
}

#[test]
fn traffic_that_can_t_be_sent() {
    insta::assert_snapshot!(body_errors(r#"
```traffic id=a
table = "orders"
key = "usr"
access = "writes"
rate = 1_000_000
spread = "even"
```
<!-- pause -->
```traffic id=b
key = "user"
access = "reads"
rate = 3_000
spread = "all"
provisioned = 0
```
"#), @r#"
error: `key` can't be `usr`
 --> 06-dynamodb/01-one.md:8:7
  |
8 | key = "usr"
  |       ^^^^^
  = help: did you mean `user`?

error: `rate` of traffic must be a whole number from 20 to 8000
  --> 06-dynamodb/01-one.md:10:8
   |
10 | rate = 1_000_000
   |        ^^^^^^^^^
   = help: change the number

error: traffic has no `table`
  --> 06-dynamodb/01-one.md:14:4
   |
14 | ```traffic id=b
   |    ^^^^^^^
   = help: add a line `table = …`

error: `spread` can't be `all`
  --> 06-dynamodb/01-one.md:18:10
   |
18 | spread = "all"
   |          ^^^^^
   = help: there are: even, skewed, one

error: `provisioned` of traffic must be a whole number from 60 to 24000
  --> 06-dynamodb/01-one.md:19:15
   |
19 | provisioned = 0
   |               ^
   = help: change the number
"#);
}

#[test]
fn calculators_seeds_and_notes() {
    insta::assert_snapshot!(body_errors(r#"
```calculator id=e
item_bytes = 500_000
reads_per_second = 1.5
writes_per_second = 1
strongly_consistent = "yes"
```
<!-- pause -->
```seed table=
[ 1 ]
```

```note
```

A page.
"#), @r#"
error: `item_bytes` of a calculator must be a whole number from 1 to 409600
 --> 06-dynamodb/01-one.md:7:14
  |
7 | item_bytes = 500_000
  |              ^^^^^^^
  = help: change the number

error: `reads_per_second` of a calculator must be a whole number from 0 to 1000000000, not a number with a fraction
 --> 06-dynamodb/01-one.md:8:20
  |
8 | reads_per_second = 1.5
  |                    ^^^
  = help: write `reads_per_second` as a whole number from 0 to 1000000000

error: `strongly_consistent` of a calculator must be true or false, not a string
  --> 06-dynamodb/01-one.md:10:23
   |
10 | strongly_consistent = "yes"
   |                       ^^^^^
   = help: write `strongly_consistent` as true or false

error: a seed holds items in typed JSON, at least one
  --> 06-dynamodb/01-one.md:13:4
   |
13 | ```seed table=
   |    ^^^^
   = help: write them as in [{ "id": { "S": "1" }, "name": { "S": "Rachel" } }]

error: table= is empty
  --> 06-dynamodb/01-one.md:13:9
   |
13 | ```seed table=
   |         ^^^^^^
   = help: write its value right after the =, without spaces

error: an empty note
  --> 06-dynamodb/01-one.md:17:4
   |
17 | ```note
   |    ^^^^
   = help: write its text, or remove it
"#);
}

#[test]
fn a_race_asks_in_ways_that_there_are() {
    insta::assert_snapshot!(body_errors(r#"
```race id=a
question = "?"
table = "pets"
partition_key = "person"
partitions = 4
items = 10
per_key = 1
key = "Rachel"
round_trip = 0
left = { way = "guess" }
right = { way = "range", keys = "x" }

[[more]]
question = "With a quote that stays open?"
left = { way = "query", key = 'person = "Rachel' }

[[more]]
question = "With what its ways don't have?"
left = { way = "get", filter = "kind = 'cat'" }
right = { way = "parallel", segments = 99, speed = 3 }
```
"#), @r##"
error: `round_trip` of a race must be a whole number from 1 to 1000
  --> 06-dynamodb/01-one.md:14:14
   |
14 | round_trip = 0
   |              ^
   = help: change the number

error: `guess` is no way to ask
  --> 06-dynamodb/01-one.md:15:16
   |
15 | left = { way = "guess" }
   |                ^^^^^^^
   = help: there are: get, query, range, index, scan, projection, parallel

error: a range is one of the sort key, and this table has none
  --> 06-dynamodb/01-one.md:16:17
   |
16 | right = { way = "range", keys = "x" }
   |                 ^^^^^^^
   = help: add `sort_key`, or ask in another way

error: the quote at character 10 is not closed: end the value with another "
  --> 06-dynamodb/01-one.md:20:1
   |
20 | left = { way = "query", key = 'person = "Rachel' }
   | ^^^^
   = help: write values in quotes: person = "Rachel"

error: `get` has no filter
  --> 06-dynamodb/01-one.md:24:32
   |
24 | left = { way = "get", filter = "kind = 'cat'" }
   |                                ^^^^^^^^^^^^^^
   = help: leave the line out, or ask in another way

error: `segments` of the right side of a race must be a whole number from 1 to 16
  --> 06-dynamodb/01-one.md:25:40
   |
25 | right = { way = "parallel", segments = 99, speed = 3 }
   |                                        ^^
   = help: change the number

error: unknown key `speed` in the right side of a race
  --> 06-dynamodb/01-one.md:25:44
   |
25 | right = { way = "parallel", segments = 99, speed = 3 }
   |                                            ^^^^^
   = help: there are: way, key, filter, projection, index, consistent, segments
"##);
}

#[test]
fn a_race_with_several_questions() {
    let body = r#"
```race id=a
question = "Which pets live with Rachel?"
table = "pets"
partition_key = "person"
sort_key = "pet"
partitions = 4
items = 10
per_key = 3
key = "Rachel"

[[more]]
question = "Which cats were born in 2015?"
left = { way = "index", key = "kind = 'cat' AND born = '2015'", index = "kind, born" }
right = { filter = "kind = 'cat' AND born = '2015'", consistent = true }
```
"#;
    let files = [
        SourceFile::new(
            "06-dynamodb/lesson.md",
            LESSON.replace("\"put-rachel\"", ""),
        ),
        SourceFile::new(
            "06-dynamodb/01-one.md",
            format!("+++\ntitle = \"One\"\nminutes = 5\n+++\n{body}"),
        ),
    ];
    let lesson = parse(&files).expect("a whole lesson");
    let Some(Activity::Race(demo)) = &lesson.sections[0].pages[0].activity else {
        panic!("no race");
    };
    assert_eq!(demo.questions.len(), 2);
    assert_eq!(demo.questions[0].left.key, "person = \"Rachel\"");
    let second = &demo.questions[1];
    assert_eq!(second.left.index.name(), "by_kind_and_born");
    assert_eq!(second.left.whole(), second.right.whole());
    assert!(second.right.consistent);
}

/// What a hash demonstration may have besides.
#[test]
fn presets_functions_and_sort_keys() {
    insta::assert_snapshot!(body_errors(
        r#"
```hash id=a
partitions = 4
preset = "satus"
```
<!-- pause -->
```hash id=b
partitions = 4
preset = "status"
items = 20000
keys = ["1"]
hash = "md4"
```
<!-- pause -->
```hash id=c
partitions = 4
table = "walks"
attribute = "dog"
type = "S"
sort_key = "started"
hash = "md5"
keys = ["Rex / 08:30"]
items = 5
```
"#
    ));
}
