//! What is installed on this machine, and what installs the rest.
//!
//! Everything can be read without an interpreter; only running handlers needs one. Programs that are asked for their version are given a
//! bounded time, since a learner's `PATH` may hold anything.

use std::io::ErrorKind;
use std::path::Path;
use std::process::{ExitStatus, Stdio};
use std::time::Duration;

use serde_json::Value;
use tokio::io::{AsyncRead, AsyncReadExt as _};
use tokio::process::Command;

use super::lambda::is_withheld;
use super::language::{Language, Version};

/// For an interpreter to say its version.
const PATIENCE: Duration = Duration::from_secs(10);
/// For it to load the SDK, which is thousands of files, perhaps on a slow disk.
const LONG: Duration = Duration::from_mins(1);

/// What handlers will run with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Machine {
    pub version: Version,
    /// Of the SDK's first package.
    pub sdk: String,
}

/// What keeps handlers from running. Each says what to do next.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Missing {
    #[error("{} is not installed: there is no program {} in PATH. Install it {}", .0.title(), .0.program(), .0.install_interpreter())]
    Interpreter(Language),
    #[error("{} {found} is too old for AWS's SDK of today, which needs {} or newer. Install a newer one {}", .language.title(), .language.oldest(), .language.install_interpreter())]
    TooOld { language: Language, found: Version },
    #[error("{} does not work: {detail}. Install it anew {}", .language.program(), .language.install_interpreter())]
    Broken { language: Language, detail: String },
    #[error(
        "AWS's SDK is there, but does not load: {detail}. If it is being installed just now, this goes on by itself when that is done. If not, install it anew in another terminal"
    )]
    BrokenSdk {
        language: Language,
        detail: String,
        folder: String,
    },
    #[error("AWS's SDK is missing: {package}. Install it in another terminal, once, with a network (without one it can be copied from a machine that has it{})", .language.copied())]
    Sdk {
        language: Language,
        package: &'static str,
        folder: String,
    },
}

impl Missing {
    /// Whether it is the same that is missing; in what an SDK fails to load changes from look to look while it is being installed.
    #[must_use]
    pub fn is_like(&self, other: &Self) -> bool {
        let are_broken = matches!(
            (self, other),
            (Self::BrokenSdk { .. }, Self::BrokenSdk { .. })
        );
        are_broken || self == other
    }

    /// What installs it, a line each; nothing where there are several ways, which the sentence says.
    #[must_use]
    pub fn commands(&self) -> Vec<String> {
        match self {
            Self::Sdk {
                language, folder, ..
            } => vec![
                format!("cd {}", in_shell(folder)),
                language.install_packages().to_owned(),
            ],
            Self::BrokenSdk {
                language, folder, ..
            } => {
                let mut commands = vec![format!("cd {}", in_shell(folder))];
                if *language == Language::Node {
                    commands.push("rm -r node_modules".to_owned());
                }
                commands.push(language.install_packages().to_owned());
                commands
            }
            _ => Vec::new(),
        }
    }
}

/// A path as a shell takes it.
fn in_shell(path: &str) -> String {
    let is_plain = |c: char| c.is_alphanumeric() || "/._-+".contains(c);
    if path.chars().all(is_plain) {
        path.to_owned()
    } else {
        format!("'{}'", path.replace('\'', r"'\''"))
    }
}

/// Looks for the interpreter, and for the SDK as handlers in this folder would find it.
///
/// # Errors
/// What is missing first.
pub async fn look(language: Language, folder: &Path) -> Result<Machine, Missing> {
    let version = interpreter(language, language.program()).await?;
    let missing = |package| Missing::Sdk {
        language,
        package,
        folder: folder.display().to_string(),
    };
    let sdk = match language {
        Language::Node => {
            let mut versions = Vec::new();
            for package in language.packages() {
                versions.push(node_package(folder, package).ok_or_else(|| missing(package))?);
            }
            // Packages are there one by one while they are being installed.
            let program = "await Promise.all(process.argv.slice(1).map((name) => import(name)))";
            let mut arguments = vec!["--input-type=module", "-e", program];
            arguments.extend(language.packages());
            let loaded = output(language.program(), &arguments, folder, LONG).await;
            let detail = match loaded {
                Ok(said) if said.status.success() => None,
                Ok(said) => Some(failure(&said)),
                Err(error) if error.kind() == ErrorKind::TimedOut => {
                    Some("it takes longer than a minute".to_owned())
                }
                Err(error) => Some(error.to_string()),
            };
            if let Some(detail) = detail {
                return Err(Missing::BrokenSdk {
                    language,
                    detail,
                    folder: folder.display().to_string(),
                });
            }
            versions.swap_remove(0)
        }
        Language::Ruby => {
            let program = "require 'aws-sdk-dynamodb'; print Aws::DynamoDB::GEM_VERSION";
            let said = output(
                language.program(),
                &["-I", ".", "-e", program],
                folder,
                LONG,
            )
            .await;
            let version = said.ok().filter(|said| said.status.success());
            let version = version.ok_or_else(|| missing(language.packages()[0]))?;
            String::from_utf8_lossy(&version.stdout).into_owned()
        }
    };
    Ok(Machine { version, sdk })
}

