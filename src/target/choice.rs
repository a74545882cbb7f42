//! Decides which DynamoDB a run talks to, from flags, environment and profile.
//!
//! ```text
//!   no flag                     SIMULATED; endpoints in the environment are not used, which one line says
//!   --endpoint-url URL          that endpoint: a loopback one as it is, any other as if it were an account
//!   --target endpoint           the endpoint of the environment or profile, as every AWS tool finds it, in the same two ways
//!   --target aws                an account; with an endpoint (given or found), that one as if it were an account
//! ```
//!
//! Invariant: unless an endpoint was asked for, no AWS configuration file is read and no socket opened; credentials are never loaded here.

use aws_config::{BehaviorVersion, Region, SdkConfig};
use aws_smithy_runtime_api::client::http::{
    HttpClient, HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpConnector,
};
use aws_smithy_runtime_api::client::orchestrator::HttpRequest;
use aws_smithy_runtime_api::client::result::ConnectorError;
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_types::service_config::ServiceConfigKey;

use super::send::REGION;
use crate::transport::endpoint::{Loopback, RefusedEndpoint};

/// What stands behind `--target`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Simulated,
    Endpoint,
    Aws,
}

/// What a learner asked for.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Wish {
    pub kind: Option<Kind>,
    pub endpoint_url: Option<String>,
    pub profile: Option<String>,
    pub region: Option<String>,
}

/// What an account is opened with. Nothing of it has been looked up.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AccountWish {
    /// `None`: as the environment says.
    pub profile: Option<String>,
    /// `None`: as the environment or the profile says.
    pub region: Option<String>,
    /// Another server that is treated like an account; `None`: what the environment or the profile says, or AWS itself.
    pub endpoint_url: Option<String>,
}

/// Which DynamoDB it is going to be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Choice {
    Simulated {
        /// Said once when something in the environment is not used.
        remark: Option<String>,
    },
    /// A server on this machine.
    Endpoint(Loopback),
    /// Where credentials are needed and money may be spent.
    Account(AccountWish),
}

/// Why there is no target.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ChoiceError {
    #[error("--target simulated and --endpoint-url exclude each other: leave one of them out")]
    Both,
    #[error(
        "--target endpoint: neither AWS_ENDPOINT_URL_DYNAMODB, AWS_ENDPOINT_URL nor the profile names an endpoint. Name one with --endpoint-url http://127.0.0.1:8000"
    )]
    NoEndpoint,
    #[error("{given}: {refused}")]
    Refused {
        /// Where it was given: `--endpoint-url`.
        given: &'static str,
        refused: RefusedEndpoint,
    },
}

/// The variables that name an endpoint, the more particular one first.
const VARIABLES: [&str; 2] = ["AWS_ENDPOINT_URL_DYNAMODB", "AWS_ENDPOINT_URL"];

/// Decides. `variable` reads the environment; resolving and reading the profile happen only where an endpoint was asked for.
pub async fn choose(
    wish: &Wish,
    variable: impl Fn(&str) -> Option<String>,
) -> Result<Choice, ChoiceError> {
    match (wish.kind, &wish.endpoint_url) {
        (Some(Kind::Aws), url) => Ok(account(wish, url.clone())),
        (Some(Kind::Simulated), Some(_)) => Err(ChoiceError::Both),
        (_, Some(url)) => server(wish, "--endpoint-url", url),
        (Some(Kind::Endpoint), None) => {
            let url = configured(wish).await.ok_or(ChoiceError::NoEndpoint)?;
            server(wish, "the endpoint of your AWS configuration", &url)
        }
        (Some(Kind::Simulated), None) => Ok(Choice::Simulated { remark: None }),
        (None, None) => {
            let set = VARIABLES
                .into_iter()
                .find(|name| variable(name).is_some_and(|value| !value.is_empty()));
            Ok(Choice::Simulated {
                remark: set.map(|name| {
                    format!("{name} is set but not used: this runs on the simulated table. To use it: --target endpoint")
                }),
            })
        }
    }
}

fn account(wish: &Wish, endpoint_url: Option<String>) -> Choice {
    Choice::Account(AccountWish {
        profile: wish.profile.clone(),
        region: wish.region.clone(),
        endpoint_url,
    })
}

/// A server on this machine, or one that is treated like an account.
fn server(wish: &Wish, given: &'static str, url: &str) -> Result<Choice, ChoiceError> {
    match Loopback::parse(url) {
        Ok(endpoint) => Ok(Choice::Endpoint(endpoint)),
        Err(RefusedEndpoint::Elsewhere { .. }) => Ok(account(wish, Some(url.to_owned()))),
        Err(refused) => Err(ChoiceError::Refused { given, refused }),
    }
}

