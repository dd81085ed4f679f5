//! `docs/schemas/`: the JSON schemas that `liftlock schema` prints: of `.liftlock.yaml` and of the outputs.

use super::Files;
use anyhow::{Context, Result};

/// Makes one file per schema that `liftlock schema --help` names as a possible value.
pub(crate) fn make() -> Result<Files> {
    let mut files = Files::new();
    for name in names(&super::liftlock(&["schema", "--help"])?) {
        let printed = super::liftlock(&["schema", &name])?;
        let _: serde_json::Value =
            serde_json::from_str(&printed).with_context(|| format!("the schema '{name}' is no JSON"))?;
        files.insert(format!("docs/schemas/{name}.json"), printed);
    }
    Ok(files)
}

/// The possible values of the command's argument, in either of the forms clap prints them in.
fn names(help: &str) -> Vec<String> {
    if let Some((_, rest)) = help.split_once("[possible values: ") {
        let inside = rest.split_once(']').map_or(rest, |(inside, _)| inside);
        return inside.split(',').map(|name| name.split_whitespace().collect()).collect();
    }
    let listed = help.lines().skip_while(|line| line.trim() != "Possible values:").skip(1);
    listed
        .map_while(|line| line.trim().strip_prefix("- "))
        .map(|line| line.split([':', ' ']).next().unwrap_or_default().to_owned())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::names;

    #[test]
    fn reads_names_in_both_forms() {
        let short = "Arguments:\n  <NAME>  Which [possible values: config,\n          findings, plan]\n";
        assert_eq!(names(short), ["config", "findings", "plan"]);
        let long = "Arguments:\n  <NAME>\n          Which\n\n          Possible values:\n          \
                    - config:   of .liftlock.yaml\n          - findings: of scan\n\nOptions:\n  - x\n";
        assert_eq!(names(long), ["config", "findings"]);
        assert_eq!(names("Options:\n  -h\n"), [""; 0]);
    }
}
