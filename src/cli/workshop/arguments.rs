//! What can be typed after `dynatour workshop`.

use std::path::PathBuf;
use std::str::FromStr;

use clap::{Args, ValueEnum};

use crate::app::effect::workshop::Outgoing;
use crate::cli::picture::arguments::Picture;
use crate::workshop::lambda::Allowance;
use crate::workshop::language::Language;

/// What a handler may take, of those that run handlers.
#[derive(Debug, Args)]
pub struct Allowed {
    #[arg(
        long,
        value_name = "SECONDS",
        default_value_t,
        help = "How long a handler may take, here and where it is deployed, 1 to 900 as on Lambda; API Gateway waits 30 seconds at most"
    )]
    timeout: Timeout,
    #[arg(
        long,
        value_name = "MB",
        default_value_t,
        help = "Memory of a function in megabytes, here and where it is deployed, 128 to 10240 as on Lambda; accounts that are new may take no more than 3008"
    )]
    memory: Memory,
}

impl Allowed {
    pub const fn allowance(&self) -> Allowance {
        Allowance {
            timeout: self.timeout.0,
            memory: self.memory.0,
        }
    }
}

#[derive(Debug, Args)]
pub struct Workshop {
    /// The language of the handlers [default: the folder's, or node]
    #[arg(value_enum)]
    pub language: Option<LanguageKind>,
    /// The folder to work in; it is made where it is missing [default: pets-node or pets-ruby]
    pub dir: Option<PathBuf>,
    #[arg(
        long,
        value_name = "N",
        help = "Port of the HTTP API; 0 takes any that is free, and says which [default: 3000, or any where that is taken]"
    )]
    pub port: Option<u16>,
    #[command(flatten)]
    pub allowed: Allowed,
    /// Print a line for each thing that happens instead of the screen; also without a terminal or with TERM=dumb
    #[arg(long)]
    pub plain: bool,
    /// Try each handler once, and end: the exit status is 0 only if all are right
    #[arg(long, conflicts_with_all = ["port", "export"])]
    pub once: bool,
    #[command(flatten)]
    pub picture: Picture,
    #[arg(
        long,
        value_name = "REQUEST",
        requires = "export",
        default_value_t,
        help = "Whose way the picture shows: method and path, and a body behind them"
    )]
    pub request: Asked,
}

impl Workshop {
    pub fn language(&self) -> Option<Language> {
        self.language.map(Language::from)
    }

    pub fn folder(&self) -> PathBuf {
        let usual = self.language().unwrap_or(Language::Node).folder();
        self.dir.clone().unwrap_or_else(|| PathBuf::from(usual))
    }
}

/// A request as it is typed: `GET /pets/2`, `POST /pets {"id": "4"}`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asked(pub Outgoing);

impl Default for Asked {
    fn default() -> Self {
        Self(Outgoing {
            method: "GET".to_owned(),
            path: "/pets/2".to_owned(),
            body: String::new(),
        })
    }
}

impl std::fmt::Display for Asked {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Outgoing { method, path, body } = &self.0;
        write!(f, "{method} {path}")?;
        if body.is_empty() {
            Ok(())
        } else {
            write!(f, " {body}")
        }
    }
}

impl FromStr for Asked {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let wrong = || {
            r#"a request is a method and a path, such as 'GET /pets/2', or with a body 'POST /pets {"id": "4"}'"#
                .to_owned()
        };
        let (method, rest) = text.trim().split_once(' ').ok_or_else(wrong)?;
        let rest = rest.trim_start();
        let has_body = matches!(method, "POST" | "PUT" | "PATCH");
        let split = rest.split_once(' ').filter(|_| has_body);
        let (path, body) = split.unwrap_or((rest, ""));
        let is_method = !method.is_empty() && method.bytes().all(|byte| byte.is_ascii_uppercase());
        if !is_method || !path.starts_with('/') {
            return Err(wrong());
        }
        Ok(Self(Outgoing {
            method: method.to_owned(),
            path: path.to_owned(),
            body: body.trim().to_owned(),
        }))
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum LanguageKind {
    Node,
    Ruby,
}

impl From<LanguageKind> for Language {
    fn from(kind: LanguageKind) -> Self {
        match kind {
            LanguageKind::Node => Self::Node,
            LanguageKind::Ruby => Self::Ruby,
        }
    }
}

/// A function's time-out in seconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Timeout(pub u16);

impl Default for Timeout {
    fn default() -> Self {
        Self(Allowance::default().timeout)
    }
}

impl std::fmt::Display for Timeout {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.fmt(f)
    }
}

impl FromStr for Timeout {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let number = text.parse().ok();
        let allowed = number.filter(|number| Allowance::TIMEOUTS.contains(number));
        allowed.map(Self).ok_or_else(|| {
            "Lambda's time-out is a whole number of seconds from 1 to 900, such as 3".to_owned()
        })
    }
}

/// A function's memory in megabytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Memory(pub u32);

impl Default for Memory {
    fn default() -> Self {
        Self(Allowance::default().memory)
    }
}

impl std::fmt::Display for Memory {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.fmt(f)
    }
}

impl FromStr for Memory {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let number = text.parse().ok();
        let allowed = number.filter(|number| Allowance::MEMORIES.contains(number));
        allowed.map(Self).ok_or_else(|| {
            "Lambda's memory is a whole number of megabytes from 128 to 10240, such as 256"
                .to_owned()
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_request_is_typed_on_one_line() {
        for text in [
            "GET /pets",
            "GET /pets/2?a=b",
            r#"POST /pets {"id": "4", "name": "Luna"}"#,
        ] {
            assert_eq!(text.parse::<Asked>().unwrap().to_string(), text);
        }
        let body = r#"POST  /pets   {"id": "4"} "#.parse::<Asked>().unwrap().0.body;
        assert_eq!(body, r#"{"id": "4"}"#);
        for text in ["", "GET", "GET pets", "get /pets", "/pets", " /pets"] {
            let words = text.parse::<Asked>().unwrap_err();
            assert!(words.contains("GET /pets/2"), "{text}: {words}");
        }
        let path = "GET /pets/my pet".parse::<Asked>().unwrap().0.path;
        assert_eq!(
            path, "/pets/my pet",
            "what a URL can't hold is sent with percent signs"
        );
        assert_eq!(Asked::default().to_string(), "GET /pets/2");
    }

    #[test]
    fn lambdas_limits_are_held() {
        for text in ["1", "3", "900"] {
            assert_eq!(text.parse::<Timeout>().unwrap().to_string(), text);
        }
        for text in ["0", "901", "-1", "1.5", "3s", "", "99999999999"] {
            let words = text.parse::<Timeout>().unwrap_err();
            assert!(words.contains("from 1 to 900"), "{text}: {words}");
        }
        for text in ["128", "256", "10240"] {
            assert_eq!(text.parse::<Memory>().unwrap().to_string(), text);
        }
        for text in ["0", "127", "10241", "-128", "256MB", "lots"] {
            let words = text.parse::<Memory>().unwrap_err();
            assert!(words.contains("from 128 to 10240"), "{text}: {words}");
        }
    }
}
