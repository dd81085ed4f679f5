//! Runs the program with a time limit, and makes folders for it.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// No run of a test takes seconds on an idle machine; this is for one that builds something beside.
const TIME_MAX: Duration = Duration::from_secs(120);

/// What a run left.
#[derive(Debug)]
pub(crate) struct Run {
    /// The exit code; none if a signal ended it.
    pub(crate) code: Option<i32>,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl Run {
    /// Fails unless the program ended with this code and without a panic.
    #[track_caller]
    pub(crate) fn expect(self, code: i32) -> Self {
        assert!(!self.err.contains("panicked"), "{}", self.err);
        assert_eq!(self.code, Some(code), "out: {}\nerr: {}", self.out, self.err);
        self
    }
}

/// The program, ready to be given arguments.
pub(crate) fn command() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_liftlock"));
    command.env_remove("NO_COLOR").env("RUST_BACKTRACE", "0");
    command
}

/// Runs it with these arguments.
#[track_caller]
pub(crate) fn liftlock(arguments: &[&str]) -> Run {
    run(command().args(arguments))
}

/// Runs `command` with its output going to files, since pipes that nobody reads would block it.
#[track_caller]
pub(crate) fn run(command: &mut Command) -> Run {
    let folder = tempfile::tempdir().unwrap();
    let (out, err) = (folder.path().join("out"), folder.path().join("err"));
    command.stdin(Stdio::null()).stdout(File::create(&out).unwrap()).stderr(File::create(&err).unwrap());
    let began = Instant::now();
    let mut child = command.spawn().unwrap();
    let status = loop {
        if let Some(status) = child.try_wait().unwrap() {
            break status;
        }
        if began.elapsed() > TIME_MAX {
            child.kill().unwrap();
            panic!("still running after {TIME_MAX:?}: {command:?}");
        }
        std::thread::sleep(Duration::from_millis(2));
    };
    let text = |path| String::from_utf8(fs::read(path).unwrap()).unwrap();
    Run { code: status.code(), out: text(out), err: text(err) }
}

/// A folder with files, gone when dropped.
pub(crate) struct Folder(tempfile::TempDir);

impl Folder {
    pub(crate) fn new<'t>(files: impl IntoIterator<Item = (&'t str, &'t str)>) -> Self {
        let folder = Self(tempfile::tempdir().unwrap());
        for (path, text) in files {
            folder.write(path, text);
        }
        folder
    }

    pub(crate) fn write(&self, path: &str, bytes: impl AsRef<[u8]>) -> PathBuf {
        let path = self.0.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, bytes).unwrap();
        path
    }

    pub(crate) fn path(&self) -> &Path {
        self.0.path()
    }

    pub(crate) fn name(&self) -> &str {
        self.0.path().to_str().unwrap()
    }

    /// Runs `liftlock scan` on it.
    #[track_caller]
    pub(crate) fn scan(&self, arguments: &[&str]) -> Run {
        liftlock(&[&["scan", self.name()], arguments].concat())
    }

    /// What `liftlock scan -o json` says of it.
    #[track_caller]
    pub(crate) fn scan_json(&self, code: i32) -> serde_json::Value {
        serde_json::from_str(&self.scan(&["--to", "1.34", "-o", "json"]).expect(code).out).unwrap()
    }

    /// Each thing that was not assessed, as path and reason.
    #[track_caller]
    pub(crate) fn not_assessed(&self, code: i32) -> Vec<(String, String)> {
        let document = self.scan_json(code);
        let text = |value: &serde_json::Value| value.as_str().unwrap().to_owned();
        let items = document["notAssessed"].as_array().unwrap();
        items.iter().map(|item| (text(&item["path"]), text(&item["reason"]))).collect()
    }
}

/// A manifest with one finding, which has a safe fix.
pub(crate) const OLD: &str = "apiVersion: batch/v1beta1\nkind: CronJob\nmetadata:\n  name: nightly\nspec:\n  schedule: '0 3 * * *'\n  jobTemplate:\n    spec:\n      template:\n        spec:\n          restartPolicy: Never\n          containers:\n          - name: work\n            image: registry.example/work:1\n";

/// A manifest with nothing to find.
pub(crate) const CLEAN: &str = "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: plain\ndata:\n  a: b\n";

/// A file that is not assessed: it is broken.
pub(crate) const BROKEN: &str = "apiVersion: v1\nkind: ConfigMap\ndata: [a, b\n";
