//! `--post-renderer`: a program that reads the manifests and prints others.
//!
//! Runs it as Helm 3 does: found by its path or in the folders of `PATH`, with the manifests on its standard input. Unlike
//! there it may not take forever, nor print without end.

use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc::{self, Receiver};
use std::thread;
use std::time::Duration;

use helm::render::{PostRender, PostRenderer};

use super::flags::PostFlags;
use crate::error::CommandError;

/// How long it may take: the time that Helm gives to all that it waits for (`--timeout`).
const TIMEOUT: Duration = Duration::from_mins(5);

/// How often is asked whether it has ended.
const POLL: Duration = Duration::from_millis(5);

/// Bytes that it may print: four times what all charts of the largest public repository render together.
const OUTPUT_BYTES_MAX: u64 = 256 << 20;

/// Bytes of its complaints that are shown.
const ERRORS_BYTES_MAX: u64 = 64 << 10;

/// A program that was found.
pub(super) struct Program {
    path: PathBuf,
    arguments: Vec<String>,
}

impl Program {
    /// The program that the flags name; none if they name none.
    pub(super) fn of(flags: &PostFlags) -> Result<Option<Self>, CommandError> {
        let named = flags.post_renderer.as_ref().filter(|program| !program.is_empty());
        let Some(named) = named else { return Ok(None) };
        let path = find(named).ok_or_else(|| {
            let looked = if named.contains('/') { "" } else { " in $PATH" };
            CommandError::user(format!("unable to find binary at {named}"))
                .hint(format!("there is no such program{looked}, or it may not be run"))
        })?;
        Ok(Some(Self { path, arguments: flags.post_renderer_args.clone() }))
    }
}

impl PostRenderer for Program {
    fn run(&self, manifests: &str) -> Result<String, PostRender> {
        let failed = |reason: String| PostRender::Run { program: self.path.display().to_string(), reason };
        #[expect(clippy::disallowed_methods, reason = "somebody asked for this program by its name")]
        let mut command = Command::new(&self.path);
        command.args(&self.arguments);
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().map_err(|error| failed(error.to_string()))?;
        let printed = reader(child.stdout.take(), OUTPUT_BYTES_MAX);
        let complaints = reader(child.stderr.take(), ERRORS_BYTES_MAX);
        let (input, text) = (child.stdin.take(), manifests.to_owned());
        // A program that does not read to the end is told nothing of it, as in Helm.
        thread::spawn(move || input.map(|mut input| input.write_all(text.as_bytes())));
        let status = wait(&mut child).map_err(failed)?;
        let complaints = taken(&complaints).unwrap_or_default();
        if !status.success() {
            let reason = format!("{status}. error output:\n{}", String::from_utf8_lossy(&complaints));
            return Err(failed(reason));
        }
        let printed = taken(&printed).ok_or_else(|| failed("its output does not end".to_owned()))?;
        if printed.len() as u64 > OUTPUT_BYTES_MAX {
            return Err(failed(format!("it prints more than {OUTPUT_BYTES_MAX} bytes")));
        }
        Ok(String::from_utf8_lossy(&printed).into_owned())
    }
}

/// Reads in a thread of its own, so that no pipe fills up. Reads on past the bound and forgets what comes.
fn reader(stream: Option<impl Read + Send + 'static>, bytes_max: u64) -> Receiver<Vec<u8>> {
    let (sender, receiver) = mpsc::channel();
    thread::spawn(move || {
        let mut bytes = Vec::new();
        if let Some(mut stream) = stream {
            let read = (&mut stream).take(bytes_max + 1).read_to_end(&mut bytes);
            let _ = read.and_then(|_| std::io::copy(&mut stream, &mut std::io::sink()));
        }
        // Nobody listens any more if it took too long.
        let _ = sender.send(bytes);
    });
    receiver
}

/// What a reader has read. A process that the program left behind may hold its end open.
fn taken(receiver: &Receiver<Vec<u8>>) -> Option<Vec<u8>> {
    receiver.recv_timeout(TIMEOUT).ok()
}

fn wait(child: &mut Child) -> Result<ExitStatus, String> {
    let polls = TIMEOUT.as_millis() / POLL.as_millis();
    for _ in 0..polls {
        match child.try_wait() {
            Ok(Some(status)) => return Ok(status),
            Ok(None) => thread::sleep(POLL),
            Err(error) => return Err(error.to_string()),
        }
    }
    // It may have ended by itself just now.
    let _ = child.kill();
    let _ = child.wait();
    Err(format!("it took longer than {}s", TIMEOUT.as_secs()))
}

/// The program of a name: a path if there is a slash in it, else in the folders of `PATH`.
fn find(named: &str) -> Option<PathBuf> {
    let absolute = |path: PathBuf| std::path::absolute(path).ok().filter(|path| is_program(path));
    if named.contains('/') {
        return absolute(PathBuf::from(named));
    }
    let folders = std::env::var_os("PATH")?;
    // A relative folder would make what runs depend on where one stands; Go refuses it as well.
    let mut places = std::env::split_paths(&folders).filter(|folder| folder.is_absolute());
    places.find_map(|folder| absolute(folder.join(named)))
}

#[cfg(unix)]
fn is_program(path: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt;
    path.metadata().is_ok_and(|found| found.is_file() && found.permissions().mode() & 0o111 != 0)
}

/// Other systems tell by the name.
#[cfg(not(unix))]
fn is_program(path: &Path) -> bool {
    path.is_file()
}
