//! `dynatour workshop --export FILE.svg`: the way of one request through the handlers, as a picture.
//!
//! The request is really sent: through the handlers as they stand in the folder, on a table of its own with the three pets.
//! Invariant: nothing is drawn that did not happen in this run, and no process of a handler is left.

use std::path::Path;

use super::arguments::Workshop;
use super::{OPEN, opened, prepare, signals};
use crate::app::screen::Screen;
use crate::app::workshop::way::WayScreen;
use crate::cli::arguments::Common;
use crate::cli::failure::Failure;
use crate::cli::{picture, session};
use crate::runner::workshop::request;
use crate::runner::workshop::way::way;
use crate::scene::workshop::Way;

pub(super) fn export(file: &Path, arguments: &Workshop, common: &Common) -> Result<u8, Failure> {
    picture::free(file)?;
    match session::block_on(asked(arguments))?? {
        Some(way) => {
            let screen = Screen::Way(Box::new(WayScreen::new(way, None)));
            picture::of_screen(screen, file, &arguments.picture, common)
        }
        None => Ok(OPEN),
    }
}

/// The way of the request; nothing where a signal came before its answer.
async fn asked(arguments: &Workshop) -> Result<Option<Way>, Failure> {
    let mut signals = signals()?;
    let folder = prepare(arguments)?;
    if !folder.written.is_empty() {
        let (path, files) = (folder.path.display(), folder.written.join(", "));
        session::say(&format!("{path} has new files now: {files}"));
    }
    let (place, _) = opened(&folder, arguments).await?;
    let (api, _tables) = place.api();
    let sent = request(arguments.request.0.clone());
    let passage = tokio::select! {
        passage = api.pass(&sent) => Some(passage),
        () = signals.any() => None,
    };
    api.end().await;
    Ok(passage.map(|passage| {
        let took = passage.took;
        way(&sent, passage, Some(took))
    }))
}
