//! Decides which DynamoDB a run talks to, from flags, environment and profile.
//!
//! ```text
//!   no flag                     SIMULATED; endpoints in the environment are not used, which one line says
//!   --endpoint-url URL          that endpoint, if it is on this machine
//!   --target endpoint           the endpoint of the environment or profile, as every AWS tool finds it, if it is on this machine
//!   --target aws                refused
//! ```
//!
//! Invariant: unless an endpoint was asked for, no AWS configuration file is read and no socket opened; credentials are never loaded.

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
}

/// Which DynamoDB it is going to be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Choice {
    Simulated {
        /// Said once when something in the environment is not used.
        remark: Option<String>,
    },
    Endpoint(Loopback),
}

/// Why there is no target.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ChoiceError {
    #[error(
        "real AWS accounts are not possible yet: they come with the version that checks who you are, guards what it spends and cleans up after itself. Nothing was sent. Without --target everything runs on the simulated table"
    )]
    RealAccount,
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
        (Some(Kind::Aws), _) => Err(ChoiceError::RealAccount),
        (Some(Kind::Simulated), Some(_)) => Err(ChoiceError::Both),
        (_, Some(url)) => loopback("--endpoint-url", url),
        (Some(Kind::Endpoint), None) => {
            let url = configured().await.ok_or(ChoiceError::NoEndpoint)?;
            loopback("the endpoint of your AWS configuration", &url)
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

fn loopback(given: &'static str, url: &str) -> Result<Choice, ChoiceError> {
    Loopback::parse(url)
        .map(Choice::Endpoint)
        .map_err(|refused| ChoiceError::Refused { given, refused })
}

/// The endpoint that the environment or the profile names for DynamoDB, in the order every AWS tool uses
/// (<https://docs.aws.amazon.com/sdkref/latest/guide/feature-ss-endpoints.html>).
async fn configured() -> Option<String> {
    // The region is given, so that nothing asks the network for one.
    let config = aws_config::defaults(BehaviorVersion::latest())
        .region(Region::from_static(REGION))
        .no_credentials()
        .http_client(NoNetwork)
        .load()
        .await;
    endpoint_of(&config)
}

fn endpoint_of(config: &SdkConfig) -> Option<String> {
    let key = ServiceConfigKey::builder()
        .service_id("DynamoDB")
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
    async fn a_real_account_and_contradictions_are_refused() {
        for (wish, part) in [
            (wish(Some(Kind::Aws), None), "real AWS accounts"),
            (
                wish(Some(Kind::Aws), Some("http://127.0.0.1:1")),
                "real AWS accounts",
            ),
            (
                wish(Some(Kind::Simulated), Some("http://127.0.0.1:1")),
                "exclude each other",
            ),
            (
                wish(None, Some("https://dynamodb.us-east-1.amazonaws.com")),
                "not on this machine",
            ),
            (
                wish(Some(Kind::Endpoint), Some("http://10.0.0.1:8000")),
                "not on this machine",
            ),
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