/// The version of an interpreter that is new enough.
async fn interpreter(language: Language, program: &str) -> Result<Version, Missing> {
    let broken = |detail: String| Missing::Broken { language, detail };
    let said = match output(program, &["--version"], Path::new("."), PATIENCE).await {
        Ok(said) => said,
        Err(error) if error.kind() == ErrorKind::NotFound => {
            return Err(Missing::Interpreter(language));
        }
        Err(error) => return Err(broken(error.to_string())),
    };
    let text = String::from_utf8_lossy(&said.stdout).into_owned();
    let Some(found) = Version::in_text(&text) else {
        let words = String::from_utf8_lossy(&said.stderr);
        let said = format!("{text}{words}");
        let first = said.lines().next().unwrap_or_default();
        return Err(broken(format!("--version says \"{first}\"")));
    };
    if found < language.oldest() {
        return Err(Missing::TooOld { language, found });
    }
    Ok(found)
}

/// What a program said, as far as it is read, and how it ended.
struct Output {
    status: ExitStatus,
    stdout: Vec<u8>,
    stderr: Vec<u8>,
}

async fn output(
    program: &str,
    arguments: &[&str],
    folder: &Path,
    patience: Duration,
) -> std::io::Result<Output> {
    let mut running = Command::new(program);
    // What is found is what will be run: with the environment that handlers have.
    for (name, _) in std::env::vars_os().filter(|(name, _)| is_withheld(name)) {
        running.env_remove(name);
    }
    let mut running = running
        .args(arguments)
        .current_dir(folder)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .kill_on_drop(true)
        .spawn()?;
    let (out, err) = (running.stdout.take(), running.stderr.take());
    let ended = async {
        let (stdout, stderr) = tokio::try_join!(read(out), read(err))?;
        let status = running.wait().await?;
        Ok(Output {
            status,
            stdout,
            stderr,
        })
    };
    tokio::time::timeout(patience, ended)
        .await
        .unwrap_or_else(|_| Err(ErrorKind::TimedOut.into()))
}

/// The beginning of what is said; whoever says more finds nobody who listens.
async fn read(from: Option<impl AsyncRead + Unpin>) -> std::io::Result<Vec<u8>> {
    const MOST: u64 = 16 * 1024;
    let mut said = Vec::new();
    if let Some(from) = from {
        from.take(MOST).read_to_end(&mut said).await?;
    }
    Ok(said)
}

/// The error that a Node program ended with: the line that begins with its name, or the first one.
fn failure(said: &Output) -> String {
    let text = String::from_utf8_lossy(&said.stderr);
    let mut lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
    let is_error = |line: &&str| {
        let name = line.split([':', ' ']).next();
        name.is_some_and(|name| name.ends_with("Error"))
    };
    let error = lines.clone().find(is_error);
    let line = error.or_else(|| lines.next());
    line.map_or_else(|| said.status.to_string(), str::to_owned)
}

