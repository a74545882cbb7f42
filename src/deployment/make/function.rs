//! Functions: made as soon as their role is to be seen, changed where their code differs, waited for until they can be invoked.

use std::time::Duration;

use super::{End, WAITS, Work};
use crate::account::service::{Answer, Call, FunctionDetail, NewFunction, Reply, Thing, is_there};
use crate::deployment::progress::Stage;
use crate::printable;
use crate::target::exchange::Outcome;
use crate::workshop::goal::Goal;
use crate::workshop::lambda::Allowance;

impl Work<'_> {
    /// The function's ARN.
    pub(super) async fn function(&mut self, goal: Goal, role: &str) -> Result<String, End> {
        let name = self.plan.name.function(goal);
        let get = Call::GetFunction { name: name.clone() };
        let (stage, function) = match self.found(&get).await? {
            None => (Stage::Made, self.create(goal, role).await?),
            Some(function) => {
                self.as_planned(goal, &function, role)?;
                self.brought_up_to_date(goal, function).await?
            }
        };
        let function = self.active(&name, function).await?;
        self.end(stage);
        Ok(function.identity.arn)
    }

    async fn create(&self, goal: Goal, role: &str) -> Result<Thing, End> {
        let name = self.plan.name.function(goal);
        let create = Call::CreateFunction(Box::new(NewFunction {
            name: name.clone(),
            role: role.to_owned(),
            runtime: self.plan.runtime().to_owned(),
            handler: goal.handler(self.plan.language).to_owned(),
            zip: self.plan.archives[goal.index()].bytes.clone(),
            memory: self.plan.allowance.memory,
            timeout: u32::from(self.plan.allowance.timeout),
            variables: vec![("TABLE_NAME".to_owned(), self.plan.name.table())],
        }));
        let waits = is_not_assumable;
        self.awaited(&create, &name, "its role is not to be seen yet", waits)
            .await
    }

    /// What it may take first, and then its code: one change at a time is taken.
    async fn brought_up_to_date(&self, goal: Goal, function: Thing) -> Result<(Stage, Thing), End> {
        let (name, allowance) = (self.plan.name.function(goal), self.plan.allowance);
        let mut function = function;
        let mut stage = Stage::Kept;
        let detail = function.function().cloned().unwrap_or_default();
        if !is_allowed(&detail, allowance) {
            let update = Call::UpdateFunctionConfiguration {
                name: name.clone(),
                memory: allowance.memory,
                timeout: u32::from(allowance.timeout),
            };
            let updated = self.update(&update, &name).await?;
            function = self.active(&name, updated).await?;
            stage = Stage::Changed;
        }
        let archive = &self.plan.archives[goal.index()];
        if detail.code_sha256.as_ref() != Some(&archive.sha256) {
            let zip = archive.bytes.clone();
            let update = Call::UpdateFunctionCode {
                name: name.clone(),
                zip,
            };
            function = self.update(&update, &name).await?;
            stage = Stage::Changed;
        }
        Ok((stage, function))
    }

    async fn update(&self, update: &Call, name: &str) -> Result<Thing, End> {
        let waits = |answer: &Answer| answer.exchange().error_code().is_some_and(is_there);
        self.awaited(update, name, "an earlier change is under way", waits)
            .await
    }

    /// A call that is made again for as long as what it waits for is not there.
    async fn awaited(
        &self,
        call: &Call,
        name: &str,
        status: &str,
        waits: impl Fn(&Answer) -> bool,
    ) -> Result<Thing, End> {
        let mut so_far = Duration::ZERO;
        for wait in WAITS {
            let answer = self.answer(call).await?;
            match answer.reply {
                Some(Reply::Thing(thing)) => return Ok(*thing),
                // An earlier try had done it; what came of it is asked for.
                Some(Reply::Done) => {
                    let name = name.to_owned();
                    return self.thing(&Call::GetFunction { name }).await;
                }
                None if waits(&answer) => {
                    self.not_ready(name, status, &mut so_far, wait).await?;
                }
                _ => return Err(self.stopped(&answer)),
            }
        }
        Err(End::Stopped(format!(
            "{name}: {status}, after three minutes. Deploy again: it goes on with what is there."
        )))
    }

    /// Waits until it can be invoked.
    async fn active(&self, name: &str, function: Thing) -> Result<Thing, End> {
        let mut function = function;
        let mut so_far = Duration::ZERO;
        for wait in WAITS {
            let detail = function.function().cloned().unwrap_or_default();
            let status = match readiness(&detail) {
                Readiness::Ready => return Ok(function),
                Readiness::Failed(why) => {
                    return Err(End::Stopped(format!(
                        "Lambda could not get {name} ready: {}. Delete it with dynatour cleanup and deploy again.",
                        printable::line(why.trim_end_matches('.'))
                    )));
                }
                Readiness::Waits(status) => status,
            };
            self.not_ready(name, &status, &mut so_far, wait).await?;
            let name = name.to_owned();
            function = self.thing(&Call::GetFunction { name }).await?;
        }
        Err(End::Stopped(format!(
            "{name} was not ready after three minutes. Deploy again: it goes on with what is there."
        )))
    }

    /// A function that was made for something else can't become this one by other code alone.
    fn as_planned(&self, goal: Goal, function: &Thing, role: &str) -> Result<(), End> {
        let detail = function.function().cloned().unwrap_or_default();
        let (runtime, handler) = (self.plan.runtime(), goal.handler(self.plan.language));
        let text = |what: &'static str, found: Option<String>, wanted: &str| {
            let found = found.filter(|found| found != wanted)?;
            Some(format!("its {what} is {found}, and {wanted} is planned"))
        };
        // Another role of the same name can't read the old one's variables
        // (<https://repost.aws/knowledge-center/lambda-kmsaccessdeniedexception-errors>).
        let is_new = self.new_roles.contains(&goal);
        let differs = is_new
            .then(|| "its role was gone and is made anew, which it can't use".to_owned())
            .or_else(|| text("runtime", detail.runtime, runtime))
            .or_else(|| text("handler", detail.handler, handler))
            .or_else(|| text("role", detail.role, role))
            .or_else(|| text("table", detail.table, &self.plan.name.table()));
        match differs {
            None => Ok(()),
            Some(differs) => Err(End::Stopped(format!(
                "{} is there, but {}. One deployment stands at a time: delete it with dynatour cleanup, then deploy again.",
                function.name,
                printable::line(&differs)
            ))),
        }
    }
}

