//! What happens one after the other on a request's way, and where it ends.
//!
//! ```text
//!   sent │ routed │ event │ asked │ answered │ … │ returned │ payload │ reply
//!   client→gateway   →lambda  →dynamodb→lambda            lambda→gateway→client
//!            ╰ no route: ends here          ╰ failed: ends here   ╰ no answer: ends here
//! ```
//!
//! Invariant: there is a moment for what happened and for nothing else; after the moment at which it failed there is none.

use super::way::{Gateway, Outcome, Way};
use crate::scene::playhead::{Beat, Position, Timeline};

/// Where a request can be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Station {
    Client,
    Gateway,
    Lambda,
    Table,
}

impl Station {
    pub const ALL: [Self; 4] = [Self::Client, Self::Gateway, Self::Lambda, Self::Table];

    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Client => "client",
            Self::Gateway => "API Gateway",
            Self::Lambda => "Lambda",
            Self::Table => "DynamoDB",
        }
    }

    #[must_use]
    pub const fn index(self) -> usize {
        self as usize
    }
}

/// One thing that happens.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Moment {
    /// The request goes to the gateway.
    Sent,
    /// The gateway looks for a route.
    Routed,
    /// The event goes to the function, for which an environment may have to be started.
    Event,
    /// The function asks the table: the exchange with this index.
    Asked(usize),
    /// The table answers.
    Answered(usize),
    /// The function ends.
    Returned,
    /// Its payload goes to the gateway, which makes an answer of it.
    Payload,
    /// The answer goes to the client.
    Reply,
}

impl Moment {
    /// From where to where something goes, if it does.
    #[must_use]
    pub const fn leg(self) -> Option<(Station, Station)> {
        match self {
            Self::Sent => Some((Station::Client, Station::Gateway)),
            Self::Event => Some((Station::Gateway, Station::Lambda)),
            Self::Asked(_) => Some((Station::Lambda, Station::Table)),
            Self::Answered(_) => Some((Station::Table, Station::Lambda)),
            Self::Payload => Some((Station::Lambda, Station::Gateway)),
            Self::Reply => Some((Station::Gateway, Station::Client)),
            Self::Routed | Self::Returned => None,
        }
    }

    /// Where the eye is when it has happened.
    #[must_use]
    pub const fn station(self) -> Station {
        match self.leg() {
            Some((_, to)) => to,
            None => match self {
                Self::Returned => Station::Lambda,
                _ => Station::Gateway,
            },
        }
    }

    /// Who does it, in the words for it.
    #[must_use]
    pub const fn who(self) -> Station {
        match self {
            Self::Sent | Self::Reply => Station::Client,
            Self::Routed => Station::Gateway,
            Self::Event | Self::Asked(_) | Self::Returned | Self::Payload => Station::Lambda,
            Self::Answered(_) => Station::Table,
        }
    }

    const fn beat(self) -> Beat {
        match self.leg() {
            Some(_) => Beat {
                motion: 400,
                hold: 1_100,
            },
            None => Beat {
                motion: 150,
                hold: 1_100,
            },
        }
    }
}

/// Where a request failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Failure {
    /// No route, or none that could be taken.
    AtGateway,
    /// The function failed.
    InLambda,
    /// What the function returned is no answer.
    NoAnswer,
    /// Nothing came back.
    Lost,
}

impl Failure {
    #[must_use]
    pub const fn station(self) -> Station {
        match self {
            Self::AtGateway | Self::NoAnswer => Station::Gateway,
            Self::InLambda => Station::Lambda,
            Self::Lost => Station::Client,
        }
    }
}

impl Way {
    /// Where it failed, if it did. An answer with any status is an answer: what a handler says is its own affair.
    #[must_use]
    pub fn failure(&self) -> Option<Failure> {
        match &self.gateway {
            Gateway::NoRoute
            | Gateway::TooLate { .. }
            | Gateway::TooLarge { .. }
            | Gateway::Replaced { .. }
            | Gateway::Refused { .. } => {
                return Some(Failure::AtGateway);
            }
            Gateway::Preflight => return self.reply.is_err().then_some(Failure::Lost),
            Gateway::Routed { .. } => {}
        }
        let result = self.run.as_ref().map(|run| &run.result);
        if matches!(result, Some(Outcome::Failed(_))) {
            Some(Failure::InLambda)
        } else if self.malformed.is_some() {
            Some(Failure::NoAnswer)
        } else if self.reply.is_err() {
            Some(Failure::Lost)
        } else {
            None
        }
    }

    /// What happened, in its order.
    fn moments(&self) -> Vec<Moment> {
        let failure = self.failure();
        let mut moments = vec![Moment::Sent];
        // Of a request that nobody answered it is not known how far it came.
        if failure == Some(Failure::Lost) {
            return moments;
        }
        moments.push(Moment::Routed);
        if failure == Some(Failure::AtGateway) {
            return moments;
        }
        if self.gateway == Gateway::Preflight {
            moments.push(Moment::Reply);
            return moments;
        }
        moments.push(Moment::Event);
        if self.run.is_some() {
            let exchanges = self.exchanges.as_ref();
            let exchanges = exchanges.map_or(0, |known| known.exchanges.len());
            for index in 0..exchanges {
                moments.extend([Moment::Asked(index), Moment::Answered(index)]);
            }
        }
        moments.push(Moment::Returned);
        if failure == Some(Failure::InLambda) {
            return moments;
        }
        moments.push(Moment::Payload);
        if failure == Some(Failure::NoAnswer) {
            return moments;
        }
        moments.push(Moment::Reply);
        moments
    }
}

/// A way that can be gone step by step.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Script {
    way: Way,
    moments: Vec<Moment>,
    timeline: Timeline,
}

impl Script {
    #[must_use]
    pub fn new(way: Way) -> Self {
        let moments = way.moments();
        let beats = moments.iter().map(|moment| moment.beat()).collect();
        Self {
            timeline: Timeline::new(beats),
            moments,
            way,
        }
    }

    #[must_use]
    pub const fn way(&self) -> &Way {
        &self.way
    }

    #[must_use]
    pub const fn timeline(&self) -> &Timeline {
        &self.timeline
    }

    #[must_use]
    pub fn moments(&self) -> &[Moment] {
        &self.moments
    }

    /// The moment under way, or the last one that happened; `None` before the first.
    #[must_use]
    pub fn moment(&self, position: Position) -> Option<Moment> {
        let current = position.current().checked_sub(1)?;
        self.moments
            .get(current.min(self.moments.len() - 1))
            .copied()
    }

    /// Those that have happened.
    pub(super) fn happened(&self, position: Position) -> &[Moment] {
        &self.moments[..position.done().min(self.moments.len())]
    }
}
