//! Hands over to the library.

use std::process::ExitCode;

fn main() -> ExitCode {
    dynatour::cli::main()
}
