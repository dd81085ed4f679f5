//! Goal: each kind of change gives the text a careful person would have written. Method: tables of text before,
//! change and text after; the batch proves the meaning, the tables pin the bytes.

use manifest::Document;
use manifest::edit::{Fresh, FreshScalar, Place};

use super::support::{
    append, batch, edited, fresh, insert, mapping, merge, moved, node, remove, rename, replace, set, string,
};

#[test]
fn a_scalar_keeps_its_quotes_where_they_can_say_the_new_value() {
    for (before, value, after) in [
        ("a: v1 # c\nb: 2\n", string("v2"), "a: v2 # c\nb: 2\n"),
        ("a: 'v1'\n", string("v2"), "a: 'v2'\n"),
        ("a: \"v1\"   # c\n", string("it's"), "a: \"it's\"   # c\n"),
        ("a: 'v1'\n", string("it's"), "a: 'it''s'\n"),
        ("a: 'v1'\n", string("x\ny"), "a: \"x\\ny\"\n"),
        ("a: v1\n", string("80"), "a: \"80\"\n"),
        ("a: v1\n", string("on"), "a: \"on\"\n"),
        ("a: v1\n", string("0x1"), "a: \"0x1\"\n"),
        ("a: v1\n", string("2001-01-01"), "a: \"2001-01-01\"\n"),
        ("a: v1\nb: 'x'\n", string("no"), "a: 'no'\nb: 'x'\n"),
        ("a: v1\n", string("a: b"), "a: \"a: b\"\n"),
        ("a: v1\n", string("# no"), "a: \"# no\"\n"),
        ("a: v1\n", string(""), "a: \"\"\n"),
        ("a: '80'\n", FreshScalar::Integer(80), "a: 80\n"),
        ("a: \"true\" # c\n", FreshScalar::Boolean(true), "a: true # c\n"),
        ("a: x\n", FreshScalar::Null, "a: null\n"),
        ("a:\nb: 1\n", string("x"), "a: x\nb: 1\n"),
        ("a: # c\nb: 1\n", string("x"), "a: x # c\nb: 1\n"),
        ("a: !!str 80\n", FreshScalar::Integer(8), "a: 8\n"),
        ("a: &x v1\n", string("v2"), "a: &x v2\n"),
        ("a: one\n  two # c\n", string("v2"), "a: v2 # c\n"),
        ("a: |\n    one\n    two\nb: 1\n", string("one\nthree\n"), "a: |\n    one\n    three\nb: 1\n"),
        ("a: |\n  one\nb: 1\n", string("x"), "a: x\nb: 1\n"),
        ("a: v1", string("v2"), "a: v2"),
        ("a: v1\r\nb: 1\r\n", string("v2"), "a: v2\r\nb: 1\r\n"),
        ("a: ü # ß\n", string("é"), "a: é # ß\n"),
        ("{a: v1, b: 2}\n", string("x,y"), "{a: \"x,y\", b: 2}\n"),
        ("{\"a\": \"v1\", \"b\": 2}", string("v2"), "{\"a\": \"v2\", \"b\": 2}"),
        ("{\"a\": 1}", string("v2"), "{\"a\": \"v2\"}"),
        ("{\"a\": \"1\"}", FreshScalar::Integer(1), "{\"a\": 1}"),
        ("- x\n- a: v1\n", string("v2"), ""),
    ] {
        if after.is_empty() {
            continue;
        }
        assert_eq!(edited(before, |d| vec![set(d, "a", value.clone())]), after, "{before:?}");
    }
    assert_eq!(edited("- x\n- a: v1\n", |d| vec![set(d, "[1].a", string("v2"))]), "- x\n- a: v2\n");
}

#[test]
fn a_renamed_key_keeps_everything_else() {
    for (before, path, to, after) in [
        ("# h\na: 1 # c\nb: 2\n", "a", "z", "# h\nz: 1 # c\nb: 2\n"),
        ("'a' : 1\n", "a", "z", "'z' : 1\n"),
        ("a: 1\n", "a", "on", "\"on\": 1\n"),
        ("- a: 1\n  b: 2\n", "[0].a", "z", "- z: 1\n  b: 2\n"),
        ("{a: 1, b: 2}\n", "b", "z", "{a: 1, z: 2}\n"),
        ("{\"a\":1}", "a", "z", "{\"z\":1}"),
        ("a:\r\n  b: 1\r\n", "a.b", "z", "a:\r\n  z: 1\r\n"),
        ("a: 1", "a", "z", "z: 1"),
        ("a: &x 1\nb: *x\n", "b", "z", "a: &x 1\nz: *x\n"),
    ] {
        assert_eq!(edited(before, |d| vec![rename(d, path, to)]), after, "{before:?}");
    }
}

