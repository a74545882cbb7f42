//! Which way the credentials come, found out as AWS's own tools do, before anything is asked for.
//!
//! ```text
//!   --profile given ──────────────────────────────→ that profile, whatever the environment says
//!   AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY set ─→ variables
//!   AWS_PROFILE, or default ──────────────────────→ a profile:  role ← source_profile ← … ← keys, SSO, login, program, …
//!   AWS_WEB_IDENTITY_TOKEN_FILE ──────────────────→ web identity
//!   AWS_CONTAINER_CREDENTIALS_… ──────────────────→ container
//!   nothing of that ──────────────────────────────→ instance, if this is one
//! ```
//!
//! Knowing the way is what makes a failure explainable: the same "not found" means `aws sso login` here and a wrong path there.
//! The order is that of <https://docs.aws.amazon.com/sdkref/latest/guide/standardized-credentials.html>.
//! Invariant: no value of a key, token or variable is kept here, only names.

use aws_config::profile::{Profile, ProfileSet};

use super::trouble::Trouble;
use crate::lesson::nearest;

/// Where the first credentials come from; a role may be assumed with them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Base {
    /// `AWS_ACCESS_KEY_ID` and its companions.
    Variables { token: bool },
    /// Keys that stand in a profile.
    Keys { token: bool },
    /// IAM Identity Center.
    Sso,
    /// `aws login`: a session of the console.
    Login,
    /// A program that prints credentials, by its first word.
    Process { program: String },
    /// A token in a file, exchanged for a role.
    WebIdentity { file: String, role: String },
    /// A container's own role.
    Container,
    /// An instance's own role; also tried when nothing else is there.
    Instance,
}

/// The whole way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Way {
    /// The profile that was chosen, where one is used.
    pub profile: Option<String>,
    pub base: Base,
    /// The profile in which the base stands: another one where roles are chained.
    pub base_profile: Option<String>,
    /// The role that is assumed at last.
    pub role: Option<String>,
    /// The device whose code one of the roles asks for.
    pub mfa: Option<String>,
}

impl Way {
    const fn of(base: Base) -> Self {
        Self {
            profile: None,
            base,
            base_profile: None,
            role: None,
            mfa: None,
        }
    }

    /// ` --profile NAME` for a command, or nothing for the default.
    fn option(&self) -> String {
        match &self.base_profile {
            Some(profile) if profile != "default" => format!(" --profile {profile}"),
            _ => String::new(),
        }
    }

    /// What gives new credentials of this kind: a command, or what to do.
    #[must_use]
    pub fn renew(&self) -> String {
        let option = self.option();
        match &self.base {
            Base::Variables { .. } => {
                "set AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and AWS_SESSION_TOKEN anew, and start dynatour again".to_owned()
            }
            Base::Keys { token: false } => format!("aws configure{option}"),
            Base::Keys { token: true } => format!(
                "put new keys and their aws_session_token into profile {} of ~/.aws/credentials",
                self.base_profile.as_deref().unwrap_or("default")
            ),
            Base::Sso => format!("aws sso login{option}"),
            Base::Login => format!("aws login{option}"),
            Base::Process { program } => format!(
                "run {program} yourself, as it stands behind credential_process in profile {}",
                self.base_profile.as_deref().unwrap_or("default")
            ),
            Base::WebIdentity { file, .. } => format!("have a new token written to {file}"),
            Base::Container | Base::Instance => {
                "nothing: new ones are handed out by themselves; try again in a minute".to_owned()
            }
        }
    }
}

impl std::fmt::Display for Way {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let profile = self.base_profile.as_deref().unwrap_or("default");
        match &self.base {
            Base::Variables { token: false } => {
                f.write_str("AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY")?;
            }
            Base::Variables { token: true } => {
                f.write_str("AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and AWS_SESSION_TOKEN")?;
            }
            Base::Keys { .. } => write!(f, "the keys of profile {profile}")?,
            Base::Sso => write!(f, "IAM Identity Center, profile {profile}")?,
            Base::Login => write!(f, "aws login, profile {profile}")?,
            Base::Process { program } => write!(f, "the program {program} of profile {profile}")?,
            Base::WebIdentity { file, .. } => write!(f, "the web identity token in {file}")?,
            Base::Container => f.write_str("the role of this container")?,
            Base::Instance => f.write_str("the role of this instance")?,
        }
        match (&self.role, &self.profile) {
            (Some(role), Some(chosen)) if *chosen != profile => {
                write!(f, ", to assume {role} as profile {chosen} says")
            }
            (Some(role), _) => write!(f, ", to assume {role}"),
            (None, _) => Ok(()),
        }
    }
}

