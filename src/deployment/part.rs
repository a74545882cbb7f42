//! What a deployment consists of.

use crate::workshop::goal::Goal;

/// A part, in the order in which they are made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Part {
    Table,
    /// The three that live in the street at the beginning.
    Pets,
    LogGroup(Goal),
    /// With its one inline policy.
    Role(Goal),
    Function(Goal),
    Api,
    /// How the API reaches a function.
    Integration(Goal),
    Route(Goal),
    /// That the API may invoke a function for its route.
    Permission(Goal),
    /// From then on, the URL is served.
    Stage,
}

impl Part {
    /// All of them, in their order.
    #[must_use]
    pub fn all() -> Vec<Self> {
        let mut all = vec![Self::Table, Self::Pets];
        for of_goal in [Self::LogGroup, Self::Role, Self::Function] {
            all.extend(Goal::ALL.map(of_goal));
        }
        all.push(Self::Api);
        for of_goal in [Self::Integration, Self::Route, Self::Permission] {
            all.extend(Goal::ALL.map(of_goal));
        }
        all.push(Self::Stage);
        all
    }

    /// Whether cleaning up has to delete it itself; the others go with these.
    #[must_use]
    pub const fn is_thing(self) -> bool {
        matches!(
            self,
            Self::Table | Self::LogGroup(_) | Self::Role(_) | Self::Function(_) | Self::Api
        )
    }
}
