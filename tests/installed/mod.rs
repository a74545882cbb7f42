//! Which clients are installed, and what they are run with.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

pub fn clients_are_required() -> bool {
    std::env::var_os("DYNATOUR_REQUIRE_CLIENTS").is_some_and(|value| value == "1")
}

/// Whether a client is there; where it must be and is not, the test fails.
pub fn is_there(program: &str, arguments: &[&str]) -> bool {
    let there = Command::new(program)
        .args(arguments)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .is_ok_and(|status| status.success());
    assert!(
        there || !clients_are_required(),
        "{program} {arguments:?} does not work, and DYNATOUR_REQUIRE_CLIENTS=1 asks for it"
    );
    there
}

/// The directory with the JavaScript SDK, if there is one; where it must be named and is not, the test fails.
pub fn node_modules() -> Option<PathBuf> {
    let modules = std::env::var_os("DYNATOUR_NODE_MODULES");
    assert!(
        modules.is_some() || !clients_are_required(),
        "DYNATOUR_NODE_MODULES must name a directory with the SDK"
    );
    modules.map(PathBuf::from)
}

/// A client in `folder` with nothing but this endpoint and made-up credentials to go by.
pub fn client(program: &str, folder: &Path, endpoint: &str) -> Command {
    let mut command = Command::new(program);
    command
        .current_dir(folder)
        .env("AWS_ENDPOINT_URL", endpoint)
        .env("AWS_ACCESS_KEY_ID", "AKIDLOCAL")
        .env("AWS_SECRET_ACCESS_KEY", "local")
        .env("AWS_REGION", "us-east-1")
        .env("AWS_DEFAULT_REGION", "us-east-1")
        .env("AWS_EC2_METADATA_DISABLED", "true")
        .env("AWS_CONFIG_FILE", "/dev/null")
        .env("AWS_SHARED_CREDENTIALS_FILE", "/dev/null")
        .env("AWS_PAGER", "")
        .env_remove("AWS_PROFILE");
    command
}
