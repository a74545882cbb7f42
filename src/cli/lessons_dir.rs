//! The Markdown files of a lessons directory on disk, for `--lessons DIR` and `check DIR`.
//!
//! ```text
//!   DIR/06-dynamodb/lesson.md        a directory of lessons
//!   DIR/lesson.md                    or one lesson's own directory
//! ```
//!
//! Invariant: nothing outside of the directory is read, wherever a symbolic link may lead, and no
//! file is larger than [`MOST_BYTES`].

use std::io;
use std::path::{Path, PathBuf};

use crate::lesson::source::SourceFile;
use crate::printable;

/// No lesson's file comes near; a larger one is something else.
const MOST_BYTES: u64 = 4 * 1024 * 1024;

/// Why the lessons on disk can't be used; each text says what to do.
#[derive(Debug, thiserror::Error)]
pub enum LessonsError {
    #[error("there is no directory {}; give the directory that holds the lessons", shown(.0))]
    Missing(PathBuf),
    #[error("{} is a file; give the directory that holds the lessons", shown(.0))]
    NotADirectory(PathBuf),
    #[error("{} can't be read: {error}", shown(path))]
    Unreadable { path: PathBuf, error: io::Error },
    #[error("{} is not UTF-8 from byte {byte} on; save it as UTF-8", shown(path))]
    NotUtf8 { path: PathBuf, byte: usize },
    #[error("{} leads out of the lessons directory; put the file itself there", shown(.0))]
    Outside(PathBuf),
    #[error("{} is larger than 4 MiB, which no lesson is; move it away", shown(.0))]
    TooLarge(PathBuf),
    #[error(
        "there is no lesson in {}: a lesson is a directory with lesson.md and a file NN-name.md for each section", shown(.0)
    )]
    Empty(PathBuf),
}

fn shown(path: &Path) -> String {
    printable::line(&path.to_string_lossy()).into_owned()
}

/// Reads the Markdown files of the lessons in a directory, or of the one lesson whose directory it is.
///
/// Paths of the files are relative, as [`crate::lesson::library::read`] wants them.
pub fn read(directory: &Path) -> Result<Vec<SourceFile>, LessonsError> {
    let root = directory.canonicalize().map_err(|error| {
        if error.kind() == io::ErrorKind::NotFound {
            LessonsError::Missing(directory.to_owned())
        } else {
            LessonsError::Unreadable {
                path: directory.to_owned(),
                error,
            }
        }
    })?;
    if !root.is_dir() {
        return Err(LessonsError::NotADirectory(directory.to_owned()));
    }
    let mut files = Vec::new();
    if root.join("lesson.md").exists() {
        lesson(&root, &root, &mut files)?;
    } else {
        for path in entries(&root)? {
            if path.join("lesson.md").exists() {
                lesson(&root, &path, &mut files)?;
            }
        }
    }
    if files.is_empty() {
        return Err(LessonsError::Empty(directory.to_owned()));
    }
    Ok(files)
}

/// The Markdown files of one lesson.
fn lesson(root: &Path, directory: &Path, files: &mut Vec<SourceFile>) -> Result<(), LessonsError> {
    let name = directory.file_name().unwrap_or_default().to_string_lossy();
    for path in entries(directory)? {
        if path.extension().is_none_or(|extension| extension != "md") || path.is_dir() {
            continue;
        }
        let text = text(root, &path)?;
        let file = path.file_name().unwrap_or_default().to_string_lossy();
        files.push(SourceFile::new(format!("{name}/{file}"), text));
    }
    Ok(())
}

/// What stands in a directory, in the order of the names; hidden files are the editor's.
fn entries(directory: &Path) -> Result<Vec<PathBuf>, LessonsError> {
    let unreadable = |error| LessonsError::Unreadable {
        path: directory.to_owned(),
        error,
    };
    let mut paths = Vec::new();
    for entry in std::fs::read_dir(directory).map_err(unreadable)? {
        let entry = entry.map_err(unreadable)?;
        if !entry.file_name().to_string_lossy().starts_with('.') {
            paths.push(entry.path());
        }
    }
    paths.sort();
    Ok(paths)
}

