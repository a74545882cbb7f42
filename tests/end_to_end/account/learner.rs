//! Somebody with an account: a home of their own, credentials, and the program.

use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use dynatour::account::ledger::{Entry, Ledger};
use redb::ReadableTable as _;
use serde_json::Value;

use super::lesson::without_demonstrations;
use crate::aws::Aws;
use crate::aws::fault::{Fault, When};
use crate::program::{Said, program, run};

/// Whose access key it is; what this key made is the learner's.
pub const KEY: &str = "AKIASTUDENT";
pub const REGION: &str = "us-east-1";
pub const SECRET: &str = "a-secret-of-the-test";

pub struct Learner {
    home: tempfile::TempDir,
    key: String,
    /// Lessons without their demonstrations, which take seconds and send nothing (`whole` holds them to that).
    lessons: Option<tempfile::TempDir>,
}

impl Learner {
    /// Somebody who leaves the demonstrations out.
    pub fn new() -> Self {
        Self::with_key(KEY)
    }

    pub fn with_key(key: &str) -> Self {
        let lessons = tempfile::tempdir().unwrap();
        without_demonstrations(lessons.path());
        Self {
            lessons: Some(lessons),
            key: key.to_owned(),
            ..Self::thorough()
        }
    }

    /// Somebody who takes the lesson as it is.
    pub fn thorough() -> Self {
        Self {
            home: tempfile::tempdir().unwrap(),
            key: KEY.to_owned(),
            lessons: None,
        }
    }

    pub fn home(&self) -> &Path {
        self.home.path()
    }

    /// Where the program keeps what it knows.
    pub fn state(&self) -> PathBuf {
        self.home().join("state/dynatour")
    }

    /// What the ledger says may still be there.
    pub fn entries_left(&self) -> Vec<Entry> {
        // The time is for the name of a file that is set aside, and none is.
        let (ledger, words) = Ledger::open(&self.state(), 0).unwrap();
        assert_eq!(words, None);
        ledger.left().unwrap()
    }

    /// Makes everything in the ledger a day older.
    pub fn ledger_is_from_long_ago(&self) {
        const ENTRIES: redb::TableDefinition<u64, &[u8]> = redb::TableDefinition::new("entries");
        const DAY: u64 = 24 * 60 * 60 * 1000;
        let database = redb::Database::open(self.state().join("ledger.redb")).unwrap();
        let transaction = database.begin_write().unwrap();
        let mut table = transaction.open_table(ENTRIES).unwrap();
        let older: Vec<(u64, Vec<u8>)> = table
            .iter()
            .unwrap()
            .map(|record| {
                let (id, bytes) = record.unwrap();
                let mut entry: Value = serde_json::from_slice(bytes.value()).unwrap();
                for time in ["intended_at", "at"] {
                    entry[time] = (entry[time].as_u64().unwrap() - DAY).into();
                }
                (id.value(), entry.to_string().into_bytes())
            })
            .collect();
        for (id, bytes) in older {
            table.insert(id, bytes.as_slice()).unwrap();
        }
        drop(table);
        transaction.commit().unwrap();
    }

    /// The environment that every child gets: this server is all of AWS, and credentials come from nowhere else.
    pub fn environment(&self, aws: &Aws) -> Vec<(&'static str, String)> {
        let mut environment = self.without_credentials(&aws.url());
        environment.push(("AWS_ACCESS_KEY_ID", self.key.clone()));
        environment.push(("AWS_SECRET_ACCESS_KEY", SECRET.to_owned()));
        environment
    }

    /// The same without anybody's credentials.
    pub fn without_credentials(&self, url: &str) -> Vec<(&'static str, String)> {
        let file = |name: &str| self.home().join(name).to_str().unwrap().to_owned();
        vec![
            ("AWS_CONFIG_FILE", file("config")),
            ("AWS_SHARED_CREDENTIALS_FILE", file("credentials")),
            ("AWS_EC2_METADATA_DISABLED", "true".to_owned()),
            ("AWS_ENDPOINT_URL", url.to_owned()),
            ("AWS_REGION", REGION.to_owned()),
        ]
    }

    /// What is typed, with the lessons of this learner where one is run.
    pub fn with_lessons<'a>(&'a self, arguments: &[&'a str]) -> Vec<&'a str> {
        let mut all = arguments.to_vec();
        if let (Some(lessons), Some(&"run")) = (&self.lessons, arguments.first()) {
            all.extend(["--lessons", lessons.path().to_str().unwrap()]);
        }
        all
    }

    pub fn command(&self, aws: &Aws, arguments: &[&str]) -> Command {
        let mut command = program(self.home());
        command
            .envs(self.environment(aws))
            .args(self.with_lessons(arguments));
        command
    }

    pub fn run(&self, aws: &Aws, arguments: &[&str]) -> Said {
        run(&mut self.command(aws, arguments))
    }

    /// The whole lesson, with its yes given before.
    pub fn lesson(&self, aws: &Aws) -> Said {
        self.run(aws, &LESSON)
    }

    pub fn cleanup(&self, aws: &Aws) -> Said {
        self.run(aws, &CLEANUP)
    }

    /// A lesson that ends before it deletes its tables.
    pub fn broken_off(&self, aws: &Aws) {
        aws.rule(When::Operation("DeleteTable"), Fault::KillBefore, 1);
        self.run_mortal(aws, &LESSON);
        aws.heal();
        assert!(aws.made_by(&self.key).len() >= 3);
    }

    /// Runs a child that the server may kill; what it said until then.
    pub fn run_mortal(&self, aws: &Aws, arguments: &[&str]) -> Output {
        let mut command = self.command(aws, arguments);
        command.stdout(Stdio::piped()).stderr(Stdio::piped());
        let output = aws.spawn(&mut command).wait_with_output().unwrap();
        let errors = String::from_utf8_lossy(&output.stderr);
        assert!(!errors.contains("panicked"), "{errors}");
        output
    }
}

pub const LESSON: [&str; 6] = ["run", "06", "--plain", "--target", "aws", "--yes"];
pub const CLEANUP: [&str; 2] = ["cleanup", "--yes"];

/// What was said, for messages and for searches: all of standard error, and the end of standard output.
pub fn told(said: &Said) -> String {
    let lines: Vec<&str> = said.out.lines().collect();
    let end = lines[lines.len().saturating_sub(40)..].join("\n");
    format!("{end}\n{}", said.err)
}
