//! The lessons inside the binary, and the files of many lessons sorted out into lessons.
//!
//! Invariant: a file belongs to the lesson whose directory it stands in; files that stand in no
//! directory make an error, never a lesson without a name.

use std::collections::BTreeMap;

use include_dir::{Dir, include_dir};

use super::error::LessonError;
use super::model::{Lesson, Place};
use super::parse;
use super::source::SourceFile;

static BUILT_IN: Dir = include_dir!("$CARGO_MANIFEST_DIR/lessons");

/// The Markdown files of the lessons inside the binary.
#[must_use]
pub fn built_in() -> Vec<SourceFile> {
    let mut files = Vec::new();
    for directory in BUILT_IN.dirs() {
        for file in directory.files() {
            let path = file.path();
            if let Some(text) = file.contents_utf8()
                && path.extension().is_some_and(|extension| extension == "md")
            {
                let path = path.to_string_lossy().replace('\\', "/");
                files.push(SourceFile::new(path, text));
            }
        }
    }
    files
}

/// Reads all lessons among the files, in the order of their directories' names.
///
/// Returns the errors of every lesson when any has one.
pub fn read(files: &[SourceFile]) -> Result<Vec<Lesson>, Vec<LessonError>> {
    let mut directories: BTreeMap<&str, Vec<SourceFile>> = BTreeMap::new();
    let mut lessons = Vec::new();
    let mut errors = Vec::new();
    for file in files {
        match file.path.rsplit_once('/') {
            Some((directory, _)) => directories.entry(directory).or_default().push(file.clone()),
            None => errors.push(outside(file)),
        }
    }
    for files in directories.values() {
        match parse(files) {
            Ok(lesson) => lessons.push(lesson),
            Err(more) => errors.extend(more),
        }
    }
    if errors.is_empty() {
        Ok(lessons)
    } else {
        Err(errors)
    }
}

fn outside(file: &SourceFile) -> LessonError {
    let place = Place {
        file: file.path.clone(),
        line: 1,
        column: 1,
    };
    LessonError::at_place(
        std::slice::from_ref(file),
        &place,
        "this file belongs to no lesson",
        "put the files of each lesson in a directory of their own, such as 06-dynamodb",
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_lessons_inside_can_be_read() {
        let lessons = read(&built_in()).unwrap_or_else(|errors| {
            let errors: Vec<String> = errors.iter().map(ToString::to_string).collect();
            panic!("{}", errors.join("\n\n"))
        });
        let ids: Vec<&str> = lessons.iter().map(|lesson| lesson.id.as_str()).collect();
        assert!(ids.contains(&"06-dynamodb"), "{ids:?}");
    }

    #[test]
    fn a_file_outside_of_a_lesson_is_an_error() {
        let errors = read(&[SourceFile::new("stray.md", "# Stray\n")]).unwrap_err();
        insta::assert_snapshot!(errors[0], @r#"
error: this file belongs to no lesson
 --> stray.md:1:1
  |
1 | # Stray
  | ^^^^^^^
  = help: put the files of each lesson in a directory of their own, such as 06-dynamodb
"#);
    }
}
