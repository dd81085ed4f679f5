//! A strategic merge of any patch into any object gives an object or says what is wrong, and gives the same each time; what
//! comes out, merged into itself, stays as it is, or once items without the key of their list have given way.

use std::sync::Arc;

use kustomize::load::{Files, Restriction};
use kustomize::{Options, Work, build};
use text::Origins;
use tree::Memory;

/// What an object's fields mean comes from its kind: two with many lists that are merged by keys, one whose keys are
/// several, one of texts, one that merges lists of scalars, and one that nobody knows.
const KINDS: [(&str, &str); 6] = [
    ("apps/v1", "Deployment"),
    ("v1", "Pod"),
    ("v1", "Service"),
    ("v1", "ConfigMap"),
    ("v1", "ServiceAccount"),
    ("example.org/v1", "Unknown"),
];

/// The first byte chooses a kind; the rest holds the fields of an object and, behind a line of three dashes, those of the
/// patch.
pub(crate) fn check(bytes: &[u8]) {
    let Some((choice, rest)) = bytes.split_first() else { return };
    let Ok(rest) = std::str::from_utf8(rest) else { return };
    if rest.contains(['\u{85}', '\u{2028}', '\u{2029}']) {
        // YAML 1.1 ends lines with them and YAML 1.2 does not: plain texts that hold them are printed as the one and read
        // as the other, which docs/kustomize-parity.md names.
        return;
    }
    let kind = KINDS[usize::from(*choice) % KINDS.len()];
    let (target, patch) = rest.split_once("\n---\n").unwrap_or((rest, rest));
    let [target, patch] = [target, patch].map(|fields| object(kind, fields));
    let merged = merge(&target, &patch);
    assert_eq!(merged, merge(&target, &patch), "one patch merged twice");
    let Ok(merged) = merged else { return };
    if !is_plain(&merged) {
        return;
    }
    let Ok(once) = merge(&merged, &merged) else { return };
    if !merged.lines().any(is_item_with_fields) {
        assert_eq!(once, merged, "merged into itself");
    }
    if is_plain(&once)
        && let Ok(again) = merge(&once, &once)
    {
        assert_eq!(again, once, "merged into itself once more");
    }
}

fn object((version, kind): (&str, &str), fields: &str) -> String {
    format!("apiVersion: {version}\nkind: {kind}\nmetadata:\n  name: a\n{fields}\n")
}

fn merge(target: &str, patch: &str) -> Result<String, String> {
    let mut tree = Memory::new();
    tree.insert("kustomization.yaml", "resources: [target.yaml]\npatches:\n- path: patch.yaml\n");
    tree.insert("target.yaml", target);
    tree.insert("patch.yaml", patch);
    let mut work: Work<Origins> = Work::new(Files::new(Arc::new(tree), Restriction::RootOnly, None));
    let built = build(&mut work, "", &Options::default()).and_then(|built| built.print());
    built.map_err(|failure| failure.to_string())
}

/// Whether an object says of itself in a patch what it is: a null takes fields away, a `$` may begin a directive, an empty
/// collection is passed over or empties, several objects are no patch, and of two items of one key the merge keeps one.
fn is_plain(merged: &str) -> bool {
    let has_one_object = !merged.contains("\n---\n");
    let is_taken_literally = !["null", "$", "{}", "[]"].iter().any(|special| merged.contains(special));
    let mut items: Vec<_> = merged.lines().map(|line| line.trim_start_matches([' ', '-'])).collect();
    let count = items.len();
    items.sort_unstable();
    items.dedup();
    has_one_object && is_taken_literally && items.len() == count
}

/// Whether a line begins an item of a list that may be merged by a key, which an item need not have: then, as in the
/// original, one of those without it stands for all.
fn is_item_with_fields(line: &str) -> bool {
    line.trim_start().starts_with("- ") && line.contains(':')
}
