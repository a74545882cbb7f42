//! The sockets of a server, and what is to be said where there are none.
//!
//! A port that is taken is never exchanged for another by itself: a client would talk to whoever has it.
//! Invariant: without `--class` only loopback addresses are listened on.

use std::fmt::Write as _;
use std::io::ErrorKind;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::path::Path;

use tokio::net::TcpListener;

use crate::cli::failure::Failure;

/// Ports that are looked at for one to propose.
const PROPOSALS: u16 = 50;

/// Ports below need rights that programs don't have.
const PRIVILEGED: u16 = 1024;

/// Times that any free port is looked for: one that is free for one kind of addresses may be taken for the other.
const TRIES: usize = 10;

/// A port that can't be listened on, at one of the addresses.
struct Refused {
    port: u16,
    address: IpAddr,
    error: std::io::Error,
}

/// Listens on both kinds of addresses where the system has both: `localhost` may mean either.
pub(super) async fn bind(port: u16, is_class: bool) -> Result<Vec<TcpListener>, Failure> {
    let mut tries = 1..=TRIES;
    loop {
        match bind_once(port, is_class).await {
            Err(refused)
                if port == 0
                    && refused.error.kind() == ErrorKind::AddrInUse
                    && tries.next().is_some() => {}
            bound => return bound.map_err(|refused| refusal(&refused)),
        }
    }
}

async fn bind_once(port: u16, is_class: bool) -> Result<Vec<TcpListener>, Refused> {
    let [first, second]: [IpAddr; 2] = if is_class {
        // The second takes IPv4 along on most systems, and is then the only one.
        [Ipv6Addr::UNSPECIFIED.into(), Ipv4Addr::UNSPECIFIED.into()]
    } else {
        [Ipv4Addr::LOCALHOST.into(), Ipv6Addr::LOCALHOST.into()]
    };
    let mut listeners = Vec::new();
    match TcpListener::bind((first, port)).await {
        Ok(listener) => listeners.push(listener),
        // A system without IPv6.
        Err(error) if is_class && error.kind() != ErrorKind::AddrInUse => {}
        Err(error) => {
            return Err(Refused {
                port,
                address: first,
                error,
            });
        }
    }
    let port = listeners
        .first()
        .and_then(|listener| listener.local_addr().ok())
        .map_or(port, |address| address.port());
    match TcpListener::bind((second, port)).await {
        Ok(listener) => listeners.push(listener),
        // Taken along by the first one, or a system without IPv6.
        Err(error)
            if !listeners.is_empty() && (is_class || error.kind() != ErrorKind::AddrInUse) => {}
        // With only one of them, clients that say localhost could reach another program.
        Err(error) => {
            return Err(Refused {
                port,
                address: second,
                error,
            });
        }
    }
    Ok(listeners)
}

/// Why there is no socket, and what to do.
fn refusal(refused: &Refused) -> Failure {
    let Refused {
        port,
        address,
        error,
    } = refused;
    let (port, address) = (*port, *address);
    Failure::Words(match error.kind() {
        ErrorKind::AddrInUse => {
            let mut words = format!("port {port} is taken");
            if let Some(owner) = owner(Path::new("/proc"), port) {
                let _ = write!(words, " by {owner}");
            }
            if let Some(free) = free_port(port, address) {
                let _ = write!(words, ". Port {free} is free: add --port {free}");
            } else {
                words.push_str(". Choose another one with --port N");
            }
            words
        }
        ErrorKind::PermissionDenied if port < PRIVILEGED => format!(
            "port {port} may not be used without special rights. Ports from {PRIVILEGED} on are open to everybody: --port 8000"
        ),
        _ => format!("port {port} can't be listened on: {error}"),
    })
}

fn free_port(taken: u16, address: IpAddr) -> Option<u16> {
    let from = taken.max(PRIVILEGED);
    (from.saturating_add(1)..=from.saturating_add(PROPOSALS))
        .find(|port| std::net::TcpListener::bind(SocketAddr::new(address, *port)).is_ok())
}

/// The process that listens on a port, where the system tells: `python3 (process 4711)`.
fn owner(proc: &Path, port: u16) -> Option<String> {
    let inode = ["net/tcp", "net/tcp6"]
        .iter()
        .filter_map(|file| std::fs::read_to_string(proc.join(file)).ok())
        .find_map(|table| listening_inode(&table, port))?;
    // This process has no socket yet.
    holder(proc, Path::new(&format!("socket:[{inode}]")), 0)
}

/// The socket that listens on a port, in a table of `/proc/net`.
fn listening_inode(table: &str, port: u16) -> Option<u64> {
    const LISTENS: &str = "0A";
    let port = format!(":{port:04X}");
    table.lines().skip(1).find_map(|line| {
        let fields: Vec<&str> = line.split_whitespace().collect();
        let [_, local, _, LISTENS, _, _, _, _, _, inode, ..] = fields[..] else {
            return None;
        };
        if !local.ends_with(&port) {
            return None;
        }
        inode.parse().ok()
    })
}

