//! Files that a learner takes along.
//!
//! Invariant: an export never replaces a file that is there.

use std::io::Write as _;
use std::path::{Path, PathBuf};

use super::{RunError, Runner, blocking};
use crate::app::effect::Export;
use crate::learner::export;

impl Runner {
    /// Writes the file; returns its path.
    pub async fn export(&self, what: Export) -> Result<PathBuf, RunError> {
        let (name, text) = match what {
            Export::Notes { lesson } => {
                let progress = self.progress(&lesson).await?;
                let lesson = self.lesson(&lesson)?;
                let text = export::notes(lesson, &progress, &date_and_time);
                (format!("{}-notes.md", lesson.id), text)
            }
            Export::Progress { lesson } => {
                let progress = self.progress(&lesson).await?;
                let lesson = self.lesson(&lesson)?;
                let text = export::progress(lesson, &progress, &date_and_time);
                (format!("{}-progress.md", lesson.id), text)
            }
            Export::File { name, text } => (name, text),
        };
        self.write_file(&name, text).await
    }

    /// Writes a text into the export directory under a name that is not taken yet.
    pub async fn write_file(&self, name: &str, text: String) -> Result<PathBuf, RunError> {
        let directory = self.outside.exports.clone();
        let name = safe_name(name);
        blocking(move || write_new(&directory, &name, text.as_bytes())).await?
    }
}

/// Milliseconds since the epoch as date and time where the learner is.
#[must_use]
pub fn date_and_time(millis: u64) -> String {
    i64::try_from(millis)
        .ok()
        .and_then(|millis| jiff::Timestamp::from_millisecond(millis).ok())
        .map_or_else(
            || "at an unknown time".to_owned(),
            |timestamp| {
                timestamp
                    .to_zoned(jiff::tz::TimeZone::system())
                    .strftime("%Y-%m-%d %H:%M")
                    .to_string()
            },
        )
}

/// Milliseconds since the epoch as a time of day where the learner is: `14:05`.
#[must_use]
pub fn time_of_day(millis: u64) -> String {
    date_and_time(millis)
        .rsplit_once(' ')
        .map_or_else(String::new, |(_, time)| time.to_owned())
}

/// A file name of plain characters only, whatever was asked for.
fn safe_name(name: &str) -> String {
    let mut safe = String::new();
    for character in name.chars() {
        match character {
            'a'..='z' | 'A'..='Z' | '0'..='9' | '-' | '_' | '.' => safe.push(character),
            _ if safe.ends_with('-') => {}
            _ => safe.push('-'),
        }
    }
    match safe.trim_start_matches('.') {
        "" => "export".to_owned(),
        safe => safe.to_owned(),
    }
}

/// Writes a file that must not be there yet; on a full disk nothing of it is left behind.
///
/// # Errors
/// Those of the file system, `AlreadyExists` among them.
pub fn write_whole(path: &Path, text: &[u8]) -> std::io::Result<()> {
    let mut file = std::fs::File::create_new(path)?;
    file.write_all(text)
        .and_then(|()| file.sync_all())
        .inspect_err(|_| {
            // The first error is the one that says something.
            let _ = std::fs::remove_file(path);
        })
}

fn write_new(directory: &Path, name: &str, text: &[u8]) -> Result<PathBuf, RunError> {
    let failed = |path: &Path| {
        let path = path.to_owned();
        move |source| RunError::Export { path, source }
    };
    std::fs::create_dir_all(directory).map_err(failed(directory))?;
    let (stem, extension) = name.rsplit_once('.').unwrap_or((name, "txt"));
    for number in 1_u32.. {
        let path = directory.join(match number {
            1 => format!("{stem}.{extension}"),
            number => format!("{stem}-{number}.{extension}"),
        });
        match write_whole(&path, text) {
            Ok(()) => return Ok(path),
            Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => {}
            Err(error) => return Err(failed(&path)(error)),
        }
    }
    unreachable!("a directory holds fewer than 2^32 exports")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_export_never_replaces_another() {
        let directory = tempfile::tempdir().unwrap();
        let first = write_new(directory.path(), "notes.md", b"1").unwrap();
        let second = write_new(directory.path(), "notes.md", b"2").unwrap();
        assert_eq!(first, directory.path().join("notes.md"));
        assert_eq!(second, directory.path().join("notes-2.md"));
        assert_eq!(std::fs::read(first).unwrap(), b"1");
    }

    #[test]
    fn a_name_cannot_leave_its_directory() {
        for (asked, safe) in [
            ("../../etc/passwd", "-..-etc-passwd"),
            ("..", "export"),
            ("5 · Structure: tables.svg", "5-Structure-tables.svg"),
            ("", "export"),
        ] {
            assert_eq!(safe_name(asked), safe);
        }
    }
}
