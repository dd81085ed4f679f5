//! What theirs and ours differ in, and which differences are known and wanted.

use std::collections::BTreeMap;

use serde_json::Value;

/// A way in which ours differs on purpose.
pub(crate) struct Deviation {
    /// The kind; any if empty.
    pub(crate) kind: &'static str,
    /// What the path has to contain.
    pub(crate) path: &'static str,
    /// Which values it is for: theirs and ours, null where absent.
    pub(crate) applies: fn(&Value, &Value) -> bool,
    /// Why.
    pub(crate) reason: &'static str,
}

fn ours_only(theirs: &Value, _: &Value) -> bool {
    theirs.is_null()
}

fn theirs_only(_: &Value, ours: &Value) -> bool {
    ours.is_null()
}

pub(crate) const DEVIATIONS: &[Deviation] = &[
    Deviation {
        kind: "Ingress",
        path: ".service.port.name",
        applies: |theirs, ours| {
            ours.is_null() && theirs.as_str().is_some_and(|name| name.parse::<u16>().is_ok())
        },
        reason: "hard case 1: a port given as a text of digits is a number, theirs makes a name that no server takes",
    },
    Deviation {
        kind: "Ingress",
        path: ".service.port.number",
        applies: ours_only,
        reason: "hard case 1: a port given as a text of digits is a number",
    },
    Deviation {
        kind: "Ingress",
        path: "ackend.service",
        applies: ours_only,
        reason: "hard case 3: a body of the new shape under the old header stays, theirs empties the backend",
    },
    Deviation {
        kind: "Ingress",
        path: "",
        applies: |theirs, ours| theirs == &serde_json::json!({}) && ours.is_null(),
        reason: "hard case 3: a body of the new shape under the old header stays, theirs empties the backend",
    },
    Deviation {
        kind: "HorizontalPodAutoscaler",
        path: ".containerResource.container",
        applies: |theirs, ours| theirs == "" && ours.is_string(),
        reason: "theirs loses the name of the container that a metric is about",
    },
    Deviation {
        kind: "HorizontalPodAutoscaler",
        path: "spec.scaleTargetRef.apiVersion",
        applies: |theirs, ours| theirs == "extensions/v1beta1" && ours == "apps/v1",
        reason: "hard case 6: the reference to a dead version is brought up to date",
    },
    Deviation {
        kind: "HorizontalPodAutoscaler",
        path: ".target.value",
        applies: |theirs, ours| theirs == "0" && ours.is_null(),
        reason: "a value of 0 beside an average was a filler that v2 refuses",
    },
    Deviation {
        kind: "",
        path: ".sideEffects",
        applies: |theirs, ours| (theirs == "Unknown" || theirs == "Some") && ours == "None",
        reason: "hard case 7: v1 refuses Unknown and Some; ours is what the question was answered with",
    },
    Deviation {
        kind: "PriorityLevelConfiguration",
        path: "ConcurrencyShares",
        applies: |theirs, ours| theirs == 30 && ours == 0,
        reason: "hard case 9: an explicit 0 between betas means the default of 30 in both and stays as written",
    },
    Deviation {
        kind: "EndpointSlice",
        path: "nodeName",
        applies: ours_only,
        reason: "hard case 10: the host name of the topology is the node, theirs leaves it among the labels that v1 ignores",
    },
    Deviation {
        kind: "EndpointSlice",
        path: "deprecatedTopology",
        applies: theirs_only,
        reason: "hard case 10: the host name of the topology is the node, theirs leaves it among the labels that v1 ignores",
    },
    Deviation {
        kind: "",
        path: "metadata.annotations[\"deprecated.",
        applies: theirs_only,
        reason: "hard case 11: what is gone is dropped with a note, theirs keeps it in an annotation for the way back",
    },
    Deviation {
        kind: "",
        path: "metadata.labels",
        applies: theirs_only,
        reason: "the old API copied the template's labels to the object; nothing but the copy is lost",
    },
    Deviation {
        kind: "CertificateSigningRequest",
        path: "spec.signerName",
        applies: |theirs, ours| ours == "kubernetes.io/kube-apiserver-client" && theirs != ours,
        reason: "v1 refuses the signer that v1beta1 guesses; ours is what the question was answered with",
    },
];

