//! Who may send requests: programs of this machine, or a class with its join code.
//!
//! ```text
//!   Host, Origin ──→ ours?          a page of another site, or a name that was turned to us, is refused (DNS rebinding)
//!   Credential=K7QX3M-ana/… ──→ join code, and the name that the screen shows
//! ```
//!
//! The join code is the access key that every AWS client sends in the clear; signatures are not verified. It keeps out who does not
//! know it and does not listen to the network.
//! Invariant: in a class nothing of a request but its head is read before its join code was compared, in a time that does not depend
//! on how much of it is right.

use std::fmt;
use std::net::IpAddr;
use std::sync::Arc;

use subtle::ConstantTimeEq as _;

use super::limits::NAME;

/// No vowels, so that no words come out, and nothing that is read or heard as something else: 0 O, 1 I L, 2 Z, 5 S, 8 B, U V.
const ALPHABET: &[u8; 21] = b"CDFGHJKMNPQRTWXY34679";
/// 21 to the sixth is 85 million.
const LENGTH: usize = 6;

/// What clients of a class give as their access key.
#[derive(Clone, PartialEq, Eq)]
pub struct JoinCode([u8; LENGTH]);

impl JoinCode {
    /// From random bytes, of which any are good.
    #[must_use]
    pub fn from_random(random: u64) -> Self {
        let mut rest = random;
        Self(std::array::from_fn(|_| {
            let base = ALPHABET.len() as u64;
            let digit = usize::try_from(rest % base).expect("below 21");
            rest /= base;
            ALPHABET[digit]
        }))
    }

    #[must_use]
    pub fn as_str(&self) -> &str {
        std::str::from_utf8(&self.0).expect("letters and digits are UTF-8")
    }

    /// Whether it was given, in capitals or not.
    fn is(&self, given: &str) -> bool {
        let Ok(mut given) = <[u8; LENGTH]>::try_from(given.as_bytes()) else {
            return false;
        };
        given.make_ascii_uppercase();
        self.0.ct_eq(&given).into()
    }
}

impl fmt::Display for JoinCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Debug for JoinCode {
    /// Not the code: debug output ends up in logs.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JoinCode")
    }
}

/// Who may send requests.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Access {
    /// Programs on this machine, with any credentials.
    Loopback,
    /// Anybody who can reach this machine and gives the code.
    Class {
        code: JoinCode,
        /// This machine's addresses, as they were at the start; the one that a connection came in by counts as well.
        addresses: Vec<IpAddr>,
    },
}

/// What the gate says of an access key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Admission {
    /// On loopback: its address is all that is known.
    Local,
    /// With the name behind the code, where there is one.
    Member(Option<Arc<str>>),
    WrongCode,
}

impl Access {
    /// `key` is the access key of the request's credential.
    pub(super) fn admit(&self, key: Option<&str>) -> Admission {
        let Self::Class { code, .. } = self else {
            return Admission::Local;
        };
        let key = key.unwrap_or_default();
        let (given, name) = key.split_once('-').unwrap_or((key, ""));
        if !code.is(given) {
            return Admission::WrongCode;
        }
        let name: String = name.chars().take(NAME).collect();
        Admission::Member((!name.is_empty()).then(|| name.into()))
    }

    /// Whether a `Host` header names this server. `local` is the address that the connection came in by.
    #[must_use]
    pub fn is_ours(&self, host: &str, local: IpAddr) -> bool {
        let host = without_port(host);
        if host.eq_ignore_ascii_case("localhost") {
            return true;
        }
        let bare = host
            .strip_prefix('[')
            .and_then(|rest| rest.strip_suffix(']'))
            .unwrap_or(host);
        let Ok(address) = bare.parse::<IpAddr>() else {
            return false;
        };
        let address = address.to_canonical();
        match self {
            _ if address.is_loopback() => true,
            Self::Loopback => false,
            Self::Class { addresses, .. } => {
                address == local.to_canonical() || addresses.contains(&address)
            }
        }
    }
}

/// Whether an `Origin` header names a page of this machine: those may use a server on it.
#[must_use]
pub fn is_local_origin(origin: &str) -> bool {
    let Some(("http" | "https", authority)) = origin.split_once("://") else {
        return false;
    };
    Access::Loopback.is_ours(authority, IpAddr::from([127, 0, 0, 1]))
}

