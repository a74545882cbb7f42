use super::*;
use proptest::prelude::*;
use std::time::Duration;

fn at(millis: u64) -> Timestamp {
    Timestamp::from_millis(millis)
}

/// How many of `asks` single writes to a partition are admitted at a moment.
fn writes(meter: &mut Meter, partition: u32, asks: u32, now: Timestamp, limits: &Limits) -> u32 {
    let partition = PartitionId(partition);
    (0..asks)
        .filter(|n| {
            let address = n.to_be_bytes();
            let admitted = meter
                .admit(partition, Access::Write, &address, now, limits)
                .is_empty();
            if admitted {
                meter.charge(partition, Access::Write, Micro::units(1), now, limits);
            }
            admitted
        })
        .count()
        .try_into()
        .expect("a count")
}

const ON_DEMAND: Supply = Supply::OnDemand {
    most_read: None,
    most_write: None,
};

#[test]
fn a_provisioned_table_serves_its_rate_and_what_it_saved() {
    let limits = Limits::default();
    let supply = Supply::Provisioned { read: 5, write: 5 };
    let mut meter = Meter::new(supply, at(0));
    assert_eq!(writes(&mut meter, 0, 20, at(0), &limits), 5);
    assert_eq!(writes(&mut meter, 0, 20, at(2_000), &limits), 10);
    // After a long pause, five minutes' worth, but at most what the partition serves in a second.
    assert_eq!(writes(&mut meter, 0, 5_000, at(9_000_000), &limits), 1_000);
    assert_eq!(writes(&mut meter, 0, 5_000, at(9_001_000), &limits), 505);
    assert_eq!(writes(&mut meter, 0, 5_000, at(9_002_000), &limits), 5);
}

#[test]
fn a_hot_partition_uses_what_the_others_leave_up_to_its_own_limit() {
    let limits = Limits::scaled(100);
    let supply = Supply::Provisioned { read: 1, write: 20 };
    let mut meter = Meter::new(supply, at(0));
    // One of two partitions gets all 20? No: the partition's limit is 10.
    assert_eq!(writes(&mut meter, 0, 50, at(0), &limits), 10);
    // What it could not use, the other can, in the same second.
    assert_eq!(writes(&mut meter, 1, 50, at(0), &limits), 10);
    assert_eq!(writes(&mut meter, 1, 50, at(1), &limits), 0);
}

#[test]
fn an_on_demand_table_is_throttled_at_a_partition_only() {
    let limits = Limits::default();
    let mut meter = Meter::new(ON_DEMAND, at(0));
    for partition in 0..4 {
        assert_eq!(writes(&mut meter, partition, 1_500, at(0), &limits), 1_000);
    }
    let refused = meter.admit(PartitionId(0), Access::Write, b"a", at(0), &limits);
    assert_eq!(refused[0].limit, LimitKind::KeyRange);
    assert_eq!(refused[0].rate.consumed, CapacityUnits::whole(1_000));
    // Reads have capacity of their own.
    let reads = meter.admit(PartitionId(0), Access::Read, b"a", at(0), &limits);
    assert_eq!(reads, []);
}

#[test]
fn an_on_demand_maximum_holds_for_all_partitions_together() {
    let limits = Limits::default();
    let supply = Supply::OnDemand {
        most_read: None,
        most_write: Some(7),
    };
    let mut meter = Meter::new(supply, at(0));
    assert_eq!(writes(&mut meter, 0, 5, at(0), &limits), 5);
    assert_eq!(writes(&mut meter, 1, 5, at(0), &limits), 2);
    let refused = meter.admit(PartitionId(1), Access::Write, b"a", at(0), &limits);
    assert_eq!(refused[0].limit, LimitKind::MaxOnDemand);
    assert_eq!(writes(&mut meter, 1, 50, at(1_000), &limits), 7);
}

#[test]
fn a_partition_that_stays_hot_is_due_for_a_split() {
    let limits = Limits {
        heat: Duration::from_secs(5),
        ..Limits::scaled(100)
    };
    let mut meter = Meter::new(ON_DEMAND, at(0));
    for second in 0..5 {
        writes(&mut meter, 0, 20, at(second * 1000), &limits);
        writes(&mut meter, 1, 3, at(second * 1000), &limits);
        assert!(!meter.is_due(PartitionId(0), &limits));
    }
    writes(&mut meter, 0, 20, at(5_000), &limits);
    assert!(meter.is_due(PartitionId(0), &limits));
    assert!(!meter.is_due(PartitionId(1), &limits));
    meter.forget_heat(PartitionId(0));
    assert!(!meter.is_due(PartitionId(0), &limits));
}

#[test]
fn an_on_demand_table_grows_for_the_double_of_its_peak() {
    let limits = Limits {
        growth: Duration::from_mins(1),
        ..Limits::scaled(100)
    };
    let mut meter = Meter::new(ON_DEMAND, at(0));
    // 30 writes a second through a minute: three partitions' worth.
    for second in 0..60 {
        for partition in 0..3 {
            writes(&mut meter, partition, 10, at(second * 1000), &limits);
        }
    }
    writes(&mut meter, 0, 1, at(60_000), &limits);
    assert_eq!(meter.partitions_wanted(at(60_000), &limits), 1);
    assert_eq!(meter.partitions_wanted(at(120_000), &limits), 6);
}

#[test]
fn another_supply_takes_over() {
    let limits = Limits::default();
    let mut meter = Meter::new(Supply::Provisioned { read: 1, write: 1 }, at(0));
    assert_eq!(writes(&mut meter, 0, 9, at(0), &limits), 1);
    meter.resupply(Supply::Provisioned { read: 1, write: 8 }, at(0), &limits);
    assert_eq!(writes(&mut meter, 0, 9, at(1_000), &limits), 8);
    meter.resupply(ON_DEMAND, at(1_000), &limits);
    assert_eq!(writes(&mut meter, 0, 9, at(1_000), &limits), 9);
}

proptest! {
    /// In no second is more served than the partitions' limits allow, and over all time no more than was provisioned.
    #[test]
    fn limits_hold_for_any_traffic(
        write in 1u64..40,
        asks in proptest::collection::vec((0u32..3, 0u64..2_000, 1u32..30), 1..100),
    ) {
        let limits = Limits { burst: Duration::from_secs(10), ..Limits::scaled(100) };
        let mut meter = Meter::new(Supply::Provisioned { read: 1, write }, at(0));
        let mut now = 0;
        let mut served = 0u64;
        let mut in_second: BTreeMap<(u32, u64), u64> = BTreeMap::new();
        for (partition, wait, count) in asks {
            now += wait;
            let admitted = u64::from(writes(&mut meter, partition, count, at(now), &limits));
            served += admitted;
            let second = in_second.entry((partition, now / 1000)).or_default();
            *second += admitted;
            prop_assert!(*second <= limits.partition_write);
            prop_assert!(served * 1000 <= write * (now + 1000) + 1000);
        }
    }
}
