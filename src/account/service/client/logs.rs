//! Calls to `CloudWatch` Logs: log groups and their lines.

use super::{Clients, Maker, send};
use crate::account::service::call::{Call, RETENTION_DAYS};
use crate::account::service::reply::{Page, Reply};
use crate::account::service::shape;
use crate::account::tag;
use crate::target::failure::Failed;
use crate::target::recorder::Recorder;

impl Clients {
    pub(super) async fn logs(
        &self,
        call: &Call,
        maker: Maker<'_>,
        recorder: Recorder,
    ) -> Result<Option<Reply>, Failed> {
        let client = &self.logs;
        Ok(match call {
            Call::CreateLogGroup { name } => {
                let mut create = client.create_log_group().log_group_name(name);
                for (key, value) in tag::pairs(maker.run, maker.by) {
                    create = create.tags(key, value);
                }
                send!(create, recorder)?;
                Some(Reply::Done)
            }
            Call::PutRetentionPolicy { group } => {
                let put = client.put_retention_policy().log_group_name(group);
                send!(put.retention_in_days(RETENTION_DAYS), recorder)?;
                Some(Reply::Done)
            }
            Call::DescribeLogGroups { prefix, next } => {
                let describe = client.describe_log_groups().log_group_name_prefix(prefix);
                let found = send!(describe.set_next_token(next.clone()), recorder)?;
                Some(Reply::Things(Page {
                    items: found
                        .log_groups()
                        .iter()
                        .filter_map(shape::log_group)
                        .collect(),
                    next: found.next_token().map(str::to_owned),
                }))
            }
            Call::ListTagsForResource { arn } => {
                let list = client.list_tags_for_resource().resource_arn(arn);
                let found = send!(list, recorder)?;
                Some(Reply::Tags(Page {
                    items: shape::pairs(found.tags()),
                    next: None,
                }))
            }
            Call::DeleteLogGroup { name } => {
                send!(client.delete_log_group().log_group_name(name), recorder)?;
                Some(Reply::Done)
            }
            Call::FilterLogEvents {
                group,
                from,
                to,
                next,
            } => {
                let filter = client
                    .filter_log_events()
                    .log_group_name(group)
                    .start_time(*from)
                    .end_time(*to);
                let found = send!(filter.set_next_token(next.clone()), recorder)?;
                Some(Reply::Events(Page {
                    items: found.events().iter().filter_map(shape::event).collect(),
                    next: found.next_token().map(str::to_owned),
                }))
            }
            _ => return Err(Failed::UnknownOperation),
        })
    }
}
