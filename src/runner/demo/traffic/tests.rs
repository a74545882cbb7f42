//! Real traffic against the simulated table's real limits.

use super::*;
use crate::lesson::traffic::Spread;
use crate::runner::demo::tests::run_now;
use crate::scene::traffic::narrate;

const QUIET: Watch<'static> = Watch {
    report: &|_| {},
    stop: &|| false,
};

fn run(
    design: Design,
    access: Access,
    rate: u64,
    spread: Spread,
    provisioned: Option<u64>,
) -> TrafficRun {
    TrafficRun {
        table: "orders".to_owned(),
        design,
        load: Load {
            access,
            rate,
            spread,
            provisioned,
        },
    }
}

#[test]
fn explore() {
    for design in Design::ALL {
        let record = run_now(run_traffic(
            &run(design, Access::Writes, 2_000, Spread::Even, None),
            QUIET,
        ))
        .unwrap();
        eprintln!("== {design:?}");
        for line in narrate(&record) {
            eprintln!("{line}");
        }
    }
}
