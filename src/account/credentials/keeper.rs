//! Keeps credentials until they end or are refused, and then looks for them again from the beginning.
//!
//! The chains of the library remember the files they have read, so that keys which a learner pasted anew, or a sign-in done in
//! another terminal, would count only after a restart. Here a forgotten set is looked for as if the program had just been started.
//! Invariant: a set that ends within five minutes is never given out while a newer one can be had, and nothing here can be printed.

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, SystemTime};

use aws_config::default_provider::credentials::DefaultCredentialsChain;
use aws_config::imds;
use aws_config::profile::ProfileFileCredentialsProvider;
use aws_config::provider_config::ProviderConfig;
use aws_credential_types::Credentials;
use aws_credential_types::provider::{self, ProvideCredentials, future};
use aws_smithy_runtime_api::client::http::SharedHttpClient;
use aws_smithy_types::timeout::TimeoutConfig;
use aws_types::region::Region;

use crate::transport::in_process::Clock;

/// How long before their end a new set is looked for.
const EARLY: Duration = Duration::from_mins(5);
/// An instance's metadata is in its own network or nowhere.
const METADATA: Duration = Duration::from_secs(1);
/// For each request to STS, Identity Center or a sign-in.
const CONNECT: Duration = Duration::from_secs(5);
const ANSWER: Duration = Duration::from_secs(20);

/// Gives credentials to the SDK. Cheap to clone.
#[derive(Clone)]
pub struct Keeper(Arc<Inner>);

struct Inner {
    /// A profile that was asked for goes before the environment, as with the AWS CLI.
    explicit: Option<String>,
    config: ProviderConfig,
    region: Region,
    clock: Clock,
    kept: Mutex<Option<Credentials>>,
    /// One looks, the others wait for what it finds.
    looking: tokio::sync::Mutex<()>,
}

impl fmt::Debug for Keeper {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Keeper")
    }
}

impl Keeper {
    pub fn new(
        explicit: Option<String>,
        region: &str,
        http: SharedHttpClient,
        clock: Clock,
    ) -> Self {
        let timeouts = TimeoutConfig::builder()
            .connect_timeout(CONNECT)
            .operation_attempt_timeout(ANSWER)
            .build();
        let region = Region::new(region.to_owned());
        let config = ProviderConfig::without_region()
            .with_region(Some(region.clone()))
            .with_http_client(http)
            .with_timeout_config(timeouts);
        Self(Arc::new(Inner {
            explicit,
            config,
            region,
            clock,
            kept: Mutex::new(None),
            looking: tokio::sync::Mutex::new(()),
        }))
    }

    /// The time by the clock that ends are held against.
    #[must_use]
    pub fn now(&self) -> crate::simulator::Timestamp {
        (self.0.clock)()
    }

    /// Forgets what is kept, since a service refused it: the next request looks anew.
    pub fn forget(&self) {
        *self.kept() = None;
    }

    /// When the set that is kept ends, in milliseconds since 1970; `None` where it does not end by itself.
    #[must_use]
    pub fn ends(&self) -> Option<u64> {
        let ends = self.kept().as_ref()?.expiry()?;
        let since = ends.duration_since(SystemTime::UNIX_EPOCH).ok()?;
        u64::try_from(since.as_millis()).ok()
    }

    fn kept(&self) -> std::sync::MutexGuard<'_, Option<Credentials>> {
        // It is replaced as a whole, so it is whole even if a holder died.
        self.0.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What is kept and lasts at least so long.
    fn lasting(&self, least: Duration) -> Option<Credentials> {
        let now = SystemTime::UNIX_EPOCH + Duration::from_millis((self.0.clock)().millis());
        let lasts = |one: &&Credentials| one.expiry().is_none_or(|ends| ends > now + least);
        self.kept().as_ref().filter(lasts).cloned()
    }

    async fn give(&self) -> provider::Result {
        if let Some(kept) = self.lasting(EARLY) {
            return Ok(kept);
        }
        let _alone = self.0.looking.lock().await;
        if let Some(kept) = self.lasting(EARLY) {
            return Ok(kept);
        }
        match self.look().await {
            Ok(found) => {
                *self.kept() = Some(found.clone());
                Ok(found)
            }
            // They still hold for a few minutes, in which whoever gives them out may come back.
            Err(error) => self.lasting(Duration::ZERO).ok_or(error),
        }
    }

    async fn look(&self) -> provider::Result {
        let config = &self.0.config;
        if let Some(profile) = &self.0.explicit {
            let provider = ProfileFileCredentialsProvider::builder()
                .configure(config)
                .profile_name(profile.clone())
                .build();
            return provider.provide_credentials().await;
        }
        let metadata = imds::Client::builder()
            .configure(config)
            .max_attempts(1)
            .connect_timeout(METADATA)
            .read_timeout(METADATA)
            .build();
        let chain = DefaultCredentialsChain::builder()
            .configure(config.clone())
            .region(self.0.region.clone())
            .imds_client(metadata)
            .build()
            .await;
        chain.provide_credentials().await
    }
}

impl ProvideCredentials for Keeper {
    fn provide_credentials<'a>(&'a self) -> future::ProvideCredentials<'a>
    where
        Self: 'a,
    {
        future::ProvideCredentials::new(self.give())
    }
}
