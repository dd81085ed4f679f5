//! Goal: what is unclear or would reach further than wanted is refused with its reason, and the text stays.
//! Method: one short text per reason, and a near miss where the same change is made.

use manifest::edit::{Change, DocumentChanges, Fresh, FreshScalar, Place, Reason, apply_batch};
use manifest::scan::split;
use manifest::{Mask, parse, parse_all};
use text::TextId;

use super::support::{
    append, batch, edited, fresh, insert, mapping, merge, moved, node, refused, remove, rename, replace, set,
    string,
};

#[test]
fn a_change_that_aliases_would_show_is_refused_unless_it_is_wanted() {
    let source = "a: &x\n  k: 1\nb: *x\n";
    let everywhere = Reason::ChangeEveryUse { anchor: "x".to_owned() };
    assert_eq!(refused(source, |d| set(d, "a.k", string("v"))), everywhere);
    assert_eq!(refused(source, |d| rename(d, "a.k", "l")), everywhere);
    assert_eq!(refused(source, |d| remove(d, "a.k")), everywhere);
    assert_eq!(refused(source, |d| insert(d, "a", Place::Last, "new", fresh("v"))), everywhere);
    assert_eq!(refused(source, |d| replace(d, "a", fresh("v"))), everywhere);
    let wanted = |d: &manifest::Document<'_>| vec![Change::AtEveryUse(Box::new(set(d, "a.k", string("v"))))];
    assert_eq!(edited(source, wanted), "a: &x\n  k: v\nb: *x\n");
    let replaced =
        |d: &manifest::Document<'_>| vec![Change::AtEveryUse(Box::new(replace(d, "a", fresh("v"))))];
    assert_eq!(edited(source, replaced), "a: &x v\nb: *x\n");
    assert_eq!(edited(source, |d| vec![rename(d, "a", "z")]), "z: &x\n  k: 1\nb: *x\n");
}

#[test]
fn a_value_that_is_an_alias_is_changed_at_its_own_place() {
    assert_eq!(edited("a: &x v\nb: *x\n", |d| vec![set(d, "b", string("w"))]), "a: &x v\nb: w\n");
    assert_eq!(
        edited("a: &x v\nb: *x # c\n", |d| vec![replace(d, "b", mapping([("k", moved(d, "b"))]))]),
        "a: &x v\nb: # c\n  k: *x\n"
    );
    assert!(matches!(
        refused("a: &x {k: 1}\nb: *x\n", |d| insert(d, "b", Place::Last, "new", fresh("v"))),
        Reason::MisfitNode { .. }
    ));
}

#[test]
fn an_anchor_that_an_alias_needs_does_not_go() {
    assert!(matches!(refused("a: &x v\nb: *x\n", |d| remove(d, "a")), Reason::LoseAnchor { .. }));
    let both = |d: &manifest::Document<'_>| vec![remove(d, "a"), remove(d, "b")];
    assert_eq!(edited("a: &x v\nb: *x\nc: 1\n", both), "c: 1\n");
    let swapped = |d: &manifest::Document<'_>| vec![merge(d, &["a"], "z", mapping([("k", moved(d, "a"))]))];
    assert_eq!(edited("a: &x v\nb: *x\n", swapped), "z:\n  k: &x v\nb: *x\n");
}

#[test]
fn a_copy_leaves_the_anchors_to_the_original() {
    let source = "l: &l # c\n  app: &a web\ns: {}\n";
    let copied = |d: &manifest::Document<'_>| vec![insert(d, "s", Place::Last, "m", moved(d, "l"))];
    assert_eq!(edited(source, copied), "l: &l # c\n  app: &a web\ns:\n  m:\n    app: web\n");
}

