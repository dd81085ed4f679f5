//! `README.md`: what its commands print, made again by running them on a small example.
//!
//! Only what stands behind a `$ liftlock …` line of a `console` block is made; everything else is a person's.

use super::Files;
use crate::repository;
use crate::shell::Program;
use anyhow::{Context, Result, bail};

/// Where it stands.
const PATH: &str = "README.md";

/// The repository that the commands run in.
const EXAMPLE: &str = "crates/xtask/data/readme";

/// Opens a block of commands and what they print.
const OPENING: &str = "```console";

/// Ends a block.
const ENDING: &str = "```";

/// Begins the line of a command of ours.
const PROMPT: &str = "$ liftlock ";

/// Exit codes with which a command has done its work: clean, findings, something not assessed.
const CODES: [i32; 3] = [0, 1, 3];

/// Makes the page from the one that is there.
pub(crate) fn make() -> Result<Files> {
    let page = std::fs::read_to_string(repository::root().join(PATH))
        .with_context(|| format!("cannot read {PATH}"))?;
    Ok(Files::from([(PATH.to_owned(), with_output(&page, printed)?)]))
}

/// The page with what `printed` says that each command prints.
fn with_output(page: &str, printed: impl Fn(&str) -> Result<String>) -> Result<String> {
    let mut made = String::with_capacity(page.len());
    let mut lines = page.lines().peekable();
    let mut is_in_block = false;
    while let Some(line) = lines.next() {
        made.push_str(line);
        made.push('\n');
        is_in_block = line == OPENING || (is_in_block && line != ENDING);
        let Some(arguments) = line.strip_prefix(PROMPT).filter(|_| is_in_block) else { continue };
        made.push_str(&printed(arguments)?);
        while lines.next_if(|next| *next != ENDING && !next.starts_with("$ ")).is_some() {}
        if lines.peek().is_some_and(|next| *next != ENDING) {
            made.push('\n');
        }
    }
    Ok(made)
}

/// What a terminal shows of the command: its data, then what it tells.
fn printed(arguments: &str) -> Result<String> {
    let run = ["run", "--quiet", "--release", "--package", "liftlock", "--"];
    let program = Program::cargo()
        .directory(&repository::root().join(EXAMPLE))
        .arguments(run)
        .arguments(arguments.split_whitespace());
    let (code, data, told) = program.outcome()?;
    if code.is_none_or(|code| !CODES.contains(&code)) {
        bail!("'liftlock {arguments}' ended with {code:?}: {}", told.trim());
    }
    Ok(data + &told)
}

#[cfg(test)]
mod tests {
    use super::with_output;

    #[test]
    fn only_what_our_commands_print_is_made_again() {
        let page = "# T\n$ liftlock no\n```console\n$ liftlock scan .\nold\n\n$ liftlock fix .\n$ other\nkept\n```\n```sh\n$ liftlock no\n```\nend\n";
        let made = with_output(page, |arguments| Ok(format!("<{arguments}>\n"))).unwrap();
        assert_eq!(
            made,
            "# T\n$ liftlock no\n```console\n$ liftlock scan .\n<scan .>\n\n$ liftlock fix .\n<fix .>\n\n$ other\nkept\n```\n```sh\n$ liftlock no\n```\nend\n"
        );
        assert_eq!(with_output(&made, |arguments| Ok(format!("<{arguments}>\n"))).unwrap(), made);
    }
}
