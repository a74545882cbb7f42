//! Where the state lives: the XDG state directory, or the one the learner named.
//!
//! Invariant: a directory that is made here can be read by its owner only, since notes and tables are private.

use std::path::{Path, PathBuf};

use etcetera::AppStrategy as _;

use super::error::StoreError;

/// The state directory: `--state DIR`, or `$XDG_STATE_HOME/dynatour` (by default `~/.local/state/dynatour`).
pub fn state_directory(named: Option<&Path>) -> Result<PathBuf, StoreError> {
    if let Some(named) = named {
        return Ok(named.to_owned());
    }
    let strategy = etcetera::app_strategy::Xdg::new(etcetera::AppStrategyArgs {
        top_level_domain: String::new(),
        author: String::new(),
        app_name: "dynatour".to_owned(),
    })
    .map_err(|_| StoreError::NoHome)?;
    strategy.state_dir().ok_or(StoreError::NoHome)
}

/// Makes the directory where it is missing, readable by its owner only.
pub(super) fn make(path: &Path) -> Result<(), StoreError> {
    let mut builder = std::fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::DirBuilderExt as _;
        builder.mode(0o700);
    }
    builder
        .create(path)
        .map_err(|source| StoreError::Directory {
            path: path.to_owned(),
            source,
        })
}