/// The reason for a difference; none if it is not a known one.
pub(crate) fn reason(kind: &str, path: &str, (theirs, ours): (&Value, &Value)) -> Option<&'static str> {
    let fits = |deviation: &&Deviation| {
        (deviation.kind.is_empty() || deviation.kind == kind)
            && path.contains(deviation.path)
            && (deviation.applies)(theirs, ours)
    };
    DEVIATIONS.iter().find(fits).map(|deviation| deviation.reason)
}

/// The leaves of a value by their paths; empty collections are leaves.
pub(crate) fn leaves(value: &Value) -> BTreeMap<String, Value> {
    let mut found = BTreeMap::new();
    collect(value, String::new(), &mut found);
    found
}

fn collect(value: &Value, path: String, found: &mut BTreeMap<String, Value>) {
    match value {
        Value::Object(entries) if !entries.is_empty() => {
            for (key, value) in entries {
                let step = if key.contains(['.', '/']) { format!("[\"{key}\"]") } else { format!(".{key}") };
                collect(value, format!("{path}{step}"), found);
            }
        }
        Value::Array(items) if !items.is_empty() => {
            for (index, value) in items.iter().enumerate() {
                collect(value, format!("{path}[{index}]"), found);
            }
        }
        leaf => {
            found.insert(path.trim_start_matches('.').to_owned(), leaf.clone());
        }
    }
}

/// The paths at which two values differ, each with both values, null where absent.
pub(crate) fn differences(theirs: &Value, ours: &Value) -> BTreeMap<String, (Value, Value)> {
    let (theirs, ours) = (leaves(theirs), leaves(ours));
    let paths = theirs.keys().chain(ours.keys());
    let mut found = BTreeMap::new();
    for path in paths {
        let pair =
            (theirs.get(path).cloned().unwrap_or_default(), ours.get(path).cloned().unwrap_or_default());
        if pair.0 != pair.1 {
            found.insert(path.clone(), pair);
        }
    }
    found
}

/// What the other program printed, without status, creation times, nulls, and what it adds to our own output.
pub(crate) fn without_additions(theirs: &mut Value, added: &BTreeMap<String, Value>) {
    strip(theirs);
    remove_added(theirs, String::new(), added);
}

/// Takes out status, creation times and nulls.
pub(crate) fn strip(value: &mut Value) {
    if let Value::Object(entries) = value {
        entries.remove("status");
    }
    strip_nulls(value);
}

fn strip_nulls(value: &mut Value) {
    match value {
        Value::Object(entries) => {
            entries.retain(|key, value| !value.is_null() && key != "creationTimestamp");
            entries.values_mut().for_each(strip_nulls);
        }
        Value::Array(items) => items.iter_mut().for_each(strip_nulls),
        _ => {}
    }
}

/// Whether nothing is left of the value.
fn remove_added(value: &mut Value, path: String, added: &BTreeMap<String, Value>) -> bool {
    let at = path.trim_start_matches('.').to_owned();
    match value {
        Value::Object(entries) if !entries.is_empty() => {
            let mut removed = false;
            entries.retain(|key, value| {
                let step = if key.contains(['.', '/']) { format!("[\"{key}\"]") } else { format!(".{key}") };
                let keep = !remove_added(value, format!("{path}{step}"), added);
                removed |= !keep;
                keep
            });
            removed && entries.is_empty()
        }
        Value::Array(items) if !items.is_empty() => {
            // A list of which every item is an addition is one itself; else its items keep their places.
            let mut is_added = true;
            for (index, item) in items.iter_mut().enumerate() {
                is_added &= remove_added(item, format!("{path}[{index}]"), added);
            }
            is_added
        }
        leaf => added.get(&at) == Some(leaf),
    }
}

/// The JSON merge patch that turns one value into another; none if they are equal.
pub(crate) fn merge_patch(from: &Value, to: &Value) -> Option<Value> {
    if from == to {
        return None;
    }
    let (Value::Object(old), Value::Object(new)) = (from, to) else { return Some(to.clone()) };
    let mut patch = serde_json::Map::new();
    for (key, value) in new {
        let change = match old.get(key) {
            Some(before) => merge_patch(before, value),
            None => Some(value.clone()),
        };
        patch.extend(change.map(|change| (key.clone(), change)));
    }
    patch.extend(old.keys().filter(|key| !new.contains_key(*key)).map(|key| (key.clone(), Value::Null)));
    Some(Value::Object(patch))
}
