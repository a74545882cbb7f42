//! The learner's folder: made once, gone on with, and never written over.
//!
//! ```text
//!   not there, or empty        made: handlers, README, the SDK's dependency file, a template for AWS SAM, dynatour.json
//!   ours (dynatour.json)       what is missing is added; what is there stays as it is
//!   anything else              refused, untouched
//! ```
//!
//! Invariant: a file that exists is never opened for writing.

use std::fs;
use std::io::{self, ErrorKind, Write as _};
use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use super::goal::Goal;
use super::language::Language;

/// Says that a folder is a workshop's, and of which language.
const MARK: &str = "dynatour.json";
/// Of what is in the folder.
const FORMAT: u64 = 1;

/// Why there is no folder to work in. Each says what to do.
#[derive(Debug, thiserror::Error)]
pub enum FolderError {
    #[error(
        "{} is not empty ({there}), and nothing there is overwritten. Name a folder that is not there yet: dynatour workshop {} DIR", .path.display(), .language.name()
    )]
    NotEmpty {
        path: PathBuf,
        language: Language,
        /// Some of what is in it.
        there: String,
    },
    #[error(
        "{} is a workshop in {}. Go on with it by dynatour workshop {} {}, or name another folder for {}", .path.display(), .found.title(), .found.name(), .path.display(), .asked.title()
    )]
    OtherLanguage {
        path: PathBuf,
        found: Language,
        asked: Language,
    },
    #[error(
        "{} can't be read as a workshop's: {detail}. Name another folder, and copy your handlers there", .path.display()
    )]
    Mark { path: PathBuf, detail: String },
    #[error(
        "{} is no folder of a workshop: it has no {MARK}. Make one with dynatour workshop, reach its three goals, and name it: dynatour deploy DIR", .0.display()
    )]
    NoWorkshop(PathBuf),
    #[error("{} is no folder. Name one, or a name that is not taken yet", .0.display())]
    NoFolder(PathBuf),
    #[error("{} can't be used: {source}. Name a folder that you may write to", .path.display())]
    Io { path: PathBuf, source: io::Error },
}

/// A folder that is ready.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Folder {
    /// Absolute.
    pub path: PathBuf,
    pub language: Language,
    /// The files that were written now.
    pub written: Vec<&'static str>,
}

/// Makes the folder, or goes on with one of ours. Without a language the one of the folder is taken, or Node.
///
/// # Errors
/// When the folder holds something else, or can't be written to.
pub fn prepare(path: &Path, asked: Option<Language>) -> Result<Folder, FolderError> {
    let failed = |source| FolderError::Io {
        path: path.to_owned(),
        source,
    };
    match fs::metadata(path) {
        Ok(metadata) if !metadata.is_dir() => return Err(FolderError::NoFolder(path.to_owned())),
        Ok(_) => {}
        Err(error) if error.kind() == ErrorKind::NotFound => {
            fs::create_dir_all(path).map_err(failed)?;
        }
        Err(error) => return Err(failed(error)),
    }
    let there = entries(path).map_err(failed)?;
    let language = match marked(path)? {
        Some(found) if asked.is_some_and(|asked| asked != found) => {
            return Err(FolderError::OtherLanguage {
                path: path.to_owned(),
                found,
                asked: asked.unwrap_or(found),
            });
        }
        Some(found) => found,
        None if there.is_empty() => asked.unwrap_or(Language::Node),
        None => {
            return Err(FolderError::NotEmpty {
                path: path.to_owned(),
                language: asked.unwrap_or(Language::Node),
                there: some_of(&there),
            });
        }
    };
    let mut written = Vec::new();
    for (name, text) in files(language) {
        match create(&path.join(name), &text) {
            Ok(()) => written.push(name),
            Err(error) if error.kind() == ErrorKind::AlreadyExists => {}
            Err(error) => return Err(failed(error)),
        }
    }
    let path = path.canonicalize().map_err(failed)?;
    Ok(Folder {
        path,
        language,
        written,
    })
}

/// A folder that is a workshop's, as it is: nothing is made or added.
///
/// # Errors
/// When it is none, or can't be read.
pub fn open(path: &Path) -> Result<Folder, FolderError> {
    let language = marked(path)?.ok_or_else(|| FolderError::NoWorkshop(path.to_owned()))?;
    let absolute = path.canonicalize().map_err(|source| FolderError::Io {
        path: path.to_owned(),
        source,
    })?;
    Ok(Folder {
        path: absolute,
        language,
        written: Vec::new(),
    })
}

