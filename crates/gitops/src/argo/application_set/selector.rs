//! Label selectors over any texts: of clusters by the labels of their Secrets, of parameters by their paths.

use std::collections::BTreeMap;

use crate::fields::Fields;
use crate::graph::Missing;

/// What must hold of labels.
#[derive(Debug, Default)]
pub(super) struct Selector(Vec<Requirement>);

#[derive(Debug)]
struct Requirement {
    key: String,
    operator: Operator,
    values: Vec<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Operator {
    In,
    NotIn,
    Exists,
    DoesNotExist,
}

impl Selector {
    /// What a `matchLabels` and `matchExpressions` say.
    pub(super) fn of(selector: Fields<'_>) -> Result<Self, Missing> {
        let mut requirements = Vec::new();
        for (key, value) in selector.texts(&["matchLabels"]) {
            requirements.push(Requirement::new(key, Operator::In, vec![value.to_owned()])?);
        }
        for expression in selector.items(&["matchExpressions"]) {
            let operator = match expression.text(&["operator"]) {
                "In" => Operator::In,
                "NotIn" => Operator::NotIn,
                "Exists" => Operator::Exists,
                "DoesNotExist" => Operator::DoesNotExist,
                other => return Err(refused(&format!("'{other}' is not a valid label selector operator"))),
            };
            let values = expression.items(&["values"]).filter_map(|item| item.value()?.as_str());
            let values = values.map(str::to_owned).collect();
            requirements.push(Requirement::new(expression.text(&["key"]), operator, values)?);
        }
        Ok(Self(requirements))
    }

    /// Whether it says nothing.
    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(super) fn matches(&self, labels: &BTreeMap<String, String>) -> bool {
        self.0.iter().all(|requirement| requirement.holds(labels.get(&requirement.key)))
    }
}

impl Requirement {
    fn new(key: &str, operator: Operator, values: Vec<String>) -> Result<Self, Missing> {
        if !is_qualified(key) {
            return Err(refused(&format!("'{key}' is no key of a label")));
        }
        let takes_values = [Operator::In, Operator::NotIn].contains(&operator);
        match (takes_values, values.is_empty()) {
            (true, true) => Err(refused(&format!("values for '{key}' can't be empty"))),
            (false, false) => Err(refused(&format!("values for '{key}' must be empty"))),
            _ => Ok(Self { key: key.to_owned(), operator, values }),
        }
    }

    fn holds(&self, label: Option<&String>) -> bool {
        match self.operator {
            Operator::In => label.is_some_and(|label| self.values.contains(label)),
            Operator::NotIn => label.is_none_or(|label| !self.values.contains(label)),
            Operator::Exists => label.is_some(),
            Operator::DoesNotExist => label.is_none(),
        }
    }
}

fn refused(reason: &str) -> Missing {
    Missing::Render(format!("a label selector: {reason}"))
}

/// The longest parts of a key: `IsQualifiedName` of Kubernetes.
const NAME_BYTES_MAX: usize = 63;
const PREFIX_BYTES_MAX: usize = 253;

fn is_qualified(key: &str) -> bool {
    let (prefix, name) = match key.split_once('/') {
        Some((prefix, name)) => (Some(prefix), name),
        None => (None, key),
    };
    let is_prefix = |prefix: &str| {
        let is_part =
            |part: &str| is_word(part, |byte| byte.is_ascii_lowercase() || byte.is_ascii_digit(), b"-");
        prefix.len() <= PREFIX_BYTES_MAX && prefix.split('.').all(is_part)
    };
    let is_name = name.len() <= NAME_BYTES_MAX && is_word(name, |byte| byte.is_ascii_alphanumeric(), b"-_.");
    prefix.is_none_or(is_prefix) && is_name
}

/// Whether a text begins and ends with what is meant, with some more between.
fn is_word(text: &str, is_end: impl Fn(u8) -> bool, between: &[u8]) -> bool {
    let bytes = text.as_bytes();
    let ends = [bytes.first(), bytes.last()];
    ends.into_iter().all(|end| end.is_some_and(|byte| is_end(*byte)))
        && bytes.iter().all(|byte| is_end(*byte) || between.contains(byte))
}