#[test]
fn syntax_that_nobody_writes_is_refused_by_name() {
    let into_root = |d: &manifest::Document<'_>| insert(d, "", Place::Last, "k", fresh("v"));
    for source in ["a: 1\rb: 2\n", "&x\n", "--- &x {}\n", "!!map {}\n"] {
        assert!(matches!(refused(source, into_root), Reason::MeetRareSyntax { .. }), "{source:?}");
    }
    let into_value = |d: &manifest::Document<'_>| insert(d, "a", Place::Last, "k", fresh("v"));
    assert!(matches!(refused("a: &x\n", into_value), Reason::MeetRareSyntax { .. }));
    assert!(matches!(refused("a: !!map {}\n", into_value), Reason::MeetRareSyntax { .. }));
    let renamed = |d: &manifest::Document<'_>| Change::RenameKey {
        key: d.entries(node(d, ""))[0].key,
        to: "k".to_owned(),
    };
    for source in [": a\n", "!!int :\n", "!!int 1: a\n"] {
        assert!(matches!(refused(source, renamed), Reason::MeetRareSyntax { .. }), "{source:?}");
    }
    assert_eq!(edited("a: 1\r\nb: 2\r\n", |d| vec![into_root(d)]), "a: 1\r\nb: 2\r\nk: v\r\n");
}

#[test]
fn nothing_follows_a_block_scalar_that_ends_in_blanks_without_a_line_end() {
    let source = "a: |\n t\n  ";
    let document = parse(TextId(0), source.as_bytes(), 0..source.len(), None).unwrap();
    let wrapped = replace(&document, "a", mapping([("k", moved(&document, "a"))]));
    for change in [insert(&document, "", Place::Last, "k", fresh("v")), wrapped] {
        let edited = DocumentChanges { document: &document, changes: &[change] };
        let batch = apply_batch(source.as_bytes(), &[edited]);
        assert!(matches!(batch.refused[0].reason, Reason::MeetRareSyntax { .. }), "{:?}", batch.refused);
    }
}

#[test]
fn a_directive_behind_the_beginning_of_a_document_is_left_alone() {
    let set_root = |d: &manifest::Document<'_>| Change::SetScalar { node: node(d, ""), value: string("x") };
    let source = "---\n%YAML 1.2\n";
    let document = parse(TextId(0), source.as_bytes(), 0..source.len(), None).unwrap();
    let edited_one = DocumentChanges { document: &document, changes: &[set_root(&document)] };
    let batch = apply_batch(source.as_bytes(), &[edited_one]);
    assert!(matches!(batch.refused[0].reason, Reason::MeetRareSyntax { .. }), "{:?}", batch.refused);
    assert_eq!(edited("%YAML 1.2\n---\nx\n", |d| vec![set_root(d)]), "%YAML 1.2\n---\nx\n");
}

#[test]
fn a_pair_without_braces_does_not_move() {
    let wrapped = |d: &manifest::Document<'_>| replace(d, "[0]", mapping([("w", moved(d, "[0]"))]));
    let refusal = Reason::MeetRareSyntax { what: "a pair without braces" };
    assert_eq!(refused("[a: b, {c: d}]\n", wrapped), refusal);
    assert_eq!(refused("[[a, b]: [c]]\n", wrapped), refusal);
    assert_eq!(refused("[{a: b}: [c]]\n", wrapped), refusal);
    assert_eq!(edited("[{a: b}]\n", |d| vec![wrapped(d)]), "[{w: {a: b}}]\n");
}

#[test]
fn nothing_is_emptied_behind_an_empty_key() {
    let refusal = Reason::MeetRareSyntax { what: "a key after '?' or without ':'" };
    let only_value = |d: &manifest::Document<'_>| d.entries(d.root().unwrap())[0].value;
    let first_item = |d: &manifest::Document<'_>| Change::RemoveItem { item: d.items(only_value(d))[0] };
    assert_eq!(refused(":\n- c: d\n", first_item), refusal);
    assert_eq!(edited(":\n- c: d\n- e\n", |d| vec![first_item(d)]), ":\n- e\n");
    let only_key = |d: &manifest::Document<'_>| Change::RemoveEntry { key: d.entries(only_value(d))[0].key };
    assert_eq!(refused("? a\n:\n  b: c\n", only_key), refusal);
}

