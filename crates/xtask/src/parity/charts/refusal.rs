//! What a refusal says, without what each program puts around it.

/// The words of a refusal: of Helm's standard error without its log, its `Error: ` and its advice; of ours without
/// `error: ` and what stands behind the message.
pub(super) fn words(told: &str) -> String {
    let start = ["Error: ", "error: "].iter().filter_map(|prefix| {
        let at = told.find(prefix)?;
        let begins_line = at == 0 || told.as_bytes().get(at - 1) == Some(&b'\n');
        begins_line.then_some(at + prefix.len())
    });
    let told = start.min().and_then(|start| told.get(start..)).unwrap_or(told);
    let ends = ["\n\nUse --debug flag", "\nhint: ", "\n  because: "].iter().filter_map(|end| told.find(end));
    let end = ends.min().unwrap_or(told.len());
    told.get(..end).unwrap_or(told).trim_end().to_owned()
}

/// Whether two refusals have one first cause: the same words, or the same place and the same class of fault.
pub(super) fn agree(theirs: &str, ours: &str) -> bool {
    theirs == ours || cause(theirs) == cause(ours)
}

/// Words by which a class of refusals is told, in the order in which they are looked for.
const CLASSES: [(&str, &str); 4] = [
    ("dependencies that are missing", "missing in charts/ directory"),
    ("values that the schema refuses", "values don't meet the specifications of the schema"),
    ("values that the chart refuses or asks for", "error calling fail"),
    ("values that the chart refuses or asks for", "execution error at"),
];

/// Whether a Helm refuses because a schema refers to an address that it cannot reach.
pub(super) fn lacks_schema(told: &str) -> bool {
    told.contains("values don't meet the specifications of the schema(s)")
        && told.contains("failing loading \"")
}

/// Whether a chart itself refuses what it was given, by `required`, `fail` or its schema.
pub(super) fn asks_for_values(words: &str) -> bool {
    [CLASSES[1].0, CLASSES[2].0].contains(&class(words))
}

/// The class of a refusal, for counts.
pub(super) fn class(words: &str) -> &'static str {
    CLASSES.iter().find(|(_, told)| words.contains(told)).map_or("other causes", |(class, _)| class)
}

/// The place of a fault and the beginning of what is said of it.
fn cause(words: &str) -> (Option<String>, String) {
    let place = words.split_once("at (").and_then(|(_, after)| after.split_once(')'));
    let first: Vec<&str> = words.split_whitespace().take(6).collect();
    (place.map(|(place, _)| place.to_owned()), first.join(" "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn refusals_are_told_apart_by_their_words() {
        assert_eq!(class("execution error at (a/b.yaml:1:2): x is required"), CLASSES[2].0);
        assert_eq!(
            class("An error occurred: found in Chart.yaml, but missing in charts/ directory: a"),
            CLASSES[0].0
        );
        assert!(asks_for_values("execution error at (a/b.yaml:1:2): x is required"));
        assert!(!asks_for_values("parse error at (a/b.yaml:1)"));
        assert_eq!(class("parse error at (a/b.yaml:1)"), "other causes");
        let schema =
            "Error: values don't meet the specifications of the schema(s) in the following chart(s):\nweb:\n";
        assert!(lacks_schema(&format!("{schema}failing loading \"https://h/a.json\": no such host")));
        assert!(!lacks_schema(&format!("{schema}- at '': missing property 'a'")));
    }

    #[test]
    fn words_are_the_same_whoever_says_them() {
        let theirs = "level=WARN msg=\"x\"\nError: a: b\n\nUse --debug flag to render out invalid YAML\n";
        assert_eq!(words(theirs), "a: b");
        assert_eq!(words("error: a: b\nhint: do\n"), "a: b");
        assert_eq!(words("error: a: b\n  because: c\n"), "a: b");
    }
}
