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
use crate::target::choice::{AccountWish, Choice, Kind, Wish, choose};

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

/// The account that the flags ask for, by commands that work on nothing else.
pub async fn wish(common: &Common) -> Result<AccountWish, Failure> {
    let asked = common.wish();
    if matches!(asked.kind, Some(Kind::Simulated | Kind::Endpoint)) {
        return Err(Failure::Words(
            "this works on an AWS account, or on a server that plays AWS (--endpoint-url): leave --target out, or say --target aws".to_owned(),
        ));
    }
    let wish = Wish {
        kind: Some(Kind::Aws),
        ..asked
    };
    match choose(&wish, |name| std::env::var(name).ok()).await? {
        Choice::Account(wish) => Ok(wish),
        Choice::Simulated { .. } | Choice::Endpoint(_) => {
            Err(Failure::Words("no account was chosen".to_owned()))
        }
    }
}
