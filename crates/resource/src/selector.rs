//! Label selectors as `metav1.LabelSelector` defines them.

/// What a requirement asks of a label.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Operator {
    /// The label has one of the values.
    In,
    /// The label is absent or has none of the values.
    NotIn,
    /// The label is there.
    Exists,
    /// The label is not there.
    DoesNotExist,
}

/// One requirement on one label.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Requirement {
    /// The label's key.
    pub key: String,
    /// What is asked.
    pub operator: Operator,
    /// The values, for `In` and `NotIn`.
    pub values: Vec<String>,
}

/// All requirements must hold. Without any, everything matches; a selector that is absent is no
/// selector, and what it means is up to the object that lacks it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct LabelSelector {
    /// `matchLabels` and `matchExpressions` together.
    pub requirements: Vec<Requirement>,
}

impl LabelSelector {
    /// Whether `labels` (key and value) meet every requirement.
    #[must_use]
    pub fn matches(&self, labels: &[(String, String)]) -> bool {
        self.requirements.iter().all(|requirement| requirement.holds(labels))
    }
}

impl Requirement {
    fn holds(&self, labels: &[(String, String)]) -> bool {
        let value = labels.iter().find(|(key, _)| *key == self.key).map(|(_, value)| value);
        match self.operator {
            Operator::In => value.is_some_and(|value| self.values.contains(value)),
            Operator::NotIn => value.is_none_or(|value| !self.values.contains(value)),
            Operator::Exists => value.is_some(),
            Operator::DoesNotExist => value.is_none(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_operator_against_present_and_absent_labels() {
        let labels = [("app".to_owned(), "web".to_owned())];
        let selector = |key: &str, operator, values: &[&str]| LabelSelector {
            requirements: vec![Requirement {
                key: key.into(),
                operator,
                values: values.iter().map(|value| (*value).to_owned()).collect(),
            }],
        };
        assert!(selector("app", Operator::In, &["web"]).matches(&labels));
        assert!(!selector("app", Operator::In, &["db"]).matches(&labels));
        assert!(!selector("tier", Operator::In, &["web"]).matches(&labels));
        assert!(selector("tier", Operator::NotIn, &["web"]).matches(&labels));
        assert!(!selector("app", Operator::NotIn, &["web"]).matches(&labels));
        assert!(selector("app", Operator::Exists, &[]).matches(&labels));
        assert!(selector("tier", Operator::DoesNotExist, &[]).matches(&labels));
        assert!(LabelSelector::default().matches(&[]));
    }
}
