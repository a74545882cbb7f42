//! Files, their names, their front matter and the names across them.

use super::{LESSON, SECTION, errors, files};
use crate::lesson::SourceFile;
use crate::lesson::model::{Activity, Simulation, Throttling};

#[test]
fn a_lesson_needs_its_files() {
    insta::assert_snapshot!(errors(&[]), @r#"
error: no files
 --> lesson.md:1:1
  |
1 | 
  | ^
  = help: a lesson is a directory with lesson.md (title, session, goals) and a file NN-name.md for each section
"#);
    insta::assert_snapshot!(errors(&[SourceFile::new("06-dynamodb/01-a.md", SECTION)]), @r#"
error: the lesson has no lesson.md
 --> 06-dynamodb/lesson.md:1:1
  |
1 | 
  | ^
  = help: a lesson is a directory with lesson.md (title, session, goals) and a file NN-name.md for each section
"#);
    insta::assert_snapshot!(errors(&[SourceFile::new("06-dynamodb/lesson.md", LESSON)]), @r#"
error: the lesson has no sections
 --> 06-dynamodb/lesson.md:1:1
  |
1 | +++
  | ^^^
  = help: add files beside it that are called 01-name.md, 02-name.md, …

error: no step is called `put-rachel`
  --> 06-dynamodb/lesson.md:15:10
   |
15 | steps = ["put-rachel"]
   |          ^^^^^^^^^^^^
   = help: there are none
"#);
}

#[test]
fn names_of_files() {
    let lesson = SourceFile::new("06-dynamodb/lesson.md", LESSON);
    let other = "+++\ntitle = \"Two\"\nminutes = 5\n+++\nText.\n";
    insta::assert_snapshot!(errors(&[
        lesson,
        SourceFile::new("06-dynamodb/01-structure.md", SECTION),
        SourceFile::new("06-dynamodb/01-more.md", other),
        SourceFile::new("06-dynamodb/02-structure.md", other),
        SourceFile::new("06-dynamodb/Notes.md", other),
    ]), @r#"
error: the section `more` has the number 01 too
 --> 06-dynamodb/01-structure.md:1:1
  |
1 | +++
  | ^
  = help: give each file its own number

error: two sections are called `structure`
 --> 06-dynamodb/02-structure.md:1:1
  |
1 | +++
  | ^
  = help: rename one of the files

error: a section's file can't be called Notes.md
 --> 06-dynamodb/Notes.md:1:1
  |
1 | +++
  | ^
  = help: call it NN-name.md, with small letters, digits and hyphens, as in 03-structure.md
"#);
}

#[test]
fn front_matter() {
    insta::assert_snapshot!(errors(&files("# No front matter\n")), @r#"
error: no step is called `put-rachel`
  --> 06-dynamodb/lesson.md:15:10
   |
15 | steps = ["put-rachel"]
   |          ^^^^^^^^^^^^
   = help: there are none

error: the section does not begin with front matter
 --> 06-dynamodb/01-structure.md:1:1
  |
1 | # No front matter
  | ^^^^^^^^^^^^^^^^^
  = help: begin it with a line +++, then title = "…" and the other keys, then a line +++
"#);
    insta::assert_snapshot!(errors(&files("+++\ntitle = \"Never closed\"\n")), @r#"
error: no step is called `put-rachel`
  --> 06-dynamodb/lesson.md:15:10
   |
15 | steps = ["put-rachel"]
   |          ^^^^^^^^^^^^
   = help: there are none

error: the front matter is never closed
 --> 06-dynamodb/01-structure.md:1:1
  |
1 | +++
  | ^^^
  = help: end it with a line +++

error: this section has no pages
 --> 06-dynamodb/01-structure.md:1:1
  |
1 | +++
  | ^^^
  = help: write its text after the front matter
"#);
    insta::assert_snapshot!(errors(&files("+++\ntitle = Structure\nminutes = 0\n+++\nText.\n")), @r#"
error: no step is called `put-rachel`
  --> 06-dynamodb/lesson.md:15:10
   |
15 | steps = ["put-rachel"]
   |          ^^^^^^^^^^^^
   = help: there are none

error: the section is not valid TOML: string values must be quoted, expected literal string
 --> 06-dynamodb/01-structure.md:2:9
  |
2 | title = Structure
  |         ^^^^^^^^^
  = help: write `key = "text"`, `key = 3` or `key = ["a", "b"]`, one on each line
"#);
    insta::assert_snapshot!(errors(&files("+++\ntitle = \"\"\nminutes = \"5\"\nmoney = 3\n+++\nText.\n")), @r#"
error: no step is called `put-rachel`
  --> 06-dynamodb/lesson.md:15:10
   |
15 | steps = ["put-rachel"]
   |          ^^^^^^^^^^^^
   = help: there are none

error: `title` of the section is empty
 --> 06-dynamodb/01-structure.md:2:9
  |
2 | title = ""
  |         ^^
  = help: write what it says, or leave the key out if it is optional

error: `minutes` of the section must be a whole number from 1 to 1440, not a string
 --> 06-dynamodb/01-structure.md:3:11
  |
3 | minutes = "5"
  |           ^^^
  = help: write `minutes` as a whole number from 1 to 1440

error: unknown key `money` in the section
 --> 06-dynamodb/01-structure.md:4:1
  |
4 | money = 3
  | ^^^^^
  = help: there are: title, minutes, simulation
"#);
}

#[test]
fn steps_that_are_named_and_ids_that_are_taken() {
    let section = SECTION
        .replace("id=put-rachel", "id=put-rachael")
        .replace("id=ex-get", "id=guess");
    insta::assert_snapshot!(errors(&files(&section)), @r#"
error: no step is called `put-rachel`
  --> 06-dynamodb/lesson.md:15:10
   |
15 | steps = ["put-rachel"]
   |          ^^^^^^^^^^^^
   = help: did you mean `put-rachael`?

error: the id `guess` is taken
  --> 06-dynamodb/01-structure.md:57:13
   |
57 | ```exercise id=guess
   |             ^^^^^^^^
   = help: choose another; it stands in 06-dynamodb/01-structure.md:14
"#);
}

#[test]
fn a_section_says_what_the_simulated_table_makes_visible() {
    let with = |simulation: &str| {
        files(&format!(
            "+++\ntitle = \"Two\"\nminutes = 5\n{simulation}\n+++\nText.\n\n```request ListTables id=put-rachel\n{{}}\n```\n"
        ))
    };
    let wished = with(
        "[simulation]\nthrottling = true\nscale = 100\nheat = 5\nstale_reads = 3\nexpiry_delay = 10",
    );
    let lesson = crate::lesson::parse(&wished).expect("a lesson");
    let section = &lesson.sections[0];
    let expected = Simulation {
        throttling: Some(Throttling {
            scale: 100,
            partition_bytes: None,
            heat: Some(5),
            growth: None,
        }),
        stale_reads: 3,
        expiry_delay: 10,
        ..Simulation::default()
    };
    assert_eq!(section.simulation, expected);
    let Some(Activity::Step(step)) = &section.pages[0].activity else {
        panic!("{:?}", section.pages[0].activity);
    };
    assert_eq!(step.simulation, expected);

    let wrong = errors(&with("[simulation]\nscale = 100\nstale_reads = \"5\""));
    assert!(
        wrong.contains("`scale` says how requests are throttled, and they are not"),
        "{wrong}"
    );
    assert!(
        wrong.contains(
            "`stale_reads` of the simulation must be a whole number from 0 to 3600, not a string"
        ),
        "{wrong}"
    );
}