/// Finds the way. `explicit` is `--profile`; `variable` reads the environment, where empty means unset.
pub fn find(
    profiles: &ProfileSet,
    explicit: Option<&str>,
    variable: impl Fn(&str) -> Option<String>,
) -> Result<Way, Trouble> {
    let set = |name: &str| variable(name).is_some_and(|value| !value.trim().is_empty());
    if let Some(name) = explicit {
        return match profile_way(profiles, name, "--profile", &set)? {
            Some(way) => Ok(way),
            None => Err(Trouble::Profile {
                profile: name.to_owned(),
                why: "it says nothing of credentials".to_owned(),
            }),
        };
    }
    let token = set("AWS_SESSION_TOKEN");
    match (set("AWS_ACCESS_KEY_ID"), set("AWS_SECRET_ACCESS_KEY")) {
        (true, true) => return Ok(Way::of(Base::Variables { token })),
        (true, false) => {
            return Err(Trouble::HalfSet {
                set: "AWS_ACCESS_KEY_ID",
                missing: "AWS_SECRET_ACCESS_KEY",
            });
        }
        (false, true) => {
            return Err(Trouble::HalfSet {
                set: "AWS_SECRET_ACCESS_KEY",
                missing: "AWS_ACCESS_KEY_ID",
            });
        }
        (false, false) => {}
    }
    let named = variable("AWS_PROFILE").filter(|name| !name.trim().is_empty());
    let found = match &named {
        Some(name) => profile_way(profiles, name, "AWS_PROFILE", &set)?,
        None if profiles.get_profile("default").is_some() => {
            profile_way(profiles, "default", "default", &set)?
        }
        None => None,
    };
    if let Some(way) = found {
        return Ok(way);
    }
    if let Some(file) =
        variable("AWS_WEB_IDENTITY_TOKEN_FILE").filter(|file| !file.trim().is_empty())
    {
        let Some(role) = variable("AWS_ROLE_ARN").filter(|role| !role.trim().is_empty()) else {
            return Err(Trouble::HalfSet {
                set: "AWS_WEB_IDENTITY_TOKEN_FILE",
                missing: "AWS_ROLE_ARN",
            });
        };
        return Ok(Way::of(Base::WebIdentity { file, role }));
    }
    if set("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI") || set("AWS_CONTAINER_CREDENTIALS_FULL_URI") {
        return Ok(Way::of(Base::Container));
    }
    Ok(Way::of(Base::Instance))
}

/// The way that begins at a profile; `None` when the profile says nothing of credentials.
fn profile_way(
    profiles: &ProfileSet,
    chosen: &str,
    given: &'static str,
    set: &impl Fn(&str) -> bool,
) -> Result<Option<Way>, Trouble> {
    let Some(mut profile) = profiles.get_profile(chosen) else {
        let mut there: Vec<String> = profiles.profiles().map(str::to_owned).collect();
        there.sort();
        return Err(Trouble::MissingProfile {
            name: chosen.to_owned(),
            given,
            near: nearest(chosen, there.iter().map(String::as_str)).map(str::to_owned),
            there,
        });
    };
    let mut role: Option<String> = None;
    let mut mfa: Option<String> = None;
    let mut seen: Vec<&str> = Vec::new();
    let base = loop {
        let name = profile.name();
        if seen.contains(&name) {
            return Err(Trouble::Loop {
                profiles: seen.into_iter().map(str::to_owned).collect(),
            });
        }
        seen.push(name);
        // A source's own keys go before everything else that it says.
        if seen.len() > 1
            && let Some(keys) = keys(profile)
        {
            break keys;
        }
        let next = match role_of(profile) {
            Some(assumed) => {
                role.get_or_insert_with(|| assumed.to_owned());
                if let Some(device) = profile.get("mfa_serial") {
                    mfa.get_or_insert_with(|| device.to_owned());
                }
                source_of(profile)?
            }
            None => None,
        };
        match next {
            // A profile may name itself: then its own keys are meant.
            Some(source) if source != name => {
                profile = profiles
                    .get_profile(source)
                    .ok_or_else(|| Trouble::MissingSource {
                        profile: name.to_owned(),
                        source_profile: source.to_owned(),
                    })?;
            }
            _ => match base_of(profile, set) {
                Some(base) => break base,
                None if seen.len() > 1 || role.is_some() => {
                    return Err(Trouble::Profile {
                        profile: name.to_owned(),
                        why: "it says nothing of credentials".to_owned(),
                    });
                }
                None => return Ok(None),
            },
        }
    };
    Ok(Some(Way {
        profile: Some(chosen.to_owned()),
        base,
        base_profile: Some(profile.name().to_owned()),
        role,
        mfa,
    }))
}

