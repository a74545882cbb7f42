//! What can be typed after `dynatour workshop`.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use crate::workshop::language::Language;

#[derive(Debug, Args)]
pub struct Workshop {
    /// The language of the handlers [default: the folder's, or node]
    #[arg(value_enum)]
    pub language: Option<LanguageKind>,
    /// The folder to work in; it is made where it is missing [default: pets-node or pets-ruby]
    pub dir: Option<PathBuf>,
    /// Port of the HTTP API; 0 takes any that is free, and says which
    #[arg(long, value_name = "N", default_value_t = 3000)]
    pub port: u16,
    /// Try each handler once, and end: the exit status is 0 only if all are right
    #[arg(long, conflicts_with = "port")]
    pub once: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum LanguageKind {
    Node,
    Ruby,
}

impl From<LanguageKind> for Language {
    fn from(kind: LanguageKind) -> Self {
        match kind {
            LanguageKind::Node => Self::Node,
            LanguageKind::Ruby => Self::Ruby,
        }
    }
}
