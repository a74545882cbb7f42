//! Log groups, which are there before their functions: Lambda would make ones that keep every line for ever.

use super::{End, PAGES, Work};
use crate::account::service::{Call, Detail, Page, RETENTION_DAYS, Reply, Thing};
use crate::deployment::progress::Stage;
use crate::workshop::goal::Goal;

impl Work<'_> {
    pub(super) async fn log_group(&mut self, goal: Goal) -> Result<(), End> {
        let name = self.plan.name.log_group(goal);
        let keeps = |group: &Thing| {
            matches!(
                group.detail,
                Detail::LogGroup {
                    retention: Some(RETENTION_DAYS)
                }
            )
        };
        let stage = match self.group_named(&name).await? {
            Some(group) if keeps(&group) => Stage::Kept,
            found => {
                let is_new = found.is_none();
                if is_new {
                    let name = name.clone();
                    self.call(&Call::CreateLogGroup { name }).await?;
                }
                let put = Call::PutRetentionPolicy {
                    group: name.clone(),
                };
                self.patiently(&put, &name, is_new).await?;
                if is_new { Stage::Made } else { Stage::Changed }
            }
        };
        self.end(stage);
        Ok(())
    }

    /// The group of this name, which must be ours.
    async fn group_named(&self, name: &str) -> Result<Option<Thing>, End> {
        let mut next = None;
        for _ in 0..PAGES {
            let describe = Call::DescribeLogGroups {
                prefix: name.to_owned(),
                next,
            };
            let answer = self.answer(&describe).await?;
            if answer.is_missing() {
                return Ok(None);
            }
            let Some(Reply::Things(page)) = answer.reply else {
                return Err(self.stopped(&answer));
            };
            if let Some(group) = page.items.into_iter().find(|group| group.name == name) {
                return self.owned_group(group).await.map(Some);
            }
            next = page.next;
            if next.is_none() {
                break;
            }
        }
        Ok(None)
    }

    async fn owned_group(&self, group: Thing) -> Result<Thing, End> {
        let arn = group.identity.arn.clone();
        let answer = self.answer(&Call::ListTagsForResource { arn }).await?;
        let Some(Reply::Tags(Page { items, .. })) = answer.reply else {
            return Err(self.stopped(&answer));
        };
        let group = Thing {
            tags: Some(items),
            ..group
        };
        self.entered.services.owned(&group).await?;
        Ok(group)
    }
}
