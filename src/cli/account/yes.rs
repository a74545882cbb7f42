//! A lesson on an account without a screen: what was found, what it does and costs at most, and a typed yes.
//!
//! All of it goes to standard error, because standard output is the lesson.
//! Invariant: nothing is made, changed or deleted there before the word yes was typed, or given as --yes.

use std::io::{BufRead, Write};

use super::super::arguments::Common;
use super::super::failure::Failure;
use super::{door, findings};
use crate::account::door::{Aim, Entered};
use crate::account::preflight::{Finding, Preflight};
use crate::app::account::most::{self, Plan};
use crate::lesson::model::{Lesson, Section};
use crate::lesson::rename::rename;
use crate::target::choice::AccountWish;
use crate::target::exchange::{Picodollars, Place};

/// Looks at the account, says what comes, asks, and enters. Gives the lesson back with the names its tables have there.
pub async fn enter(
    common: &Common,
    wish: &AccountWish,
    lesson: Lesson,
    start: Option<&Section>,
) -> Result<(Entered, Lesson), Failure> {
    let door = door(common, wish)?;
    let lessons = [lesson];
    let report = |finding: Finding| {
        // Standard error may be closed; what stops is said once more at the end.
        let _ = findings::write(&mut std::io::stderr(), &finding);
    };
    let preflight = door.preflight(Aim::steps(&lessons), &report).await;
    let [lesson] = lessons;
    // What another one has just made is no leftover to be deleted.
    if let Some(place) = preflight.place.as_ref().filter(|_| preflight.may_start()) {
        door.claim(place).map_err(Failure::Words)?;
    }
    refuse(&preflight, start)?;
    let entered = door.enter(&preflight).await.map_err(Failure::Words)?;
    let lesson = rename(&lesson, &preflight.names);
    let plan = most::plan(&lesson, &entered.place.region);
    let ceiling = door.ceiling();
    let _ = write!(
        std::io::stderr(),
        "{}",
        words(&entered.place, &lesson, &plan, ceiling)
    );
    if plan.price > ceiling {
        return Err(Failure::Words(format!(
            "the lesson may cost {}, which is more than the ceiling of {ceiling}: it would stop in the middle. Nothing was created. To allow it: --max-cost",
            plan.price
        )));
    }
    if !common.account.yes {
        ask(&mut std::io::stdin().lock(), &mut std::io::stderr())?;
    }
    Ok((entered, lesson))
}

/// What stands against going on.
fn refuse(preflight: &Preflight, start: Option<&Section>) -> Result<(), Failure> {
    if !preflight.may_start() {
        return Err(Failure::Words(
            "what stops is said above. Nothing was created, changed or deleted there".to_owned(),
        ));
    }
    // A section that is opened in the middle needs what earlier runs made; a lesson from its beginning makes it itself.
    if start.is_none() && !preflight.ours.is_empty() {
        let ours: Vec<&str> = preflight.ours.iter().map(String::as_str).collect();
        return Err(Failure::Words(format!(
            "an earlier run left {} there, and the lesson would make them again. Nothing was created. Delete them first, with the command above",
            ours.join(", ")
        )));
    }
    Ok(())
}

/// What the lesson does, where, and what it costs at most.
fn words(place: &Place, lesson: &Lesson, plan: &Plan, ceiling: Picodollars) -> String {
    let listed = |tables: &[String]| match tables {
        [] => "no table".to_owned(),
        some => some.join(", "),
    };
    let kept: Vec<String> = plan
        .tables
        .iter()
        .filter(|table| !plan.deleted.contains(table))
        .cloned()
        .collect();
    let after = match kept.as_slice() {
        [] => "all of them are deleted by the lesson itself".to_owned(),
        kept => format!("{} stay until you delete them", kept.join(", ")),
    };
    format!(
        "\n  {} on {place}\n  makes    {}: {after}\n  sends    {} writes and {} reads\n  costs    at most {} in all; the session stops before {ceiling}\n\n",
        lesson.title,
        listed(&plan.tables),
        plan.writes,
        plan.reads,
        plan.price.rounded_up(),
    )
}

/// Asks for the word. Anything else ends.
fn ask(typed: &mut impl BufRead, said: &mut impl Write) -> Result<(), Failure> {
    let _ = write!(said, "  Type yes to go on: ");
    let _ = said.flush();
    if is_typed(typed) {
        return Ok(());
    }
    let _ = writeln!(said);
    Err(Failure::Words(
        "that was not yes, so nothing was created. Without somebody to type it: --yes".to_owned(),
    ))
}

/// Whether the next line is the word yes. One that can't be read is none.
pub fn is_typed(typed: &mut impl BufRead) -> bool {
    let mut answer = String::new();
    typed.read_line(&mut answer).is_ok() && answer.trim() == "yes"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_word_yes_goes_on() {
        for typed in ["yes\n", "yes", " yes \r\n"] {
            assert!(
                ask(&mut typed.as_bytes(), &mut Vec::new()).is_ok(),
                "{typed:?}"
            );
        }
        for typed in [
            "",
            "\n",
            "y\n",
            "Yes\n",
            "YES\n",
            "no\n",
            "yes please\n",
            "\nyes\n",
            "yes\0\n",
        ] {
            let mut said = Vec::new();
            let refused = ask(&mut typed.as_bytes(), &mut said);
            assert!(refused.is_err(), "{typed:?}");
        }
        let not_text: &[u8] = &[0xff, 0xfe, b'\n'];
        assert!(ask(&mut &*not_text, &mut Vec::new()).is_err());
    }
}
