//! What there is to see of a way at a moment.
//!
//! Invariant: a station, an exchange or an answer that has not been reached is not in a frame, and after a failure nothing is.

use super::script::{Failure, Moment, Script, Station};
use super::way::{Exchange, Way};
use super::words;
use crate::scene::playhead::Position;

/// Something between two stations.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Moving {
    pub from: Station,
    pub to: Station,
    /// How far it has come, 0 to 1, eased.
    pub progress: f64,
}

/// Everything there is to see at a moment.
#[derive(Debug, Clone, PartialEq)]
pub struct Frame<'a> {
    pub way: &'a Way,
    /// What happens, or happened last; `None` before anything did.
    pub moment: Option<Moment>,
    pub moving: Option<Moving>,
    /// Where the eye is.
    pub at: Station,
    /// How many exchanges were begun, and how many were answered.
    pub asked: usize,
    pub answered: usize,
    /// Whether it has ended where it failed.
    pub failed: Option<Failure>,
    happened: &'a [Moment],
    script: &'a Script,
}

impl Script {
    /// The picture at a position.
    #[must_use]
    pub fn frame(&self, position: Position) -> Frame<'_> {
        let happened = self.happened(position);
        let moment = self.moment(position);
        let moving = moment
            .zip(position.progress())
            .and_then(|(moment, progress)| {
                let (from, to) = moment.leg()?;
                Some(Moving { from, to, progress })
            });
        let count = |is: fn(&Moment) -> bool| happened.iter().filter(|one| is(one)).count();
        let ended = happened.len() == self.moments().len();
        Frame {
            way: self.way(),
            moment,
            moving,
            at: match (moving, moment) {
                (Some(moving), _) => moving.from,
                (None, Some(moment)) => moment.station(),
                (None, None) => Station::Client,
            },
            asked: count(|one| matches!(one, Moment::Asked(_))),
            answered: count(|one| matches!(one, Moment::Answered(_))),
            failed: self.way().failure().filter(|_| ended),
            happened,
            script: self,
        }
    }
}

impl<'a> Frame<'a> {
    /// Whether a moment has happened.
    #[must_use]
    pub fn passed(&self, moment: Moment) -> bool {
        self.happened.contains(&moment)
    }

    /// Whether the request has come as far as this station.
    #[must_use]
    pub fn reached(&self, station: Station) -> bool {
        station == Station::Client || self.happened.iter().any(|one| one.station() == station)
    }

    /// Whether something has gone from one station to the next one, in this direction.
    #[must_use]
    pub fn gone(&self, from: Station, to: Station) -> bool {
        self.happened
            .iter()
            .any(|one| one.leg() == Some((from, to)))
    }

    /// The exchange that is under way or was answered last.
    #[must_use]
    pub fn exchange(&self) -> Option<(usize, &'a Exchange)> {
        let index = self.asked.checked_sub(1)?;
        let exchange = self.way.exchanges.as_ref()?.exchanges.get(index)?;
        Some((index, exchange))
    }

    /// Whether that exchange was answered.
    #[must_use]
    pub const fn is_answered(&self) -> bool {
        self.answered == self.asked
    }

    /// What has happened up to now, each with who did it and in words.
    #[must_use]
    pub fn story(&self) -> impl ExactSizeIterator<Item = (Station, String)> {
        let happened = self.happened.iter();
        happened.map(|one| (one.who(), words::narrate(self.script.way(), Some(*one))))
    }

    /// What happens, in one or two sentences.
    #[must_use]
    pub fn narration(&self) -> String {
        words::narrate(self.script.way(), self.moment)
    }
}
