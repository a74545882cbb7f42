//! Calls to IAM: roles, their tags and their inline policies.

use aws_sdk_iam as iam;

use super::{Clients, Maker, send};
use crate::account::service::call::{Call, ROLE_PATH};
use crate::account::service::reply::{Page, Reply};
use crate::account::service::shape;
use crate::account::tag;
use crate::target::failure::Failed;
use crate::target::recorder::Recorder;

impl Clients {
    pub(super) async fn iam(
        &self,
        call: &Call,
        maker: Maker<'_>,
        recorder: Recorder,
    ) -> Result<Option<Reply>, Failed> {
        let client = &self.iam;
        Ok(match call {
            Call::CreateRole { name, trust } => {
                let mut create = client
                    .create_role()
                    .path(ROLE_PATH)
                    .role_name(name)
                    .assume_role_policy_document(trust);
                let region = (tag::REGION, self.region.clone());
                for (key, value) in tag::pairs(maker.run, maker.by).into_iter().chain([region]) {
                    let tag = iam::types::Tag::builder().key(key).value(value).build();
                    create = create.tags(tag.map_err(|error| Failed::NotSent(error.to_string()))?);
                }
                let made = send!(create, recorder)?;
                made.role().map(shape::role)
            }
            Call::GetRole { name } => {
                let found = send!(client.get_role().role_name(name), recorder)?;
                found.role().map(shape::role)
            }
            Call::ListRoles { next } => {
                let list = client.list_roles().path_prefix(ROLE_PATH);
                let found = send!(list.set_marker(next.clone()), recorder)?;
                Some(Reply::Things(Page {
                    items: found.roles().iter().map(shape::role_of_list).collect(),
                    next: found.marker().map(str::to_owned),
                }))
            }
            Call::ListRoleTags { name, next } => {
                let list = client.list_role_tags().role_name(name);
                let found = send!(list.set_marker(next.clone()), recorder)?;
                Some(Reply::Tags(Page {
                    items: shape::tags_of_role(found.tags()),
                    next: found.marker().map(str::to_owned),
                }))
            }
            Call::PutRolePolicy {
                role,
                policy,
                document,
            } => {
                let put = client
                    .put_role_policy()
                    .role_name(role)
                    .policy_name(policy)
                    .policy_document(document);
                send!(put, recorder)?;
                Some(Reply::Done)
            }
            Call::GetRolePolicy { role, policy } => {
                let get = client.get_role_policy().role_name(role).policy_name(policy);
                let found = send!(get, recorder)?;
                Some(Reply::Document(shape::document(found.policy_document())))
            }
            Call::ListRolePolicies { role, next } => {
                let list = client.list_role_policies().role_name(role);
                let found = send!(list.set_marker(next.clone()), recorder)?;
                Some(Reply::Names(Page {
                    items: found.policy_names().to_vec(),
                    next: found.marker().map(str::to_owned),
                }))
            }
            Call::DeleteRolePolicy { role, policy } => {
                let delete = client.delete_role_policy().role_name(role);
                send!(delete.policy_name(policy), recorder)?;
                Some(Reply::Done)
            }
            Call::DeleteRole { name } => {
                send!(client.delete_role().role_name(name), recorder)?;
                Some(Reply::Done)
            }
            _ => return Err(Failed::UnknownOperation),
        })
    }
}
