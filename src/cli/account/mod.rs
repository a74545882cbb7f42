//! What the commands that talk to an AWS account share.

pub mod arguments;
pub mod findings;
pub mod yes;

use std::sync::Arc;

use super::arguments::Common;
use super::failure::Failure;
use super::{clock, left};
use crate::account::door::{Door, Frame};
use crate::account::tag::RunId;
use crate::learner::directory::state_directory;
use crate::target::choice::AccountWish;

/// A run that nobody has had.
pub fn new_run() -> Result<RunId, Failure> {
    RunId::random()
        .map_err(|error| Failure::Words(format!("no randomness for this run's id: {error}")))
}

/// The door to the account that the flags ask for.
pub fn door(common: &Common, wish: &AccountWish) -> Result<Door, Failure> {
    Ok(Door::new(Frame {
        wish: wish.clone(),
        flags: left::flags(common).to_string(),
        allow_root: common.account.allow_root,
        ceiling: common.account.ceiling(),
        state: state_directory(common.state.as_deref())?,
        run: new_run()?,
        variable: Arc::new(|name| std::env::var(name).ok()),
        clock: clock::clock(),
    }))
}
