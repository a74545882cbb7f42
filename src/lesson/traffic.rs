//! What traffic a demonstration sends to which table: as an author writes it and a learner changes it.
//!
//! The traffic is a shop's orders. Each order has a customer, a till, a day and a status, so the same orders can be kept under
//! one partition key or another; [`Design`] says which.
//! Invariant: a load that was made by [`Load::new`] is one that a scratch table can really be asked to serve.

use std::ops::RangeInclusive;

/// What is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Access {
    /// Strongly consistent, of items of at most 4 KB: one read unit each.
    Reads,
    /// Of items of at most 1 KB: one write unit each.
    Writes,
}

/// So many requests a second the scratch table is really sent, at most: ten minutes of them are then done in seconds.
const MOST_SENT: u64 = 400;

impl Access {
    pub const ALL: [Self; 2] = [Self::Writes, Self::Reads];

    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Reads => "reads",
            Self::Writes => "writes",
        }
    }

    /// So many real requests stand behind one that is sent. A partition of the scratch table then serves 50 a second of either
    /// kind, enough for chance to even out.
    #[must_use]
    pub const fn scale(self) -> u64 {
        match self {
            Self::Reads => 60,
            Self::Writes => 20,
        }
    }

    /// Requests or units a second that can be asked for or provisioned.
    #[must_use]
    pub const fn range(self) -> RangeInclusive<u64> {
        self.scale()..=self.scale() * MOST_SENT
    }
}

/// Whose orders they are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Spread {
    /// All customers order alike.
    Even,
    /// The first customer orders twice as often as the second, three times as often as the third, and so on (Zipf).
    Skewed,
    /// One customer orders everything.
    OneKey,
}

impl Spread {
    pub const ALL: [Self; 3] = [Self::Even, Self::Skewed, Self::OneKey];

    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Even => "even",
            Self::Skewed => "skewed",
            Self::OneKey => "one",
        }
    }

    /// For a line that says what is sent.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::Even => "all customers alike",
            Self::Skewed => "a few customers order most (zipf)",
            Self::OneKey => "all from one customer",
        }
    }
}

/// Under which key orders are kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Design {
    /// `status`, sorted by order id. Most orders that are written or asked for are open.
    Status,
    /// `day`, sorted by time: everything goes to today.
    Date,
    /// `till`, sorted by time: one of 40.
    Device,
    /// `customer`, sorted by time: one of 500.
    User,
    /// `day_part`, sorted by time: today with a suffix from 0 to 19.
    Sharded,
}

impl Design {
    pub const ALL: [Self; 5] = [
        Self::Status,
        Self::Date,
        Self::Device,
        Self::User,
        Self::Sharded,
    ];

    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Status => "status",
            Self::Date => "date",
            Self::Device => "device",
            Self::User => "user",
            Self::Sharded => "sharded",
        }
    }

    /// For a list to choose from.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::Status => "status",
            Self::Date => "today's date",
            Self::Device => "till (device)",
            Self::User => "customer (user)",
            Self::Sharded => "date + suffix",
        }
    }

    /// Partition key and sort key.
    #[must_use]
    pub const fn keys(self) -> [&'static str; 2] {
        match self {
            Self::Status => ["status", "order"],
            Self::Date => ["day", "at"],
            Self::Device => ["till", "at"],
            Self::User => ["customer", "at"],
            Self::Sharded => ["day_part", "at"],
        }
    }
}

/// How much of what.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Load {
    pub access: Access,
    /// Requests a second.
    pub rate: u64,
    pub spread: Spread,
    /// Units a second that the table is given; nothing for an on-demand table.
    pub provisioned: Option<u64>,
}

impl Load {
    /// The load as the scratch table can serve it; nothing where a figure is out of [`Access::range`].
    #[must_use]
    pub fn new(
        access: Access,
        rate: u64,
        spread: Spread,
        provisioned: Option<u64>,
    ) -> Option<Self> {
        let range = access.range();
        let served =
            range.contains(&rate) && provisioned.is_none_or(|units| range.contains(&units));
        served.then_some(Self {
            access,
            rate,
            spread,
            provisioned,
        })
    }
}