/// Whether there is a mark that says that a folder is a workshop's, readable or not.
#[must_use]
pub fn is_workshop(path: &Path) -> bool {
    path.join(MARK).exists()
}

/// Everything that a workshop begins with. The mark comes first: what is made by half is ours, and can be gone on with.
fn files(language: Language) -> Vec<(&'static str, String)> {
    let mark = json!({"workshop": FORMAT, "language": language.name()});
    let mut files = vec![(MARK, format!("{mark:#}\n"))];
    let (readme, template, (name, dependencies)) = match language {
        Language::Node => (
            include_str!("../../assets/workshop/node/README.md"),
            include_str!("../../assets/workshop/node/template.yaml"),
            (
                "package.json",
                include_str!("../../assets/workshop/node/package.json"),
            ),
        ),
        Language::Ruby => (
            include_str!("../../assets/workshop/ruby/README.md"),
            include_str!("../../assets/workshop/ruby/template.yaml"),
            (
                "gem.deps.rb",
                include_str!("../../assets/workshop/ruby/gem.deps.rb"),
            ),
        ),
    };
    files.push(("README.md", readme.to_owned()));
    files.push(("template.yaml", template.to_owned()));
    files.push((name, dependencies.to_owned()));
    let handlers = Goal::ALL.map(|goal| (goal.file(language), goal.template(language).to_owned()));
    files.extend(handlers);
    files
}

/// Writes a file that is not there yet.
fn create(path: &Path, text: &str) -> io::Result<()> {
    let mut file = fs::File::create_new(path)?;
    file.write_all(text.as_bytes())
}

/// The language of a folder of ours; nothing where there is no mark.
fn marked(path: &Path) -> Result<Option<Language>, FolderError> {
    let file = path.join(MARK);
    let wrong = |detail: String| FolderError::Mark {
        path: file.clone(),
        detail,
    };
    let text = match fs::read_to_string(&file) {
        Ok(text) => text,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(wrong(error.to_string())),
    };
    let mark: Value = serde_json::from_str(&text).map_err(|error| wrong(error.to_string()))?;
    match mark.get("workshop").and_then(Value::as_u64) {
        Some(FORMAT) => {}
        Some(other) => {
            return Err(wrong(format!(
                "its format is {other}, this program knows {FORMAT}"
            )));
        }
        None => return Err(wrong("it has no \"workshop\" with a number".to_owned())),
    }
    let name = mark.get("language").and_then(Value::as_str);
    name.and_then(Language::named)
        .map(Some)
        .ok_or_else(|| wrong("its \"language\" is neither \"node\" nor \"ruby\"".to_owned()))
}

/// The names in a folder, but for what systems put there by themselves.
fn entries(path: &Path) -> io::Result<Vec<String>> {
    let mut names = Vec::new();
    for entry in fs::read_dir(path)? {
        let name = entry?.file_name().to_string_lossy().into_owned();
        if name != ".DS_Store" {
            names.push(name);
        }
    }
    names.sort();
    Ok(names)
}