/// The role that a profile assumes with other credentials. A web identity is exchanged directly.
fn role_of(profile: &Profile) -> Option<&str> {
    if profile.get("web_identity_token_file").is_some() {
        return None;
    }
    profile.get("role_arn")
}

/// The profile whose credentials a role is assumed with; `None` where it is not a profile's.
fn source_of(profile: &Profile) -> Result<Option<&str>, Trouble> {
    let wrong = |why: &str| Trouble::Profile {
        profile: profile.name().to_owned(),
        why: why.to_owned(),
    };
    match (
        profile.get("source_profile"),
        profile.get("credential_source"),
    ) {
        (Some(_), Some(_)) => Err(wrong(
            "it has both source_profile and credential_source; only one of them can be meant",
        )),
        (None, None) => Err(wrong(
            "it has a role_arn, but neither source_profile nor credential_source says with whose credentials the role is assumed",
        )),
        (source, _) => Ok(source),
    }
}

fn base_of(profile: &Profile, set: &impl Fn(&str) -> bool) -> Option<Base> {
    if let Some(source) = profile.get("credential_source") {
        // An unknown source is refused by the library, in its words.
        return Some(match source.to_ascii_lowercase().as_str() {
            "environment" => Base::Variables {
                token: set("AWS_SESSION_TOKEN"),
            },
            "ecscontainer" => Base::Container,
            _ => Base::Instance,
        });
    }
    if let Some(file) = profile.get("web_identity_token_file") {
        return Some(Base::WebIdentity {
            file: file.to_owned(),
            role: profile.get("role_arn").unwrap_or_default().to_owned(),
        });
    }
    let sso = [
        "sso_session",
        "sso_start_url",
        "sso_account_id",
        "sso_role_name",
        "sso_region",
    ];
    if sso.iter().any(|key| profile.get(key).is_some()) {
        return Some(Base::Sso);
    }
    if profile.get("login_session").is_some() {
        return Some(Base::Login);
    }
    if let Some(command) = profile.get("credential_process") {
        return Some(Base::Process {
            program: first_word(command).to_owned(),
        });
    }
    keys(profile)
}

fn keys(profile: &Profile) -> Option<Base> {
    let has = |key: &str| profile.get(key).is_some();
    (has("aws_access_key_id") || has("aws_secret_access_key")).then(|| Base::Keys {
        token: has("aws_session_token"),
    })
}