/// A host without the port behind it. What is no port stays, and is then no address either.
fn without_port(host: &str) -> &str {
    match host.rsplit_once(':') {
        Some((name, port))
            if port.bytes().all(|byte| byte.is_ascii_digit())
                && (!name.contains(':') || name.ends_with(']')) =>
        {
            name
        }
        _ => host,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn class() -> Access {
        Access::Class {
            code: JoinCode::from_random(5),
            addresses: vec![[192, 168, 1, 5].into()],
        }
    }

    #[test]
    fn a_code_is_six_letters_and_digits_that_nobody_mistakes() {
        for random in [0, 1, 20, 21, 85_766_120, u64::MAX] {
            let code = JoinCode::from_random(random);
            assert_eq!(code.as_str().len(), 6);
            assert!(!code.as_str().contains(|c| "01258ABEILOSUVZ".contains(c)));
            assert!(code.as_str().bytes().all(|b| ALPHABET.contains(&b)));
        }
        assert_ne!(JoinCode::from_random(0), JoinCode::from_random(1));
        assert_eq!(format!("{:?}", JoinCode::from_random(9)), "JoinCode");
    }

    #[test]
    fn the_code_admits_with_a_name_and_without() {
        let access = class();
        let Access::Class { code, .. } = &access else {
            unreachable!()
        };
        let member = |name: Option<&str>| Admission::Member(name.map(Into::into));
        assert_eq!(access.admit(Some(code.as_str())), member(None));
        assert_eq!(access.admit(Some(&format!("{code}-"))), member(None));
        let small = code.as_str().to_lowercase();
        assert_eq!(
            access.admit(Some(&format!("{small}-ana-maria"))),
            member(Some("ana-maria"))
        );
        let long = "é".repeat(300);
        let Admission::Member(Some(name)) = access.admit(Some(&format!("{code}-{long}"))) else {
            unreachable!()
        };
        assert_eq!(name.chars().count(), NAME);
        let wrong = [
            "",
            "-ana",
            "AKIAIOSFODNN7EXAMPLE",
            &small[..5],
            &format!("{code}X"),
            &format!("{code}ana"),
        ];
        for key in wrong {
            assert_eq!(access.admit(Some(key)), Admission::WrongCode, "{key}");
        }
        assert_eq!(access.admit(None), Admission::WrongCode);
        assert_eq!(Access::Loopback.admit(None), Admission::Local);
    }

    #[test]
    fn only_names_of_this_server_are_ours() {
        let local = IpAddr::from([10, 0, 0, 7]);
        for host in [
            "localhost",
            "LOCALHOST:8000",
            "127.0.0.1:8000",
            "127.9.9.9",
            "[::1]:8000",
            "[::1]",
            "[::ffff:127.0.0.1]:8000",
        ] {
            assert!(Access::Loopback.is_ours(host, local), "{host}");
            assert!(class().is_ours(host, local), "{host}");
        }
        for host in [
            "",
            "example.com",
            "localhost.example.com",
            "localhost:8000:1",
            "localhost:x",
            "127.0.0.1.example.com",
            "0.0.0.0",
            "10.0.0.8",
            "[::1",
            "::1]",
            "8.8.8.8:8000",
        ] {
            assert!(!Access::Loopback.is_ours(host, local), "{host}");
            assert!(!class().is_ours(host, local), "{host}");
        }
        for host in ["192.168.1.5:8000", "10.0.0.7:8000", "10.0.0.7"] {
            assert!(!Access::Loopback.is_ours(host, local), "{host}");
            assert!(class().is_ours(host, local), "{host}");
        }
    }

    #[test]
    fn only_pages_of_this_machine_may_send() {
        for origin in [
            "http://localhost:3000",
            "https://127.0.0.1",
            "http://[::1]:5173",
        ] {
            assert!(is_local_origin(origin), "{origin}");
        }
        for origin in [
            "null",
            "",
            "http://example.com",
            "http://localhost.example.com",
            "file://",
            "http://192.168.1.5:8000",
            "chrome-extension://localhost",
            "http://localhost@example.com",
        ] {
            assert!(!is_local_origin(origin), "{origin}");
        }
    }
}
