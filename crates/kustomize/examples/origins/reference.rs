//! The program to compare with.

use crate::build::Contents;
use std::path::PathBuf;
use std::process::{Command, Stdio};

pub(crate) struct Reference {
    program: PathBuf,
    scratch: PathBuf,
}

impl Reference {
    pub(crate) fn new(path: &str) -> Self {
        let program = PathBuf::from(path).canonicalize().unwrap();
        let scratch = std::env::temp_dir().join(format!("liftlock-origins-{}", std::process::id()));
        Self { program, scratch }
    }

    /// What it builds; none where it refuses.
    pub(crate) fn build(&self, files: &Contents, folder: &str) -> Option<String> {
        if self.scratch.exists() {
            std::fs::remove_dir_all(&self.scratch).unwrap();
        }
        for (path, bytes) in files {
            let path = self.scratch.join(path);
            std::fs::create_dir_all(path.parent().unwrap_or(&self.scratch)).unwrap();
            std::fs::write(&path, bytes).unwrap();
        }
        let mut command = Command::new(&self.program);
        let output = command.arg("build").arg(self.scratch.join(folder)).stdin(Stdio::null()).output();
        let output = output.unwrap();
        output.status.success().then(|| String::from_utf8_lossy(&output.stdout).into_owned())
    }
}

impl Drop for Reference {
    fn drop(&mut self) {
        // What is left of a scratch folder harms nobody.
        let _ = std::fs::remove_dir_all(&self.scratch);
    }
}
