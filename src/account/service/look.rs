//! What a thing is like just now, with its tags.

use super::super::ledger::Kind;
use super::reply::{Page, Reply, Tags, Thing};
use super::{Answer, Call, Services};
use crate::target::guard::Watch;

/// Pages that are read of any list: more than an account may have of anything here.
const PAGES: usize = 200;

impl Services {
    /// A thing with its tags, `None` where there is none. `key` is what calls name it by: an API's id.
    ///
    /// # Errors
    /// The answer that stands between.
    pub async fn look(
        &self,
        kind: Kind,
        key: &str,
        watch: Watch<'_>,
    ) -> Result<Option<Thing>, Box<Answer>> {
        let name = key.to_owned();
        let call = match kind {
            Kind::Role => Call::GetRole { name },
            Kind::Function => Call::GetFunction { name },
            Kind::Api => Call::GetApi { id: name },
            Kind::LogGroup => return self.look_at_group(key, watch).await,
            // A table's are the target's.
            Kind::Table => return Ok(None),
        };
        let answer = self.tried(&call, watch).await;
        if answer.is_missing() {
            return Ok(None);
        }
        let Some(Reply::Thing(thing)) = answer.reply else {
            return Err(Box::new(answer));
        };
        Ok(Some(*thing))
    }

    async fn look_at_group(
        &self,
        name: &str,
        watch: Watch<'_>,
    ) -> Result<Option<Thing>, Box<Answer>> {
        let mut next = None;
        for _ in 0..PAGES {
            let call = Call::DescribeLogGroups {
                prefix: name.to_owned(),
                next: next.take(),
            };
            let answer = self.tried(&call, watch).await;
            // Some servers refuse a prefix that nothing begins with.
            if answer.is_missing() {
                return Ok(None);
            }
            let Some(Reply::Things(page)) = answer.reply else {
                return Err(Box::new(answer));
            };
            if let Some(group) = page.items.into_iter().find(|group| group.name == name) {
                let tags = self.tags_of_group(&group.identity.arn, watch).await?;
                return Ok(tags.map(|tags| Thing {
                    tags: Some(tags),
                    ..group
                }));
            }
            next = page.next;
            if next.is_none() {
                break;
            }
        }
        Ok(None)
    }

    /// `None` where the group went away in between.
    async fn tags_of_group(
        &self,
        arn: &str,
        watch: Watch<'_>,
    ) -> Result<Option<Tags>, Box<Answer>> {
        let call = Call::ListTagsForResource {
            arn: arn.to_owned(),
        };
        let answer = self.tried(&call, watch).await;
        if answer.is_missing() {
            return Ok(None);
        }
        match answer.reply {
            Some(Reply::Tags(Page { items, .. })) => Ok(Some(items)),
            _ => Err(Box::new(answer)),
        }
    }

    /// All APIs of a name: API Gateway takes any number of them.
    ///
    /// # Errors
    /// The answer that stands between.
    pub async fn apis_named(
        &self,
        name: &str,
        watch: Watch<'_>,
    ) -> Result<Vec<Thing>, Box<Answer>> {
        let mut found = self.apis(watch).await?;
        found.retain(|api| api.name == name);
        Ok(found)
    }

    /// All APIs of the region, with their tags.
    ///
    /// # Errors
    /// The answer that stands between.
    pub async fn apis(&self, watch: Watch<'_>) -> Result<Vec<Thing>, Box<Answer>> {
        let mut found = Vec::new();
        let mut next = None;
        for _ in 0..PAGES {
            let call = Call::GetApis { next: next.take() };
            let answer = self.tried(&call, watch).await;
            let Some(Reply::Things(page)) = answer.reply else {
                return Err(Box::new(answer));
            };
            found.extend(page.items);
            next = page.next;
            if next.is_none() {
                break;
            }
        }
        Ok(found)
    }
}
