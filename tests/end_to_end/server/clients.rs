//! The clients that the workshop's code uses, each through everything that code does: create, put, get, batches, query and scan with
//! pages, transactions, conditions, errors, delete.
//!
//! What they do is written in their own languages in `clients/`. A client that is not installed is skipped, and the test says so; with
//! `DYNATOUR_REQUIRE_CLIENTS=1` that is a failure. `DYNATOUR_NODE_MODULES` names a directory with the JavaScript SDK. Ruby's SDK is
//! a gem and no system package; the code for it is parsed by `tests/clients.rs`.

mod sdk;

use std::path::{Path, PathBuf};

use super::process::Server;
use crate::installed::{client, is_there, node_modules};

pub fn script(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/end_to_end/server/clients")
        .join(name)
}

/// Runs a script, which ends with a line that says so when everything was as it expected.
pub fn passes(server: &Server, program: &str, script: &Path, arguments: &[&str]) {
    let folder = tempfile::tempdir().unwrap();
    let output = client(program, folder.path(), &server.url())
        .arg(script)
        .args(arguments)
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stdout);
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(
        output.status.success() && said.ends_with("everything holds\n"),
        "{program} says:\n{said}\n{errors}"
    );
}

#[test]
fn the_aws_cli_goes_through_everything() {
    if is_there("aws", &["--version"]) {
        passes(&Server::start(), "bash", &script("aws_cli.sh"), &[]);
    } else {
        println!("skipped: the AWS CLI is not installed");
    }
}

#[test]
fn boto3_goes_through_everything() {
    if is_there("python3", &["-c", "import boto3"]) {
        passes(&Server::start(), "python3", &script("python.py"), &[]);
    } else {
        println!("skipped: python3 with boto3 is not installed");
    }
}

#[test]
fn node_goes_through_everything() {
    if !is_there("node", &["--version"]) {
        println!("skipped: node is not installed");
        return;
    }
    let Some(modules) = node_modules() else {
        println!("skipped: DYNATOUR_NODE_MODULES is not set");
        return;
    };
    // Node looks for modules beside the script.
    let folder = tempfile::tempdir().unwrap();
    std::os::unix::fs::symlink(modules, folder.path().join("node_modules")).unwrap();
    let copy = folder.path().join("node.mjs");
    std::fs::copy(script("node.mjs"), &copy).unwrap();
    passes(&Server::start(), "node", &copy, &[]);
}
