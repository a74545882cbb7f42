//! A handler that does not come to its end: too slow, too large, out of memory, or its process ended.

use super::super::evidence::first_line;
use super::super::{Check, Evidence};
use crate::workshop::gateway::Unanswered;
use crate::workshop::goal::Goal;
use crate::workshop::lambda::Cause;
use crate::workshop::language::Language;

pub(super) static CHECK: Check = Check {
    name: "does not come to its end",
    find,
    hints,
};

fn find(evidence: &Evidence<'_>) -> Option<String> {
    if let Some(why) = evidence.passage.unanswered {
        let told = match why {
            Unanswered::TooLarge => "The event would be larger than Lambda takes, which is 6 MB",
            Unanswered::TooLate => {
                "API Gateway gave the handler up and answered 503 Service Unavailable: it waits 30 seconds at the most, however long the function may take"
            }
            Unanswered::Replaced => "The handler's file was saved while it was at work",
        };
        return Some(told.to_owned());
    }
    let error = evidence.error()?;
    let what = match error.cause {
        Cause::Thrown | Cause::Init => return None,
        Cause::TimedOut => {
            "Lambda ended the handler, because it took longer than the function may. It waits for something that never comes, or loops"
        }
        Cause::Exited => "The process ended before the handler had answered",
        Cause::OutOfMemory => {
            "Lambda ended the handler, because its processes held more memory than the function has"
        }
        Cause::TooLarge => "The answer is larger than Lambda takes, which is 6 MB",
        Cause::NotStarted => "The handler was not started",
    };
    Some(format!("{what}: {}", first_line(error.words())))
}

fn hints(_: Goal, language: Language) -> [&'static str; 3] {
    let third = match language {
        Language::Node => {
            "Every db.send needs await, every loop an end, and process.exit does not belong into a handler. A handler that takes a callback must call it."
        }
        Language::Ruby => {
            "Every loop needs an end, and exit does not belong into a handler. What the handler's last line gives is the answer."
        }
    };
    [
        "A handler is asked, answers, and rests. Whatever it starts must be over when it answers.",
        "Print something before and after each line that may take long; the log shows how far it came.",
        third,
    ]
}

#[cfg(test)]
mod tests {
    use super::super::wrong::is_told;
    use crate::workshop::goal::Goal;
    use crate::workshop::language::Language;

    #[tokio::test]
    async fn how_a_handler_ended_is_told() {
        let node = |wrong, told: &'static [&'static str]| async move {
            let replaced = [("  const { Item }", wrong)];
            is_told(Language::Node, Goal::GetOne, &replaced, told).await;
        };
        node(
            "for (;;) {} const { Item }",
            &[
                "does not come to its end: Lambda ended",
                "Task timed out after",
            ],
        )
        .await;
        node(
            "process.exit(2); const { Item }",
            &[
                "does not come to its end: The process ended",
                "exit status 2",
            ],
        )
        .await;
        node(
            "return 'x'.repeat(7_000_000); const { Item }",
            &["does not come to its end: The answer is larger"],
        )
        .await;
        let replaced = [("  pets = ", "  exit!(3)\n  pets = ")];
        is_told(
            Language::Ruby,
            Goal::GetAll,
            &replaced,
            &["does not come to its end: The process", "exit status 3"],
        )
        .await;
    }
}
