//! Printing a release, or writing it into files.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use helm::order::split_manifests;
use helm::render::{PostRender, PostRenderer, Release, Shown};

use super::flags::TemplateArguments;
use super::post::Program;
use crate::error::CommandError;
use crate::terminal;

/// Prints what is asked for, once a program that was asked for has read the manifests.
pub(super) fn show(
    release: &Release<'_>,
    name: &str,
    arguments: &TemplateArguments,
) -> Result<(), CommandError> {
    let shown = of(arguments);
    let program = Program::of(&arguments.post)?;
    let program = program.as_ref().map(|program| program as &dyn PostRenderer);
    let failed = |error: PostRender| {
        CommandError::user(format!("error while running post render on files: {}", text::with_causes(&error)))
    };
    if let Some(folder) = &arguments.output_dir {
        let folder = if arguments.release_name { folder.join(name) } else { folder.clone() };
        write(release, shown, &folder)?;
        // The program is run all the same, and finds nothing to read: Helm has written it already.
        let text = program.map(|program| program.run("")).transpose().map_err(failed)?;
        return terminal::print(&format!("{}\n", text.unwrap_or_default().trim()));
    }
    let text = release.text_after(shown, program).map_err(failed)?;
    if arguments.show_only.is_empty() {
        return terminal::print(&text);
    }
    only(&text, arguments)
}

/// What of a release is asked for.
pub(super) fn of(arguments: &TemplateArguments) -> Shown {
    Shown { crds: arguments.include_crds, hooks: !arguments.no_hooks, tests: !arguments.skip_tests }
}

/// Prints the manifests whose templates fit, in the order in which they are asked for.
fn only(text: &str, arguments: &TemplateArguments) -> Result<(), CommandError> {
    let manifests: Vec<&str> =
        split_manifests(text, arguments.version()).into_iter().filter_map(|range| text.get(range)).collect();
    for pattern in &arguments.show_only {
        let fits = |manifest: &&&str| template_of(manifest).is_some_and(|path| matches(pattern, path));
        let fitting: Vec<&&str> = manifests.iter().filter(fits).collect();
        if fitting.is_empty() {
            return Err(CommandError::user(format!("could not find template {pattern} in chart")));
        }
        for manifest in fitting {
            terminal::print(&format!("---\n{manifest}\n"))?;
        }
    }
    Ok(())
}

/// The path of the template below its chart, as the line over a manifest says.
fn template_of(manifest: &str) -> Option<&str> {
    let (_, after) = manifest.split_once("# Source: ")?;
    let (_, path) = after.lines().next()?.split_once('/')?;
    Some(path)
}

/// Whether a path fits a pattern of Go's `filepath.Match`: `*` and `?` stop at slashes.
fn matches(pattern: &str, path: &str) -> bool {
    let mut expression = globset::GlobBuilder::new(pattern);
    let glob = expression.literal_separator(true).backslash_escape(true).build();
    glob.is_ok_and(|glob| glob.compile_matcher().is_match(path))
}

/// Writes a file for each template; what one template gives is added to its file.
fn write(release: &Release<'_>, shown: Shown, folder: &Path) -> Result<(), CommandError> {
    let mut written = BTreeSet::new();
    let mut add = |path: &str, content: &str| {
        let file = folder.join(path);
        append(&file, &format!("---\n# Source: {path}\n{content}\n"), !written.insert(file.clone()))?;
        terminal::print(&format!("wrote {}\n", file.display()))
    };
    if shown.crds {
        for crd in &release.crds {
            add(&crd.path, &String::from_utf8_lossy(&crd.file.bytes))?;
        }
    }
    for manifest in &release.sorted.manifests {
        let (path, content) = release.text_of(manifest);
        add(path, content)?;
    }
    for hook in release.sorted.hooks.iter().filter(|hook| shown.hooks && (shown.tests || !hook.is_test())) {
        let (path, content) = release.text_of(&hook.manifest);
        add(path, content)?;
    }
    Ok(())
}

#[expect(
    clippy::disallowed_methods,
    reason = "the output that was asked for is no working tree of somebody's"
)]
fn append(file: &PathBuf, text: &str, is_there: bool) -> Result<(), CommandError> {
    use std::io::Write;
    let refused = |error: std::io::Error| {
        CommandError::environment(format!("cannot write '{}'", file.display())).because(error)
    };
    if let Some(folder) = file.parent() {
        std::fs::create_dir_all(folder).map_err(refused)?;
    }
    let mut options = std::fs::OpenOptions::new();
    options.create(true).write(true).append(is_there).truncate(!is_there);
    let mut file = options.open(file).map_err(refused)?;
    file.write_all(text.as_bytes()).map_err(refused)
}
