//! `vars` of a kustomization, said by `replacements`: one for each var, with the fields in which it stands.
//!
//! Takes where they stand from a build. A replacement sets a whole field or one part between delimiters, so a var that
//! stands otherwise is refused by name. Whether the result is equal, building both tells; nobody here can.

use manifest::NodeId;
use manifest::edit::Fresh;

use crate::VarUse;
use crate::convert::Refusal;
use crate::convert::draft::{Draft, entries, instead_of_item, integer, mapping, string};

/// What may stand between the parts of a text that a replacement takes apart, in the order of trying.
const DELIMITERS: [&str; 9] = [":", "/", ",", " ", "=", ".", "-", "@", "_"];

/// The field that a var reads if it names none.
const DEFAULT_FIELD_PATH: &str = "metadata.name";

pub(super) fn replace(draft: &mut Draft<'_>, uses: &[VarUse]) -> Result<(), Refusal> {
    let root = draft.root();
    let Some(vars) = draft.field(root, "vars")? else { return Ok(()) };
    let mut replacements = Vec::new();
    for var in draft.mappings(root, "vars")? {
        replacements.push(instead_of_item(var, replacement(draft, var, uses)?));
    }
    draft.say_items(vars, "replacements", replacements)
}

fn replacement(draft: &mut Draft<'_>, var: NodeId, uses: &[VarUse]) -> Result<Fresh, Refusal> {
    let Some(name) = draft.text_of(var, "name")? else {
        return Err(draft.malformed(var, "has no name"));
    };
    let targets = targets(name, uses)?;
    Ok(mapping([("source", source(draft, var)?), ("targets", Fresh::Sequence(targets))]))
}

/// The object and field that the value is read from.
fn source(draft: &mut Draft<'_>, var: NodeId) -> Result<Fresh, Refusal> {
    let Some(object) = draft.mapping_at(var, &["objref"])? else {
        return Err(draft.malformed(var, "names no object"));
    };
    let mut fields = Vec::new();
    let (group, version) = match draft.text_of(object, "apiVersion")? {
        Some(api_version) => match api_version.rsplit_once('/') {
            Some((group, version)) => (Some(group), Some(version)),
            None => (None, Some(api_version)),
        },
        None => (draft.text_of(object, "group")?, draft.text_of(object, "version")?),
    };
    let named = [
        ("group", group),
        ("version", version),
        ("kind", draft.text_of(object, "kind")?),
        ("name", draft.text_of(object, "name")?),
        ("namespace", draft.text_of(object, "namespace")?),
    ];
    for (key, text) in named {
        fields.extend(text.filter(|text| !text.is_empty()).map(|text| (key.to_owned(), string(text))));
    }
    let field = match draft.mapping_at(var, &["fieldref"])? {
        Some(field) => draft.text_of(field, "fieldpath")?.or(draft.text_of(field, "fieldPath")?),
        None => None,
    };
    let path = positions_as_steps(field.unwrap_or(DEFAULT_FIELD_PATH));
    fields.push(("fieldPath".to_owned(), string(&path)));
    Ok(Fresh::Mapping(fields))
}

/// `ports[0].port` as a replacement writes it: `ports.0.port`.
fn positions_as_steps(path: &str) -> String {
    let mut steps = String::with_capacity(path.len());
    let mut rest = path;
    while let Some((before, behind)) = rest.split_once('[') {
        steps.push_str(before);
        match behind.split_once(']') {
            Some((number, behind))
                if !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit()) =>
            {
                if !before.is_empty() && !before.ends_with('.') {
                    steps.push('.');
                }
                steps.push_str(number);
                rest = behind;
            }
            _ => {
                steps.push('[');
                rest = behind;
            }
        }
    }
    steps.push_str(rest);
    steps
}