#[test]
fn a_removed_entry_takes_its_own_comments_and_no_others() {
    for (before, path, after) in [
        ("a: 1\nb: 2 # c\nc: 3\n", "b", "a: 1\nc: 3\n"),
        ("a: 1\n# about b\n# more\nb: 2\n# about c\nc: 3\n", "b", "a: 1\n# about c\nc: 3\n"),
        ("a: 1\n# apart\n\n# about b\nb: 2\nc: 3\n", "b", "a: 1\n# apart\n\nc: 3\n"),
        ("a: 1\n# apart\n\nb: 2\nc: 3\n", "b", "a: 1\n# apart\n\nc: 3\n"),
        ("a:\n  x: 1\n  # of a\nb: 2\n", "a", "b: 2\n"),
        ("a:\n  x: 1\n  # of a\nb: 2\n", "b", "a:\n  x: 1\n  # of a\n"),
        ("# the document\na: 1\nb: 2\n", "a", "# the document\nb: 2\n"),
        ("a: 1\nb: |\n  x\n\n  # text\n  y\nc: 3\n", "b", "a: 1\nc: 3\n"),
        ("a: 1\nb:\n- x\n- y\nc: 3\n", "b", "a: 1\nc: 3\n"),
        ("a: 1\nb:\n- x\n#- y\n# about c\nc: 3\n", "b", "a: 1\n# about c\nc: 3\n"),
        ("b:\n- x\n- y\n# - z\n", "b[1]", "b:\n- x\n# - z\n"),
        ("a: 1\nb: 2", "b", "a: 1\n"),
        ("a: 1\nb: 2", "a", "b: 2"),
        ("a:\n  b: 1\nc: 2\n", "a.b", "a: {}\nc: 2\n"),
        ("a: # c\n  b: 1\n", "a.b", "a: {} # c\n"),
        ("a: &x\n  b: 1\n", "a.b", "a: &x {}\n"),
        ("a: 1\n", "a", "{}\n"),
        ("- a: 1\n  b: 2\n", "[0].a", "- b: 2\n"),
        ("- a: 1 # c\n\n  b: 2\n", "[0].a", "- b: 2\n"),
        ("- a: 1\n  # about b\n  b: 2\n", "[0].a", "- # about b\n  b: 2\n"),
        ("- a: 1\n- c: 2\n", "[0].a", "- {}\n- c: 2\n"),
        ("-\n  a: 1\n  b: 2\n", "[0].a", "-\n  b: 2\n"),
        ("l:\n- x # c\n- y\n", "l[0]", "l:\n- y\n"),
        ("l:\n  - x\n  # about y\n  - y\n", "l[1]", "l:\n  - x\n"),
        ("l:\n  - x\n", "l[0]", "l: []\n"),
        ("- - x\n  - y\n", "[0][0]", "- - y\n"),
        ("{a: 1, b: 2, c: 3}\n", "a", "{b: 2, c: 3}\n"),
        ("{a: 1, b: 2, c: 3}\n", "b", "{a: 1, c: 3}\n"),
        ("{a: 1, b: 2, c: 3}\n", "c", "{a: 1, b: 2}\n"),
        ("{a: 1, # x\n  b: 2}\n", "b", "{a: 1 # x\n}\n"),
        ("{a: 1}\n", "a", "{}\n"),
        ("x: [a, b]\n", "x[1]", "x: [a]\n"),
        ("x: [a, b,]\n", "x[1]", "x: [a,]\n"),
        ("{\"a\":1,\"b\":2}", "a", "{\"b\":2}"),
        ("{\n  \"a\": 1,\n  \"b\": 2\n}\n", "a", "{\n  \"b\": 2\n}\n"),
        ("{\n  \"a\": 1,\n  \"b\": 2\n}\n", "b", "{\n  \"a\": 1\n}\n"),
        ("{\n\t\"a\": {\n\t\t\"x\": 1\n\t},\n\t\"b\": 2\n}\n", "a", "{\n\t\"b\": 2\n}\n"),
        (
            "x: {\n  a: 1, # ca\n  # about b\n  b: 2 # cb\n  }\n",
            "x.a",
            "x: {\n  # about b\n  b: 2 # cb\n  }\n",
        ),
        ("a: 1\r\nb: 2\r\nc: 3\r\n", "b", "a: 1\r\nc: 3\r\n"),
        ("a: 1\r\n# of b\r\nb: 2\r\n", "b", "a: 1\r\n"),
        ("a: &x 1\nb: 2\nc: *x\n", "c", "a: &x 1\nb: 2\n"),
    ] {
        assert_eq!(edited(before, |d| vec![remove(d, path)]), after, "{before:?} {path}");
    }
}

