//! Why a command could not do its work, and the exit status that goes with it.

use crate::learner::error::StoreError;
use crate::lesson::error::LessonError;
use crate::lesson::find::NotFound;
use crate::runner::RunError;
use crate::target::choice::ChoiceError;

/// Ends a command. Every text says what to do.
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    /// Nobody reads the output any more.
    #[error("")]
    Pipe,
    #[error("error: {0}")]
    NotFound(#[from] NotFound),
    #[error("{}", .0.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n\n"))]
    Lesson(Vec<LessonError>),
    #[error("error: {0}")]
    Target(#[from] ChoiceError),
    #[error("error: {0}")]
    Store(#[from] StoreError),
    #[error("error: {0}")]
    Run(#[from] RunError),
    #[error("error: {0}")]
    Words(String),
    #[error("error: standard output can't be written: {0}")]
    Output(std::io::Error),
}

impl From<std::io::Error> for Failure {
    /// Errors of standard output; everything else is mapped where it happens.
    fn from(error: std::io::Error) -> Self {
        if error.kind() == std::io::ErrorKind::BrokenPipe {
            Self::Pipe
        } else {
            Self::Output(error)
        }
    }
}
