//! Hands over to the library, and makes reports of panics readable.

use std::process::ExitCode;

fn main() -> ExitCode {
    // A second installation is the only way this fails; then the first one is in force.
    let _ = color_eyre::config::HookBuilder::default()
        .display_env_section(false)
        .install();
    dynatour::cli::main()
}