/// Whether a function may take what is planned, as far as its service tells.
fn is_allowed(function: &FunctionDetail, allowance: Allowance) -> bool {
    let is =
        |found: Option<i32>, planned: u32| found.is_none_or(|found| found == planned.cast_signed());
    is(function.memory, allowance.memory) && is(function.timeout, u32::from(allowance.timeout))
}

/// How far a function is.
#[derive(Debug, PartialEq, Eq)]
enum Readiness {
    Ready,
    /// In the service's word.
    Waits(String),
    /// Why.
    Failed(String),
}

/// <https://docs.aws.amazon.com/lambda/latest/dg/functions-states.html>; a function that was not asked for long is inactive, and
/// invoking it wakes it up.
fn readiness(function: &FunctionDetail) -> Readiness {
    let why = |reason: &Option<String>| {
        Readiness::Failed(
            reason
                .clone()
                .unwrap_or_else(|| "no reason is told".to_owned()),
        )
    };
    match (function.state.as_deref(), function.update.as_deref()) {
        (Some("Failed"), _) => why(&function.reason),
        (_, Some("Failed")) => why(&function.update_reason),
        (Some("Pending"), _) => Readiness::Waits("Pending".to_owned()),
        (_, Some("InProgress")) => Readiness::Waits("InProgress".to_owned()),
        (None | Some("Active" | "Inactive"), _) => Readiness::Ready,
        (Some(other), _) => Readiness::Waits(other.to_owned()),
    }
}

/// What Lambda says of a role that is too new: that it can't be taken, or that the key of the variables can't be given to it.
const NOT_YET: [&str; 2] = [
    "cannot be assumed by Lambda",
    "KMS key is invalid for CreateGrant",
];

/// Whether IAM's new role is not yet seen by Lambda.
fn is_not_assumable(answer: &Answer) -> bool {
    matches!(
        &answer.exchange().outcome,
        Outcome::ServiceError { code, message }
            if code == "InvalidParameterValueException"
                && NOT_YET.iter().any(|words| message.contains(words))
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_function_is_ready_when_nothing_is_under_way() {
        let of = |state: Option<&str>, update: Option<&str>| {
            let text = |text: Option<&str>| text.map(str::to_owned);
            readiness(&FunctionDetail {
                state: text(state),
                update: text(update),
                reason: text(Some("no such role")),
                ..FunctionDetail::default()
            })
        };
        assert_eq!(of(Some("Active"), Some("Successful")), Readiness::Ready);
        assert_eq!(of(Some("Inactive"), None), Readiness::Ready);
        // A server that tells nothing of states has functions that can be invoked at once.
        assert_eq!(of(None, None), Readiness::Ready);
        assert_eq!(
            of(Some("Pending"), Some("InProgress")),
            Readiness::Waits("Pending".to_owned())
        );
        assert_eq!(
            of(Some("Active"), Some("InProgress")),
            Readiness::Waits("InProgress".to_owned())
        );
        assert_eq!(
            of(Some("Failed"), None),
            Readiness::Failed("no such role".to_owned())
        );
        assert_eq!(
            of(Some("Deleting"), None),
            Readiness::Waits("Deleting".to_owned())
        );
        assert!(matches!(
            of(Some("Active"), Some("Failed")),
            Readiness::Failed(_)
        ));
    }
}
