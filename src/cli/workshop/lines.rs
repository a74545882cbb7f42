//! What is typed, line by line.
//!
//! A thread of its own reads, since nobody can stop to wait for a keyboard; it ends with the input or with the program.

use std::io::BufRead as _;

use tokio::sync::mpsc;

/// Lines that wait to be read.
const ROOM: usize = 16;
/// Bytes of a line that are read at the most.
const LENGTH: u64 = 1_000;

/// The lines of standard input. Where it can't be read, or has ended, none come.
pub(super) fn typed() -> mpsc::Receiver<String> {
    let (sender, lines) = mpsc::channel(ROOM);
    let read = move || {
        let mut input = std::io::stdin().lock();
        let mut line = Vec::new();
        loop {
            line.clear();
            let mut limited = std::io::Read::take(&mut input, LENGTH);
            match limited.read_until(b'\n', &mut line) {
                Ok(0) | Err(_) => return,
                Ok(_) => {
                    let text = String::from_utf8_lossy(&line).into_owned();
                    if sender.blocking_send(text).is_err() {
                        return;
                    }
                }
            }
        }
    };
    // Without a thread nothing can be typed, and everything else goes on.
    let _ = std::thread::Builder::new()
        .name("typed".to_owned())
        .spawn(read);
    lines
}
