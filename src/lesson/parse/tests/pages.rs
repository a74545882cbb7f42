//! Pauses, notes, and Markdown that a lesson does not show.

use super::body_errors;

#[test]
fn pages() {
    insta::assert_snapshot!(body_errors(r#"
<!-- pause -->
<!-- note: nothing to see -->
<!-- puase -->

<!-- pause -->

```goals id=goals
some
```

```predict id=late
question = "?"
choices = ["a", "b"]
answer = 1
because = "b"
```

```parking-lot id=parking-lot
```

- item
  <!-- pause -->

  ```goals id=inner
  ```
"#), @r#"
error: a page without anything on it
 --> 06-dynamodb/01-one.md:6:1
  |
6 | <!-- pause -->
  | ^^^^^^^^^^^^^^
  = help: remove this pause, or write something before it

error: a page without text
 --> 06-dynamodb/01-one.md:7:1
  |
7 | <!-- note: nothing to see -->
  | ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
  = help: write something a learner can read, or remove the pause around it

error: the comment begins with `puase`, which means nothing
 --> 06-dynamodb/01-one.md:8:1
  |
8 | <!-- puase -->
  | ^^^^^^^^^^^^^^
  = help: did you mean `<!-- pause -->`?

error: this directive has nothing between its fences
  --> 06-dynamodb/01-one.md:13:1
   |
13 | some
   | ^^^^
   = help: remove these lines

error: a predict question after the page's activity comes too late
  --> 06-dynamodb/01-one.md:16:4
   |
16 | ```predict id=late
   |    ^^^^^^^
   = help: move it before the activity

error: a second activity on one page; the first is in line 12
  --> 06-dynamodb/01-one.md:23:4
   |
23 | ```parking-lot id=parking-lot
   |    ^^^^^^^^^^^
   = help: begin a new page before it with <!-- pause -->

error: a pause or a presenter's note can't stand inside a list, a quotation or a note
  --> 06-dynamodb/01-one.md:27:3
   |
27 |   <!-- pause -->
   |   ^^^^^^^^^^^^^^
   = help: move it out, to the left margin, with an empty line before it

error: a directive can't stand inside a list, a quotation or a note
  --> 06-dynamodb/01-one.md:29:6
   |
29 |   ```goals id=inner
   |      ^^^^^
   = help: move it out, to the left margin, with an empty line before it
"#);
}

#[test]
fn a_comment_that_is_never_closed() {
    insta::assert_snapshot!(body_errors("\nText.\n\n<!-- note: hello\n\nMore.\n"), @r#"
error: this comment is never closed
 --> 06-dynamodb/01-one.md:8:1
  |
8 | <!-- note: hello
  | ^^^^
  = help: end it with -->; until then nothing after it is read
"#);
}

#[test]
fn marks_in_a_paragraph_that_no_terminal_shows() {
    insta::assert_snapshot!(body_errors("
![a cat](cat.png) and <b>bold</b> [^1] [up](../README.md) [survey](link:survy)
[keys](term:partition key) [x](term:) <!-- pause -->

[^1]: a footnote
"), @r#"
error: pictures from files are not shown in a terminal
 --> 06-dynamodb/01-one.md:6:1
  |
6 | ![a cat](cat.png) and <b>bold</b> [^1] [up](../README.md) [survey](link:survy)
  | ^^^^^^^^^^^^^^^^^
  = help: draw it with characters in a ```text block, or link to it

error: HTML is not shown in a lesson
 --> 06-dynamodb/01-one.md:6:23
  |
6 | ![a cat](cat.png) and <b>bold</b> [^1] [up](../README.md) [survey](link:survy)
  |                       ^^^
  = help: write Markdown; in the text, put angle brackets between backticks

error: HTML is not shown in a lesson
 --> 06-dynamodb/01-one.md:6:30
  |
6 | ![a cat](cat.png) and <b>bold</b> [^1] [up](../README.md) [survey](link:survy)
  |                              ^^^^
  = help: write Markdown; in the text, put angle brackets between backticks

error: footnotes are not shown in a lesson
 --> 06-dynamodb/01-one.md:6:35
  |
6 | ![a cat](cat.png) and <b>bold</b> [^1] [up](../README.md) [survey](link:survy)
  |                                   ^^^^
  = help: say it in the text, or in a ```note block

error: a learner can't follow a link to `../README.md`
 --> 06-dynamodb/01-one.md:6:40
  |
6 | ![a cat](cat.png) and <b>bold</b> [^1] [up](../README.md) [survey](link:survy)
  |                                        ^^^^^^^^^^^^^^^^^^
  = help: link to link:NAME, term:NAME or an address that begins with https://

error: no link is called `survy`
 --> 06-dynamodb/01-one.md:6:59
  |
6 | …cat.png) and <b>bold</b> [^1] [up](../README.md) [survey](link:survy)
  |                                                   ^^^^^^^^^^^^^^^^^^^^
  = help: did you mean `survey`? (links are defined in lesson.md, as [links.NAME])

error: an address with spaces is no link in Markdown, and is shown as it stands
 --> 06-dynamodb/01-one.md:7:7
  |
7 | [keys](term:partition key) [x](term:) <!-- pause -->
  |       ^^^^^^^^^^^^^^^^^^^^
  = help: put it between angle brackets: [text](<term:partition key>)

error: a term without a name
 --> 06-dynamodb/01-one.md:7:28
  |
7 | [keys](term:partition key) [x](term:) <!-- pause -->
  |                            ^^^^^^^^^^
  = help: write the term after `term:`

error: a pause or a presenter's note inside a paragraph
 --> 06-dynamodb/01-one.md:7:39
  |
7 | [keys](term:partition key) [x](term:) <!-- pause -->
  |                                       ^^^^^^^^^^^^^^
  = help: put it on a line of its own, at the left margin

error: footnotes are not shown in a lesson
 --> 06-dynamodb/01-one.md:9:1
  |
9 | [^1]: a footnote
  | ^^^^^^^^^^^^^^^^
  = help: say it in the text, or in a ```note block
"#);
}

#[test]
fn blocks_that_no_terminal_shows() {
    insta::assert_snapshot!(body_errors("
- [ ] a box

<table>
</table>

```klingon
nuqneH
```

```json pretty
{}
```

#

```text
never closed
"), @r#"
error: a box to tick in a list does nothing here
 --> 06-dynamodb/01-one.md:6:3
  |
6 | - [ ] a box
  |   ^^^
  = help: use a ```checklist block, whose marks are kept

error: HTML is not shown in a lesson
 --> 06-dynamodb/01-one.md:8:1
  |
8 | <table>
  | ^^^^^^^
  = help: write Markdown; in the text, put angle brackets between backticks

error: unknown directive or language `klingon`
  --> 06-dynamodb/01-one.md:11:4
   |
11 | ```klingon
   |    ^^^^^^^
   = help: directives are request, expect, seed, predict, hash, race, traffic, exercise, quiz, checklist, calculator, goals, parking-lot, workshop, note; code may be in json, js, javascript, ruby, python, rust, sh, bash, text, console, http, toml, yaml

error: a code block in json takes no `pretty`
  --> 06-dynamodb/01-one.md:15:9
   |
15 | ```json pretty
   |         ^^^^^^
   = help: leave only the language after the backticks

error: an empty heading
  --> 06-dynamodb/01-one.md:19:1
   |
19 | #
   | ^
   = help: write its words, or remove it

error: this fenced block is never closed
  --> 06-dynamodb/01-one.md:21:4
   |
21 | ```text
   |    ^^^^
   = help: end it with a line of as many backticks as it begins with
"#);
}

#[test]
fn deep_nesting_is_refused_and_overflows_nothing() {
    let deep = format!("{}x\n\n{}y\n", "> ".repeat(5_000), "*a **b ".repeat(5_000));
    let shown = body_errors(&deep);
    assert!(shown.contains("inside each other"), "{shown}");
}