#[test]
fn keys_that_are_there_twice_or_already_are_refused() {
    let twice = Reason::FindKeyTwice { key: "a".to_owned() };
    assert_eq!(refused("a: 1\nb: 2\na: 3\n", |d| remove(d, "a")), twice);
    assert_eq!(refused("a: 1\nb: 2\na: 3\n", |d| rename(d, "a", "c")), twice);
    let repeated = Reason::RepeatKey { key: "b".to_owned() };
    assert_eq!(refused("a: 1\nb: 2\n", |d| rename(d, "a", "b")), repeated);
    assert_eq!(refused("a: 1\nb: 2\n", |d| insert(d, "", Place::Last, "b", fresh("v"))), repeated);
    let fresh_twice = || Fresh::Mapping(vec![("b".into(), fresh("v")), ("b".into(), fresh("w"))]);
    assert_eq!(refused("a: 1\n", |d| replace(d, "a", fresh_twice())), repeated);
    let swap = |d: &manifest::Document<'_>| vec![remove(d, "b"), rename(d, "a", "b")];
    assert_eq!(edited("a: 1\nb: 2\n", swap), "b: 1\n");
}

#[test]
fn a_key_that_a_merge_brings_is_not_uncovered() {
    let source = "b: &b {p: 1}\nz:\n  <<: *b\n  p: 2\n  q: 3\n";
    let uncovered = Reason::UncoverMergedKey { key: "p".to_owned() };
    assert_eq!(refused(source, |d| remove(d, "z.p")), uncovered);
    assert_eq!(refused(source, |d| rename(d, "z.p", "r")), uncovered);
    assert_eq!(
        edited(source, |d| vec![set(d, "z.p", FreshScalar::Integer(9))]),
        source.replace("p: 2", "p: 9")
    );
    assert_eq!(edited(source, |d| vec![remove(d, "z.q")]), source.replace("  q: 3\n", ""));
}

#[test]
fn changes_of_the_same_bytes_are_refused_but_for_the_first() {
    let two =
        batch("a: 1\nb: 2\n", |d| vec![set(d, "a", string("x")), remove(d, "a"), set(d, "b", string("y"))]);
    assert_eq!(String::from_utf8(two.bytes).unwrap(), "a: x\nb: \"y\"\n");
    assert_eq!(two.refused.len(), 1);
    assert_eq!((two.refused[0].change, &two.refused[0].reason), (1, &Reason::OverlapChange));
    let inside = batch("a:\n  b: 1\n", |d| vec![remove(d, "a"), set(d, "a.b", string("x"))]);
    assert_eq!(inside.refused[0].change, 1);
    assert_eq!(inside.bytes, b"{}\n");
}

#[test]
fn many_contradictions_do_not_cost_the_changes_that_have_none() {
    let source: String = (0..40).map(|index| format!("k{index}: v\n")).collect();
    let made = batch(&source, |d| {
        let renames = (0..40).map(|index| rename(d, &format!("k{index}"), "same"));
        renames.chain([set(d, "k7", string("w"))]).collect()
    });
    assert_eq!(made.refused.len(), 39);
    assert!(made.refused.iter().all(|refused| matches!(refused.reason, Reason::RepeatKey { .. })));
    assert_eq!(
        String::from_utf8(made.bytes).unwrap(),
        source.replace("k0:", "same:").replace("k7: v", "k7: w")
    );
}

#[test]
fn a_value_does_not_change_while_it_moves_into_brackets() {
    let both = |at: &'static str| {
        move |d: &manifest::Document<'_>| {
            vec![set(d, "a", FreshScalar::Boolean(true)), append(d, at, moved(d, "a"))]
        }
    };
    let made = batch("a: c\nl: [\"x\"]\n", both("l"));
    assert_eq!((made.refused[0].change, &made.refused[0].reason), (1, &Reason::OverlapChange));
    assert_eq!(made.bytes, b"a: true\nl: [\"x\"]\n");
    assert_eq!(edited("a: c\nl:\n- x\n", both("l")), "a: true\nl:\n- x\n- true\n");
}

#[test]
fn changes_within_what_moves_move_along() {
    let source = "a:\n  b: {c: 1}\n  d: 2 # c\nz: 1\n";
    let made = edited(source, |d| {
        vec![
            merge(d, &["a"], "n1", mapping([("w", moved(d, "a"))])),
            rename(d, "a.b", "e"),
            set(d, "a.d", string("x")),
        ]
    });
    assert_eq!(made, "n1:\n  w:\n    e: {c: 1}\n    d: x # c\nz: 1\n");
}