/// The program of a command; what follows may be secret, and so may a variable that is set before it (`TOKEN=… program`).
fn first_word(command: &str) -> &str {
    let command = command.trim();
    if let Some(quoted) = command.strip_prefix('"') {
        return quoted.split('"').next().unwrap_or_default();
    }
    let first = command.split_whitespace().next().unwrap_or_default();
    first.split('=').next().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use aws_runtime::env_config::file::EnvConfigFiles;
    use aws_types::os_shim_internal::{Env, Fs};

    use super::*;

    const CONFIG: &str = r#"
[default]
region = eu-west-1
[profile keys]
aws_access_key_id = AKIAEXAMPLE
aws_secret_access_key = planted-secret
[profile short]
aws_access_key_id = ASIAEXAMPLE
aws_secret_access_key = planted-secret
aws_session_token = planted-secret
[profile sso]
sso_session = my
sso_account_id = 123456789012
sso_role_name = student
[sso-session my]
sso_region = us-east-1
sso_start_url = https://example.awsapps.com/start
[profile login]
login_session = arn:aws:iam::123456789012:user/rachel
[profile program]
credential_process = "/opt/my tools/hand-out" --password planted-secret
[profile role]
role_arn = arn:aws:iam::123456789012:role/student
source_profile = sso
mfa_serial = arn:aws:iam::123456789012:mfa/rachel
[profile self]
role_arn = arn:aws:iam::123456789012:role/student
source_profile = self
aws_access_key_id = AKIAEXAMPLE
aws_secret_access_key = planted-secret
[profile instance]
role_arn = arn:aws:iam::123456789012:role/student
credential_source = Ec2InstanceMetadata
[profile lost]
role_arn = arn:aws:iam::123456789012:role/student
source_profile = nobody
[profile round]
role_arn = arn:aws:iam::123456789012:role/student
source_profile = about
[profile about]
role_arn = arn:aws:iam::123456789012:role/student
source_profile = round
[profile torn]
role_arn = arn:aws:iam::123456789012:role/student
[profile web]
role_arn = arn:aws:iam::123456789012:role/student
web_identity_token_file = /run/token
"#;

    async fn profiles() -> ProfileSet {
        let fs = Fs::from_slice(&[("/config", CONFIG)]);
        let env = Env::from_slice(&[("AWS_CONFIG_FILE", "/config"), ("HOME", "/home/rachel")]);
        aws_config::profile::load(&fs, &env, &EnvConfigFiles::default(), None)
            .await
            .unwrap()
    }

    fn nothing(_: &str) -> Option<String> {
        None
    }

    #[tokio::test]
    async fn each_profile_is_told_by_its_way_without_its_secrets() {
        let profiles = profiles().await;
        let told: Vec<String> = [
            "keys", "short", "sso", "login", "program", "role", "self", "instance", "web",
        ]
        .into_iter()
        .map(|name| {
            let way = find(&profiles, Some(name), nothing).unwrap();
            assert!(!format!("{way:?}").contains("planted"));
            format!("{way}\n  → {}", way.renew())
        })
        .collect();
        insta::assert_snapshot!(told.join("\n"));
    }

    #[tokio::test]
    async fn what_is_wrong_with_a_profile_is_named() {
        let profiles = profiles().await;
        let told: Vec<String> = ["lost", "round", "torn", "default", "kyes", "zzzzzz"]
            .into_iter()
            .map(|name| {
                let trouble = find(&profiles, Some(name), nothing).unwrap_err();
                format!("{trouble}\n  → {}", trouble.next().unwrap_or_default())
            })
            .collect();
        insta::assert_snapshot!(told.join("\n"));
    }

    #[test]
    fn of_a_command_only_its_first_word_is_kept() {
        for (command, program) in [
            ("/opt/hand-out --password planted", "/opt/hand-out"),
            (
                r#""/opt/my tools/hand-out" planted"#,
                "/opt/my tools/hand-out",
            ),
            ("TOKEN=planted /opt/hand-out", "TOKEN"),
            ("TOKEN='planted twice' /opt/hand-out", "TOKEN"),
            ("", ""),
        ] {
            assert_eq!(first_word(command), program, "{command}");
        }
    }

    #[tokio::test]
    async fn variables_go_before_profiles_unless_one_is_named() {
        let profiles = profiles().await;
        let both = |name: &str| {
            matches!(name, "AWS_ACCESS_KEY_ID" | "AWS_SECRET_ACCESS_KEY").then(|| "x".to_owned())
        };
        let way = find(&profiles, None, both).unwrap();
        assert_eq!(way.base, Base::Variables { token: false });
        let way = find(&profiles, Some("sso"), both).unwrap();
        assert_eq!(way.base, Base::Sso);
        for one in ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"] {
            let half = |name: &str| (name == one).then(|| "x".to_owned());
            let trouble = find(&profiles, None, half).unwrap_err();
            assert!(matches!(trouble, Trouble::HalfSet { set, .. } if set == one));
        }
        let named = |name: &str| (name == "AWS_PROFILE").then(|| "login".to_owned());
        assert_eq!(find(&profiles, None, named).unwrap().base, Base::Login);
        // The default profile says nothing of credentials, so the search goes on.
        assert_eq!(find(&profiles, None, nothing).unwrap().base, Base::Instance);
        let container = |name: &str| {
            (name == "AWS_CONTAINER_CREDENTIALS_FULL_URI").then(|| "http://x".to_owned())
        };
        assert_eq!(
            find(&profiles, None, container).unwrap().base,
            Base::Container
        );
        let web = |name: &str| match name {
            "AWS_WEB_IDENTITY_TOKEN_FILE" => Some("/run/token".to_owned()),
            _ => None,
        };
        assert!(matches!(
            find(&profiles, None, web),
            Err(Trouble::HalfSet {
                missing: "AWS_ROLE_ARN",
                ..
            })
        ));
    }
}
