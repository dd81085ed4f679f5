//! What two programs made of the same input.

/// How the two compare.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Verdict {
    /// The same bytes.
    Equal,
    /// Other bytes; the first line that differs, theirs and ours.
    Different { line: usize, theirs: String, ours: String },
    /// Both refuse, for causes of these classes.
    BothRefuse { theirs: Cause, ours: Cause },
    /// Only we refuse, which is a deviation on purpose of this name.
    Deviates(&'static str),
    /// Only we refuse, in these words.
    OnlyWeRefuse(String),
    /// Only they refuse, in these words.
    OnlyTheyRefuse(String),
}

/// The class of a refusal's first cause, as far as its words tell.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Cause {
    Missing,
    Malformed,
    UnknownField,
    Duplicate,
    Cycle,
    Restriction,
    NoTarget,
    BadPatch,
    Replacement,
    Conflict,
    Var,
    Generator,
    Plugin,
    Remote,
    Other,
}

/// Words by which a cause is told, in the order in which they are looked for: what is told first hides what led to it.
const CAUSES: [(Cause, &[&str]); 14] = [
    (Cause::Restriction, &["security;"]),
    (Cause::Cycle, &["cycle"]),
    (Cause::UnknownField, &["unknown field"]),
    (Cause::Duplicate, &["already registered id", "id conflict", "already defined", "multiple matches"]),
    (
        Cause::Generator,
        &[
            "behavior",
            "does not exist; cannot merge",
            "exists; can not",
            "duplicate",
            "illegal",
            "literal",
            "env source",
        ],
    ),
    (Cause::Var, &["var '", "vars"]),
    (
        Cause::Replacement,
        &[
            "replacement",
            "wrong node kind",
            "fieldpath",
            "delimiter",
            "unable to find field",
            "nothing selected",
        ],
    ),
    (Cause::Conflict, &["conflicting fieldspecs", "multiple possible referrals"]),
    (Cause::NoTarget, &["no matches for", "failed to find unique target", "no resource matches"]),
    (Cause::BadPatch, &["patch", "doc is missing", "operation"]),
    (Cause::Plugin, &["plugin", "validator", "function"]),
    (Cause::Remote, &["git", "http", "remote"]),
    (
        Cause::Missing,
        &["no such file", "unable to find one of", "must build at", "cannot read", "must resolve to a file"],
    ),
    (Cause::Malformed, &["yaml", "json", "missing metadata", "missing kind", "missing resource"]),
];

/// Deviations on purpose that random kustomizations meet: the words of our refusal, and the case that names each in
/// `docs/kustomize-parity.md`.
const DEVIATIONS: [(&str, &str); 1] =
    [("cannot be hashed, only that of a ConfigMap or Secret", "deviations/hash-of-another-kind")];

impl Cause {
    /// The class of a message.
    pub(super) fn of(message: &str) -> Self {
        let message = message.to_lowercase();
        let is_meant = |words: &&[&str]| words.iter().any(|word| message.contains(word));
        CAUSES.iter().find(|(_, words)| is_meant(words)).map_or(Self::Other, |(cause, _)| *cause)
    }
}

/// What a program did: its exit code, what it printed, what it told.
#[derive(Debug, Clone)]
pub(super) struct Answer {
    pub(super) succeeded: bool,
    pub(super) output: Vec<u8>,
    pub(super) told: String,
}

impl Verdict {
    /// Compares two answers.
    pub(super) fn of(theirs: &Answer, ours: &Answer) -> Self {
        match (theirs.succeeded, ours.succeeded) {
            (true, true) if theirs.output == ours.output => Self::Equal,
            (true, true) => Self::difference(&theirs.output, &ours.output),
            (false, false) => {
                Self::BothRefuse { theirs: Cause::of(&theirs.told), ours: Cause::of(&ours.told) }
            }
            (true, false) => {
                let known = DEVIATIONS.iter().find(|(words, _)| ours.told.contains(words));
                match known {
                    Some((_, case)) => Self::Deviates(case),
                    None => Self::OnlyWeRefuse(ours.told.trim().to_owned()),
                }
            }
            (false, true) => Self::OnlyTheyRefuse(theirs.told.trim().to_owned()),
        }
    }

    fn difference(theirs: &[u8], ours: &[u8]) -> Self {
        let (theirs, ours) = (String::from_utf8_lossy(theirs), String::from_utf8_lossy(ours));
        let (mut their_lines, mut our_lines) = (theirs.lines(), ours.lines());
        let mut line = 0;
        loop {
            line += 1;
            let (theirs, ours) = (their_lines.next(), our_lines.next());
            if theirs != ours || theirs.is_none() {
                let text = |line: Option<&str>| line.unwrap_or("(the end)").to_owned();
                return Self::Different { line, theirs: text(theirs), ours: text(ours) };
            }
        }
    }

    /// Whether a person has to look at it.
    pub(super) fn is_fault(&self) -> bool {
        !matches!(self, Self::Equal | Self::BothRefuse { .. } | Self::Deviates(_))
    }
}

#[cfg(test)]
mod tests {
    use super::{Answer, Cause, Verdict};

    fn answer(succeeded: bool, output: &str, told: &str) -> Answer {
        Answer { succeeded, output: output.as_bytes().to_vec(), told: told.to_owned() }
    }

    #[test]
    fn names_the_first_line_that_differs() {
        let verdict = Verdict::of(&answer(true, "a\nb\n", ""), &answer(true, "a\nc\n", ""));
        assert_eq!(verdict, Verdict::Different { line: 2, theirs: "b".into(), ours: "c".into() });
    }

    #[test]
    fn a_named_deviation_is_told_from_a_refusal_that_nobody_meant() {
        let told = "the content of a Widget cannot be hashed, only that of a ConfigMap or Secret";
        let refused = |told| Verdict::of(&answer(true, "a\n", ""), &answer(false, "", told));
        assert_eq!(refused(told), Verdict::Deviates("deviations/hash-of-another-kind"));
        assert_eq!(refused("no"), Verdict::OnlyWeRefuse("no".to_owned()));
        assert!(!refused(told).is_fault() && refused("no").is_fault());
    }

    #[test]
    fn sorts_refusals_by_their_cause() {
        let theirs = "Error: accumulating resources: may not add resource with an already registered id: x";
        assert_eq!(Cause::of(theirs), Cause::Duplicate);
        assert_eq!(Cause::of("something else"), Cause::Other);
    }
}
