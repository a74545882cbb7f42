//! Where the state lives: the XDG state directory, or the one the learner named.
//!
//! Invariant: a directory and a file that are made here can be read by their owner only, since notes and tables are private.

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
pub(crate) fn make(path: &Path) -> Result<(), StoreError> {
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

/// Makes the file where it is missing, and takes everybody else's right to read it.
pub(crate) fn make_file(path: &Path) -> std::io::Result<()> {
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create(true).truncate(false);
    #[cfg(unix)]
    {
        use std::os::unix::fs::{OpenOptionsExt as _, PermissionsExt as _};
        let file = options.mode(0o600).open(path)?;
        // The file may be from elsewhere: a copy, or an umask that let everybody read.
        let permissions = file.metadata()?.permissions();
        if permissions.mode() & 0o077 != 0 {
            file.set_permissions(std::fs::Permissions::from_mode(0o600))?;
        }
    }
    #[cfg(not(unix))]
    options.open(path)?;
    Ok(())
}
