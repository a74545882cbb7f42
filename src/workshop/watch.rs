//! Which handlers were saved.
//!
//! Files are looked at rather than listened to: editors replace them, folders of another system (WSL's `/mnt/c`, a network's) tell
//! nothing, and three files cost nothing. A file counts as saved when its time, its length or its existence changed since it was looked at
//! last. When npm has installed something, which it notes in a file of its own, all of them do: what they load may be another one.

use std::fs;
use std::path::Path;
use std::time::{Duration, SystemTime};

use super::goal::Goal;
use super::language::Language;

/// How often it is worth looking: soon enough to seem at once.
pub const LOOK: Duration = Duration::from_millis(200);

/// A file as it was: when it was changed, and its length; nothing where there is none.
type Look = Option<(SystemTime, u64)>;

/// The three files as they were looked at last.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Watch {
    seen: [Option<Look>; 3],
    packages: Option<Look>,
}

/// Written by npm when everything is installed.
const PACKAGES: &str = "node_modules/.package-lock.json";

impl Watch {
    /// The goals whose files were saved since; all of them at the first look, and when packages were installed.
    pub fn saved(&mut self, folder: &Path, language: Language) -> Vec<Goal> {
        let packages = look(&folder.join(PACKAGES));
        if self.packages.replace(packages) != Some(packages) {
            self.seen = [None; 3];
        }
        let is_saved = |goal: &Goal| {
            let look = look(&folder.join(goal.file(language)));
            self.seen[goal.index()].replace(look) != Some(look)
        };
        Goal::ALL.into_iter().filter(is_saved).collect()
    }
}

fn look(file: &Path) -> Look {
    let metadata = fs::metadata(file).ok()?;
    Some((metadata.modified().ok()?, metadata.len()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_that_changed_came_or_went_is_saved() {
        let folder = tempfile::tempdir().unwrap();
        let file = |goal: Goal| folder.path().join(goal.file(Language::Node));
        fs::write(file(Goal::GetAll), "1").unwrap();
        let mut watch = Watch::default();
        let mut saved = || watch.saved(folder.path(), Language::Node);
        assert_eq!(saved(), Goal::ALL);
        assert!(saved().is_empty());

        fs::write(file(Goal::GetAll), "12").unwrap();
        assert_eq!(saved(), [Goal::GetAll]);
        // The same length at another time.
        let handle = fs::File::options()
            .write(true)
            .open(file(Goal::GetAll))
            .unwrap();
        handle.set_modified(SystemTime::UNIX_EPOCH).unwrap();
        assert_eq!(saved(), [Goal::GetAll]);
        // As editors save: another file in its place.
        fs::write(folder.path().join("new"), "34").unwrap();
        fs::rename(folder.path().join("new"), file(Goal::GetAll)).unwrap();
        assert_eq!(saved(), [Goal::GetAll]);

        fs::write(file(Goal::Post), "").unwrap();
        assert_eq!(saved(), [Goal::Post]);
        fs::remove_file(file(Goal::Post)).unwrap();
        assert_eq!(saved(), [Goal::Post]);
        assert!(saved().is_empty());

        fs::create_dir(folder.path().join("node_modules")).unwrap();
        assert!(saved().is_empty());
        fs::write(folder.path().join(PACKAGES), "{}").unwrap();
        assert_eq!(saved(), Goal::ALL);
        assert!(saved().is_empty());
    }
}
