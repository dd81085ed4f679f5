//! Standard output, standard error, colours and progress.

use std::io::{self, IsTerminal, Write};

use indicatif::{ProgressBar, ProgressStyle};

use crate::arguments::{ColorChoice, Global};
use crate::error::CommandError;

/// Width where there is no terminal to ask.
const WIDTH_COLUMNS: usize = 120;

/// Has a write past a limit on file sizes (`ulimit -f`) fail as one to a full disk does, instead of ending the program
/// between two steps of a write. To be called before any thread starts, since threads inherit it.
#[cfg(unix)]
pub(crate) fn outlive_file_limits() {
    use nix::sys::signal::{SigSet, Signal};
    let mut signals = SigSet::empty();
    signals.add(Signal::SIGXFSZ);
    // Where it cannot be blocked, the signal does what it always did.
    let _ = signals.thread_block();
}

/// Only Unix has such a signal.
#[cfg(not(unix))]
pub(crate) fn outlive_file_limits() {}

/// Prints data. A reader that goes away (`| head`) ends the program quietly, as it does others.
pub(crate) fn print(text: &str) -> Result<(), CommandError> {
    print_bytes(text.as_bytes())
}

/// Prints data that need not be text.
pub(crate) fn print_bytes(bytes: &[u8]) -> Result<(), CommandError> {
    let mut output = io::stdout().lock();
    match output.write_all(bytes).and_then(|()| output.flush()) {
        Ok(()) => Ok(()),
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        Err(error) => Err(CommandError::environment("cannot write to standard output").because(error)),
    }
}

/// Tells something beside the data, on standard error. What stands in it of paths and files does not act on the
/// terminal.
pub(crate) fn tell(text: &str) {
    let lines: Vec<_> = text.split('\n').map(report::visible).collect();
    let text = lines.join("\n");
    // Nobody is left to tell if this fails.
    let _ = writeln!(io::stderr().lock(), "{text}");
}

/// Whether to colour what goes to standard output.
pub(crate) fn uses_color(global: &Global) -> bool {
    match global.color {
        ColorChoice::Always => true,
        ColorChoice::Never => false,
        ColorChoice::Auto => io::stdout().is_terminal() && !has_no_color(),
    }
}

fn has_no_color() -> bool {
    std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty())
}

/// The width to wrap at: the terminal's, if standard output is one.
pub(crate) fn width_columns() -> usize {
    let size = terminal_size::terminal_size_of(io::stdout());
    size.map_or(WIDTH_COLUMNS, |(width, _)| usize::from(width.0))
}

/// Whether a person can be asked: questions are read from a terminal only.
pub(crate) fn can_ask() -> bool {
    io::stdin().is_terminal() && io::stderr().is_terminal()
}

/// Asks on standard error and reads one line from standard input; none at its end.
pub(crate) fn ask(prompt: &str) -> Option<String> {
    let mut errors = io::stderr().lock();
    write!(errors, "{prompt}").and_then(|()| errors.flush()).ok()?;
    let mut line = String::new();
    match io::stdin().read_line(&mut line) {
        Ok(0) | Err(_) => None,
        Ok(_) => Some(line.trim().to_owned()),
    }
}

/// A progress bar, drawn on standard error if that is a terminal.
pub(crate) struct Bar(ProgressBar);

impl Bar {
    /// A bar that says `what`; hidden if `quiet` or there is no terminal.
    pub(crate) fn new(what: &'static str, quiet: bool) -> Self {
        if quiet || !io::stderr().is_terminal() {
            return Self(ProgressBar::hidden());
        }
        let bar = ProgressBar::new(0).with_message(what);
        if let Ok(style) = ProgressStyle::with_template("{msg} {wide_bar} {pos}/{len} files") {
            bar.set_style(style);
        }
        Self(bar)
    }
}

impl project::Progress for Bar {
    fn begin(&self, files: u64) {
        self.0.set_length(files);
    }

    fn advance(&self) {
        self.0.inc(1);
    }
}

impl Drop for Bar {
    fn drop(&mut self) {
        self.0.finish_and_clear();
    }
}