fn text(root: &Path, path: &Path) -> Result<String, LessonsError> {
    let unreadable = |error| LessonsError::Unreadable {
        path: path.to_owned(),
        error,
    };
    let real = path.canonicalize().map_err(unreadable)?;
    if !real.starts_with(root) {
        return Err(LessonsError::Outside(path.to_owned()));
    }
    let about = real.metadata().map_err(unreadable)?;
    if !about.is_file() {
        let error = io::Error::new(io::ErrorKind::InvalidInput, "it is no ordinary file");
        return Err(unreadable(error));
    }
    if about.len() > MOST_BYTES {
        return Err(LessonsError::TooLarge(path.to_owned()));
    }
    let bytes = std::fs::read(&real).map_err(unreadable)?;
    String::from_utf8(bytes).map_err(|error| LessonsError::NotUtf8 {
        path: path.to_owned(),
        byte: error.utf8_error().valid_up_to(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn directory() -> tempfile::TempDir {
        tempfile::tempdir().expect("a temporary directory")
    }

    fn write(path: &Path, bytes: &[u8]) {
        std::fs::create_dir_all(path.parent().expect("a parent")).expect("a directory");
        std::fs::write(path, bytes).expect("a file");
    }

    fn paths(directory: &Path) -> Vec<String> {
        let files = read(directory).expect("lessons");
        files.into_iter().map(|file| file.path).collect()
    }

    #[test]
    fn a_directory_of_lessons_or_one_lesson() {
        let root = directory();
        write(&root.path().join("06-a/lesson.md"), b"");
        write(&root.path().join("06-a/01-b.md"), b"");
        write(&root.path().join("06-a/.01-b.md.swp"), b"\xff");
        write(&root.path().join("06-a/notes.txt"), b"\xff");
        write(&root.path().join("pictures/a.md"), b"");
        let wanted = ["06-a/01-b.md", "06-a/lesson.md"];
        assert_eq!(paths(root.path()), wanted);
        assert_eq!(paths(&root.path().join("06-a")), wanted);
    }

    #[test]
    fn what_can_not_be_used_is_said() {
        let root = directory();
        assert!(matches!(read(root.path()), Err(LessonsError::Empty(_))));
        let nowhere = root.path().join("nowhere");
        assert!(matches!(read(&nowhere), Err(LessonsError::Missing(_))));
        let lesson = root.path().join("06-a/lesson.md");
        write(&lesson, b"ab\xff");
        assert!(matches!(
            read(root.path()),
            Err(LessonsError::NotUtf8 { byte: 2, .. })
        ));
        assert!(matches!(read(&lesson), Err(LessonsError::NotADirectory(_))));
        let large = std::fs::File::create(&lesson).expect("a file");
        large.set_len(MOST_BYTES + 1).expect("a sparse file");
        assert!(matches!(read(root.path()), Err(LessonsError::TooLarge(_))));
    }

    #[cfg(unix)]
    #[test]
    fn links_do_not_lead_out() {
        let root = directory();
        let elsewhere = directory();
        write(&elsewhere.path().join("secret.md"), b"secret");
        write(&root.path().join("06-a/lesson.md"), b"");
        let link = root.path().join("06-a/01-link.md");
        std::os::unix::fs::symlink(elsewhere.path().join("secret.md"), &link).expect("a link");
        assert!(matches!(read(root.path()), Err(LessonsError::Outside(_))));
        std::fs::remove_file(&link).expect("the link");
        let aside = root.path().join("07-b");
        write(&elsewhere.path().join("lesson.md"), b"");
        std::os::unix::fs::symlink(elsewhere.path(), &aside).expect("a link");
        assert!(matches!(read(root.path()), Err(LessonsError::Outside(_))));
    }
}