/// The process that has something open, by what the link of its file descriptor says: `python3 (process 4711)`. Only one's own processes
/// can be looked into, and `without` is not meant.
pub(super) fn holder(proc: &Path, target: &Path, without: u32) -> Option<String> {
    for process in std::fs::read_dir(proc).ok()?.flatten() {
        let Ok(number) = process.file_name().to_string_lossy().parse::<u32>() else {
            continue;
        };
        let Ok(open) = std::fs::read_dir(process.path().join("fd")) else {
            continue;
        };
        let has_it = open
            .flatten()
            .filter_map(|file| std::fs::read_link(file.path()).ok())
            .any(|link| link == target);
        if has_it && number != without {
            let name = std::fs::read_to_string(process.path().join("comm"));
            return Some(match name {
                Ok(name) => format!("{} (process {number})", name.trim()),
                Err(_) => format!("process {number}"),
            });
        }
    }
    None
}

/// This machine's addresses on networks, those of IPv4 first: they are easier to read out.
pub(super) fn addresses() -> Vec<IpAddr> {
    let networks = sysinfo::Networks::new_with_refreshed_list();
    let mut addresses: Vec<IpAddr> = networks
        .values()
        .flat_map(sysinfo::NetworkData::ip_networks)
        .map(|network| network.addr)
        .filter(is_reachable)
        .collect();
    addresses.sort();
    addresses.dedup();
    addresses
}

/// Whether others can reach an address by its numbers alone; link-local ones need an interface's name as well.
fn is_reachable(address: &IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => {
            !address.is_loopback() && !address.is_link_local() && !address.is_unspecified()
        }
        IpAddr::V6(address) => {
            !address.is_loopback() && !address.is_unicast_link_local() && !address.is_unspecified()
        }
    }
}

/// Files that a server may have open: its connections, and some more.
const FILES: u64 = 8_192;

/// Each connection is an open file, and many systems allow 1024 or fewer at first but more to who asks.
pub(super) fn allow_many_files() {
    #[cfg(unix)]
    {
        use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
        let limit = getrlimit(Resource::Nofile);
        let wanted = limit.maximum.map_or(FILES, |most| most.min(FILES));
        if limit.current.is_some_and(|now| now < wanted) {
            // Where it is not allowed, connections beyond it wait to be taken.
            let _ = setrlimit(
                Resource::Nofile,
                Rlimit {
                    current: Some(wanted),
                    maximum: limit.maximum,
                },
            );
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TABLE: &str = "\
  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
   0: 0100007F:1F40 00000000:0000 0A 00000000:00000000 00:00000000 00000000  1000        0 54321 1 0 100
   1: 0100007F:1F41 0100007F:C000 01 00000000:00000000 00:00000000 00000000  1000        0 99999 1 0 100
";

    #[test]
    fn the_owner_of_a_port_is_found() {
        assert_eq!(listening_inode(TABLE, 8000), Some(54_321));
        // Connected, not listening.
        assert_eq!(listening_inode(TABLE, 8001), None);
        assert_eq!(listening_inode("", 8000), None);
        let proc = tempfile::tempdir().unwrap();
        let write = |path: &str, text: &str| {
            let path = proc.path().join(path);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, text).unwrap();
        };
        write("net/tcp", TABLE);
        write("4711/comm", "python3\n");
        write("version/fd/x", "");
        std::fs::create_dir_all(proc.path().join("4711/fd")).unwrap();
        assert_eq!(owner(proc.path(), 8000), None);
        #[cfg(unix)]
        std::os::unix::fs::symlink("socket:[54321]", proc.path().join("4711/fd/7")).unwrap();
        #[cfg(unix)]
        assert_eq!(
            owner(proc.path(), 8000).as_deref(),
            Some("python3 (process 4711)")
        );
        let socket = Path::new("socket:[54321]");
        assert_eq!(holder(proc.path(), socket, 4_711), None);
    }

    #[tokio::test]
    async fn both_kinds_of_loopback_have_one_port() {
        let listeners = bind(0, false).await.unwrap();
        let ports: Vec<u16> = listeners
            .iter()
            .map(|listener| listener.local_addr().unwrap().port())
            .collect();
        assert_ne!(ports[0], 0);
        assert!(ports.iter().all(|port| *port == ports[0]));
        for listener in &listeners {
            assert!(listener.local_addr().unwrap().ip().is_loopback());
        }
        // A second server is refused, and another port is only proposed.
        let words = bind(ports[0], false).await.unwrap_err().to_string();
        assert!(
            words.contains(&format!("port {} is taken", ports[0])),
            "{words}"
        );
        assert!(words.contains("--port"), "{words}");
    }

    #[test]
    fn a_port_for_rights_that_nobody_has_is_explained() {
        let error = std::io::Error::from(ErrorKind::PermissionDenied);
        let words = refusal(&Refused {
            port: 80,
            address: Ipv4Addr::LOCALHOST.into(),
            error,
        })
        .to_string();
        assert!(words.contains("port 80 may not be used"), "{words}");
    }

    #[test]
    fn only_addresses_that_others_can_type_are_shown() {
        let reachable = |text: &str| is_reachable(&text.parse().unwrap());
        for address in ["192.168.1.5", "10.0.0.7", "2001:db8::1", "fd00::1"] {
            assert!(reachable(address), "{address}");
        }
        for address in [
            "127.0.0.1",
            "169.254.3.4",
            "0.0.0.0",
            "::1",
            "fe80::1",
            "::",
        ] {
            assert!(!reachable(address), "{address}");
        }
        assert!(addresses().iter().all(is_reachable));
    }
}
