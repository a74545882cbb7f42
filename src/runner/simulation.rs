//! What a section makes visible, on the simulated table.
//!
//! Each step and exercise carries its section's wishes, and they hold while its requests are sent, however a learner came
//! to it. A server's tables behave as they do: there nothing is arranged.

use std::time::Duration;

use crate::lesson::model::{Simulation, Throttling};
use crate::simulator::Realism;
use crate::simulator::capacity::Limits;
use crate::target::Target;
use crate::target::guard::Watch;

use super::RunError;
use super::requests::put_seeds;
use crate::lesson::model::Seed;

/// Let the simulated table behave so from here on.
pub fn arrange(target: &Target, simulation: &Simulation) {
    if let Some(simulator) = target.simulator() {
        simulator.set_realism(realism(simulation));
    }
}

/// Put a page's seeds and then let the table behave as its section wants. Seeds are there as if for long: they are put
/// without limits, and every reader sees them.
pub(super) async fn prepare(
    target: &Target,
    seeds: &[Seed],
    simulation: &Simulation,
    watch: Watch<'_>,
) -> Result<(), RunError> {
    if !seeds.is_empty() {
        arrange(target, &Simulation::default());
        put_seeds(target, seeds, watch).await?;
    }
    arrange(target, simulation);
    Ok(())
}

fn realism(simulation: &Simulation) -> Realism {
    Realism {
        capacity: simulation.throttling.as_ref().map(limits),
        stale_reads: Duration::from_secs(simulation.stale_reads),
        index_delay: Duration::from_secs(simulation.index_delay),
        table_delay: Duration::from_secs(simulation.table_delay),
        expiry_delay: Duration::from_secs(simulation.expiry_delay),
    }
}

fn limits(throttling: &Throttling) -> Limits {
    let scaled = Limits::scaled(throttling.scale);
    let seconds = |given: Option<u64>, usual| given.map_or(usual, Duration::from_secs);
    Limits {
        partition_bytes: throttling.partition_bytes.unwrap_or(scaled.partition_bytes),
        heat: seconds(throttling.heat, scaled.heat),
        growth: seconds(throttling.growth, scaled.growth),
        ..scaled
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_section_says_what_it_makes_visible() {
        assert_eq!(realism(&Simulation::default()), Realism::default());
        let wished = Simulation {
            throttling: Some(Throttling {
                scale: 100,
                partition_bytes: Some(2_000),
                heat: Some(5),
                growth: None,
            }),
            stale_reads: 3,
            ..Simulation::default()
        };
        let got = realism(&wished);
        let limits = got.capacity.expect("it is throttled");
        assert_eq!(
            (limits.partition_write, limits.partition_bytes),
            (10, 2_000)
        );
        assert_eq!(limits.heat, Duration::from_secs(5));
        assert_eq!(limits.growth, Limits::default().growth);
        assert_eq!(got.stale_reads, Duration::from_secs(3));
        assert_eq!(got.index_delay, Duration::ZERO);
    }
}
