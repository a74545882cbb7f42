//! The three handlers that tests deploy without trying them before, and cleaning up what was made of them, as the program does behind the
//! account's door.

use std::collections::BTreeSet;
use std::sync::Arc;

use dynatour::account::cleanup::region::Region;
use dynatour::account::door::Entered;
use dynatour::deployment::Handler;
use dynatour::target::exchange::Picodollars;
use dynatour::target::guard::Watch;
use dynatour::workshop::goal::Goal;
use dynatour::workshop::language::Language;

/// The solutions of Node's track, with the rights that they need; one of them is another one once it was saved again.
pub fn handlers(is_saved_again: bool) -> [Handler; 3] {
    Goal::ALL.map(|goal| {
        let operation = match goal {
            Goal::GetAll => "Scan",
            Goal::GetOne => "GetItem",
            Goal::Post => "PutItem",
        };
        let mut source = goal.solution(Language::Node).to_owned();
        if is_saved_again && goal == Goal::GetOne {
            source.push_str("// saved again\n");
        }
        Handler {
            goal,
            source: source.into_bytes(),
            operations: BTreeSet::from([operation.to_owned()]),
            most: Picodollars(1_000_000),
        }
    })
}

/// Deletes all that is ours.
///
/// # Errors
/// All that is said of what could not be looked for or deleted.
pub async fn clean_up(entered: &Entered) -> Result<(), String> {
    let region = Region::new(
        entered.target.clone(),
        entered.services.clone(),
        Arc::clone(&entered.session),
    );
    let looked = region.look(&BTreeSet::new(), &|_, _, _| {}).await;
    let looked = looked.map_err(|error| error.to_string())?;
    let mut wrong = Vec::new();
    for unseen in &looked.unseen {
        wrong.push(format!("{unseen:?}"));
    }
    for ours in &looked.plan.ours {
        if let Err(error) = region.delete(ours, Watch::nobody()).await {
            wrong.push(error.to_string());
        }
    }
    region.settle(&looked.plan).await?;
    if wrong.is_empty() {
        Ok(())
    } else {
        Err(wrong.join(" "))
    }
}
