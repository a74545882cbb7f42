//! Every call to another service than DynamoDB that we make.
//!
//! A call has only what differs from one time to the next. What is always the same (tags, retention, path, limits, CORS) is added where it
//! is sent, so that nothing can be made without it.
//! Invariant: what a call makes, changes or deletes is told by [`Call::effect`], and the rules go by nothing else.

use super::super::ledger::Kind;
use crate::target::retry::Twice;

/// Where a call goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Service {
    Iam,
    Lambda,
    ApiGateway,
    Logs,
}

impl Service {
    /// As AWS writes it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Iam => "IAM",
            Self::Lambda => "Lambda",
            Self::ApiGateway => "API Gateway",
            Self::Logs => "CloudWatch Logs",
        }
    }
}

impl std::fmt::Display for Service {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.name())
    }
}

/// What roles of ours have for a path.
pub const ROLE_PATH: &str = "/dynatour/";
/// Days after which a line of a log is deleted.
pub const RETENTION_DAYS: i32 = 1;
/// The stage that is served without a name in the URL.
pub const STAGE: &str = "$default";
/// Of the events that a function is given.
pub const PAYLOAD_FORMAT: &str = "2.0";
/// Requests to each route of an API in a second: anybody may know its URL.
pub const RATE: u32 = 1;
/// The same at once, before the rate holds.
pub const BURST: u32 = 5;

/// A function to be made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewFunction {
    pub name: String,
    /// The role's ARN.
    pub role: String,
    /// `nodejs24.x`
    pub runtime: String,
    /// `get-pets.handler`
    pub handler: String,
    pub zip: Vec<u8>,
    /// In megabytes.
    pub memory: u32,
    /// In seconds.
    pub timeout: u32,
    /// Environment variables.
    pub variables: Vec<(String, String)>,
}

/// A call. `next` is where a list goes on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Call {
    /// Under [`ROLE_PATH`]; `trust` says who may take it.
    CreateRole {
        name: String,
        trust: String,
    },
    GetRole {
        name: String,
    },
    /// All under [`ROLE_PATH`], without their tags.
    ListRoles {
        next: Option<String>,
    },
    ListRoleTags {
        name: String,
        next: Option<String>,
    },
    PutRolePolicy {
        role: String,
        policy: String,
        document: String,
    },
    GetRolePolicy {
        role: String,
        policy: String,
    },
    ListRolePolicies {
        role: String,
        next: Option<String>,
    },
    DeleteRolePolicy {
        role: String,
        policy: String,
    },
    DeleteRole {
        name: String,
    },

    CreateFunction(Box<NewFunction>),
    /// With its tags.
    GetFunction {
        name: String,
    },
    /// All of the region, without their tags.
    ListFunctions {
        next: Option<String>,
    },
    UpdateFunctionCode {
        name: String,
        zip: Vec<u8>,
    },
    /// What a handler may take.
    UpdateFunctionConfiguration {
        name: String,
        /// In megabytes.
        memory: u32,
        /// In seconds.
        timeout: u32,
    },
    /// Lets API Gateway invoke it for requests of one route.
    AddPermission {
        function: String,
        statement: String,
        source_arn: String,
    },
    /// Who may invoke it.
    GetPolicy {
        function: String,
    },
    DeleteFunction {
        name: String,
    },

    CreateApi {
        name: String,
    },
    /// With its tags.
    GetApi {
        id: String,
    },
    /// All of the region, with their tags.
    GetApis {
        next: Option<String>,
    },
    DeleteApi {
        id: String,
    },
    CreateIntegration {
        api: String,
        /// The function's ARN.
        function: String,
    },
    GetIntegrations {
        api: String,
        next: Option<String>,
    },
    CreateRoute {
        api: String,
        /// `GET /pets`
        key: String,
        integration: String,
    },
    GetRoutes {
        api: String,
        next: Option<String>,
    },
    /// [`STAGE`], which deploys by itself and takes [`RATE`] requests a second for each route.
    CreateStage {
        api: String,
    },
    GetStage {
        api: String,
    },
    /// Gives [`STAGE`] its limits back.
    UpdateStage {
        api: String,
    },

    CreateLogGroup {
        name: String,
    },
    /// Sets [`RETENTION_DAYS`].
    PutRetentionPolicy {
        group: String,
    },
    /// Without their tags.
    DescribeLogGroups {
        prefix: String,
        next: Option<String>,
    },
    /// The tags of a log group.
    ListTagsForResource {
        arn: String,
    },
    DeleteLogGroup {
        name: String,
    },
    /// Times in milliseconds since 1970.
    FilterLogEvents {
        group: String,
        from: i64,
        to: i64,
        next: Option<String>,
    },
}

