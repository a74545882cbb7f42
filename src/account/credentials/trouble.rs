//! Why there are no credentials, in words, and what to type next.
//!
//! The libraries below say what went wrong in their own terms, some with more than a screen should show. Each way that
//! credentials can come has its own ways to fail, and its own remedy.
//! Invariant: no text here quotes what a program printed, a token, a key, or an argument of a command.

use std::error::Error;

use aws_credential_types::provider::error::CredentialsError;
use aws_sdk_sts::error::{ProvideErrorMetadata, SdkError};
use aws_sdk_sts::operation::assume_role::AssumeRoleError;
use aws_sdk_sts::operation::assume_role_with_web_identity::AssumeRoleWithWebIdentityError;

use super::way::{Base, Way};
use crate::printable;

/// Why there are none.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Trouble {
    #[error(
        "no AWS credentials were found: none in the environment, none in a profile, and this machine is no instance or container that is handed some. Nothing was sent"
    )]
    Nowhere {
        /// The names of all profiles.
        there: Vec<String>,
    },
    #[error("{set} is set, but {missing} is not: one is of no use without the other")]
    HalfSet {
        set: &'static str,
        missing: &'static str,
    },
    #[error("the AWS configuration can't be read: {why}")]
    File { why: String },
    #[error("there is no profile {name:?}, which {given} names{}", listed(.there))]
    MissingProfile {
        name: String,
        /// `--profile` or `AWS_PROFILE`.
        given: &'static str,
        near: Option<String>,
        there: Vec<String>,
    },
    #[error(
        "profile {profile} takes its credentials from source_profile {source_profile}, and there is no such profile"
    )]
    MissingSource {
        profile: String,
        source_profile: String,
    },
    #[error("the profiles {} take their credentials from each other, round and round", .profiles.join(" and "))]
    Loop { profiles: Vec<String> },
    #[error("profile {profile} can't be used: {why}")]
    Profile { profile: String, why: String },
    #[error(
        "profile {profile} asks for a code of the device {device} before its role is assumed, and dynatour can't ask for one"
    )]
    Mfa { profile: String, device: String },
    #[error("the sign-in to IAM Identity Center has expired, or was never done ({way})")]
    Sso { way: String, renew: String },
    #[error("IAM Identity Center gives nothing for profile {profile}: {why}")]
    SsoRefused { profile: String, why: String },
    #[error("the session of aws login has expired, or was never begun ({way})")]
    Login { way: String, renew: String },
    #[error("the program {program}, which profile {profile} asks for credentials, {why}")]
    Process {
        program: String,
        profile: String,
        why: String,
    },
    #[error("the role {role} could not be assumed ({way}): {why}")]
    AssumeRole {
        role: String,
        way: String,
        why: String,
        /// Set where not the role but the credentials it is assumed with are at fault.
        renew: Option<String>,
    },
    #[error("the web identity token can't be read from {file}: {why}")]
    TokenFile { file: String, why: String },
    #[error("this container gives no credentials: {why}")]
    Container { why: String },
    #[error("this instance gives no credentials: {why}")]
    Instance { why: String },
    #[error("the credentials expired {ago} ago ({way})")]
    Expired {
        ago: String,
        way: String,
        renew: String,
    },
    #[error("whoever gives out the credentials could not be reached ({way}): {why}")]
    Unreachable { way: String, why: String },
    #[error("there was no answer within {seconds} seconds ({way})")]
    Slow { way: String, seconds: u64 },
    #[error("no credentials ({way}): {why}")]
    Other { way: String, why: String },
}

fn listed(there: &[String]) -> String {
    if there.is_empty() {
        " (there are no profiles at all)".to_owned()
    } else {
        format!(". There are: {}", there.join(", "))
    }
}

