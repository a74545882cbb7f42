//! What keeps a server from starting, and what is said of it. (What is wrong with the tables of a directory: `durable`.)

use super::process::Server;

/// Who has it is told, and which one is free.
#[test]
fn a_port_that_is_taken_is_not_exchanged_for_another() {
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port().to_string();
    let Err(said) = Server::try_start(&["--port", &port]) else {
        panic!("it started");
    };
    assert_eq!((said.code, said.out.as_str()), (2, ""));
    assert!(
        said.err.contains(&format!("port {port} is taken")),
        "{}",
        said.err
    );
    if cfg!(target_os = "linux") {
        let this = format!("(process {})", std::process::id());
        assert!(said.err.contains(&this), "{}", said.err);
    }
    let (_, free) = said.err.split_once("--port ").unwrap();
    let free: u16 = free.split_whitespace().next().unwrap().parse().unwrap();
    assert_ne!(free.to_string(), port);
}
