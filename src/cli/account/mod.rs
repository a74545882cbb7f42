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
use crate::runner::MakeDoor;
use crate::target::choice::AccountWish;

/// A run that nobody has had.
pub fn new_run() -> Result<RunId, Failure> {
    RunId::random()
        .map_err(|error| Failure::Words(format!("no randomness for this run's id: {error}")))
}

/// The door to the account that the flags ask for.
pub fn door(common: &Common, wish: &AccountWish) -> Result<Door, Failure> {
    Ok(Door::new(frame(common, wish)?))
}

/// The same for an account that nobody has asked for yet: what is wrong with it is said when somebody does.
pub fn later(common: &Common) -> MakeDoor {
    let wish = AccountWish {
        profile: common.account.profile.clone(),
        region: common.account.region.clone(),
        endpoint_url: common.endpoint_url.clone(),
    };
    let frame = frame(common, &wish).map_err(|failure| failure.to_string());
    Box::new(move || frame.clone().map(Door::new))
}

fn frame(common: &Common, wish: &AccountWish) -> Result<Frame, Failure> {
    Ok(Frame {
        wish: wish.clone(),
        flags: left::flags(common).to_string(),
        allow_root: common.account.allow_root,
        ceiling: common.account.ceiling(),
        state: state_directory(common.state.as_deref())?,
        run: new_run()?,
        variable: Arc::new(|name| std::env::var(name).ok()),
        clock: clock::clock(),
    })
}
