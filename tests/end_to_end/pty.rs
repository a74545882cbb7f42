//! A real pseudo-terminal with the program in it, driven as a person would.
//!
//! What the program writes goes through a terminal emulator (`vt100`), so a test asks what a person
//! would see. Waiting is for a text on the screen or for the program's end, each bounded; nothing sleeps.

use std::io::{Read, Write};
use std::num::NonZero;
use std::path::Path;
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::Duration;

use portable_pty::{Child, CommandBuilder, ExitStatus, MasterPty, PtySize, native_pty_system};

/// How long a test waits for the program to show something. Only a failing test waits this long.
const PATIENCE: Duration = Duration::from_secs(30);

pub struct Terminal {
    master: Box<dyn MasterPty + Send>,
    child: Box<dyn Child + Send + Sync>,
    keys: Box<dyn Write + Send>,
    output: Receiver<Vec<u8>>,
    screen: vt100::Parser,
    /// Everything the program ever wrote.
    pub written: Vec<u8>,
}

impl Terminal {
    /// Starts `dynatour` with these arguments and its state in `state`.
    pub fn start(columns: u16, rows: u16, state: &Path, arguments: &[&str]) -> Self {
        let mut command = CommandBuilder::new(env!("CARGO_BIN_EXE_dynatour"));
        command.args(arguments);
        command.arg("--state");
        command.arg(state);
        Self::run(columns, rows, state, command)
    }

    /// Starts any command in a terminal of its own.
    pub fn run(columns: u16, rows: u16, home: &Path, mut command: CommandBuilder) -> Self {
        let pair = native_pty_system()
            .openpty(size(columns, rows))
            .expect("a pseudo-terminal");
        command.env_clear();
        command.env("TERM", "xterm-256color");
        command.env("PATH", std::env::var("PATH").unwrap_or_default());
        command.env("HOME", home);
        command.env("LANG", "C.UTF-8");
        let child = pair.slave.spawn_command(command).expect("the program");
        drop(pair.slave);
        let mut reader = pair.master.try_clone_reader().expect("a reader");
        let (sender, output) = channel();
        std::thread::spawn(move || {
            let mut buffer = vec![0; 65_536];
            while let Ok(count @ 1..) = reader.read(&mut buffer) {
                if sender.send(buffer[..count].to_vec()).is_err() {
                    return;
                }
            }
        });
        let keys = pair.master.take_writer().expect("a writer");
        Self {
            master: pair.master,
            child,
            keys,
            output,
            screen: vt100::Parser::new(cells(rows), cells(columns), 0),
            written: Vec::new(),
        }
    }

    /// What a person sees now, line by line.
    pub fn text(&self) -> String {
        self.screen.screen().contents()
    }

    /// Waits until the screen holds `text`.
    pub fn until(&mut self, text: &str) -> &mut Self {
        self.until_screen(&format!("{text:?}"), |screen| screen.contains(text))
    }

    /// Waits until the screen satisfies `wanted`.
    pub fn until_screen(&mut self, what: &str, wanted: impl Fn(&str) -> bool) -> &mut Self {
        while !wanted(&self.text()) {
            match self.output.recv_timeout(PATIENCE) {
                Ok(bytes) => self.take(&bytes),
                Err(RecvTimeoutError::Timeout) => {
                    panic!("never saw {what}; the screen was:\n{}", self.text())
                }
                Err(RecvTimeoutError::Disconnected) => {
                    panic!("ended before {what}; the screen was:\n{}", self.text())
                }
            }
        }
        self
    }

    /// Presses keys, as the bytes a terminal sends for them.
    pub fn press(&mut self, keys: &str) -> &mut Self {
        self.keys
            .write_all(keys.as_bytes())
            .expect("the program reads");
        self.keys.flush().expect("the program reads");
        self
    }

    pub fn resize(&mut self, columns: u16, rows: u16) -> &mut Self {
        self.screen
            .screen_mut()
            .set_size(cells(rows), cells(columns));
        self.master.resize(size(columns, rows)).expect("a new size");
        self
    }

    pub fn process_id(&self) -> u32 {
        self.child.process_id().expect("the program runs")
    }

    /// Ends the program as a power cut would.
    pub fn kill(&mut self) {
        self.child.kill().expect("the program runs");
        self.child.wait().expect("the program ended");
    }

    /// Waits for the program's own end.
    pub fn end(&mut self) -> ExitStatus {
        loop {
            match self.output.recv_timeout(PATIENCE) {
                Ok(bytes) => self.take(&bytes),
                Err(RecvTimeoutError::Disconnected) => break,
                Err(RecvTimeoutError::Timeout) => {
                    panic!("did not end; the screen was:\n{}", self.text())
                }
            }
        }
        self.child.wait().expect("the program ended")
    }

    /// Whether the terminal is as a shell wants it: main screen, cursor shown, no mouse reports, no bracketed paste.
    pub fn is_as_before(&self) -> bool {
        let screen = self.screen.screen();
        !screen.alternate_screen()
            && !screen.hide_cursor()
            && !screen.bracketed_paste()
            && screen.mouse_protocol_mode() == vt100::MouseProtocolMode::None
    }

    fn take(&mut self, bytes: &[u8]) {
        self.screen.process(bytes);
        self.written.extend_from_slice(bytes);
    }
}

impl Drop for Terminal {
    fn drop(&mut self) {
        // The program may have ended by itself.
        let _ = self.child.kill();
    }
}

/// A terminal has at least one cell each way.
fn cells(count: u16) -> NonZero<u16> {
    NonZero::new(count).expect("a terminal with cells")
}

fn size(columns: u16, rows: u16) -> PtySize {
    PtySize {
        rows,
        cols: columns,
        pixel_width: 0,
        pixel_height: 0,
    }
}
