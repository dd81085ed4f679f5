//! What clusters get differently, for people, pull requests and programs. Nothing of a Secret is shown, and nothing that
//! looks like a credential.

use std::fmt::Write as _;

use checks::is_hidden_in_secret;
use gitops::{
    ClusterDifference, FieldChange, ObjectChange, ObjectDifference, ObjectId, Presence, UnitDifference,
};
use manifest::emit::{json, marshal_as_kubectl};
use manifest::value::Value;
use schemars::JsonSchema;
use serde::Serialize;

use crate::secret::{MASK, without_credentials};
use crate::visible::{visible, visible_json};

/// The version of the form below. Fields may be added within it; none is removed or changes its meaning.
const FORM: &str = "liftlock.diff/v1";

/// Characters of a value that one line shows; the rest is counted.
const VALUE_CHARACTERS_MAX: usize = 120;

/// The differences in lines.
#[must_use]
pub fn difference_text(differences: &[ClusterDifference]) -> String {
    let mut text = String::new();
    for cluster in differences {
        let _ = writeln!(text, "{}", visible(&cluster.cluster));
        for unit in &cluster.units {
            let _ = writeln!(text, "  {}", visible(&unit_line(unit)));
            for reason in &unit.not_assessed {
                let _ = writeln!(text, "    not assessed: {}", visible(reason));
            }
            for object in &unit.objects {
                let _ = writeln!(text, "    {}", visible(&object_line(object)));
                for line in field_lines(object) {
                    let _ = writeln!(text, "        {}", visible(&line));
                }
            }
        }
    }
    let _ = writeln!(text, "{}", sentence(differences));
    text
}

/// The differences as Markdown: each unit can be unfolded.
#[must_use]
pub fn difference_markdown(differences: &[ClusterDifference]) -> String {
    let mut text = format!("### What clusters get\n\n{}\n", sentence(differences));
    for cluster in differences {
        let _ = writeln!(text, "\n#### {}\n", escaped(&cluster.cluster));
        for unit in &cluster.units {
            let _ = writeln!(text, "<details><summary>{}</summary>\n", escaped(&unit_line(unit)));
            for reason in &unit.not_assessed {
                let _ = writeln!(text, "- not assessed: {}", escaped(reason));
            }
            for object in &unit.objects {
                let _ = writeln!(text, "- {}", escaped(&object_line(object)));
                for line in field_lines(object) {
                    let _ = writeln!(text, "  - `` {} ``", visible(&line).replace("``", "' '"));
                }
            }
            text.push_str("\n</details>\n");
        }
    }
    text
}

fn sentence(differences: &[ClusterDifference]) -> String {
    let objects = || differences.iter().flat_map(|cluster| &cluster.units).flat_map(|unit| &unit.objects);
    let count = |is_one: fn(&ObjectChange) -> bool| objects().filter(|object| is_one(&object.change)).count();
    let counts = [
        (count(|change| matches!(change, ObjectChange::Added)), "added"),
        (count(|change| matches!(change, ObjectChange::Removed)), "removed"),
        (count(|change| matches!(change, ObjectChange::Moved { .. })), "moved"),
        (count(|change| matches!(change, ObjectChange::Changed(_))), "changed"),
    ];
    let said: Vec<String> = counts
        .iter()
        .filter(|(count, _)| *count > 0)
        .map(|(count, what)| format!("{count} {what}"))
        .collect();
    if said.is_empty() { "No object differs.".to_owned() } else { format!("Objects: {}.", said.join(", ")) }
}

fn unit_line(unit: &UnitDifference) -> String {
    let presence = match unit.presence {
        Presence::Added => " (added)",
        Presence::Removed => " (removed)",
        Presence::Both => "",
    };
    format!("{}{presence}", unit.unit)
}

fn object_line(object: &ObjectDifference) -> String {
    match &object.change {
        ObjectChange::Added => format!("+ {}", object.id),
        ObjectChange::Removed => format!("- {}", object.id),
        ObjectChange::Moved { from, .. } => format!("> {} moved from {from}", object.id),
        ObjectChange::Changed(_) => format!("~ {}", object.id),
    }
}

fn fields(object: &ObjectDifference) -> &[FieldChange] {
    match &object.change {
        ObjectChange::Changed(fields) | ObjectChange::Moved { fields, .. } => fields,
        ObjectChange::Added | ObjectChange::Removed => &[],
    }
}