impl Trouble {
    /// What to type or do.
    #[must_use]
    pub fn next(&self) -> Option<String> {
        Some(match self {
            Self::Nowhere { there } => {
                let ways = "aws login (as in the console), aws configure sso (IAM Identity Center) or aws configure (an access key)";
                match there.as_slice() {
                    [] => ways.to_owned(),
                    _ => format!(
                        "--profile NAME, with one of your profiles ({}); or make new credentials with {ways}",
                        there.join(", ")
                    ),
                }
            }
            Self::HalfSet { set, missing } => {
                format!("export {missing}=…   or   unset {set}, to use a profile")
            }
            Self::File { .. } => {
                "mend that file, or name another one with AWS_CONFIG_FILE and AWS_SHARED_CREDENTIALS_FILE".to_owned()
            }
            Self::MissingProfile { near, given, .. } => match (near, *given) {
                (Some(near), "AWS_PROFILE") => format!("export AWS_PROFILE={near}"),
                (Some(near), _) => format!("--profile {near}"),
                (None, _) => "aws configure list-profiles   shows them; aws configure sso   makes a new one".to_owned(),
            },
            Self::MissingSource { profile, .. } | Self::Profile { profile, .. } => {
                format!("correct [profile {profile}] in ~/.aws/config")
            }
            Self::Loop { .. } => "correct source_profile in ~/.aws/config".to_owned(),
            Self::Mfa { profile, .. } => format!(
                "eval \"$(aws configure export-credentials --profile {profile} --format env)\"   and then dynatour without --profile"
            ),
            Self::Sso { renew, .. } | Self::Login { renew, .. } | Self::Expired { renew, .. } => {
                renew.clone()
            }
            Self::SsoRefused { .. } => {
                "aws configure sso   shows the accounts and roles that you have".to_owned()
            }
            Self::Process { profile, .. } => format!(
                "run the command behind credential_process in [profile {profile}] of ~/.aws/config yourself, to see what it says"
            ),
            Self::AssumeRole { renew, .. } => renew.clone().unwrap_or_else(|| {
                "ask for sts:AssumeRole on that role, both in your own policy and in the role's trust policy".to_owned()
            }),
            Self::TokenFile { .. } => {
                "check AWS_WEB_IDENTITY_TOKEN_FILE, or web_identity_token_file of the profile".to_owned()
            }
            Self::Container { .. } => {
                "check AWS_CONTAINER_CREDENTIALS_FULL_URI and its token, or the task's role".to_owned()
            }
            Self::Instance { .. } => {
                "attach an instance profile to this instance, or use other credentials".to_owned()
            }
            Self::Unreachable { .. } => {
                "check the network, and HTTPS_PROXY if this machine needs one".to_owned()
            }
            Self::Slow { .. } => {
                "if something waits for a code or a password, run it first in this terminal, and then dynatour again".to_owned()
            }
            Self::Other { .. } => "aws sts get-caller-identity   asks the same with the AWS CLI".to_owned(),
        })
    }
}

/// What a library said, in the words of the way it was on.
#[must_use]
pub fn of(error: &CredentialsError, way: &Way, there: &[String]) -> Trouble {
    let told = way.to_string();
    let profile = || {
        way.base_profile
            .clone()
            .unwrap_or_else(|| "default".to_owned())
    };
    let said = causes(error);
    if let Some((code, message)) = refused_role(error) {
        // The credentials that the role is assumed with, not the role.
        let stale = [
            "ExpiredToken",
            "ExpiredTokenException",
            "InvalidClientTokenId",
        ]
        .contains(&code.as_str());
        return Trouble::AssumeRole {
            role: way
                .role
                .clone()
                .or_else(|| web_role(way))
                .unwrap_or_default(),
            why: cut(&format!("{code}: {message}")),
            renew: stale.then(|| way.renew()),
            way: told,
        };
    }
    let process = matches!(way.base, Base::Process { .. });
    if !process && said.iter().any(|one| is_unreachable(one)) {
        return match way.base {
            // Nothing answers where instances find theirs: this is none.
            Base::Instance if way.profile.is_none() => Trouble::Nowhere {
                there: there.to_vec(),
            },
            Base::Instance => Trouble::Instance {
                why: "nothing answers where an instance would find them".to_owned(),
            },
            Base::Container => Trouble::Container {
                why: "nothing answers where it should ask for them".to_owned(),
            },
            _ => Trouble::Unreachable {
                way: told,
                why: last(&said),
            },
        };
    }
    match &way.base {
        Base::Sso => {
            let all = said.join(" ");
            // Neither a code nor a type comes through for these; both mean that the sign-in is good, and the role is not.
            if all.contains("ForbiddenException") || all.contains("ResourceNotFoundException") {
                Trouble::SsoRefused {
                    profile: profile(),
                    why: "that role in that account is not assigned to you".to_owned(),
                }
            } else if matches!(error, CredentialsError::InvalidConfiguration(_)) {
                Trouble::Profile {
                    profile: profile(),
                    why: last(&said),
                }
            } else {
                Trouble::Sso {
                    way: told,
                    renew: way.renew(),
                }
            }
        }
        Base::Login => Trouble::Login {
            way: told,
            renew: way.renew(),
        },
        Base::Process { program } => Trouble::Process {
            program: program.clone(),
            profile: profile(),
            why: process_words(&said.join(" ")),
        },
        Base::WebIdentity { file, .. } => match file_error(error) {
            Some(why) => Trouble::TokenFile {
                file: file.clone(),
                why,
            },
            None => Trouble::Other {
                way: told,
                why: last(&said),
            },
        },
        Base::Container => Trouble::Container { why: last(&said) },
        Base::Instance if way.profile.is_none() => Trouble::Nowhere {
            there: there.to_vec(),
        },
        Base::Instance => Trouble::Instance { why: last(&said) },
        Base::Variables { .. } | Base::Keys { .. } => match &way.base_profile {
            Some(profile) => Trouble::Profile {
                profile: profile.clone(),
                why: last(&said),
            },
            None => Trouble::Other {
                way: told,
                why: last(&said),
            },
        },
    }
}

