//! Goal: every node knows the bytes that it was written in. Method: parse short texts and compare the
//! raw bytes and texts of their nodes with what stands there.

use manifest::{Document, NodeId, NodeKind, ParseDocument, objects, parse_all};
use text::{Exactness, TextId};

const FILE: TextId = TextId(0);

fn documents(source: &str) -> Vec<Document<'_>> {
    parse_all(FILE, source.as_bytes()).unwrap()
}

fn only(source: &str) -> Document<'_> {
    let mut all = documents(source);
    assert_eq!(all.len(), 1, "{source:?}");
    all.remove(0)
}

fn find(document: &Document<'_>, path: &[&str]) -> NodeId {
    document.at(document.root().unwrap(), path).unwrap_or_else(|| panic!("no {path:?}"))
}

fn raw<'d>(document: &Document<'d>, path: &[&str]) -> &'d str {
    std::str::from_utf8(document.raw(find(document, path))).unwrap()
}

#[test]
fn scalars_of_every_style_know_their_bytes_and_their_text() {
    let source =
        "plain: a b\nsingle: 'it''s'\ndouble: \"a\\tb\"\nempty:\nmulti: one\n  two\nlast: \"x\" # c\n";
    let document = only(source);
    for (key, written, text) in [
        ("plain", "a b", "a b"),
        ("single", "'it''s'", "it's"),
        ("double", "\"a\\tb\"", "a\tb"),
        ("empty", "", ""),
        ("multi", "one\n  two", "one two"),
        ("last", "\"x\"", "x"),
    ] {
        assert_eq!(raw(&document, &[key]), written, "{key}");
        assert_eq!(document.text(find(&document, &[key])), Some(text), "{key}");
    }
    assert_eq!(document.comments().len(), 1);
}

#[test]
fn block_scalars_span_from_their_header_to_their_last_line() {
    let source = "a: |\n  x\n  ---\n  y\n\nb: >-  # note\n   z\nc: &t !!str |+\n  k\n\nd: |2\n    deep\ne: |\nf:\n- |\n  item\n";
    let document = only(source);
    for (key, written, text) in [
        ("a", "|\n  x\n  ---\n  y", "x\n---\ny\n"),
        ("b", ">-  # note\n   z", "z"),
        ("c", "|+\n  k\n", "k\n\n"),
        ("d", "|2\n    deep", "  deep\n"),
        ("e", "|", ""),
    ] {
        assert_eq!(raw(&document, &[key]), written, "{key}");
        assert_eq!(document.text(find(&document, &[key])), Some(text), "{key}");
    }
    let items = document.items(find(&document, &["f"]));
    assert_eq!(document.raw(items[0]), b"|\n  item");
    let old_breaks = only("a: |\r x\r y\r");
    assert_eq!(old_breaks.text(find(&old_breaks, &["a"])), Some("x\ny\n"));
    let kept = only("m:\n  k: |+\n    x\n\n  l: 1\nn: |+\r\n  y\r\no: 1\n");
    assert_eq!(raw(&kept, &["m", "k"]), "|+\n    x\n");
    assert_eq!(raw(&kept, &["n"]), "|+\r\n  y");
    assert_eq!(document.anchor(find(&document, &["c"])), Some("t"));
    assert_eq!(document.tag(find(&document, &["c"])), Some("!!str"));
}

#[test]
fn collections_end_with_their_last_child_or_bracket() {
    let source = "m:\n  k: v\n  l:\n  - 1\n  - {a: [b, c]}\n\n# tail\nn: []\n";
    let document = only(source);
    assert_eq!(raw(&document, &["m"]), "k: v\n  l:\n  - 1\n  - {a: [b, c]}");
    assert_eq!(raw(&document, &["m", "l"]), "- 1\n  - {a: [b, c]}");
    assert_eq!(raw(&document, &["n"]), "[]");
    let nested = document.items(find(&document, &["m", "l"]))[1];
    assert_eq!(document.raw(nested), b"{a: [b, c]}");
    let root = document.root().unwrap();
    assert_eq!(document.path_from(root, document.get(nested, "a").unwrap()).to_string(), "m.l[1].a");
}

#[test]
fn byte_offsets_hold_after_a_bom_wide_characters_and_crlf() {
    let document = only("\u{feff}# é\r\nkey: \"ü\"\r\nlist:\r\n- ß\r\ntext: |\r\n  a\r\n  b\r\n");
    assert_eq!(raw(&document, &["key"]), "\"ü\"");
    assert_eq!(raw(&document, &["list"]), "- ß");
    assert_eq!(document.text(find(&document, &["text"])), Some("a\nb\n"));
}

#[test]
fn documents_tile_the_file() {
    let source = "# first\na: 1\n--- # second\nb: 2\n...\n---\n---\nc: |\n  ---\n  x\n# end\n";
    let documents = documents(source);
    let mut expected_start = 0;
    for document in &documents {
        assert_eq!(document.range().start, expected_start);
        expected_start = document.range().end;
    }
    assert_eq!(expected_start, source.len());
    assert_eq!(documents.len(), 4);
    assert_eq!(documents[2].root().map(|root| documents[2].raw(root).len()), Some(0));
}

#[test]
fn duplicates_keep_all_entries_and_the_last_counts() {
    let document = only("a: 1\nb: 2\na: 3\n");
    assert_eq!(document.entries(document.root().unwrap()).len(), 3);
    assert_eq!(document.text_at(document.root().unwrap(), &["a"]), Some("3"));
}