/// The endpoint that the environment or the profile names for DynamoDB, in the order every AWS tool uses
/// (<https://docs.aws.amazon.com/sdkref/latest/guide/feature-ss-endpoints.html>).
async fn configured(wish: &Wish) -> Option<String> {
    // The region is given, so that nothing asks the network for one.
    let mut loader = aws_config::defaults(BehaviorVersion::latest())
        .region(Region::from_static(REGION))
        .no_credentials()
        .http_client(NoNetwork);
    if let Some(profile) = &wish.profile {
        loader = loader.profile_name(profile);
    }
    endpoint_of(&loader.load().await, "DynamoDB")
}

/// The endpoint that a loaded configuration names for a service.
#[must_use]
pub fn endpoint_of(config: &SdkConfig, service: &str) -> Option<String> {
    let key = ServiceConfigKey::builder()
        .service_id(service)
        .env("AWS_ENDPOINT_URL")
        .profile("endpoint_url")
        .build()
        .ok()?;
    config
        .service_config()
        .and_then(|service| service.load_config(key))
        .or_else(|| config.endpoint_url().map(str::to_owned))
}

/// Stands where the configuration loader would reach for the network, and refuses.
#[derive(Debug, Clone, Copy)]
struct NoNetwork;

impl HttpClient for NoNetwork {
    fn http_connector(
        &self,
        _settings: &HttpConnectorSettings,
        _components: &RuntimeComponents,
    ) -> SharedHttpConnector {
        SharedHttpConnector::new(*self)
    }
}

impl HttpConnector for NoNetwork {
    fn call(&self, _request: HttpRequest) -> HttpConnectorFuture {
        HttpConnectorFuture::ready(Err(ConnectorError::user(
            "reading the configuration needs no network".into(),
        )))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wish(kind: Option<Kind>, url: Option<&str>) -> Wish {
        Wish {
            kind,
            endpoint_url: url.map(str::to_owned),
            ..Wish::default()
        }
    }

    #[tokio::test]
    async fn without_flags_the_environment_is_named_and_not_used() {
        let set = |name: &str| (name == "AWS_ENDPOINT_URL").then(|| "https://example.com".into());
        let Ok(Choice::Simulated { remark }) = choose(&Wish::default(), set).await else {
            panic!("not simulated");
        };
        assert!(
            remark
                .unwrap()
                .starts_with("AWS_ENDPOINT_URL is set but not used")
        );
        assert_eq!(
            choose(&Wish::default(), |_| None).await,
            Ok(Choice::Simulated { remark: None })
        );
    }

    #[tokio::test]
    async fn what_is_not_on_this_machine_is_treated_like_an_account() {
        for (wish, url) in [
            (wish(Some(Kind::Aws), None), None),
            (
                wish(Some(Kind::Aws), Some("http://127.0.0.1:1")),
                Some("http://127.0.0.1:1"),
            ),
            (
                wish(None, Some("https://dynamodb.us-east-1.amazonaws.com")),
                Some("https://dynamodb.us-east-1.amazonaws.com"),
            ),
            (
                wish(Some(Kind::Endpoint), Some("http://10.0.0.1:8000")),
                Some("http://10.0.0.1:8000"),
            ),
        ] {
            let wanted = AccountWish {
                profile: Some("lab".to_owned()),
                region: None,
                endpoint_url: url.map(str::to_owned),
            };
            let wish = Wish {
                profile: Some("lab".to_owned()),
                ..wish
            };
            let choice = choose(&wish, |_| None).await;
            assert_eq!(choice, Ok(Choice::Account(wanted)));
        }
    }

    #[tokio::test]
    async fn contradictions_and_what_is_no_address_are_refused() {
        for (wish, part) in [
            (
                wish(Some(Kind::Simulated), Some("http://127.0.0.1:1")),
                "exclude each other",
            ),
            (wish(None, Some("127.0.0.1:8000")), "http://"),
            (wish(None, Some("https://localhost:8000")), "TLS"),
        ] {
            let words = choose(&wish, |_| None).await.unwrap_err().to_string();
            assert!(words.contains(part), "{words}");
        }
    }

    #[tokio::test]
    async fn an_endpoint_on_this_machine_is_taken() {
        let choice = choose(&wish(None, Some("http://127.0.0.1:8000")), |_| None).await;
        let Ok(Choice::Endpoint(endpoint)) = choice else {
            panic!("{choice:?}");
        };
        assert_eq!(endpoint.name(), "127.0.0.1:8000");
    }
}
