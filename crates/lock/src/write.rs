//! The text of a lock.

use std::fmt;

use crate::{ChartKey, FORMAT, Lock, SourceKey};

/// What the file begins with.
const HEAD: &str = "# Written by `liftlock fetch`: what the units of this repository use. Keep it in Git.\n# `liftlock fetch --update` takes the newest again.\n";

impl fmt::Display for Lock {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { charts, repositories, artifacts } = self;
        writeln!(formatter, "{HEAD}format = {FORMAT}")?;
        for (ChartKey { name, address, version }, digest) in charts {
            let fields = [("name", name), ("address", address), ("version", version), ("digest", digest)];
            entry(formatter, "chart", &fields)?;
        }
        for (SourceKey { address, reference }, commit) in repositories {
            let fields = [("address", address), ("reference", reference), ("commit", commit)];
            entry(formatter, "repository", &fields)?;
        }
        for (SourceKey { address, reference }, digest) in artifacts {
            let fields = [("address", address), ("reference", reference), ("digest", digest)];
            entry(formatter, "artifact", &fields)?;
        }
        Ok(())
    }
}

fn entry(formatter: &mut fmt::Formatter<'_>, kind: &str, fields: &[(&str, &String)]) -> fmt::Result {
    write!(formatter, "\n[[{kind}]]\n")?;
    for (name, value) in fields {
        writeln!(formatter, "{name} = {}", quoted(value))?;
    }
    Ok(())
}

/// A text in quotes, as TOML writes it.
fn quoted(text: &str) -> String {
    let mut quoted = String::with_capacity(text.len() + 2);
    quoted.push('"');
    for character in text.chars() {
        match character {
            '"' | '\\' => quoted.extend(['\\', character]),
            // Nothing that a terminal or an editor would obey stands in the file as it is.
            control if control.is_control() => quoted.push_str(&format!("\\u{:04X}", u32::from(control))),
            character => quoted.push(character),
        }
    }
    quoted.push('"');
    quoted
}
