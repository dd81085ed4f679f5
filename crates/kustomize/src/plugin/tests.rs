//! What entries of plugins hold, what is refused of them, and what a validator may do.

use text::{Origin, Origins};

use super::*;
use crate::load::{Files, Restriction};
use crate::testing::{objects, printed, text};
use tree::Memory;

fn built(kustomization: &str) -> Result<String, String> {
    let mut tree = Memory::new();
    tree.insert("kustomization.yaml", kustomization);
    tree.insert("a.yaml", "kind: ConfigMap\nmetadata: {name: a, labels: {l: m}}\n");
    let of_file = plugin("AnnotationsTransformer", "annotations: {of: file}\n").replace("name: p", "name: q");
    tree.insert("plugin.yaml", of_file);
    let mut work = Work::<Origins>::new(Files::new(Arc::new(tree), Restriction::RootOnly, None));
    let built = crate::build(&mut work, "", &crate::Options::default());
    built.and_then(|built| built.print()).map_err(|failure| text::with_causes(&failure))
}

fn plugin(kind: &str, says: &str) -> String {
    let specs = "fieldSpecs: [{path: metadata/annotations, create: true}]";
    format!("apiVersion: builtin\nkind: {kind}\nmetadata: {{name: p}}\n{specs}\n{says}")
}

/// A kustomization with one entry that is written in place.
fn with_inline(field: &str, content: &str) -> String {
    let lines: String = content.lines().map(|line| format!("  {line}\n")).collect();
    format!("resources: [a.yaml]\n{field}:\n- |\n{lines}")
}

#[test]
fn an_entry_holds_objects_or_is_a_path() {
    let files = Files::new(Arc::new(Memory::new()), Restriction::RootOnly, None);
    let mut work = Work::<Origins>::new(files);
    let mut count = |entry: &str| inline_objects(&mut work, &text(entry)).map(|objects| objects.len());
    assert_eq!(count("{kind: A, metadata: {name: a}}"), Some(1));
    assert_eq!(count("kind: A\nmetadata: {name: a}\n---\nkind: A\nmetadata: {name: b}\n"), Some(2));
    for path in [
        "plugin.yaml",
        "../plugins",
        "kind: A",
        "kind: A\nmetadata: {name: a}\n---\nkind: A\nmetadata: {name: a}\n",
    ] {
        assert_eq!(count(path), None, "{path}");
    }
}

#[test]
fn what_stands_in_the_kustomization_is_applied_before_files() {
    let inline = with_inline("transformers", &plugin("AnnotationsTransformer", "annotations: {of: text}"));
    let text = built(&format!("{inline}- plugin.yaml\n")).unwrap();
    assert!(text.contains("of: file"), "{text}");
}

#[test]
fn kinds_that_are_not_carried_out_are_refused_by_name() {
    let refused = |field: &str, content: &str| built(&with_inline(field, content)).unwrap_err();
    let program = "apiVersion: example.com/v1\nkind: Mine\nmetadata: {name: m}";
    assert_eq!(
        refused("transformers", program),
        "external plugins disabled; unable to load external plugin 'Mine'"
    );
    let of_group = "apiVersion: x/builtin\nkind: HashTransformer\nmetadata: {name: m}";
    assert!(refused("transformers", of_group).starts_with("external plugins disabled"));
    for kind in ["SortOrderTransformer", "LegacyOrderTransformer", "Nothing"] {
        let told = refused("transformers", &plugin(kind, ""));
        assert_eq!(told, format!("unable to load builtin {kind}.builtin.[noGrp]"));
    }
    assert!(refused("generators", &plugin("HashTransformer", "")).ends_with("not a generator"));
    assert!(refused("validators", &plugin("ConfigMapGenerator", "")).ends_with("not a transformer"));
}

#[test]
fn a_validator_may_leave_its_label_where_labels_are_and_nothing_else() {
    let label = |labels: &str| {
        let specs = "fieldSpecs: [{path: metadata/labels, create: true}]";
        let content = format!(
            "apiVersion: builtin\nkind: LabelTransformer\nmetadata: {{name: p}}\n{specs}\nlabels: {labels}"
        );
        built(&with_inline("validators", &content))
    };
    for labels in ["{}", "{l: m}"] {
        assert!(label(labels).is_ok(), "{labels}");
    }
    for labels in ["{l: n}", "{other: x}"] {
        assert!(label(labels).unwrap_err().starts_with("validator shouldn't modify"), "{labels}");
    }
}

#[test]
fn a_change_is_whatever_is_not_the_same_node_by_node() {
    let map = |text: &str| objects(text).1;
    let (work, _) = objects("{kind: A, metadata: {name: a}}");
    let is_refused = |before: &str, after: &str| refuse_change(&work, map(before), map(after)).is_err();
    let one = "{kind: A, metadata: {name: a}, x: [1, {k: v}]}\n";
    let other = "{kind: B, metadata: {name: b}}\n";
    assert!(!is_refused(one, one));
    assert!(!is_refused(&format!("{one}---\n{other}"), &format!("{other}---\n{one}")));
    for (before, after) in [
        (format!("{one}---\n{other}"), one.to_owned()),
        (one.to_owned(), format!("{one}---\n{other}")),
        (one.to_owned(), one.replace("k: v", "k: 'v'")),
        (one.to_owned(), one.replace("[1,", "['1',")),
        (one.to_owned(), one.replace("k: v", "k: w")),
        (one.to_owned(), one.replace("{k: v}", "{k: v, l: m}")),
        (one.to_owned(), one.replace("name: a", "name: c")),
    ] {
        assert!(is_refused(&before, &after), "{before} / {after}");
    }
}

#[test]
fn the_label_of_validators_goes_and_others_stay() {
    let (_, mut map): (_, ResMap<Origin>) = objects(
        "{kind: A, metadata: {name: a, labels: {validated-by: x, l: m}}}\n---\n{kind: B, metadata: {name: b}}\n",
    );
    remove_label(&mut map).unwrap();
    assert_eq!(
        printed(&map),
        "kind: A\nmetadata:\n  labels:\n    l: m\n  name: a\n---\nkind: B\nmetadata:\n  name: b\n"
    );
}