fn some_of(names: &[String]) -> String {
    const SOME: usize = 3;
    let some = names[..names.len().min(SOME)].join(", ");
    match names.len().saturating_sub(SOME) {
        0 => some,
        more => format!("{some} and {more} more"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all_of(path: &Path) -> Vec<(String, String)> {
        let names = entries(path).unwrap();
        let read = |name: String| {
            let text = fs::read_to_string(path.join(&name)).unwrap();
            (name, text)
        };
        names.into_iter().map(read).collect()
    }

    #[test]
    fn a_folder_is_made_and_gone_on_with() {
        let parent = tempfile::tempdir().unwrap();
        for language in Language::ALL {
            let path = parent.path().join("a").join(language.name());
            let made = prepare(&path, Some(language)).unwrap();
            assert_eq!((made.language, made.written.len()), (language, 7));
            for goal in Goal::ALL {
                assert!(made.path.join(goal.file(language)).is_file());
            }
            let handler = path.join(Goal::GetOne.file(language));
            fs::write(&handler, "mine").unwrap();
            fs::write(path.join("another file"), "mine, too").unwrap();
            fs::remove_file(path.join("README.md")).unwrap();
            let again = prepare(&path, None).unwrap();
            assert_eq!(
                (again.language, again.written),
                (language, vec!["README.md"])
            );
            assert_eq!(fs::read_to_string(&handler).unwrap(), "mine");
        }
    }

    #[test]
    fn the_template_for_aws_has_each_route_with_its_handler_and_its_one_right() {
        for language in Language::ALL {
            let files = files(language);
            let (_, template) = files
                .iter()
                .find(|(name, _)| *name == "template.yaml")
                .unwrap();
            for (goal, action) in Goal::ALL.into_iter().zip(["Scan", "GetItem", "PutItem"]) {
                let (method, path) = goal.route_key().split_once(' ').unwrap();
                let handler = format!("Handler: {}\n", goal.handler(language));
                let (_, function) = template.split_once(&handler).unwrap();
                let function = function.split("\n\n").next().unwrap();
                assert!(
                    function.contains(&format!("Action: dynamodb:{action}\n")),
                    "{function}"
                );
                assert_eq!(function.matches("dynamodb:").count(), 1);
                assert!(function.contains("LogGroup: !Ref Logs"), "{function}");
                assert!(
                    function.contains(&format!("Method: {method}, Path: ")),
                    "{function}"
                );
                assert!(
                    function
                        .replace('"', "")
                        .contains(&format!("Path: {path} }}")),
                    "{function}"
                );
            }
        }
    }

    /// `sam build` packs it with npm, which takes no package without a name and a version.
    #[test]
    fn the_node_package_can_be_packed() {
        let files = files(Language::Node);
        let (_, package) = files
            .iter()
            .find(|(name, _)| *name == "package.json")
            .unwrap();
        let package: Value = serde_json::from_str(package).unwrap();
        for member in ["name", "version"] {
            assert!(package[member].is_string(), "{member}");
        }
    }

    #[test]
    fn an_empty_folder_is_taken() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join(".DS_Store"), "").unwrap();
        assert_eq!(
            prepare(folder.path(), None).unwrap().language,
            Language::Node
        );
    }

    #[test]
    fn a_folder_with_anything_else_is_refused_untouched() {
        let folder = tempfile::tempdir().unwrap();
        for name in ["a", "b", "c", "index.mjs", "package.json"] {
            fs::write(folder.path().join(name), name).unwrap();
        }
        let before = all_of(folder.path());
        let words = prepare(folder.path(), Some(Language::Ruby))
            .unwrap_err()
            .to_string();
        assert!(
            words.contains("is not empty (a, b, c and 2 more)"),
            "{words}"
        );
        assert!(words.ends_with("dynatour workshop ruby DIR"), "{words}");
        assert_eq!(all_of(folder.path()), before);
    }

    #[test]
    fn another_language_a_damaged_mark_and_a_file_are_refused_untouched() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("pets");
        prepare(&path, Some(Language::Ruby)).unwrap();
        let words = prepare(&path, Some(Language::Node))
            .unwrap_err()
            .to_string();
        assert!(words.contains("is a workshop in Ruby"), "{words}");
        for (mark, says) in [
            ("", "EOF"),
            ("{}", "no \"workshop\""),
            (r#"{"workshop":9,"language":"node"}"#, "format is 9"),
            (r#"{"workshop":1,"language":"perl"}"#, "neither"),
        ] {
            fs::write(path.join(MARK), mark).unwrap();
            let before = all_of(&path);
            let words = prepare(&path, None).unwrap_err().to_string();
            assert!(words.contains(says), "{words}");
            assert_eq!(all_of(&path), before);
        }
        let file = folder.path().join("file");
        fs::write(&file, "mine").unwrap();
        let words = prepare(&file, None).unwrap_err().to_string();
        assert!(words.contains("is no folder"), "{words}");
        assert_eq!(fs::read_to_string(&file).unwrap(), "mine");
    }

    #[cfg(unix)]
    #[test]
    fn a_link_out_of_the_folder_is_not_followed() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("pets");
        prepare(&path, Some(Language::Node)).unwrap();
        let outside = folder.path().join("outside");
        fs::remove_file(path.join("README.md")).unwrap();
        std::os::unix::fs::symlink(&outside, path.join("README.md")).unwrap();
        prepare(&path, None).unwrap();
        assert!(!outside.exists());
    }
}
