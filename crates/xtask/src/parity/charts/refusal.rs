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
    fn words_are_the_same_whoever_says_them() {
        let theirs = "level=WARN msg=\"x\"\nError: a: b\n\nUse --debug flag to render out invalid YAML\n";
        assert_eq!(words(theirs), "a: b");
        assert_eq!(words("error: a: b\nhint: do\n"), "a: b");
        assert_eq!(words("error: a: b\n  because: c\n"), "a: b");
    }
}