/// One target for each object and way of setting, with all its fields.
fn targets(var: &str, uses: &[VarUse]) -> Result<Vec<Fresh>, Refusal> {
    let mine: Vec<&VarUse> = uses.iter().filter(|used| used.var == var).collect();
    if mine.is_empty() {
        let reason = format!(
            "nothing that the folder gathers uses the var '{var}': take it out, or say it where it is used"
        );
        return Err(Refusal::Manual { reason });
    }
    let mut groups: Vec<(&VarUse, Option<Part>, Vec<&str>)> = Vec::new();
    for used in mine {
        let part = part(used)?;
        let is_of = |group: &&mut (&VarUse, Option<Part>, Vec<&str>)| {
            (&group.0.gvk, &group.0.name, &group.1) == (&used.gvk, &used.name, &part)
        };
        match groups.iter_mut().find(is_of) {
            Some((_, _, paths)) if paths.contains(&used.field_path.as_str()) => {}
            Some((_, _, paths)) => paths.push(&used.field_path),
            None => groups.push((used, part, vec![&used.field_path])),
        }
    }
    Ok(groups.into_iter().map(|(used, part, paths)| target(used, part, &paths)).collect())
}

/// A part of a text between delimiters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Part {
    delimiter: &'static str,
    index: i64,
}

/// Which part of its text a var is; none if it is all of it.
fn part(used: &VarUse) -> Result<Option<Part>, Refusal> {
    let reference = format!("$({})", used.var);
    if used.text == reference {
        return Ok(None);
    }
    for delimiter in DELIMITERS {
        let mut parts = used.text.split(delimiter).enumerate().filter(|(_, part)| part.contains(&reference));
        if let (Some((index, part)), None) = (parts.next(), parts.next())
            && part == reference
            && let Ok(index) = i64::try_from(index)
        {
            return Ok(Some(Part { delimiter, index }));
        }
    }
    let VarUse { text, field_path, .. } = used;
    let reason = format!("'{reference}' is no part between delimiters of '{text}' in '{field_path}'");
    Err(Refusal::Manual { reason })
}

fn target(used: &VarUse, part: Option<Part>, paths: &[&str]) -> Fresh {
    let (group, version, kind) = &used.gvk;
    let (name, namespace) = &used.name;
    let named =
        [("group", group), ("version", version), ("kind", kind), ("name", name), ("namespace", namespace)];
    let select = named.into_iter().filter(|(_, text)| !text.is_empty());
    let select = Fresh::Mapping(select.map(|(key, text)| (key.to_owned(), string(text))).collect());
    let paths = Fresh::Sequence(paths.iter().map(|path| string(path)).collect());
    let options = part.map(|Part { delimiter, index }| {
        let index = (index > 0).then(|| integer(index));
        Fresh::Mapping(entries([("delimiter", Some(string(delimiter))), ("index", index)]))
    });
    Fresh::Mapping(entries([("select", Some(select)), ("fieldPaths", Some(paths)), ("options", options)]))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn used(text: &str) -> VarUse {
        VarUse {
            var: "A".to_owned(),
            gvk: (String::new(), "v1".to_owned(), "Pod".to_owned()),
            name: ("p".to_owned(), String::new()),
            field_path: "spec.x".to_owned(),
            text: text.to_owned(),
        }
    }

    #[test]
    fn a_var_is_all_of_a_text_or_one_part_between_delimiters() {
        let found = |text| part(&used(text)).ok().flatten().map(|part| (part.delimiter, part.index));
        assert_eq!(part(&used("$(A)")), Ok(None));
        assert_eq!(found("$(A):80"), Some((":", 0)));
        assert_eq!(found("http://$(A)/x"), Some(("/", 2)));
        assert_eq!(found("http://$(A):80/x"), None);
        assert_eq!(found("a,$(A),$(A)"), None);
        assert!(part(&used("x$(A)y")).is_err());
    }

    #[test]
    fn positions_become_steps() {
        assert_eq!(positions_as_steps("metadata.name"), "metadata.name");
        assert_eq!(positions_as_steps("spec.ports[0].port"), "spec.ports.0.port");
        assert_eq!(positions_as_steps("metadata.annotations[a.b/c]"), "metadata.annotations[a.b/c]");
    }
}
