//! `docs/cli.md`: the help of the program and of each of its commands, as it is printed.

use super::Files;
use anyhow::{Result, bail};

/// Where it goes.
const PATH: &str = "docs/cli.md";

/// Deepest nesting of commands that is followed: `liftlock kustomize build` is two.
const DEPTH_MAX: usize = 3;

/// What stands above the first command.
const OPENING: &str = "\
# Command line

The help of every command, as `liftlock help COMMAND` prints it. Generated: `cargo xtask generate` writes this page.
";

/// Makes the page.
pub(crate) fn make() -> Result<Files> {
    let mut page = OPENING.to_owned();
    add(&mut page, &[])?;
    Ok(Files::from([(PATH.to_owned(), page)]))
}

/// Adds a command and the commands below it.
fn add(page: &mut String, command: &[&str]) -> Result<()> {
    if command.len() > DEPTH_MAX {
        bail!("'liftlock {}' is nested deeper than {DEPTH_MAX}", command.join(" "));
    }
    let mut arguments = command.to_vec();
    arguments.push("--help");
    let help = super::liftlock(&arguments)?;
    page.push_str(&section(command, &help));
    for below in commands(&help) {
        let mut deeper = command.to_vec();
        deeper.push(below);
        add(page, &deeper)?;
    }
    Ok(())
}

fn section(command: &[&str], help: &str) -> String {
    let mut name = "liftlock".to_owned();
    for part in command {
        name.push(' ');
        name.push_str(part);
    }
    let lines: Vec<&str> = help.trim_end().lines().map(str::trim_end).collect();
    format!("\n## {name}\n\n```text\n{}\n```\n", lines.join("\n"))
}

/// The names under `Commands:` in a help text, `help` itself left out.
fn commands(help: &str) -> Vec<&str> {
    let listed = help.lines().skip_while(|line| *line != "Commands:").skip(1);
    listed
        .take_while(|line| !line.trim().is_empty())
        // A description that goes on in the next line stands further to the right than a name.
        .filter_map(|line| line.strip_prefix("  ").filter(|rest| !rest.starts_with(' ')))
        .filter_map(|line| line.split_whitespace().next())
        .filter(|name| *name != "help")
        .collect()
}

#[cfg(test)]
mod tests {
    use super::{commands, section};

    const HELP: &str = "\
Upgrades clusters.

Usage: liftlock [OPTIONS] <COMMAND>

Commands:
  scan     Finds what breaks,
           in every file
  convert  Rewrites one
  help     Print this message

Options:
  -h, --help  Print help
";

    #[test]
    fn commands_are_read_out_of_the_help_and_help_itself_is_not_one() {
        assert_eq!(commands(HELP), ["scan", "convert"]);
        assert_eq!(commands("Usage: liftlock scan\n\nOptions:\n  -h\n"), [""; 0]);
    }

    #[test]
    fn a_section_has_the_whole_name_and_no_space_at_line_ends() {
        assert_eq!(
            section(&["scan"], "Finds.  \n\nUsage \n\n"),
            "\n## liftlock scan\n\n```text\nFinds.\n\nUsage\n```\n"
        );
    }
}