#[test]
fn nodes_that_do_not_fit_the_change_are_refused() {
    let source = "a: {b: 1}\nl: [x]\n? q\n: 1\np: [r: 1]\n";
    let misfit = |change: &dyn Fn(&manifest::Document<'_>) -> Change| {
        matches!(refused(source, change), Reason::MisfitNode { .. } | Reason::MeetRareSyntax { .. })
    };
    assert!(misfit(&|d| set(d, "a", string("x"))));
    assert!(misfit(&|d| set(d, "k:a", string("x"))));
    assert!(misfit(&|d| append(d, "a", fresh("x"))));
    assert!(misfit(&|d| insert(d, "l", Place::Last, "k", fresh("x"))));
    assert!(misfit(&|d| Change::RemoveItem { item: node(d, "a.b") }));
    assert!(misfit(&|d| Change::RemoveEntry { key: node(d, "a.b") }));
    assert!(misfit(&|d| insert(d, "a", Place::After(node(d, "k:l")), "k", fresh("x"))));
    assert!(misfit(&|d| remove(d, "q")));
    assert!(misfit(&|d| rename(d, "q", "r")));
    assert!(misfit(&|d| remove(d, "p[0].r")));
    assert!(misfit(&|d| merge(d, &["a", "a.b"], "k", fresh("x"))));
    assert!(misfit(&|d| merge(d, &[], "k", fresh("x"))));
    assert_eq!(refused(source, |d| replace(d, "a.b", moved(d, "a"))), Reason::MoveIntoItself);
    assert_eq!(refused(source, |d| append(d, "l", moved(d, "l"))), Reason::MoveIntoItself);
    assert_eq!(refused("a:\n  b: 1\nl: [x]\n", |d| append(d, "l", moved(d, "a"))), Reason::MoveIntoBrackets);
}

#[test]
fn nodes_of_another_document_are_refused() {
    let documents = parse_all(TextId(0), b"a: 1\n---\na: {b: {c: {d: 1}}}\n").unwrap();
    let foreign = Change::SetScalar { node: node(&documents[1], "a.b.c.d"), value: string("x") };
    let batch = apply_batch(
        documents[0].bytes(),
        &[DocumentChanges { document: &documents[0], changes: std::slice::from_ref(&foreign) }],
    );
    assert!(matches!(batch.refused[0].reason, Reason::MisfitNode { .. }));
}

#[test]
fn what_a_template_makes_is_not_touched() {
    let source = "a: 1\n{{ x }}\nb: {{ y }}\nc: 2\n";
    let masked = "a: 1\n#######\nb: TTTTTTT\nc: 2\n";
    let mask = Mask::new(masked.as_bytes().to_vec(), vec![5..12, 16..23]);
    let document = parse(TextId(0), source.as_bytes(), 0..source.len(), Some(&mask)).unwrap();
    let apply = |change: Change| {
        apply_batch(source.as_bytes(), &[DocumentChanges { document: &document, changes: &[change] }])
    };
    for change in [
        set(&document, "b", string("x")),
        remove(&document, "b"),
        insert(&document, "", Place::Last, "new", fresh("x")),
        replace(&document, "a", moved(&document, "b")),
    ] {
        let batch = apply(change);
        assert_eq!(batch.refused[0].reason, Reason::TouchTemplate);
        assert_eq!(batch.bytes, source.as_bytes());
    }
    let set_c = apply(set(&document, "c", string("longer")));
    assert_eq!(String::from_utf8(set_c.bytes).unwrap(), source.replace("c: 2", "c: longer"));
    let set_a = apply(set(&document, "a", string("longer")));
    assert_eq!(String::from_utf8(set_a.bytes).unwrap(), source.replace("a: 1", "a: longer"));
    let renamed = apply(rename(&document, "b", "key"));
    assert_eq!(String::from_utf8(renamed.bytes).unwrap(), source.replace("b: ", "key: "));
}

