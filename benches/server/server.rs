//! The two servers as processes, and what the system tells of them.

use std::io::{BufRead, BufReader, Read};
use std::net::SocketAddr;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

/// The argument that makes this program the oracle's server.
pub const AS_ORACLE: &str = "--be-the-oracle";

/// A server on a port of its own; it ends with this value.
pub struct Server {
    child: Child,
    pub address: SocketAddr,
}

impl Server {
    /// The program as a learner has it, in memory and without a screen.
    pub fn ours() -> Self {
        Self::start(serve())
    }

    /// The same with its tables in a directory.
    pub fn keeping(data: &Path) -> Self {
        let mut command = serve();
        command.arg("--data").arg(data);
        Self::start(command)
    }

    pub fn oracle() -> Self {
        let this = std::env::current_exe().expect("this program has a path");
        let mut command = Command::new(this);
        command.arg(AS_ORACLE);
        Self::start(command)
    }

    /// Both tell on a line where they listen.
    fn start(mut command: Command) -> Self {
        let mut child = command
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("the program is built");
        let mut said = BufReader::new(child.stdout.take().expect("it is piped"));
        let mut line = String::new();
        let address = loop {
            line.clear();
            let length = said.read_line(&mut line).expect("text");
            assert_ne!(length, 0, "the server ended");
            if let Some(address) = listening(&line) {
                break address;
            }
        };
        // A line for each request comes after it, which nobody needs.
        std::thread::spawn(move || {
            let mut room = vec![0; 1 << 16];
            while said.read(&mut room).is_ok_and(|length| length > 0) {}
        });
        Self { child, address }
    }

    /// The number of the process.
    pub fn process(&self) -> String {
        self.child.id().to_string()
    }

    pub fn busy(&self) -> u64 {
        busy(&self.process())
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // One that has ended by itself is gone as well.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn serve() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_dynatour"));
    command.args(["serve", "--plain", "--port", "0"]);
    command
}

fn listening(line: &str) -> Option<SocketAddr> {
    let address = line.split("http://").nth(1)?;
    let end = address.find(|character: char| !matches!(character, '0'..='9' | '.' | ':'));
    address[..end.unwrap_or(address.len())].parse().ok()
}

/// What the system counts a process's time in: the hundredth part of a second on every Linux there is.
pub const TICK: Duration = Duration::from_millis(10);

/// How long a process (`self` or a number) has kept a core busy so far, in [`TICK`]s; 0 where the system doesn't tell.
pub fn busy(process: &str) -> u64 {
    let Ok(stat) = std::fs::read_to_string(format!("/proc/{process}/stat")) else {
        return 0;
    };
    // The name, in brackets, may hold anything; user and system time are the twelfth and thirteenth fields behind it.
    let fields = stat.rsplit_once(')').map_or("", |(_, fields)| fields);
    let fields = fields.split_whitespace().skip(11).take(2);
    fields.filter_map(|ticks| ticks.parse::<u64>().ok()).sum()
}

/// Serves as the oracle until it is ended.
pub fn be_the_oracle() {
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    runtime.block_on(async {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0")
            .await
            .expect("a free port");
        let database = dynoxide::Database::memory().expect("an empty database");
        println!("http://{}", listener.local_addr().expect("it is bound"));
        dynoxide::server::serve_on(listener, database).await;
    });
}
