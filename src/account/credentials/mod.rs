//! Credentials, region and endpoint, found as every AWS tool finds them.
//!
//! ```text
//!   look    offline   profiles and variables → which way, which region, which endpoint
//!   sign_in           the first request for credentials → they are there, or why not and what to type
//! ```
//!
//! Invariant: credentials go from where they are kept to the SDK's signer and nowhere else; nothing here prints, stores or logs them.

mod keeper;
mod trouble;
mod way;

use std::time::Duration;

use aws_config::{BehaviorVersion, SdkConfig};
use aws_credential_types::provider::ProvideCredentials as _;
use aws_runtime::env_config::file::EnvConfigFiles;
use aws_sdk_dynamodb::config::IdentityCache;
use aws_smithy_runtime_api::client::http::SharedHttpClient;
use aws_types::os_shim_internal::{Env, Fs};
use aws_types::region::Region;

pub use keeper::Keeper;
pub use trouble::Trouble;
pub use way::{Base, Way};

use crate::printable;
use crate::target::choice::{AccountWish, endpoint_of};
use crate::transport::in_process::Clock;

/// A program may ask its user for a code, and a sign-in may be slow.
const PATIENCE: Duration = Duration::from_mins(1);

/// What gave the region.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RegionFrom {
    /// `--region`
    Flag,
    /// `AWS_REGION` or `AWS_DEFAULT_REGION`
    Environment,
    Profile,
    /// Nobody: it is the lesson's.
    Lesson,
}

/// What was found without asking anybody.
#[derive(Debug)]
pub struct Plan {
    pub way: Way,
    pub region: String,
    pub region_from: RegionFrom,
    /// Where DynamoDB's requests go, where that is not AWS itself.
    pub endpoint: Option<String>,
    /// Where STS is asked, where that is set apart.
    pub sts_endpoint: Option<String>,
    /// What goes before what else was set, which its owner may not expect.
    pub remark: Option<String>,
    pub keeper: Keeper,
    pub config: SdkConfig,
    /// The names of all profiles.
    there: Vec<String>,
}

/// What `look` works with besides the files.
#[derive(Clone)]
pub struct Around<'a> {
    /// Reads the environment.
    pub variable: &'a (dyn Fn(&str) -> Option<String> + Send + Sync),
    pub clock: Clock,
    pub http: SharedHttpClient,
    /// The region that is proposed when none is set.
    pub lesson_region: &'a str,
}

/// Finds out which way credentials come, and where requests would go. Reads the configuration's files; asks nobody.
pub async fn look(wish: &AccountWish, around: Around<'_>) -> Result<Plan, Trouble> {
    let explicit = wish.profile.clone();
    let files = EnvConfigFiles::default();
    let selected = explicit.clone().map(Into::into);
    let profiles = aws_config::profile::load(&Fs::real(), &Env::real(), &files, selected)
        .await
        .map_err(|error| Trouble::File { why: told(&error) })?;
    let mut there: Vec<String> = profiles.profiles().map(str::to_owned).collect();
    there.sort();
    let set = |name: &str| (around.variable)(name).filter(|value| !value.trim().is_empty());
    let way = way::find(&profiles, explicit.as_deref(), set)?;
    if let (Some(device), Some(profile)) = (&way.mfa, &way.profile) {
        return Err(Trouble::Mfa {
            profile: profile.clone(),
            device: device.clone(),
        });
    }
    let (region, region_from) = if let Some(region) = &wish.region {
        (region.clone(), RegionFrom::Flag)
    } else if let Some(region) = set("AWS_REGION").or_else(|| set("AWS_DEFAULT_REGION")) {
        (region, RegionFrom::Environment)
    } else if let Some(region) = profiles.get("region") {
        (region.to_owned(), RegionFrom::Profile)
    } else {
        (around.lesson_region.to_owned(), RegionFrom::Lesson)
    };
    let remark = match (&way.base, set("AWS_PROFILE"), &way.profile) {
        (Base::Variables { .. }, Some(profile), None) => Some(format!(
            "AWS_PROFILE names {profile}, but AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY go before it. To use the profile: --profile {profile}"
        )),
        _ => None,
    };
    let keeper = Keeper::new(
        explicit.clone(),
        &region,
        around.http.clone(),
        around.clock.clone(),
    );
    let mut loader = aws_config::defaults(BehaviorVersion::latest())
        .region(Region::new(region.clone()))
        .http_client(around.http)
        .credentials_provider(keeper.clone())
        // The keeper keeps them, so that it can be told to forget.
        .identity_cache(IdentityCache::no_cache());
    if let Some(profile) = explicit {
        loader = loader.profile_name(profile);
    }
    let config = loader.load().await;
    let endpoint = wish
        .endpoint_url
        .clone()
        .or_else(|| endpoint_of(&config, "DynamoDB"));
    let sts_endpoint = endpoint_of(&config, "STS");
    Ok(Plan {
        way,
        region,
        region_from,
        endpoint,
        sts_endpoint,
        remark,
        keeper,
        config,
        there,
    })
}

impl Plan {
    /// Asks for credentials for the first time.
    pub async fn sign_in(&self) -> Result<(), Trouble> {
        let now = || (self.keeper.now()).millis();
        let asked = tokio::time::timeout(PATIENCE, self.keeper.provide_credentials()).await;
        match asked {
            Err(_) => Err(Trouble::Slow {
                way: self.way.to_string(),
                seconds: PATIENCE.as_secs(),
            }),
            Ok(Err(error)) => Err(trouble::of(&error, &self.way, &self.there)),
            Ok(Ok(_)) => match self.keeper.ends() {
                Some(ends) if ends <= now() => Err(Trouble::Expired {
                    ago: span(now() - ends),
                    way: self.way.to_string(),
                    renew: self.way.renew(),
                }),
                _ => Ok(()),
            },
        }
    }
}

/// A time span as people say it.
#[must_use]
pub fn span(milliseconds: u64) -> String {
    let minutes = milliseconds / 60_000;
    match minutes {
        0 => "less than a minute".to_owned(),
        1 => "a minute".to_owned(),
        2..120 => format!("{minutes} minutes"),
        120..2880 => format!("{} hours", minutes / 60),
        _ => format!("{} days", minutes / 1440),
    }
}

/// The innermost words of an error, printable.
fn told(error: &(dyn std::error::Error + 'static)) -> String {
    let mut innermost = error.to_string();
    let mut next = error.source();
    while let Some(source) = next {
        innermost = format!("{innermost}: {source}");
        next = source.source();
    }
    printable::line(&innermost).into_owned()
}