/// The version of a package where Node looks for it: in `node_modules` here and above.
fn node_package(folder: &Path, package: &str) -> Option<String> {
    folder.ancestors().find_map(|folder| {
        let file = folder
            .join("node_modules")
            .join(package)
            .join("package.json");
        let text = std::fs::read_to_string(file).ok()?;
        let description: Value = serde_json::from_str(&text).ok()?;
        Some(description.get("version")?.as_str()?.to_owned())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A program that says something when it is asked for its version.
    fn saying(folder: &Path, words: &str) -> String {
        use std::os::unix::fs::PermissionsExt as _;
        let path = folder.join("program");
        std::fs::write(&path, format!("#!/bin/sh\n{words}\n")).unwrap();
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o755)).unwrap();
        path.to_str().unwrap().to_owned()
    }

    #[tokio::test]
    async fn an_interpreter_is_found_or_what_to_do_is_said() {
        let folder = tempfile::tempdir().unwrap();
        let nowhere = folder.path().join("nowhere");
        let look = async |words: &str| {
            let program = saying(folder.path(), words);
            interpreter(Language::Node, &program).await
        };
        let new = Version {
            major: 24,
            minor: 1,
        };
        assert_eq!(look("echo v24.1.0").await, Ok(new));
        let old = look("echo v12.22.9").await.unwrap_err().to_string();
        assert!(old.contains("Node.js 12.22 is too old"), "{old}");
        assert!(old.contains("https://nodejs.org"), "{old}");
        let broken = look("echo 'no such library' >&2; exit 1").await;
        let broken = broken.unwrap_err().to_string();
        assert!(broken.contains("says \"no such library\""), "{broken}");
        let none = interpreter(Language::Ruby, nowhere.to_str().unwrap()).await;
        assert_eq!(none, Err(Missing::Interpreter(Language::Ruby)));
        let words = none.unwrap_err().to_string();
        assert!(words.contains("no program ruby in PATH"), "{words}");
    }

    #[test]
    fn what_installs_the_sdk_can_be_pasted() {
        for (folder, line) in [
            ("/home/ada/pets-node", "cd /home/ada/pets-node"),
            ("/home/ada/my pets", "cd '/home/ada/my pets'"),
            ("/it's;here", r"cd '/it'\''s;here'"),
        ] {
            let missing = Missing::Sdk {
                language: Language::Node,
                package: "@aws-sdk/client-dynamodb",
                folder: folder.to_owned(),
            };
            assert_eq!(missing.commands(), [line, "npm install"]);
        }
        assert!(Missing::Interpreter(Language::Ruby).commands().is_empty());
    }

    #[tokio::test]
    async fn a_program_that_says_too_much_is_not_kept_in_memory() {
        let folder = tempfile::tempdir().unwrap();
        let program = saying(folder.path(), "yes v12.0");
        let old = interpreter(Language::Node, &program).await.unwrap_err();
        assert!(matches!(old, Missing::TooOld { .. }), "{old}");
    }

    #[tokio::test]
    async fn an_sdk_that_is_there_in_part_is_waited_for() {
        if !crate::workshop::samples::is_installed(Language::Node) {
            return;
        }
        let folder = tempfile::tempdir().unwrap();
        let missing = look(Language::Node, folder.path()).await;
        assert!(matches!(missing, Err(Missing::Sdk { .. })), "{missing:?}");
        for package in Language::Node.packages() {
            let package = folder.path().join("node_modules").join(package);
            std::fs::create_dir_all(&package).unwrap();
            let description = r#"{"version":"3.1.4","type":"module","main":"index.js"}"#;
            std::fs::write(package.join("package.json"), description).unwrap();
            std::fs::write(package.join("index.js"), "import 'not-there-yet';").unwrap();
        }
        let broken = look(Language::Node, folder.path()).await.unwrap_err();
        let words = broken.to_string();
        assert!(
            words.contains(
                "does not load: Error [ERR_MODULE_NOT_FOUND]: Cannot find package 'not-there-yet'"
            ),
            "{words}"
        );
        assert_eq!(
            broken.commands()[1..],
            ["rm -r node_modules", "npm install"]
        );
        let yet = folder.path().join("node_modules/not-there-yet");
        std::fs::create_dir_all(&yet).unwrap();
        std::fs::write(yet.join("index.js"), "").unwrap();
        let found = look(Language::Node, folder.path()).await.unwrap();
        assert_eq!(found.sdk, "3.1.4");
    }

    #[test]
    fn nodes_packages_are_looked_for_here_and_above() {
        let folder = tempfile::tempdir().unwrap();
        let inner = folder.path().join("a/b");
        std::fs::create_dir_all(&inner).unwrap();
        assert_eq!(node_package(&inner, "@x/y"), None);
        let package = folder.path().join("node_modules/@x/y");
        std::fs::create_dir_all(&package).unwrap();
        std::fs::write(package.join("package.json"), r#"{"version":"3.1.4"}"#).unwrap();
        assert_eq!(node_package(&inner, "@x/y").as_deref(), Some("3.1.4"));
    }
}
