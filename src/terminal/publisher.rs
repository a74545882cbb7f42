//! Tells the presenter's other terminals what the room sees.
//!
//! ```text
//!   loop ──tell──→ newest slide ──→ a task for each listener ──→ its socket
//! ```
//!
//! Only the newest slide is kept: a listener that is slow, or stopped, skips what it missed, and the presentation never waits for it.
//! Invariant: the socket can be opened by its owner only, and whoever listens is the same user.

use std::io::{self, ErrorKind};
use std::os::unix::fs::{FileTypeExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use tokio::io::AsyncWriteExt as _;
use tokio::net::{UnixListener, UnixStream};
use tokio::sync::watch;
use tokio::task::JoinHandle;

use crate::app::present::Slide;

/// The socket's name in the state directory.
pub const SOCKET: &str = "presenter.sock";

#[derive(Debug)]
pub struct Publisher {
    told: Option<Slide>,
    /// The newest slide as it is sent, a line of JSON; empty before the first.
    newest: watch::Sender<Arc<str>>,
    path: PathBuf,
    doorman: JoinHandle<()>,
}

impl Publisher {
    /// Opens the socket. One that an ended presentation left behind is no obstacle.
    ///
    /// # Errors
    /// `AddrInUse` while another presentation has it; those of the file system.
    pub fn new(path: PathBuf) -> io::Result<Self> {
        let listener = bind(&path)?;
        let (newest, slides) = watch::channel(Arc::from(""));
        Ok(Self {
            told: None,
            newest,
            path,
            doorman: tokio::spawn(open_door(listener, slides)),
        })
    }

    /// Sends a slide to everybody who listens, unless they have it.
    pub fn tell(&mut self, slide: Slide) {
        if self.told.as_ref() == Some(&slide) {
            return;
        }
        if let Ok(mut line) = serde_json::to_string(&slide) {
            line.push('\n');
            self.newest.send_replace(line.into());
        }
        self.told = Some(slide);
    }
}

impl Drop for Publisher {
    fn drop(&mut self) {
        self.doorman.abort();
        // Left behind, it would be found dead and replaced.
        let _ = std::fs::remove_file(&self.path);
    }
}

fn bind(path: &Path) -> io::Result<UnixListener> {
    let listener = match UnixListener::bind(path) {
        Err(error) if error.kind() == ErrorKind::AddrInUse => {
            let is_socket = std::fs::symlink_metadata(path)?.file_type().is_socket();
            if !is_socket || std::os::unix::net::UnixStream::connect(path).is_ok() {
                return Err(error);
            }
            std::fs::remove_file(path)?;
            UnixListener::bind(path)?
        }
        bound => bound?,
    };
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o600))?;
    Ok(listener)
}

async fn open_door(listener: UnixListener, slides: watch::Receiver<Arc<str>>) {
    let owner = rustix::process::geteuid().as_raw();
    loop {
        let Ok((listener, _)) = listener.accept().await else {
            // Too many open files, or a listener that went away at once: the next one may have more luck.
            tokio::time::sleep(Duration::from_secs(1)).await;
            continue;
        };
        let same_user = listener
            .peer_cred()
            .is_ok_and(|peer| peer.uid() == owner || peer.uid() == 0);
        if same_user {
            tokio::spawn(serve(listener, slides.clone()));
        }
    }
}

/// Sends the newest slide whenever it is another one, until the listener goes away.
async fn serve(mut listener: UnixStream, mut slides: watch::Receiver<Arc<str>>) {
    loop {
        let line = slides.borrow_and_update().clone();
        if listener.write_all(line.as_bytes()).await.is_err() {
            return;
        }
        if slides.changed().await.is_err() {
            return;
        }
    }
}

#[cfg(test)]
mod tests {
    use std::io::{BufRead as _, BufReader};
    use std::os::unix::net::UnixStream;

    use super::*;
    use crate::app::present::slide;
    use crate::app::tests::state;

    fn runtime() -> tokio::runtime::Runtime {
        tokio::runtime::Builder::new_multi_thread()
            .worker_threads(1)
            .enable_all()
            .build()
            .expect("a runtime")
    }

    fn told(title: &str) -> Slide {
        Slide {
            title: title.to_owned(),
            ..slide::slide(&state(80, 24))
        }
    }

    #[test]
    fn everybody_hears_the_newest_slide_and_nobody_is_waited_for() {
        let runtime = runtime();
        let _inside = runtime.enter();
        let directory = tempfile::tempdir().expect("a directory");
        let path = directory.path().join(SOCKET);
        let mut publisher = Publisher::new(path.clone()).expect("a socket");
        let mode = std::fs::metadata(&path).expect("a socket").permissions();
        assert_eq!(mode.mode() & 0o777, 0o600);

        // One that never reads: far more than a socket holds is told meanwhile.
        let _deaf = UnixStream::connect(&path).expect("a listener");
        let long = "x".repeat(10_000);
        for number in 0..200 {
            publisher.tell(told(&format!("{number} {long}")));
        }
        publisher.tell(told("the last"));
        for _ in 0..2 {
            let listener = UnixStream::connect(&path).expect("a listener");
            let heard = BufReader::new(listener)
                .lines()
                .map(|line| line.expect("a line"))
                .find(|line| line.contains("the last"));
            assert!(heard.is_some());
        }
    }

    #[test]
    fn a_socket_left_behind_is_replaced_and_a_living_one_is_not() {
        let runtime = runtime();
        let _inside = runtime.enter();
        let directory = tempfile::tempdir().expect("a directory");
        let path = directory.path().join(SOCKET);
        drop(std::os::unix::net::UnixListener::bind(&path).expect("a socket"));
        assert!(path.exists(), "as a killed presentation leaves it");
        let first = Publisher::new(path.clone()).expect("the dead one is replaced");
        let second = Publisher::new(path.clone()).expect_err("the living one stays");
        assert_eq!(second.kind(), ErrorKind::AddrInUse);
        drop(first);
        assert!(!path.exists());
        std::fs::write(&path, "somebody's").expect("a file");
        Publisher::new(path.clone()).expect_err("no socket is replaced by one");
        assert_eq!(std::fs::read(&path).expect("a file"), b"somebody's");
    }
}
