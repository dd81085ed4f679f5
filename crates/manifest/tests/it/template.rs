//! Goal: what is literal in a template can be read and edited, and nothing that an action has a part in.
//! Method: mask short templates, parse them, ask what is opaque; edit what is not.

use manifest::edit::{Change, DocumentChanges, FreshScalar, Reason, apply_batch};
use manifest::{Document, Mask, NodeId, mask_template, parse};
use text::TextId;

fn parsed<'t>(source: &'t str, mask: &'t Mask) -> Document<'t> {
    parse(TextId(0), source.as_bytes(), 0..source.len(), Some(mask))
        .unwrap_or_else(|error| panic!("{source}\n{error}"))
}

fn value(document: &Document<'_>, path: &str) -> NodeId {
    path.split('.').fold(document.root().unwrap(), |at, step| match step.parse::<usize>() {
        Ok(index) => document.items(at)[index],
        Err(_) => document.entry(at, step).unwrap_or_else(|| panic!("no {step}")).value,
    })
}

#[test]
fn a_node_is_opaque_if_an_action_has_a_part_in_it() {
    for (source, path, expected) in [
        ("a: {{ .x }}\n", "a", true),
        ("a: v{{ .x }}\n", "a", true),
        ("a: {{ .x }}v\n", "a", true),
        ("a: \"{{ .x }}\"\n", "a", true),
        ("a: '{{ .x }}'\n", "a", true),
        ("a: \"v\" {{- if .x }}\n{{- end }}\n", "a", true),
        ("a: {{ if .x }} v {{ end }}\n", "a", true),
        ("a: v\nb: {{ .x }}\n", "a", false),
        ("{{ if .x }}\na: v\n{{ end }}\n", "a", false),
        ("a:\n  {{- toYaml .x | nindent 2 }}\nb: 1\n", "a", true),
        ("a: # c\n\n  {{- toYaml .x | nindent 2 }}\nb: 1\n", "a", true),
        ("a:\nb: {{ .x }}\n", "a", false),
        ("a:\nc: 1\n{{ .x }}\n", "a", false),
        ("a:\n  b: 1\n  {{- include \"x\" . | nindent 2 }}\nc: 1\n", "a", true),
        ("a:\n  {{- include \"x\" . | nindent 2 }}\n  b: 1\nc: 1\n", "a", true),
        ("a:\n  {{- include \"x\" . | nindent 2 }}\n  b: 1\nc: 1\n", "a.b", false),
        ("a: {{- .x | nindent 2 }}\n  b: 1\n", "a", true),
        ("a: {{- .x | nindent 2 }}\n  b: 1\n", "a.b", false),
        ("a: {{- if .x }}\n  b: 1\n  {{- end }}\n", "a", true),
        ("a:\n  b: 1\nc: {{ .x }}\n", "a", false),
        ("a:\n  b: 1\n# c\nc: {{ .x }}\n", "a", false),
        ("a:\n  - {{ .x }}\n  - b\n", "a", true),
        ("a:\n  - {{ .x }}\n  - b\n", "a.1", false),
        ("a:\n  - b:\n  {{ .x }}\nc: 1\n", "a.0.b", true),
        ("a: [b, {{ .x }}]\n", "a.0", false),
        ("a: [b, {{ .x }}]\n", "a", true),
        ("a: [\n  {{ .x }}\n]\n", "a", true),
        ("a: |\n  x\n  {{ .x }}\nb: 1\n", "a", true),
        ("a: |\n{{ .x | indent 2 }}\nb: 1\n", "a", true),
        ("a: |\n  {{- .x | nindent 2 }}\nb: 1\n", "a", true),
        ("a: |\n  x\n{{ if .x }}\nb: 1\n{{ end }}\n", "a", false),
        ("a: |\n  x\n{{ if .x }}\n  y\n{{ end }}\nb: 1\n", "a", true),
    ] {
        let mask = mask_template(source.as_bytes()).unwrap();
        let document = parsed(source, &mask);
        assert_eq!(document.is_opaque(value(&document, path)), expected, "{source:?} {path}");
    }
}

#[test]
fn a_real_template_is_edited_where_it_is_literal() {
    let source = "\
{{- if .Values.pdb.enabled }}
apiVersion: policy/v1beta1
kind: PodDisruptionBudget
metadata:
  name: {{ include \"web.fullname\" . }}
  labels:
    {{- include \"web.labels\" . | nindent 4 }}
spec:
  minAvailable: {{ .Values.pdb.minAvailable | default 1 }}
  selector:
    matchLabels:
      app: web
      {{- include \"web.selectorLabels\" . | nindent 6 }}
{{- end }}
";
    let mask = mask_template(source.as_bytes()).unwrap();
    let document = parsed(source, &mask);
    let set = |path: &str| Change::SetScalar {
        node: value(&document, path),
        value: FreshScalar::String("policy/v1".into()),
    };
    let changes = [set("apiVersion"), set("metadata.name"), set("metadata.labels")];
    let batch = apply_batch(source.as_bytes(), &[DocumentChanges { document: &document, changes: &changes }]);
    assert_eq!(String::from_utf8(batch.bytes).unwrap(), source.replace("policy/v1beta1", "policy/v1"));
    let refused: Vec<_> =
        batch.refused.iter().map(|refused| (refused.change, refused.reason.clone())).collect();
    assert_eq!(refused, [(1, Reason::TouchTemplate), (2, Reason::TouchTemplate)]);
}

#[test]
fn an_entry_goes_from_a_template_only_if_something_literal_stays() {
    let remove = |source: &str, path: &str, key: &str| {
        let mask = mask_template(source.as_bytes()).unwrap();
        let document = parsed(source, &mask);
        let mapping = value(&document, path);
        let key = document.entry(mapping, key).unwrap().key;
        let changes = [Change::RemoveEntry { key }];
        let batch =
            apply_batch(source.as_bytes(), &[DocumentChanges { document: &document, changes: &changes }]);
        (String::from_utf8(batch.bytes).unwrap(), batch.refused.first().map(|refused| refused.reason.clone()))
    };
    let source = "s:\n  {{- if .x }}\n  a: 1\n  b: 2\n  {{- end }}\n";
    assert_eq!(remove(source, "s", "a"), (source.replace("  a: 1\n", ""), None));
    let source = "s:\n  {{- if .x }}\n  a: 1\n  {{- end }}\n";
    assert_eq!(remove(source, "s", "a"), (source.to_owned(), Some(Reason::TouchTemplate)));
    let source = "s: {a: 1, b: {{ .x }}}\n";
    assert_eq!(remove(source, "s", "a"), (source.to_owned(), Some(Reason::TouchTemplate)));
}