fn field_lines(object: &ObjectDifference) -> impl Iterator<Item = String> {
    fields(object).iter().map(|field| {
        let value = |value: &Option<Value>| match value {
            None => "(absent)".to_owned(),
            Some(value) => shortened(&shown(&object.id, &field.path, value)),
        };
        format!("{}: {} → {}", path_of(field), value(&field.before), value(&field.after))
    })
}

fn path_of(field: &FieldChange) -> String {
    let mut path = String::new();
    for key in &field.path {
        if !path.is_empty() && !key.starts_with('[') {
            path.push('.');
        }
        path.push_str(key);
    }
    path
}

/// Words in names of keys whose values nobody shows, wherever they stand.
const SECRET_WORDS: [&str; 8] =
    ["password", "passwd", "secret", "token", "apikey", "api_key", "privatekey", "credential"];

/// A value as it may be shown.
fn shown(id: &ObjectId, path: &[String], value: &Value) -> String {
    match masked(id, &mut path.to_vec(), value) {
        Value::String(text) => text,
        value => json(&value).unwrap_or_else(|_| MASK.to_owned()),
    }
}

/// The value with a mask in place of all that nobody may read.
fn masked(id: &ObjectId, path: &mut Vec<String>, value: &Value) -> Value {
    let keys: Vec<&str> = path.iter().map(String::as_str).collect();
    if id.kind == "Secret" && id.group.is_empty() && is_hidden_in_secret(&keys) {
        return Value::from(MASK);
    }
    match value {
        Value::String(_) if is_of_secret(&keys) => Value::from(MASK),
        Value::String(text) => Value::String(without_credentials(text).into_owned()),
        Value::Sequence(items) => Value::Sequence(items.iter().map(|item| masked(id, path, item)).collect()),
        Value::Mapping(entries) => {
            let entry = |(key, value): &(Value, Value)| {
                path.push(key.as_str().unwrap_or_default().to_owned());
                // The value of a variable of a container is called by the variable's name.
                let is_of_secret = key.as_str() == Some("value")
                    && entries.iter().any(|(key, name)| {
                        key.as_str() == Some("name") && name.as_str().is_some_and(names_secret)
                    });
                let value = if is_of_secret { Value::from(MASK) } else { masked(id, path, value) };
                path.pop();
                (key.clone(), value)
            };
            Value::Mapping(entries.iter().map(entry).collect())
        }
        value => value.clone(),
    }
}

/// Whether the text at a path is called as what nobody shows: by its key, or as the variable of a container that it is of.
fn is_of_secret(keys: &[&str]) -> bool {
    match keys {
        [.., variable, "value"] => names_secret(variable),
        [.., key] => names_secret(key),
        [] => false,
    }
}

/// Whether a key is called as what nobody shows.
fn names_secret(key: &str) -> bool {
    let key = key.trim_matches(['[', ']']).to_ascii_lowercase().replace('-', "");
    SECRET_WORDS.iter().any(|word| key.contains(word)) && !key.ends_with("name") && !key.ends_with("ref")
}

fn shortened(text: &str) -> String {
    let first = text.lines().next().unwrap_or_default();
    let kept: String = first.chars().take(VALUE_CHARACTERS_MAX).collect();
    if kept.len() == text.len() { kept } else { format!("{kept}… ({} bytes)", text.len()) }
}

fn escaped(text: &str) -> String {
    let mut escaped = String::new();
    for character in visible(text).chars() {
        match character {
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '&' => escaped.push_str("&amp;"),
            '*' | '_' | '`' | '[' | ']' | '~' | '\\' => escaped.extend(['\\', character]),
            character => escaped.push(character),
        }
    }
    escaped
}

/// The differences. What `liftlock diff -o json` prints.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(title = "liftlock diff")]
pub struct DifferenceDocument {
    /// `liftlock.diff/v1`.
    form: &'static str,
    clusters: Vec<ClusterDocument>,
}

#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct ClusterDocument {
    name: String,
    units: Vec<UnitDocument>,
}

#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct UnitDocument {
    /// `KIND NAMESPACE/NAME`.
    unit: String,
    /// `added`, `removed` or `both`.
    presence: &'static str,
    /// Why a side cannot be compared.
    not_assessed: Vec<String>,
    objects: Vec<ObjectDocument>,
}

