//! What can be typed after `dynatour deploy`.

use std::path::PathBuf;

use clap::Args;

use super::super::workshop::arguments::Allowed;

#[derive(Debug, Args)]
pub struct Deploy {
    /// The workshop's folder [default: this one, pets-node or pets-ruby, whichever is a workshop's]
    pub dir: Option<PathBuf>,
    #[command(flatten)]
    pub allowed: Allowed,
    /// Print one JSON object for each call, each part and each request, instead of lines
    #[arg(long)]
    pub json: bool,
    /// Send no requests to the URL afterwards
    #[arg(long)]
    pub no_requests: bool,
}
