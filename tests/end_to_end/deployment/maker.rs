//! Somebody with a folder of handlers that are right, and an account.
//!
//! Handlers are Ruby's where only the calls matter: its interpreter starts in a tenth of the time. A thin client stands in for its SDK,
//! as in the workshop's own tests; what really runs on an account is tried with Node.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::sync::OnceLock;

use crate::account::learner::Learner;
use crate::aws::Aws;
use crate::installed::{is_there, node_modules};
use crate::program::{Said, run};

pub struct Maker {
    pub learner: Learner,
    folder: PathBuf,
    language: &'static str,
}

/// Folders as a workshop writes them, with handlers that are right; made once for all tests.
fn folders() -> &'static tempfile::TempDir {
    static FOLDERS: OnceLock<tempfile::TempDir> = OnceLock::new();
    FOLDERS.get_or_init(|| {
        let made = tempfile::tempdir().unwrap();
        for language in ["node", "ruby"] {
            let folder = made.path().join(language);
            let mut command = with_interpreters(made.path());
            // Nothing is installed in it yet, and nothing is right: only the files are wanted.
            command.env("PATH", "/no/such/directory");
            run(command.args(["workshop", language, "--once"]).arg(&folder));
            let solutions = Path::new(env!("CARGO_MANIFEST_DIR"))
                .join("assets/workshop")
                .join(language);
            for file in fs::read_dir(solutions.join("solution")).unwrap() {
                let file = file.unwrap();
                fs::copy(file.path(), folder.join(file.file_name())).unwrap();
            }
        }
        made
    })
}

fn with_interpreters(home: &Path) -> Command {
    let mut command = crate::program::program(home);
    let path = std::env::var_os("PATH").unwrap_or_default();
    command.env("PATH", path).current_dir(home);
    command
}

impl Maker {
    /// With handlers in Ruby, or nobody where that is not installed.
    pub fn ruby() -> Option<Self> {
        if !is_there("ruby", &["--version"]) {
            return None;
        }
        let maker = Self::new("ruby");
        let client = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/ruby/aws-sdk-dynamodb.rb");
        fs::copy(client, maker.folder.join("aws-sdk-dynamodb.rb")).unwrap();
        Some(maker)
    }

    /// With handlers in Node, or nobody where that or AWS's SDK for it is not installed.
    pub fn node() -> Option<Self> {
        let modules = node_modules();
        let (true, Some(modules)) = (is_there("node", &["--version"]), modules) else {
            return None;
        };
        let maker = Self::new("node");
        std::os::unix::fs::symlink(modules, maker.learner.home().join("node_modules")).unwrap();
        Some(maker)
    }

    fn new(language: &'static str) -> Self {
        let learner = Learner::thorough();
        let folder = learner.home().join("pets");
        fs::create_dir(&folder).unwrap();
        for file in fs::read_dir(folders().path().join(language)).unwrap() {
            let file = file.unwrap();
            fs::copy(file.path(), folder.join(file.file_name())).unwrap();
        }
        Self {
            learner,
            folder,
            language,
        }
    }

    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// The file of a handler: `get-pet`.
    pub fn file(&self, handler: &str) -> PathBuf {
        let name = match self.language {
            "ruby" => format!("{}.rb", handler.replace('-', "_")),
            _ => format!("{handler}.mjs"),
        };
        self.folder.join(name)
    }

    /// Saves a handler with a comment more, which is right all the same.
    pub fn save_again(&self, handler: &str) {
        let comment = if self.language == "ruby" { "#" } else { "//" };
        let file = self.file(handler);
        let code = fs::read_to_string(&file).unwrap();
        fs::write(file, format!("{code}{comment} saved again\n")).unwrap();
    }

    /// Has each of Node's handlers print the route of what it is asked, which is right all the same.
    pub fn print_routes(&self) {
        for handler in ["get-pets", "get-pet", "post-pet"] {
            let file = self.file(handler);
            let code = fs::read_to_string(&file).unwrap();
            let (before, after) = code.split_once("export const handler = async (").unwrap();
            let (_, after) = after.split_once(") => {\n").unwrap();
            let prints =
                "export const handler = async (event) => {\n  console.log(event.routeKey);\n";
            fs::write(file, format!("{before}{prints}{after}")).unwrap();
        }
    }

    /// The program with this person's credentials at an account.
    pub fn command(&self, aws: &Aws, arguments: &[&str]) -> Command {
        self.command_at(self.learner.environment(aws), arguments)
    }

    pub fn command_at(
        &self,
        environment: Vec<(&'static str, String)>,
        arguments: &[&str],
    ) -> Command {
        let mut command = with_interpreters(self.learner.home());
        command.envs(environment).args(arguments);
        command
    }

    pub fn run(&self, aws: &Aws, arguments: &[&str]) -> Said {
        run(&mut self.command(aws, arguments))
    }

    /// Makes it, or brings it up to date, with the yes given before.
    pub fn deploy(&self, aws: &Aws) -> Said {
        self.run(aws, &self.deploys())
    }

    pub fn deploys(&self) -> [&str; 3] {
        ["deploy", self.folder.to_str().unwrap(), "--yes"]
    }

    pub fn cleanup(&self, aws: &Aws) -> Said {
        self.learner.cleanup(aws)
    }

    /// Runs a child that the server may kill.
    pub fn run_mortal(&self, aws: &Aws, arguments: &[&str]) -> Output {
        let mut command = self.command(aws, arguments);
        command.stdout(Stdio::piped()).stderr(Stdio::piped());
        let output = aws.spawn(&mut command).wait_with_output().unwrap();
        let errors = String::from_utf8_lossy(&output.stderr);
        assert!(!errors.contains("panicked"), "{errors}");
        output
    }
}
