//! A pseudo-terminal with the shell on it, and a screen that understands what it writes.

use std::{
    io::{Read, Write},
    num::NonZeroU16,
    sync::{Arc, Condvar, Mutex},
    thread,
    time::{Duration, Instant},
};

use portable_pty::{Child, CommandBuilder, MasterPty, PtySize, native_pty_system};

use crate::program::Server;

pub(crate) const ROWS: u16 = 40;
pub(crate) const COLUMNS: u16 = 100;
/// How long anything may take before the test gives up; only a failure waits so long.
pub(crate) const DEADLINE: Duration = Duration::from_secs(120);
/// What asks the terminal where its cursor is.
const WHERE_IS_THE_CURSOR: &[u8] = b"\x1b[6n";

/// A running shell.
pub(crate) struct Terminal {
    screen: Arc<Screen>,
    keys: Arc<Mutex<Box<dyn Write + Send>>>,
    shell: Box<dyn Child + Send + Sync>,
    // Held open: its end would be the shell's.
    _master: Box<dyn MasterPty + Send>,
}

struct Screen {
    parser: Mutex<vt100::Parser>,
    changed: Condvar,
}

impl Terminal {
    /// Starts `calypso repl` against `server` and waits until it asks for a statement.
    pub(crate) fn start(server: &Server) -> Self {
        Self::start_with(server, &[])
    }

    /// As [`Terminal::start`], with variables of the environment.
    pub(crate) fn start_with(server: &Server, variables: &[(&str, &str)]) -> Self {
        let terminal = Self::run(&["repl", "--cluster", &server.http], variables);
        terminal.wait_for_prompt();
        terminal
    }

    /// Starts the program on a terminal of its own.
    pub(crate) fn run(arguments: &[&str], variables: &[(&str, &str)]) -> Self {
        let size = PtySize { rows: ROWS, cols: COLUMNS, pixel_width: 0, pixel_height: 0 };
        let pair = native_pty_system().openpty(size).unwrap();
        let mut command = CommandBuilder::new(env!("CARGO_BIN_EXE_calypso"));
        command.env_clear();
        command.env("TERM", "xterm-256color");
        command.env("CALYPSO_HISTORY", "");
        variables.iter().for_each(|(name, value)| command.env(name, value));
        command.args(arguments);
        let shell = pair.slave.spawn_command(command).unwrap();
        drop(pair.slave);
        let parser = vt100::Parser::new(NonZeroU16::new(ROWS).unwrap(), NonZeroU16::new(COLUMNS).unwrap(), 0);
        let screen = Arc::new(Screen { parser: Mutex::new(parser), changed: Condvar::new() });
        let keys = Arc::new(Mutex::new(pair.master.take_writer().unwrap()));
        let reader = pair.master.try_clone_reader().unwrap();
        let (its_screen, its_keys) = (Arc::clone(&screen), Arc::clone(&keys));
        thread::spawn(move || show(reader, &its_screen, &its_keys));
        Self { screen, keys, shell, _master: pair.master }
    }

    /// Presses keys.
    pub(crate) fn press(&self, keys: &str) {
        let mut out = self.keys.lock().unwrap();
        out.write_all(keys.as_bytes()).unwrap();
        out.flush().unwrap();
    }

    /// Types a statement and waits for its result.
    pub(crate) fn enter(&self, text: &str) {
        self.press(text);
        // A long line is broken where the terminal ends.
        self.wait(|screen| screen.replace('\n', "").ends_with(text.trim_end()), text);
        self.press("\r");
        self.wait_for_prompt();
    }

    /// Waits until the shell asks for a statement and none is there.
    pub(crate) fn wait_for_prompt(&self) {
        self.wait(is_asking, "the prompt");
    }

    /// Waits until the screen shows `text`.
    pub(crate) fn wait_for(&self, text: &str) {
        self.wait(|screen| screen.contains(text), text);
    }

    fn wait(&self, until: impl Fn(&str) -> bool, what: &str) {
        let begun = Instant::now();
        let mut parser = self.screen.parser.lock().unwrap();
        loop {
            let text = shown(&parser);
            if until(&text) {
                return;
            }
            assert!(begun.elapsed() < DEADLINE, "waited for {what}; the screen is\n{text}");
            parser = self.screen.changed.wait_timeout(parser, Duration::from_millis(200)).unwrap().0;
        }
    }

    /// Returns what the screen shows, without blanks at the ends of lines and empty lines below.
    pub(crate) fn screen(&self) -> String {
        shown(&self.screen.parser.lock().unwrap())
    }

    /// Returns the colour of the first letter of the last `text` on the screen, and whether it is bold.
    pub(crate) fn style_of(&self, text: &str) -> (vt100::Color, bool) {
        let parser = self.screen.parser.lock().unwrap();
        let lines: Vec<String> = parser.screen().rows(0, COLUMNS).collect();
        let row = lines.iter().rposition(|line| line.contains(text)).expect("the text is shown");
        let column = lines[row][..lines[row].rfind(text).unwrap()].chars().count();
        let cell = parser.screen().cell(row.try_into().unwrap(), column.try_into().unwrap()).unwrap();
        (cell.fgcolor(), cell.bold())
    }

    /// Waits until the program has ended; returns its exit code.
    pub(crate) fn end(mut self) -> u32 {
        self.shell.wait().unwrap().exit_code()
    }
}

impl Drop for Terminal {
    fn drop(&mut self) {
        // Nothing can be done about a process that is gone already.
        let _ = self.shell.kill();
    }
}

/// Feeds the screen and answers what a terminal answers.
fn show(mut reader: Box<dyn Read + Send>, screen: &Screen, keys: &Mutex<Box<dyn Write + Send>>) {
    let mut piece = [0_u8; 4096];
    let mut tail: Vec<u8> = Vec::new();
    while let Ok(count) = reader.read(&mut piece) {
        if count == 0 {
            return;
        }
        let mut parser = screen.parser.lock().unwrap();
        parser.process(&piece[..count]);
        tail.extend_from_slice(&piece[..count]);
        let asked = tail.windows(WHERE_IS_THE_CURSOR.len()).filter(|part| *part == WHERE_IS_THE_CURSOR).count();
        let (row, column) = parser.screen().cursor_position();
        drop(parser);
        for _ in 0..asked {
            let mut out = keys.lock().unwrap();
            let _ = write!(out, "\x1b[{};{}R", row + 1, column + 1).and_then(|()| out.flush());
        }
        // A question may be cut in two by the end of a piece.
        let kept = if asked > 0 { 0 } else { tail.len().min(WHERE_IS_THE_CURSOR.len() - 1) };
        tail.drain(..tail.len() - kept);
        screen.changed.notify_all();
    }
}

fn shown(parser: &vt100::Parser) -> String {
    let lines: Vec<String> = parser.screen().rows(0, COLUMNS).map(|line| line.trim_end().to_owned()).collect();
    let mut text = lines.join("\n");
    text.truncate(text.trim_end().len());
    text
}

/// Says whether the last line is a prompt without anything behind it.
fn is_asking(screen: &str) -> bool {
    screen.lines().last().is_some_and(|line| line.ends_with('>') && !line.starts_with(' '))
}
