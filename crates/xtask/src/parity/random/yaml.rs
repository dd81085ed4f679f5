//! Prints values as people write YAML: in every style, with comments and anchors now and then.

use super::numbers::Random;
use serde_json::Value;
use std::fmt::Write as _;

/// Prints one document.
pub(super) fn print(random: &mut Random, value: &Value) -> String {
    let mut text = String::new();
    if random.chance(10) {
        text.push_str("# made for a comparison\n");
    }
    block(random, value, 0, &mut text);
    text
}

fn block(random: &mut Random, value: &Value, indent: usize, text: &mut String) {
    match value {
        Value::Object(entries) if !entries.is_empty() => {
            for (key, value) in entries {
                let _ = write!(text, "{:indent$}{}:", "", key_text(key));
                below_key(random, value, indent, text);
            }
        }
        Value::Array(items) if !items.is_empty() => {
            for item in items {
                let _ = write!(text, "{:indent$}-", "");
                below_dash(random, item, indent, text);
            }
        }
        value => {
            let _ = writeln!(text, "{:indent$}{}", "", flow(random, value));
        }
    }
}

fn below_key(random: &mut Random, value: &Value, indent: usize, text: &mut String) {
    match value {
        Value::Object(entries) if !entries.is_empty() && !random.chance(7) => {
            text.push('\n');
            block(random, value, indent + 2, text);
        }
        Value::Array(items) if !items.is_empty() && !random.chance(10) => {
            text.push('\n');
            let deeper = if random.chance(50) { indent } else { indent + 2 };
            block(random, value, deeper, text);
        }
        Value::String(content) if is_block_fit(content) && random.chance(85) => {
            literal(content, indent + 2, text);
        }
        value => {
            let comment = if random.chance(4) { " # why" } else { "" };
            let _ = writeln!(text, " {}{comment}", flow(random, value));
        }
    }
}

fn below_dash(random: &mut Random, item: &Value, indent: usize, text: &mut String) {
    match item {
        Value::Object(entries) if !entries.is_empty() && !random.chance(7) => {
            let mut inner = String::new();
            block(random, item, indent + 2, &mut inner);
            text.push(' ');
            text.push_str(&inner[indent + 2..]);
        }
        item => {
            let _ = writeln!(text, " {}", flow(random, item));
        }
    }
}

fn is_block_fit(content: &str) -> bool {
    content.contains('\n') && !content.starts_with([' ', '\n']) && !content.contains(" \n")
}

fn literal(content: &str, indent: usize, text: &mut String) {
    text.push_str(if content.ends_with('\n') { " |\n" } else { " |-\n" });
    for line in content.trim_end_matches('\n').split('\n') {
        if line.is_empty() {
            text.push('\n');
        } else {
            let _ = writeln!(text, "{:indent$}{line}", "");
        }
    }
}

fn key_text(key: &str) -> String {
    let is_plain = !key.is_empty()
        && key
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'/' | b'-' | b'_' | b'$'))
        && !key.starts_with('-')
        && !matches!(key, "true" | "false" | "null" | "y" | "n" | "yes" | "no" | "on" | "off")
        && key.parse::<f64>().is_err();
    if is_plain { key.to_owned() } else { Value::String(key.to_owned()).to_string() }
}

fn flow(random: &mut Random, value: &Value) -> String {
    match value {
        Value::String(text) => scalar(random, text),
        Value::Array(items) => {
            let items: Vec<_> = items.iter().map(|item| flow(random, item)).collect();
            format!("[{}]", items.join(", "))
        }
        Value::Object(entries) => {
            let entries =
                entries.iter().map(|(key, value)| format!("{}: {}", key_text(key), flow(random, value)));
            format!("{{{}}}", entries.collect::<Vec<_>>().join(", "))
        }
        value => value.to_string(),
    }
}

/// A text in a style that keeps it one.
fn scalar(random: &mut Random, text: &str) -> String {
    let is_plain = !text.is_empty()
        && text.bytes().all(|byte| {
            byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'/' | b'-' | b'_' | b'@' | b':')
        })
        && text.starts_with(|first: char| first.is_ascii_alphabetic())
        && !text.ends_with(':')
        && !matches!(
            text,
            "true" | "false" | "null" | "y" | "n" | "yes" | "no" | "on" | "off" | "Yes" | "On"
        );
    let is_single = !text.contains(['\n', '\'']) && !text.is_empty();
    match random.below(10) {
        0..=6 if is_plain => text.to_owned(),
        7 | 8 if is_single => format!("'{text}'"),
        _ => Value::String(text.to_owned()).to_string(),
    }
}