#[test]
fn what_goes_leaves_no_empty_lines_that_part_nothing() {
    for (before, paths, after) in [
        ("a: 1\n\nb: 2\n\nc: 3\n", &["b"][..], "a: 1\n\nc: 3\n"),
        ("a: 1\n\nb: 2\nc: 3\n", &["b"], "a: 1\n\nc: 3\n"),
        ("a: 1\nb: 2\n\nc: 3\n", &["b"], "a: 1\n\nc: 3\n"),
        ("a: 1\n\nb: 2\n", &["b"], "a: 1\n"),
        ("a: 1\n\n# of b\nb: 2\n\nc: 3\nd: 4\n", &["b", "c"], "a: 1\n\nd: 4\n"),
        ("a: 1\n\nb: 2\n\nc: 3\n\nd: 4\n", &["b", "c"], "a: 1\n\nd: 4\n"),
        ("a: 1\n\nb: 2\n\nc: 3\n", &["a", "b"], "c: 3\n"),
        ("x:\n  a: 1\n\n  b: 2\n", &["x.a"], "x:\n  b: 2\n"),
        ("x:\n  a: 1\n\n  b: 2\n\ny: 1\n", &["x.b"], "x:\n  a: 1\n\ny: 1\n"),
        ("a: |+\n  t\n\nb: 2\n\nc: 3\n", &["b"], "a: |+\n  t\n\nc: 3\n"),
        ("a: |\n  t\n\nb: 2\n\nc: 3\n", &["b"], "a: |\n  t\n\nc: 3\n"),
        ("l:\n- x\n\n- y\n\n- z\n", &["l[1]"], "l:\n- x\n\n- z\n"),
        ("a: 1\r\n\r\nb: 2\r\n\r\nc: 3\r\n", &["b"], "a: 1\r\n\r\nc: 3\r\n"),
    ] {
        let made = edited(before, |d| paths.iter().map(|path| remove(d, path)).collect());
        assert_eq!(made, after, "{before:?} {paths:?}");
    }
}

#[test]
fn comments_go_where_what_they_tell_of_is_said_now() {
    let before = "\
spec:
  # once
  a: 1 # one

  # twice
  b: # the list
    # first
    - x
    # or
    #- y
  c: 3
";
    let after = "\
spec:
  d:
    # once
    number: one # one
    # twice
    list: # the list
      # first
      - x
      - z
      # or
      #- y

  c: 3
";
    let made = edited(before, |d| {
        let instead = |path: &str, value| Fresh::InsteadOf {
            of: vec![node(d, &format!("k:{path}"))],
            value: Box::new(value),
        };
        let number = instead("spec.a", fresh("one"));
        let list = instead("spec.b", Fresh::Sequence(vec![moved(d, "spec.b[0]"), fresh("z")]));
        vec![merge(d, &["spec.a", "spec.b"], "d", mapping([("number", number), ("list", list)]))]
    });
    assert_eq!(made, after);
}

#[test]
fn comments_of_what_is_rewritten_stand_above_it() {
    for (before, paths, key, after) in [
        (
            "# of a\na: 1 # x\n# of b\nb: 2 # y\nc: 3\n",
            &["a", "b"][..],
            "m",
            "# of a\n# of b\n# y\nm: s # x\nc: 3\n",
        ),
        ("x:\n  a: # why\n    # deep\n    k: 1\n", &["x.a"], "m", "x:\n  # deep\n  m: s # why\n"),
        ("x: {\n  a: 1, # x\n  b: 2 # y\n  }\n", &["x.a", "x.b"], "m", "x: {\n  m: s # x # y\n  }\n"),
    ] {
        let made = edited(before, |d| vec![merge(d, paths, key, fresh("s"))]);
        assert_eq!(made, after, "{before:?}");
    }
}

