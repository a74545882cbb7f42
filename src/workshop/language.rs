//! The languages that handlers are written in, and what each needs.

use std::fmt;

/// A track of the workshop.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Language {
    Node,
    Ruby,
}

/// A version, as far as it matters: `20.11`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Version {
    pub major: u32,
    pub minor: u32,
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.major, self.minor)
    }
}

impl Version {
    /// The first version in a text, such as `v20.20.2` or `ruby 3.1.2p20 (2022-04-12 …)`.
    #[must_use]
    pub fn in_text(text: &str) -> Option<Self> {
        let word = text.split_whitespace().find(|word| word.contains('.'))?;
        let mut numbers = word
            .trim_start_matches('v')
            .split(|c: char| !c.is_ascii_digit());
        Some(Self {
            major: numbers.next()?.parse().ok()?,
            minor: numbers.next()?.parse().ok()?,
        })
    }
}

impl Language {
    pub const ALL: [Self; 2] = [Self::Node, Self::Ruby];

    /// As it is typed: `dynatour workshop node`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Node => "node",
            Self::Ruby => "ruby",
        }
    }

    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|one| one.name() == name)
    }

    /// As it is written.
    #[must_use]
    pub const fn title(self) -> &'static str {
        match self {
            Self::Node => "Node.js",
            Self::Ruby => "Ruby",
        }
    }

    /// The interpreter, which is looked for in `PATH`.
    #[must_use]
    pub const fn program(self) -> &'static str {
        self.name()
    }

    /// The folder of a workshop where none is named.
    #[must_use]
    pub const fn folder(self) -> &'static str {
        match self {
            Self::Node => "pets-node",
            Self::Ruby => "pets-ruby",
        }
    }

    /// The oldest version that AWS's SDK of today and the runtime client run on.
    #[must_use]
    pub const fn oldest(self) -> Version {
        match self {
            Self::Node => Version {
                major: 20,
                minor: 0,
            },
            Self::Ruby => Version { major: 3, minor: 0 },
        }
    }

    /// The packages that handlers load.
    #[must_use]
    pub const fn packages(self) -> &'static [&'static str] {
        match self {
            Self::Node => &["@aws-sdk/client-dynamodb", "@aws-sdk/lib-dynamodb"],
            Self::Ruby => &["aws-sdk-dynamodb"],
        }
    }

    /// What installs them, typed in the folder.
    #[must_use]
    pub const fn install_packages(self) -> &'static str {
        match self {
            Self::Node => "npm install",
            Self::Ruby => "gem install --user-install aws-sdk-dynamodb",
        }
    }

    /// Where they are, as the end of a sentence.
    #[must_use]
    pub const fn copied(self) -> &'static str {
        match self {
            Self::Node => ": the folder node_modules",
            Self::Ruby => ": gem fetch there, gem install here",
        }
    }

    /// What installs the interpreter, on the systems that most have.
    #[must_use]
    pub const fn install_interpreter(self) -> &'static str {
        match self {
            Self::Node => {
                "from https://nodejs.org, or: brew install node (macOS), sudo apt install nodejs npm (Debian 13, Ubuntu 26.04)"
            }
            Self::Ruby => {
                "from https://www.ruby-lang.org, or: brew install ruby (macOS; then put it first in PATH, as brew says), sudo apt install ruby-full (Debian, Ubuntu)"
            }
        }
    }

    /// The client of Lambda's runtime API.
    #[must_use]
    pub const fn runtime(self) -> &'static str {
        match self {
            Self::Node => include_str!("../../assets/workshop/runtime/node.mjs"),
            Self::Ruby => include_str!("../../assets/workshop/runtime/ruby.rb"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_found_as_interpreters_print_them() {
        let version = |text| Version::in_text(text).map(|version| version.to_string());
        assert_eq!(version("v20.20.2\n").as_deref(), Some("20.20"));
        assert_eq!(
            version("ruby 3.1.2p20 (2022-04-12 revision 4491bb740a) [x86_64-linux-gnu]").as_deref(),
            Some("3.1")
        );
        assert_eq!(version("v24.0.0-nightly.1").as_deref(), Some("24.0"));
        for nothing in ["", "node", "a.b", "v99999999999.1"] {
            assert_eq!(version(nothing), None, "{nothing}");
        }
        assert!(
            Version {
                major: 20,
                minor: 9
            } < Version {
                major: 20,
                minor: 10
            }
        );
    }

    #[test]
    fn each_language_is_found_by_its_name() {
        for language in Language::ALL {
            assert_eq!(Language::named(language.name()), Some(language));
            assert!(language.runtime().contains("2018-06-01"));
        }
        assert_eq!(Language::named("perl"), None);
    }
}