#[test]
fn documents_keep_to_themselves() {
    let source = "a: 1\n---\nb: 2\n---\nc: 3";
    let documents = parse_all(TextId(0), source.as_bytes()).unwrap();
    let changes: Vec<Vec<Change>> = documents
        .iter()
        .zip(["a", "b", "c"])
        .map(|(d, key)| vec![insert(d, "", Place::Last, "new", fresh("v")), remove(d, key)])
        .collect();
    let given: Vec<_> = documents
        .iter()
        .zip(&changes)
        .map(|(document, changes)| DocumentChanges { document, changes })
        .collect();
    let batch = apply_batch(source.as_bytes(), &given);
    assert!(batch.refused.is_empty(), "{:?}", batch.refused);
    assert_eq!(String::from_utf8(batch.bytes).unwrap(), "new: v\n---\nnew: v\n---\nnew: v\n");
}

#[test]
fn a_document_given_twice_or_of_another_text_changes_nothing() {
    let documents = parse_all(TextId(0), b"a: 1\n").unwrap();
    let changes = [set(&documents[0], "a", string("x"))];
    let given = DocumentChanges { document: &documents[0], changes: &changes };
    let twice = apply_batch(b"a: 1\n", &[given, given]);
    assert_eq!((twice.bytes.as_slice(), twice.refused.len()), (b"a: 1\n".as_slice(), 2));
    let other = apply_batch(b"a", &[given]);
    assert_eq!((other.bytes.as_slice(), other.refused.len()), (b"a".as_slice(), 1));
}

#[test]
fn an_anchor_or_a_tag_does_not_move_without_its_place() {
    let wrapped = |d: &manifest::Document<'_>| replace(d, "[0]", mapping([("w", moved(d, "[0]"))]));
    let refusal = Reason::MeetRareSyntax { what: "an anchor or a tag on a text that needs quotes" };
    assert_eq!(refused("[ &a f\n\n  b]\n", wrapped), refusal);
    assert_eq!(refused("[ !!binary f\n\n  b]\n", wrapped), refusal);
    assert_eq!(edited("[ f\n\n  b]\n", |d| vec![wrapped(d)]), "[ {w: \"f\\nb\"}]\n");
}

#[test]
fn a_document_behind_another_one_is_read_as_such() {
    let source = "a\n...\n#c\n\n...\nb: 1\n";
    let ranges = split(source.as_bytes(), 10).unwrap();
    let documents: Vec<_> =
        ranges.into_iter().map(|range| parse(TextId(0), source.as_bytes(), range, None).unwrap()).collect();
    let changes = [set(documents.last().unwrap(), "b", string("x"))];
    let last = DocumentChanges { document: documents.last().unwrap(), changes: &changes };
    let batch = apply_batch(source.as_bytes(), &[last]);
    assert!(batch.refused.is_empty(), "{:?}", batch.refused);
    assert_eq!(String::from_utf8(batch.bytes).unwrap(), "a\n...\n#c\n\n...\nb: x\n");
}

#[test]
fn keys_that_are_not_written_are_left_alone() {
    let refusal = Reason::MeetRareSyntax { what: "a key after '?' or without ':'" };
    let first_key = |d: &manifest::Document<'_>| d.entries(d.root().unwrap())[0].key;
    let renamed = |d: &manifest::Document<'_>| Change::RenameKey { key: first_key(d), to: "b".to_owned() };
    assert_eq!(refused("&a : c\n", renamed), refusal);
    assert_eq!(refused("!!str : c\n", renamed), refusal);
    let within = |d: &manifest::Document<'_>| {
        let value = d.entries(first_key(d))[0].value;
        Change::SetScalar { node: value, value: string("v") }
    };
    assert_eq!(refused("? x: y\n: c\n", within), refusal);
    let grown = |d: &manifest::Document<'_>| insert(d, "", Place::Last, "b", fresh("v"));
    assert_eq!(refused("? x: ~\n: c\nd: e\n", grown), refusal);
    assert_eq!(edited("? x\n: c\nd: e\n", |d| vec![grown(d)]), "? x\n: c\nd: e\nb: v\n");
}

#[test]
fn a_last_line_of_blanks_is_not_moved() {
    let wrapped = |d: &manifest::Document<'_>| replace(d, "[0]", mapping([("w", moved(d, "[0]"))]));
    let refusal = Reason::MeetRareSyntax { what: "blanks at the end of a file's last block scalar" };
    assert_eq!(refused("- |2\n   ", wrapped), refusal);
    assert_eq!(edited("- |\n  a\n  ", |d| vec![wrapped(d)]), "- w: |\n    a\n  ");
}