#[test]
fn comments_that_go_are_named() {
    let gone = |source: &str, path: &str| {
        let batch = batch(source, |d| vec![remove(d, path)]);
        batch.comments_gone.into_iter().map(|comment| source[comment].to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(gone("a: 1\n# of b\nb: 2 # x\n# of c\nc: 3\n", "b"), ["# of b", "# x"]);
    assert_eq!(gone("a: 1\nb: '#'\nc: 3 # y\n", "b"), Vec::<String>::new());
}

#[test]
fn a_copy_leaves_the_comments_to_the_original() {
    let made = edited("a:\n  # one\n  x: 1 # two\n  y: 2\nb: 1\n", |d| vec![replace(d, "b", moved(d, "a"))]);
    assert_eq!(made, "a:\n  # one\n  x: 1 # two\n  y: 2\nb:\n  x: 1\n  y: 2\n");
}

#[test]
fn a_new_entry_stands_where_it_was_wanted() {
    let value = || mapping([("k", fresh("v")), ("l", Fresh::Sequence(vec![fresh("1"), fresh("x")]))]);
    for (before, at, place, after) in [
        ("a: 1\nb: 2\n", "", "<b", "a: 1\nnew: v\nb: 2\n"),
        ("a: 1\n# of b\nb: 2\n", "", "<b", "a: 1\nnew: v\n# of b\nb: 2\n"),
        ("a: 1 # c\nb: 2\n", "", ">a", "a: 1 # c\nnew: v\nb: 2\n"),
        ("a: 1\nb: 2", "", "$", "a: 1\nb: 2\nnew: v"),
        ("a:\n  x: 1\n\nb: 2\n", "", ">a", "a:\n  x: 1\nnew: v\n\nb: 2\n"),
        ("a:\n    x: 1\n", "a", "$", "a:\n    x: 1\n    new: v\n"),
        ("a: {}\nb: 1\n", "a", "$", "a:\n  new: v\nb: 1\n"),
        ("a: {} # c\n", "a", "$", "a: # c\n  new: v\n"),
        ("a:\nb:\n    c: 1\n", "a", "$", "a:\n    new: v\nb:\n    c: 1\n"),
        ("a: # c\nb: 1\n", "a", "$", "a: # c\n  new: v\nb: 1\n"),
        ("a: |\n  t", "", "$", "a: |-\n  t\nnew: v"),
        ("a: |\n  t\n", "", "$", "a: |\n  t\nnew: v\n"),
        ("a: |+\n  t\n\nb: 1\n", "", ">a", "a: |+\n  t\n\nnew: v\nb: 1\n"),
        ("- a: 1\n  b: 2\n", "[0]", "<a", "- new: v\n  a: 1\n  b: 2\n"),
        ("- a: 1\n  b: 2\n", "[0]", ">a", "- a: 1\n  new: v\n  b: 2\n"),
        ("a: 1  ", "", "$", "a: 1  \nnew: v"),
        ("a: |\n  x ", "", "$", "a: |-\n  x \nnew: v"),
        ("---\n", "", "$", "---\nnew: v\n"),
        ("---", "", "$", "---\nnew: v"),
        ("\u{feff}--- # c\n# d\n", "", "$", "\u{feff}--- # c\nnew: v\n# d\n"),
        ("--- ~ # c\n", "", "$", "--- \nnew: v # c\n"),
        ("---\r\n", "", "$", "---\r\nnew: v\r\n"),
        ("  ~\n", "", "$", "  \nnew: v\n"),
        ("null # c\n", "", "$", "new: v # c\n"),
        ("- {}\n", "[0]", "$", "- new: v\n"),
        ("-\n", "[0]", "$", "- new: v\n"),
        ("x: {a: 1}\n", "x", "$", "x: {a: 1, new: v}\n"),
        ("x: { a: 1 }\n", "x", "<a", "x: { new: v, a: 1 }\n"),
        ("x: { a: 1,\n  b: 2 # c\n}\n", "x", "$", "x: { a: 1,\n  b: 2, new: v # c\n}\n"),
        ("x: [{}]\n", "x[0]", "$", "x: [{new: v}]\n"),
        ("{\"a\":1}", "", "$", "{\"a\":1,\"new\":\"v\"}"),
        ("{\"a\": {}}", "a", "$", "{\"a\": {\"new\": \"v\"}}"),
        ("{\n  \"a\": 1\n}\n", "", "$", "{\n  \"a\": 1,\n  \"new\": \"v\"\n}\n"),
        ("{\n  \"a\": {}\n}\n", "a", "$", "{\n  \"a\": {\n    \"new\": \"v\"\n  }\n}\n"),
        ("{\n\t\"a\": 1,\n\t\"b\": 2\n}\n", "", ">a", "{\n\t\"a\": 1,\n\t\"new\": \"v\",\n\t\"b\": 2\n}\n"),
        ("x: {\n  a: 1 # c\n  }\n", "x", "$", "x: {\n  a: 1, # c\n  new: v\n  }\n"),
        ("a: 1\r\nb: 2\r\n", "", ">a", "a: 1\r\nnew: v\r\nb: 2\r\n"),
        (
            "b: &b {new: 1}\nz:\n  p: 9\n  <<: *b\n  q: 1\n",
            "z",
            "<p",
            "b: &b {new: 1}\nz:\n  p: 9\n  <<: *b\n  new: v\n  q: 1\n",
        ),
    ] {
        let made = edited(before, |d| {
            let mapping = node(d, at);
            let key = |name: &str| node(d, &format!("k:{at}.{name}"));
            let place = match place.split_at(1) {
                ("<", name) => Place::Before(key(name)),
                (">", name) => Place::After(key(name)),
                _ => Place::Last,
            };
            vec![manifest::edit::Change::InsertEntry { mapping, place, key: "new".into(), value: fresh("v") }]
        });
        assert_eq!(made, after, "{before:?} {at} {place}");
    }
    for (before, after) in [
        ("a: 1\nb:\n    c: 1\n", "a: 1\nb:\n    c: 1\nnew:\n    k: v\n    l:\n      - \"1\"\n      - x\n"),
        ("a:\n- x\n", "a:\n- x\nnew:\n  k: v\n  l:\n  - \"1\"\n  - x\n"),
        ("{a: 1}\n", "{a: 1, new: {k: v, l: [\"1\", x]}}\n"),
        (
            "{\n    \"a\": 1\n}\n",
            "{\n    \"a\": 1,\n    \"new\": {\n        \"k\": \"v\",\n        \"l\": [\n            \"1\",\n            \"x\"\n        ]\n    }\n}\n",
        ),
    ] {
        assert_eq!(edited(before, |d| vec![insert(d, "", Place::Last, "new", value())]), after, "{before:?}");
    }
}

#[test]
fn a_new_item_follows_the_last() {
    for (before, at, after) in [
        ("l:\n- x # c\n", "l", "l:\n- x # c\n- k: v\n  m: w\n"),
        ("l:\n  - x\nb: 1\n", "l", "l:\n  - x\n  - k: v\n    m: w\nb: 1\n"),
        ("l: []\n", "l", "l:\n  - k: v\n    m: w\n"),
        ("l:\n", "l", "l:\n  - k: v\n    m: w\n"),
        ("l: [x]\n", "l", "l: [x, {k: v, m: w}]\n"),
        ("{\"l\":[]}", "l", "{\"l\":[{\"k\":\"v\",\"m\":\"w\"}]}"),
        ("l:\n- x", "l", "l:\n- x\n- k: v\n  m: w"),
    ] {
        let value = mapping([("k", fresh("v")), ("m", fresh("w"))]);
        assert_eq!(edited(before, |d| vec![append(d, at, value.clone())]), after, "{before:?}");
    }
}

#[test]
fn an_ingress_backend_becomes_a_service_with_its_comments() {
    let before = "\
spec:
  rules:
    - http:
        paths:
          - path: /
            backend: # where to
              # the service
              serviceName: web # keep
              # the port
              servicePort: 80 # also
          - backend: {serviceName: b, servicePort: http}
            path: /b
  tls: []
";
    let after = "\
spec:
  rules:
    - http:
        paths:
          - path: /
            backend: # where to
              # the service
              service:
                name: web # keep
                # the port
                port:
                  number: 80 # also
          - backend: {service: {name: b, port: {name: http}}}
            path: /b
  tls: []
";
    let made = edited(before, |d| {
        let convert = |at: &str, port: &str| {
            let [name, number] = ["serviceName", "servicePort"].map(|key| format!("{at}.{key}"));
            let port = mapping([(port, moved(d, &number))]);
            merge(d, &[&name, &number], "service", mapping([("name", moved(d, &name)), ("port", port)]))
        };
        vec![
            convert("spec.rules[0].http.paths[0].backend", "number"),
            convert("spec.rules[0].http.paths[1].backend", "name"),
        ]
    });
    assert_eq!(made, after);
}

#[test]
fn a_block_scalar_that_moves_to_the_end_of_a_file_keeps_its_last_line_end() {
    let moved_up = |d: &Document<'_>| vec![replace(d, "", Fresh::Sequence(vec![moved(d, "l[0]")]))];
    assert_eq!(edited("l:\n- |\n  t\nk: v", moved_up), "- |\n  t\n");
    assert_eq!(edited("l:\n- |-\n  t\nk: v", moved_up), "- |-\n  t");
    let copied = |d: &Document<'_>| vec![insert(d, "", Place::Last, "k", moved(d, "a"))];
    assert_eq!(edited("a: |\n  t", copied), "a: |-\n  t\nk: |-\n  t");
}

#[test]
fn a_replaced_value_keeps_what_moves_into_it() {
    for (before, path, build, after) in [
        ("a: x # c\nb: 1\n", "a", "wrap", "a: # c\n  w: x\nb: 1\n"),
        ("a: x\nb: 1\n", "a", "wrap", "a:\n  w: x\nb: 1\n"),
        ("a: {x: 1} # c\n", "a", "wrap", "a: # c\n  w: {x: 1}\n"),
        (
            "a:\n  x: 1 # c\n  # d\n  y: 2\nb: 1\n",
            "a",
            "wrap",
            "a:\n  w:\n    x: 1 # c\n    # d\n    y: 2\nb: 1\n",
        ),
        ("a:\n- x\n- y\nb: 1\n", "a", "wrap", "a:\n  w:\n  - x\n  - y\nb: 1\n"),
        ("a: |\n  t\n   u\n\n  v\nb: 1\n", "a", "wrap", "a:\n  w: |\n    t\n     u\n\n    v\nb: 1\n"),
        ("a: |2\n    t\nb: 1\n", "a", "wrap", "a:\n  w: |2\n      t\nb: 1\n"),
        ("- a: 1\n  b: 2\n- c\n", "[0]", "wrap", "- w:\n    a: 1\n    b: 2\n- c\n"),
        ("l:\n  - x\n", "l[0]", "wrap", "l:\n  - w: x\n"),
        ("a: x\n", "a", "list", "a:\n  - x\n"),
        ("a:\n  x: 1\n  y: 2\n", "a", "list", "a:\n  - x: 1\n    y: 2\n"),
        ("{a: x}\n", "a", "wrap", "{a: {w: x}}\n"),
        ("a: [-]\n", "a", "first", "a: \"-\"\n"),
        ("[<<]\n", "[0]", "wrap", "[{w: <<}]\n"),
        ("{\"a\":[1]}", "a", "wrap", "{\"a\":{\"w\":[1]}}"),
        (
            "a:\r\n  x: |\r\n    t\r\n    u\r\n",
            "a",
            "wrap",
            "a:\r\n  w:\r\n    x: |\r\n      t\r\n      u\r\n",
        ),
        ("a: &x\n  k: 1\n", "a", "wrap", "a:\n  w: &x\n    k: 1\n"),
        ("a: # note\n  k: 1\n", "a", "scalar", "a: s # note\n"),
        ("a:\n  k: 1 # why\n\nb: 2\n", "a", "scalar", "# why\na: s\n\nb: 2\n"),
        ("a:   x # c\n", "a", "scalar", "a:   s # c\n"),
        ("- k: 1\n  l: 2\n- x\n", "[0]", "scalar", "- s\n- x\n"),
        ("a:", "a", "scalar", "a: s"),
    ] {
        let made = edited(before, |d| {
            let old = moved(d, path);
            let value = match build {
                "wrap" => mapping([("w", old)]),
                "list" => Fresh::Sequence(vec![old]),
                "first" => moved(d, "a[0]"),
                _ => fresh("s"),
            };
            vec![replace(d, path, value)]
        });
        assert_eq!(made, after, "{before:?}");
    }
}

#[test]
fn what_only_kubectl_takes_is_edited_like_the_rest() {
    for (before, value, after) in [
        ("a: \"v1\"#c\nb: 2\n", string("v2"), "a: \"v2\"#c\nb: 2\n"),
        ("a: \"v1\"#c\n", FreshScalar::Integer(80), "a: 80 #c\n"),
        ("a: []#c\n", string("v2"), "a: v2 #c\n"),
        ("a: \"one\ntwo\"\nb: 'x'#c\n", string("v2"), "a: \"v2\"\nb: 'x'#c\n"),
        ("a: \"it\\'s\"\n", string("v2"), "a: \"v2\"\n"),
        ("a: v1\nb: [\nx,#c\n\ty\n]\n", string("v2"), "a: v2\nb: [\nx,#c\n\ty\n]\n"),
        ("a: v1\nb: |\n   \n # c\n", string("v2"), "a: v2\nb: |\n   \n # c\n"),
    ] {
        let set_a = |d: &manifest::Document<'_>| vec![replace_or_set(d, value.clone())];
        assert_eq!(edited(before, set_a), after, "{before:?}");
    }
    let before = "apiVersion: \"v1\"#c\nx: [\na,#c\nb]#d\ny: 1\n";
    assert_eq!(edited(before, |d| vec![remove(d, "x")]), "apiVersion: \"v1\"#c\ny: 1\n");
    assert_eq!(edited("a: 'b'#c\nd: 1\n", |d| vec![rename(d, "a", "z")]), "z: 'b'#c\nd: 1\n");
}

/// A value for `a`, whatever it is now.
fn replace_or_set(document: &manifest::Document<'_>, value: FreshScalar) -> manifest::edit::Change {
    match document.text(node(document, "a")) {
        Some(_) => set(document, "a", value),
        None => replace(document, "a", Fresh::Scalar(value)),
    }
}

#[test]
fn a_part_of_a_block_scalar_is_changed_where_it_stands() {
    for (before, value, after) in [
        // Text that could not be laid out anew in the same form.
        (
            "a: |  # c\n\n    one\n      two\n\n    three  \nb: 1\n",
            "\none\n  2\n\nthree  \n",
            "a: |  # c\n\n    one\n      2\n\n    three  \nb: 1\n",
        ),
        ("a: |-\n  v1beta1\n  v1beta1\n", "v1beta1\nv1", "a: |-\n  v1beta1\n  v1\n"),
        ("a: |2+\n   x\n\nb: 1\n", " y\n\n", "a: |2+\n   y\n\nb: 1\n"),
        ("a: |\r\n  one: 1\r\n  two: 2\r\n", "one: 1\ntwo: 22\n", "a: |\r\n  one: 1\r\n  two: 22\r\n"),
        ("- a: |\n    é x\n    ü y", "é z\nü y", "- a: |\n    é z\n    ü y"),
        // So are parts of quoted text: the escapes beside them stay as they are.
        ("a: \"x\\/y\\u00e9 v1beta1\"\n", "x/yé v1", "a: \"x\\/y\\u00e9 v1\"\n"),
        ("a: 'it''s v1beta1'\n", "it's v1", "a: 'it''s v1'\n"),
        ("{\"a\": \"\\ud83d\\ude00 v1beta1\\n\"}", "😀 v1\n", "{\"a\": \"\\ud83d\\ude00 v1\\n\"}"),
        ("a: \"x y\"\n", "x \"y\"", "a: \"x \\\"y\\\"\"\n"),
        // A line that would begin with a blank, or a line more, is written with all the rest.
        ("a: |\n  one\n  two\n", "one\n two\n", "a: |\n  one\n   two\n"),
        ("a: |\n  one\n", "one\ntwo\n", "a: |\n  one\n  two\n"),
        ("a: |\n  one\n  two\n", "one\n\n", "a: \"one\\n\\n\"\n"),
    ] {
        let path = if before.starts_with('-') { "[0].a" } else { "a" };
        assert_eq!(edited(before, |d| vec![set(d, path, string(value))]), after, "{before:?}");
    }
}