#[test]
fn aliases_point_at_the_latest_definition_before_them() {
    let document = only("a: &x one\nb: *x\nc: &x two\nd: *x\n");
    let root = document.root().unwrap();
    assert_eq!(document.text_at(root, &["b"]), Some("one"));
    assert_eq!(document.text_at(root, &["d"]), Some("two"));
    let alias = document.entry(root, "d").unwrap().value;
    assert!(matches!(document.node(alias).kind, NodeKind::Alias { target: Some(_) }));
    assert_eq!(document.raw(alias), b"*x");
}

#[test]
fn merge_keys_bring_entries_and_earlier_mappings_of_a_list_win() {
    let document = only("x: &x {p: 1, q: 1}\ny: &y {p: 2, r: 2}\nz:\n  <<: [*x, *y]\n  q: 9\n");
    let z = find(&document, &["z"]);
    assert_eq!(document.text_at(z, &["p"]), Some("1"));
    assert_eq!(document.text_at(z, &["q"]), Some("9"));
    assert_eq!(document.text_at(z, &["r"]), Some("2"));
}

#[test]
fn a_merge_written_after_a_key_wins_as_it_does_for_kubectl() {
    let document = only("b: &b {p: 1}\nz:\n  p: 9\n  <<: *b\n");
    assert_eq!(document.text_at(find(&document, &["z"]), &["p"]), Some("1"));
}

#[test]
fn broken_texts_are_refused_with_their_place() {
    for source in [
        "a: b: c\n",
        "a:\n\t- x\n",
        "a: \"open\n",
        "a: [1, 2\n",
        "{{ if }}\na: 1\n",
        "a: 1\n b: 2\n",
        "# c\n...\na: 1\n",
    ] {
        assert!(
            matches!(parse_all(FILE, source.as_bytes()), Err(ParseDocument::Malformed { .. })),
            "{source:?}"
        );
    }
    assert_eq!(parse_all(FILE, b"a: \xff\n").unwrap_err(), ParseDocument::NotUtf8 { offset: 3 });
    assert!(matches!(parse_all(FILE, b"a: *nobody\n"), Err(ParseDocument::DanglingAlias { offset: 3, .. })));
}

#[test]
fn hostile_nesting_is_refused_and_not_followed() {
    for opener in ["[", "{a: ", "- "] {
        let source = opener.repeat(100_000);
        let error = parse_all(FILE, source.as_bytes()).unwrap_err();
        assert!(
            matches!(error, ParseDocument::TooDeep { .. } | ParseDocument::Malformed { .. }),
            "{opener}: {error}"
        );
    }
}

#[test]
fn lists_of_any_sort_give_their_items() {
    let source = "apiVersion: v1\nkind: List\nitems:\n- apiVersion: batch/v1beta1\n  kind: CronJob\n- apiVersion: v1\n  kind: List\n  items:\n  - apiVersion: apps/v1\n    kind: Deployment\n- apiVersion: policy/v1beta1\n  kind: PodDisruptionBudgetList\n  items:\n  - metadata: {name: a}\n";
    let document = only(source);
    let found: Vec<String> = objects(&document).iter().map(|object| object.gvk.to_string()).collect();
    assert_eq!(found, ["batch/v1beta1/CronJob", "apps/v1/Deployment", "policy/v1beta1/PodDisruptionBudget"]);
}

#[test]
fn a_kind_that_only_ends_in_list_is_an_object() {
    let document = only("apiVersion: example.com/v1\nkind: AllowList\nspec: {}\n");
    assert_eq!(objects(&document).len(), 1);
}

#[test]
fn content_maps_lead_from_embedded_text_to_the_file() {
    let source = "data:\n  a.yaml: |\n    kind: X\n\n    b: 2\n  c: 'plain'\n  d: \"es\\tc\"\n";
    let document = only(source);
    let literal = find(&document, &["data", "a.yaml"]);
    let content = document.text(literal).unwrap().to_owned();
    let map = document.content_map(literal).unwrap();
    let at = u32::try_from(content.find("b: 2").unwrap()).unwrap();
    let (span, exactness) = map.resolve(at..at + 4).unwrap();
    assert_eq!((&source[span.range()], exactness), ("b: 2", Exactness::Verbatim));
    let (span, exactness) =
        document.content_map(find(&document, &["data", "c"])).unwrap().resolve(1..3).unwrap();
    assert_eq!((&source[span.range()], exactness), ("la", Exactness::Verbatim));
    let (_, exactness) =
        document.content_map(find(&document, &["data", "d"])).unwrap().resolve(1..3).unwrap();
    assert_eq!(exactness, Exactness::Computed);
}

#[test]
fn the_nodes_within_a_node_are_those_below_it_and_no_others() {
    let document = only("a: {b: [1, &x {c: 2}], d: }\ne: *x\nf: [g]\n");
    for node in document.node_ids() {
        let within: Vec<NodeId> = document.node_ids_within(node).collect();
        let has_ancestor = |other: NodeId| {
            std::iter::successors(document.node(other).parent, |above| document.node(*above).parent)
                .any(|above| above == node)
        };
        let below: Vec<NodeId> = document.node_ids().filter(|other| has_ancestor(*other)).collect();
        assert_eq!(within, below, "{node:?}");
    }
}

#[test]
fn merges_of_merges_are_looked_through_in_time_and_in_their_order() {
    let mut source = "l0: &l0 {a: first}\nother: &other {a: second, b: third}\n".to_owned();
    for level in 1..15 {
        let alias = format!("*l{}", level - 1);
        source.push_str(&format!(
            "l{level}: &l{level} {{<<: [{}, *other]}}\n",
            [alias.as_str(); 10].join(", ")
        ));
    }
    source.push_str("top: {<<: *l14}\n");
    let document = only(&source);
    assert_eq!(raw(&document, &["top", "a"]), "first");
    assert_eq!(raw(&document, &["top", "b"]), "third");
    assert_eq!(document.at(document.root().unwrap(), &["top", "missing"]), None);
}