/// What a call does to a thing, named as [`Thing`](super::Thing) names it; an API by its id once it has one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Effect<'a> {
    Reads,
    Makes(Kind, &'a str),
    Changes(Kind, &'a str),
    Deletes(Kind, &'a str),
}

impl Call {
    #[must_use]
    pub fn service(&self) -> Service {
        match self {
            Self::CreateRole { .. }
            | Self::GetRole { .. }
            | Self::ListRoles { .. }
            | Self::ListRoleTags { .. }
            | Self::PutRolePolicy { .. }
            | Self::GetRolePolicy { .. }
            | Self::ListRolePolicies { .. }
            | Self::DeleteRolePolicy { .. }
            | Self::DeleteRole { .. } => Service::Iam,
            Self::CreateFunction(_)
            | Self::GetFunction { .. }
            | Self::ListFunctions { .. }
            | Self::UpdateFunctionCode { .. }
            | Self::UpdateFunctionConfiguration { .. }
            | Self::AddPermission { .. }
            | Self::GetPolicy { .. }
            | Self::DeleteFunction { .. } => Service::Lambda,
            Self::CreateApi { .. }
            | Self::GetApi { .. }
            | Self::GetApis { .. }
            | Self::DeleteApi { .. }
            | Self::CreateIntegration { .. }
            | Self::GetIntegrations { .. }
            | Self::CreateRoute { .. }
            | Self::GetRoutes { .. }
            | Self::CreateStage { .. }
            | Self::GetStage { .. }
            | Self::UpdateStage { .. } => Service::ApiGateway,
            Self::CreateLogGroup { .. }
            | Self::PutRetentionPolicy { .. }
            | Self::DescribeLogGroups { .. }
            | Self::ListTagsForResource { .. }
            | Self::DeleteLogGroup { .. }
            | Self::FilterLogEvents { .. } => Service::Logs,
        }
    }

    /// As the API reference names it.
    #[must_use]
    pub fn operation(&self) -> &'static str {
        match self {
            Self::CreateRole { .. } => "CreateRole",
            Self::GetRole { .. } => "GetRole",
            Self::ListRoles { .. } => "ListRoles",
            Self::ListRoleTags { .. } => "ListRoleTags",
            Self::PutRolePolicy { .. } => "PutRolePolicy",
            Self::GetRolePolicy { .. } => "GetRolePolicy",
            Self::ListRolePolicies { .. } => "ListRolePolicies",
            Self::DeleteRolePolicy { .. } => "DeleteRolePolicy",
            Self::DeleteRole { .. } => "DeleteRole",
            Self::CreateFunction(_) => "CreateFunction",
            Self::GetFunction { .. } => "GetFunction",
            Self::ListFunctions { .. } => "ListFunctions",
            Self::UpdateFunctionCode { .. } => "UpdateFunctionCode",
            Self::UpdateFunctionConfiguration { .. } => "UpdateFunctionConfiguration",
            Self::AddPermission { .. } => "AddPermission",
            Self::GetPolicy { .. } => "GetPolicy",
            Self::DeleteFunction { .. } => "DeleteFunction",
            Self::CreateApi { .. } => "CreateApi",
            Self::GetApi { .. } => "GetApi",
            Self::GetApis { .. } => "GetApis",
            Self::DeleteApi { .. } => "DeleteApi",
            Self::CreateIntegration { .. } => "CreateIntegration",
            Self::GetIntegrations { .. } => "GetIntegrations",
            Self::CreateRoute { .. } => "CreateRoute",
            Self::GetRoutes { .. } => "GetRoutes",
            Self::CreateStage { .. } => "CreateStage",
            Self::GetStage { .. } => "GetStage",
            Self::UpdateStage { .. } => "UpdateStage",
            Self::CreateLogGroup { .. } => "CreateLogGroup",
            Self::PutRetentionPolicy { .. } => "PutRetentionPolicy",
            Self::DescribeLogGroups { .. } => "DescribeLogGroups",
            Self::ListTagsForResource { .. } => "ListTagsForResource",
            Self::DeleteLogGroup { .. } => "DeleteLogGroup",
            Self::FilterLogEvents { .. } => "FilterLogEvents",
        }
    }

    /// What it does.
    #[must_use]
    pub fn effect(&self) -> Effect<'_> {
        match self {
            Self::CreateRole { name, .. } => Effect::Makes(Kind::Role, name),
            Self::CreateFunction(new) => Effect::Makes(Kind::Function, &new.name),
            Self::CreateApi { name } => Effect::Makes(Kind::Api, name),
            Self::CreateLogGroup { name } => Effect::Makes(Kind::LogGroup, name),
            Self::PutRolePolicy { role, .. } | Self::DeleteRolePolicy { role, .. } => {
                Effect::Changes(Kind::Role, role)
            }
            Self::UpdateFunctionCode { name, .. }
            | Self::UpdateFunctionConfiguration { name, .. } => {
                Effect::Changes(Kind::Function, name)
            }
            Self::AddPermission { function, .. } => Effect::Changes(Kind::Function, function),
            Self::CreateIntegration { api, .. }
            | Self::CreateRoute { api, .. }
            | Self::CreateStage { api }
            | Self::UpdateStage { api } => Effect::Changes(Kind::Api, api),
            Self::PutRetentionPolicy { group } => Effect::Changes(Kind::LogGroup, group),
            Self::DeleteRole { name } => Effect::Deletes(Kind::Role, name),
            Self::DeleteFunction { name } => Effect::Deletes(Kind::Function, name),
            Self::DeleteApi { id } => Effect::Deletes(Kind::Api, id),
            Self::DeleteLogGroup { name } => Effect::Deletes(Kind::LogGroup, name),
            Self::GetRole { .. }
            | Self::ListRoles { .. }
            | Self::ListRoleTags { .. }
            | Self::GetRolePolicy { .. }
            | Self::ListRolePolicies { .. }
            | Self::GetFunction { .. }
            | Self::ListFunctions { .. }
            | Self::GetPolicy { .. }
            | Self::GetApi { .. }
            | Self::GetApis { .. }
            | Self::GetIntegrations { .. }
            | Self::GetRoutes { .. }
            | Self::GetStage { .. }
            | Self::DescribeLogGroups { .. }
            | Self::ListTagsForResource { .. }
            | Self::FilterLogEvents { .. } => Effect::Reads,
        }
    }

    /// What may happen where it arrives twice. A second thing of one name is refused; two APIs or two integrations are not.
    #[must_use]
    pub fn twice(&self) -> Twice {
        match self {
            Self::CreateApi { .. } | Self::CreateIntegration { .. } => Twice::Never,
            call => match call.effect() {
                Effect::Deletes(..) => Twice::Never,
                Effect::Reads | Effect::Makes(..) | Effect::Changes(..) => Twice::Harmless,
            },
        }
    }
}
