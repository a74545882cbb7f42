//! The screen of a server: what the server reports, folded small on the server's own threads, and what the screen begins with.
//!
//! Invariant: a report is handed over without waiting; and nothing that a client sent goes further than it was made printable.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::sync::Arc;

use super::Place;
use crate::app::account::left::Flags;
use crate::app::serve::Invitation;
use crate::app::state::Standing;
use crate::cli::arguments::Common;
use crate::cli::failure::Failure;
use crate::cli::{clock, library, run, session};
use crate::lesson::glossary;
use crate::runner::Runner;
use crate::scene::serve::{Arrival, Request};
use crate::server::{Access, Refused, Served, Watcher, invitation};
use crate::simulator::Simulator;
use crate::target::Target;
use crate::target::exchange::TargetName;
use crate::terminal::{self, Opening, Reporter, Reports};

/// Tells the screen.
struct ToScreen(Reporter<Arrival>);

impl Watcher for ToScreen {
    fn served(&self, served: Served) {
        self.0.tell(arrival(served));
    }

    fn refused(&self, refused: Refused) {
        let Refused { at, client, why } = refused;
        let why = why.to_string();
        self.0
            .tell(Arrival::turned_away(at.millis(), &client, &why));
    }
}

/// A watcher, and where the screen hears what it is told.
pub(super) fn watcher() -> (Arc<dyn Watcher>, Reports<Arrival>) {
    let (reporter, reports) = terminal::reports();
    (Arc::new(ToScreen(reporter)), reports)
}

fn arrival(served: Served) -> Arrival {
    let error = served.error.as_ref();
    Arrival::new(
        Request {
            number: served.number,
            at: served.at.millis(),
            client: &served.client,
            operation: &served.operation,
            status: served.status,
            error: error.map(|error| (error.name.as_str(), error.message.as_str())),
            elapsed: served.elapsed,
            request_bytes: served.request_bytes as u64,
            reply_bytes: served.reply_bytes as u64,
        },
        served.trace,
    )
}

/// What the screen tells those who want to join.
fn invited(place: &Place<'_>) -> Invitation {
    let (addresses, code) = match &place.access {
        Access::Loopback => (vec![IpAddr::from(Ipv4Addr::LOCALHOST)], None),
        Access::Class { code, addresses } => (addresses.clone(), Some(code.to_string())),
    };
    let mut all = addresses
        .iter()
        .map(|address| SocketAddr::new(*address, place.port));
    // There is always one.
    let first = all
        .next()
        .unwrap_or_else(|| SocketAddr::from((Ipv4Addr::LOCALHOST, place.port)));
    Invitation {
        address: first.to_string(),
        code,
        lines: invitation::lines(first, &place.access).to_vec(),
        also: all.map(invitation::url).collect(),
        kept: place.data.map(|directory| directory.display().to_string()),
    }
}

/// Shows the server's clients until somebody has enough of it.
pub(super) async fn show(
    place: &Place<'_>,
    simulator: Arc<Simulator>,
    reports: Reports<Arrival>,
    projector: bool,
    common: &Common,
) -> Result<(), Failure> {
    let lessons = library::lessons(common)?;
    // The table browser looks into the tables that are served.
    let target = Target::simulated(simulator, clock::clock());
    let outside = session::outside(PathBuf::new());
    let runner = Runner::on(lessons.clone().into(), target, None, outside);
    let invitation = invited(place);
    terminal::run(terminal::Arguments {
        lessons,
        glossary: glossary::built_in(),
        runner: Arc::new(runner),
        target: TargetName::Simulated,
        account: None,
        flags: Flags::default(),
        left: Vec::new(),
        standing: Standing::Serving(invitation.address.clone()),
        opening: Opening::Serve(invitation),
        reduced_motion: run::reduced_motion(common),
        ascii: run::ascii(common),
        presents: None,
        projector,
        reports: Some(reports),
        stopwatch: clock::stopwatch(),
    })
    .await?;
    Ok(())
}
