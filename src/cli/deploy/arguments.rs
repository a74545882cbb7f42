//! What can be typed after `dynatour deploy`.

use std::path::PathBuf;

use clap::Args;

use super::super::workshop::arguments::{Memory, Timeout};
use crate::workshop::lambda::Allowance;

#[derive(Debug, Args)]
pub struct Deploy {
    /// The workshop's folder [default: this one, pets-node or pets-ruby, whichever is a workshop's]
    pub dir: Option<PathBuf>,
    #[arg(
        long,
        value_name = "SECONDS",
        default_value_t,
        help = "How long a handler may take, here and there, 1 to 900 as on Lambda; API Gateway waits 30 seconds at most"
    )]
    pub timeout: Timeout,
    /// Memory of a function in megabytes, here and there, 128 to 10240 as on Lambda
    #[arg(long, value_name = "MB", default_value_t)]
    pub memory: Memory,
    /// Print one JSON object for each call, each part and each request, instead of lines
    #[arg(long)]
    pub json: bool,
    /// Send no requests to the URL afterwards
    #[arg(long)]
    pub no_requests: bool,
}

impl Deploy {
    pub const fn allowance(&self) -> Allowance {
        Allowance {
            timeout: self.timeout.0,
            memory: self.memory.0,
        }
    }
}
