//! Paths with slashes: `base`, `dir`, `clean`, `ext`, `isAbs`, and their twins of the operating system, which is one with
//! slashes here.

use super::arguments::{fixed, string};
use crate::Parameter::String as Text;
use crate::{Call, Fault, Function, Value};

/// The family.
pub(super) const FUNCTIONS: &[Function] = &[
    fixed("base", &[Text], |call, values| mapped(call, values, base)),
    fixed("dir", &[Text], |call, values| mapped(call, values, dir)),
    fixed("clean", &[Text], |call, values| mapped(call, values, clean)),
    fixed("ext", &[Text], |call, values| mapped(call, values, ext)),
    fixed("isAbs", &[Text], is_absolute),
    fixed("osBase", &[Text], |call, values| mapped(call, values, base)),
    fixed("osDir", &[Text], |call, values| mapped(call, values, dir)),
    fixed("osClean", &[Text], |call, values| mapped(call, values, clean)),
    fixed("osExt", &[Text], |call, values| mapped(call, values, ext)),
    fixed("osIsAbs", &[Text], is_absolute),
];

fn mapped(call: &Call<'_>, values: &[Value], map: fn(&str) -> String) -> Result<Value, Fault> {
    Ok(Value::string(map(&string(call, values, 0)?), call.made(values)))
}

fn is_absolute(call: &Call<'_>, values: &[Value]) -> Result<Value, Fault> {
    Ok(Value::bool(string(call, values, 0)?.starts_with('/'), call.made(values)))
}

fn base(path: &str) -> String {
    let trimmed = path.trim_end_matches('/');
    match (path, trimmed) {
        ("", _) => ".".to_owned(),
        (_, "") => "/".to_owned(),
        (_, trimmed) => trimmed.rsplit('/').next().unwrap_or_default().to_owned(),
    }
}

fn dir(path: &str) -> String {
    clean(path.rfind('/').map_or("", |slash| path.get(..=slash).unwrap_or_default()))
}

fn ext(path: &str) -> String {
    let name = path.rsplit('/').next().unwrap_or_default();
    name.rfind('.').map_or(String::new(), |dot| name.get(dot..).unwrap_or_default().to_owned())
}

/// The shortest path that leads to the same place.
fn clean(path: &str) -> String {
    let is_rooted = path.starts_with('/');
    let mut steps: Vec<&str> = Vec::new();
    for step in path.split('/') {
        match (step, steps.last()) {
            ("" | ".", _) => {}
            ("..", Some(last)) if *last != ".." => {
                steps.pop();
            }
            ("..", _) if is_rooted => {}
            (step, _) => steps.push(step),
        }
    }
    match (is_rooted, steps.join("/")) {
        (true, rest) => format!("/{rest}"),
        (false, rest) if rest.is_empty() => ".".to_owned(),
        (false, rest) => rest,
    }
}