#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct ObjectDocument {
    kind: String,
    namespace: String,
    name: String,
    /// `added`, `removed`, `moved` or `changed`.
    change: &'static str,
    /// The unit that it was in before it moved.
    moved_from: Option<String>,
    fields: Vec<FieldDocument>,
}

#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct FieldDocument {
    path: Vec<String>,
    /// As YAML; null where it is absent; `***` where nobody may read it.
    before: Option<String>,
    after: Option<String>,
}

/// The differences as JSON.
///
/// # Errors
/// Never in practice: all keys are texts.
pub fn difference_json(differences: &[ClusterDifference]) -> Result<String, serde_json::Error> {
    let clusters = differences.iter().map(|cluster| ClusterDocument {
        name: cluster.cluster.clone(),
        units: cluster.units.iter().map(unit_document).collect(),
    });
    let document = DifferenceDocument { form: FORM, clusters: clusters.collect() };
    let mut text = visible_json(serde_json::to_string_pretty(&document)?);
    text.push('\n');
    Ok(text)
}

fn unit_document(unit: &UnitDifference) -> UnitDocument {
    UnitDocument {
        unit: unit.unit.to_string(),
        presence: match unit.presence {
            Presence::Added => "added",
            Presence::Removed => "removed",
            Presence::Both => "both",
        },
        not_assessed: unit.not_assessed.clone(),
        objects: unit.objects.iter().map(object_document).collect(),
    }
}

fn object_document(object: &ObjectDifference) -> ObjectDocument {
    let (change, moved_from) = match &object.change {
        ObjectChange::Added => ("added", None),
        ObjectChange::Removed => ("removed", None),
        ObjectChange::Moved { from, .. } => ("moved", Some(from.to_string())),
        ObjectChange::Changed(_) => ("changed", None),
    };
    let value = |field: &FieldChange, value: &Option<Value>| match masked(
        &object.id,
        &mut field.path.clone(),
        value.as_ref()?,
    ) {
        Value::String(text) => Some(text),
        value => marshal_as_kubectl(&value).ok(),
    };
    ObjectDocument {
        kind: object.id.kind.clone(),
        namespace: object.id.namespace.clone(),
        name: object.id.name.clone(),
        change,
        moved_from,
        fields: fields(object)
            .iter()
            .map(|field| FieldDocument {
                path: field.path.clone(),
                before: value(field, &field.before),
                after: value(field, &field.after),
            })
            .collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id(kind: &str) -> ObjectId {
        ObjectId {
            group: String::new(),
            kind: kind.to_owned(),
            namespace: String::new(),
            name: "x".to_owned(),
        }
    }

    fn shown_at(kind: &str, path: &[&str], value: Value) -> String {
        let path: Vec<String> = path.iter().map(|key| (*key).to_owned()).collect();
        shown(&id(kind), &path, &value)
    }

    #[test]
    fn nothing_secret_is_shown_wherever_it_stands() {
        let text = || Value::from("hunter2");
        let pair = |key: &str, value: Value| (Value::from(key), value);
        let variable = Value::Mapping(vec![pair("name", Value::from("DB_PASSWORD")), pair("value", text())]);
        for (kind, path, value) in [
            ("Secret", vec!["data", "a"], text()),
            ("Secret", vec!["data"], Value::Mapping(vec![pair("a", text())])),
            ("ConfigMap", vec!["data", "db-password"], text()),
            ("ConfigMap", vec!["data"], Value::Mapping(vec![pair("apiToken", text())])),
            ("Pod", vec!["spec", "containers", "[web]", "env"], Value::Sequence(vec![variable.clone()])),
            ("Pod", vec!["spec", "containers", "[web]", "env", "[DB_PASSWORD]", "value"], text()),
            ("Pod", vec!["spec", "containers", "[web]", "env", "[DB_PASSWORD]"], variable),
        ] {
            let shown = shown_at(kind, &path, value);
            assert!(!shown.contains("hunter2") && shown.contains(MASK), "{kind} {path:?}: {shown}");
        }
        assert_eq!(shown_at("Pod", &["spec", "imagePullSecrets", "secretName"], Value::from("pull")), "pull");
        assert_eq!(shown_at("ConfigMap", &["data", "host"], Value::from("example.com")), "example.com");
    }
}