fn web_role(way: &Way) -> Option<String> {
    match &way.base {
        Base::WebIdentity { role, .. } => Some(role.clone()),
        _ => None,
    }
}

/// The service's own words, where STS refused a role.
fn refused_role(error: &CredentialsError) -> Option<(String, String)> {
    fn words<E: ProvideErrorMetadata>(error: &E) -> Option<(String, String)> {
        let code = error.code()?.to_owned();
        Some((code, error.message().unwrap_or_default().to_owned()))
    }
    let mut next: Option<&(dyn Error + 'static)> = Some(error);
    while let Some(error) = next {
        if let Some(SdkError::ServiceError(refused)) =
            error.downcast_ref::<SdkError<AssumeRoleError>>()
        {
            return words(refused.err());
        }
        if let Some(SdkError::ServiceError(refused)) =
            error.downcast_ref::<SdkError<AssumeRoleWithWebIdentityError>>()
        {
            return words(refused.err());
        }
        next = error.source();
    }
    None
}

/// A file that could not be read.
fn file_error(error: &CredentialsError) -> Option<String> {
    let mut next = error.source();
    while let Some(error) = next {
        if let Some(io) = error.downcast_ref::<std::io::Error>() {
            return Some(io.to_string());
        }
        next = error.source();
    }
    None
}

/// What each layer says, from the outermost.
fn causes(error: &CredentialsError) -> Vec<String> {
    let mut said = vec![error.to_string()];
    let mut next = error.source();
    while let Some(error) = next {
        said.push(error.to_string());
        next = error.source();
    }
    said
}

/// The SDK's words for a request that got no answer; their types are private.
fn is_unreachable(said: &str) -> bool {
    [
        "dispatch failure",
        "request has timed out",
        "could not communicate with IMDS",
        "timeout occurred",
    ]
    .iter()
    .any(|words| said.contains(words))
}

/// What the innermost layer says, in a line.
fn last(said: &[String]) -> String {
    cut(said.last().map_or("", String::as_str))
}

fn cut(text: &str) -> String {
    /// As much as can be read at a glance.
    const MOST: usize = 300;
    let text = printable::line(text.trim());
    if text.chars().count() <= MOST {
        return text.into_owned();
    }
    let mut short: String = text.chars().take(MOST).collect();
    short.push('…');
    short
}

/// What a program did, from the library's words, without what the program itself said.
fn process_words(said: &str) -> String {
    if let Some((_, rest)) = said.split_once("exited with code ") {
        let status = rest.split(". Stderr").next().unwrap_or_default();
        let status = status.rsplit(": ").next().unwrap_or_default();
        return match status.trim() {
            "127" => "was not found (exit status 127)".to_owned(),
            "126" => "can't be run (exit status 126)".to_owned(),
            number if number.parse::<i32>().is_ok() => {
                format!("ended with exit status {number}")
            }
            _ => "was ended from outside".to_owned(),
        };
    }
    if said.contains("could not parse") || said.contains("could not decode") {
        return "printed something else than the JSON that AWS tools expect".to_owned();
    }
    "could not be started".to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_program_is_told_by_its_status_and_not_by_its_words() {
        for (said, words) in [
            (
                "Error retrieving credentials: external process exited with code exit status: 1. Stderr: planted-secret",
                "ended with exit status 1",
            ),
            (
                "external process exited with code exit status: 127. Stderr: sh: 1: hand-out: not found",
                "was not found (exit status 127)",
            ),
            (
                "external process exited with code signal: 9 (SIGKILL). Stderr: ",
                "was ended from outside",
            ),
            (
                "could not parse response: planted-secret",
                "printed something else than the JSON that AWS tools expect",
            ),
        ] {
            assert_eq!(process_words(said), words);
        }
    }

    #[test]
    fn long_words_of_others_are_cut_and_made_printable() {
        let cut = cut(&format!("\u{1b}[2J{}", "x".repeat(1_000)));
        assert!(cut.starts_with("␛[2J") && cut.ends_with('…'));
        assert_eq!(cut.chars().count(), 301);
    }
}
