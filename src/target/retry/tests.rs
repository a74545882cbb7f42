use std::sync::Mutex;

use proptest::prelude::*;

use super::*;
use crate::simulator::trace::CapacityUnits;
use crate::target::exchange::{Message, Outcome, Picodollars, TargetName};

fn exchange() -> Exchange {
    Exchange {
        target: TargetName::Simulated,
        operation: "PutItem".to_owned(),
        request: Message::default(),
        response: None,
        outcome: Outcome::Success,
        request_id: None,
        read: CapacityUnits::ZERO,
        written: CapacityUnits::ZERO,
        price: Picodollars(0),
        price_is_most: false,
        elapsed: Duration::ZERO,
        trace: None,
        attempts: Vec::new(),
        unsettled: false,
        remark: None,
        already_done: false,
    }
}

/// What became of a request whose tries end one after the other like this, and how long was waited in all.
async fn sent(
    operation: &str,
    ends: &[Ended],
    allowed: usize,
    watch: Watch<'_>,
) -> (Exchange, Duration) {
    let slept = Arc::new(Mutex::new(Duration::ZERO));
    let counting = Arc::clone(&slept);
    let waits: Waits = Arc::new(move |duration| {
        *counting.lock().unwrap() += duration;
        Box::pin(std::future::ready(()))
    });
    let mut ends = ends.iter().cloned();
    let mut asked = 0;
    let again = || {
        asked += 1;
        if asked > allowed {
            Err("No more.".to_owned())
        } else {
            Ok(())
        }
    };
    let one = || {
        let ended = ends.next().unwrap_or(Ended::Finally);
        std::future::ready((exchange(), ended))
    };
    let exchange = tries(Twice::of(operation), &waits, 7, watch, again, one).await;
    let slept = *slept.lock().unwrap();
    (exchange, slept)
}

fn too_fast() -> Ended {
    Ended::TooFast("ThrottlingException".to_owned())
}

fn silent() -> Ended {
    Ended::Silent("no answer in time".to_owned())
}

#[tokio::test]
async fn what_is_worth_it_is_tried_again_and_told() {
    let told = Mutex::new(Vec::new());
    let watch = Watch {
        tell: &|happening| told.lock().unwrap().push(happening),
        left: &|| false,
    };
    let (exchange, slept) = sent("PutItem", &[too_fast(), too_fast()], 9, watch).await;
    assert_eq!(exchange.attempts.len(), 2);
    assert!(!exchange.unsettled);
    let total: Duration = exchange.attempts.iter().map(|attempt| attempt.waited).sum();
    assert_eq!(slept, total);
    let told = told.into_inner().unwrap();
    assert!(
        matches!(&told[1], Happening::Retrying { attempt: 3, of: TRIES, why, wait }
        if why == "ThrottlingException" && *wait == exchange.attempts[1].waited)
    );
    // There is an end to it.
    let (exchange, _) = sent("PutItem", &vec![too_fast(); 99], 99, Watch::nobody()).await;
    assert_eq!(exchange.attempts.len(), TRIES as usize - 1);
}

#[tokio::test]
async fn silence_is_tried_again_only_where_twice_does_no_harm() {
    let tries = |operation| async move {
        let (exchange, _) = sent(operation, &vec![silent(); 99], 99, Watch::nobody()).await;
        assert!(exchange.unsettled);
        exchange.attempts.len() + 1
    };
    for operation in READS {
        assert_eq!(tries(operation).await, TRIES as usize, "{operation}");
    }
    for operation in WRITES {
        assert_eq!(tries(operation).await, 1, "{operation}");
    }
    let (exchange, _) = sent("Scan", &[Ended::Unreadable], 9, Watch::nobody()).await;
    assert!(exchange.unsettled && exchange.attempts.is_empty());
}

const WRITES: [&str; 11] = [
    "CreateTable",
    "UpdateTable",
    "DeleteTable",
    "PutItem",
    "UpdateItem",
    "DeleteItem",
    "BatchWriteItem",
    "TransactWriteItems",
    "UpdateTimeToLive",
    "TagResource",
    "UntagResource",
];

#[tokio::test]
async fn nobody_has_to_wait_and_nothing_is_tried_that_is_not_allowed() {
    let left = Watch {
        tell: &|_| {},
        left: &|| true,
    };
    let (exchange, slept) = sent("PutItem", &vec![too_fast(); 9], 9, left).await;
    assert_eq!((exchange.attempts.len(), slept), (0, Duration::ZERO));
    assert!(exchange.remark.unwrap().contains("You left"));
    let failed = Ended::Failed("InternalServerError".to_owned());
    let (exchange, _) = sent("PutItem", &vec![failed; 9], 1, Watch::nobody()).await;
    assert_eq!(exchange.attempts.len(), 1);
    assert!(exchange.attempts[0].unsettled && exchange.unsettled);
    assert_eq!(exchange.remark.as_deref(), Some("No more."));
}

proptest! {
    #[test]
    fn waits_grow_within_bounds_and_differ_between_seeds(seed in any::<u64>(), tries in 1_u32..100) {
        let wait = backoff(seed, tries);
        let full = FIRST.saturating_mul(1 << (tries - 1).min(10)).min(LONGEST);
        prop_assert!(wait >= full / 2 && wait <= full);
        prop_assert_eq!(wait, backoff(seed, tries));
        if tries < 5 {
            prop_assert_ne!(wait, backoff(seed ^ 0x5555, tries));
        }
    }
}
