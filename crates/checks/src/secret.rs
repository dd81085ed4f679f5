//! Which fields of a Secret hold something secret.

/// The fields of a Secret that hold nothing secret, by their first one or two keys.
const OPEN_FIELDS: &[&[&str]] = &[
    &["apiVersion"],
    &["kind"],
    &["type"],
    &["immutable"],
    &["metadata", "name"],
    &["metadata", "namespace"],
    &["metadata", "labels"],
    &["metadata", "ownerReferences"],
    &["metadata", "finalizers"],
];

/// Whether nobody may read what a Secret has at this path of keys. What is not known to be open is not.
#[must_use]
pub fn is_hidden_in_secret(keys: &[&str]) -> bool {
    !keys.is_empty() && !OPEN_FIELDS.iter().any(|open| keys.starts_with(open))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_open_and_values_and_annotations_are_not() {
        assert!(is_hidden_in_secret(&["data", "password"]));
        assert!(is_hidden_in_secret(&["metadata", "annotations", "x"]));
        assert!(is_hidden_in_secret(&["made-up"]));
        assert!(!is_hidden_in_secret(&["metadata", "labels", "app"]));
        assert!(!is_hidden_in_secret(&["kind"]));
        assert!(!is_hidden_in_secret(&[]));
    }
}
