//! Which manifests depend on an empty `lookup`, on the clock or on randomness: hits and near misses.

use gotemplate::Ledger;
use helm::engine::TemplateCache;
use helm::marks::ReleaseMarks;
use text::{Texts, with_causes};

use crate::origins::Case;
use crate::origins::build::rendered;

/// The marks of what a template renders, as one string for each manifest, and one for what is elsewhere.
fn marks(template: &str, ledger: &Ledger) -> Option<(Vec<String>, String)> {
    let helpers = "{{ define \"quiet\" }}{{ if .Values.absent }}x{{ end }}word{{ end }}\
                   {{ define \"asking\" }}{{ if (lookup \"v1\" \"Secret\" \"a\" \"b\") }}x{{ end }}word{{ end }}\
                   {{ define \"putting\" }}{{ $_ := set .Values \"put\" 1 }}{{ end }}";
    let contents = [
        ("app/Chart.yaml", "apiVersion: v2\nname: app\nversion: 1.0.0\n"),
        ("app/values.yaml", "word: text\nmap: {a: 1}\n"),
        ("app/templates/_h.tpl", helpers),
        ("app/templates/a.yaml", template),
    ];
    let contents = contents.into_iter().map(|(path, text)| (path.to_owned(), text.into())).collect();
    let case = Case::new(template.to_owned(), contents, "app".to_owned());
    let mut texts = Texts::new();
    let made = rendered((&case, &case.contents), &TemplateCache::new(), (&mut texts, ledger), |release| {
        Ok(release.map_err(|error| with_causes(&error))?.marks)
    });
    let ReleaseMarks { manifests, hooks, elsewhere } =
        made.unwrap_or_else(|told| panic!("{template}: {told}"))?;
    assert!(hooks.is_empty());
    let told = |marks: gotemplate::Marks| marks.names().collect::<Vec<_>>().join("+");
    Some((manifests.into_iter().map(told).collect(), told(elsewhere)))
}

/// What stands at `b` of one manifest, and its marks.
const OF_ONE: &[(&str, &str)] = &[
    ("{{ randAlpha 5 }}", "randomness"),
    ("{{ repeat 5 \"x\" }}", ""),
    ("{{ randInt 1 9 | add 3 }}", "randomness"),
    ("{{ uuidv4 | sha256sum | trunc 8 }}", "randomness"),
    ("{{ .Values.word | sha256sum | trunc 8 }}", ""),
    ("{{ shuffle .Values.word }}", "randomness"),
    ("{{ htpasswd \"a\" \"b\" | quote }}", "randomness"),
    ("{{ derivePassword 1 \"long\" \"a\" \"b\" \"c\" }}", ""),
    ("{{ encryptAES \"a\" \"b\" }}", "randomness"),
    ("{{ genPrivateKey \"ed25519\" | b64enc }}", "randomness"),
    ("{{ now | date \"2006\" }}", "clock"),
    ("{{ date \"2006\" \"no time\" }}", "clock"),
    ("{{ ago 5 }}", "clock"),
    ("{{ toDate \"2006\" \"2020\" | date \"2006\" }}", ""),
    ("{{ if gt (now | unixEpoch | atoi) 5 }}late{{ else }}early{{ end }}", "clock"),
    ("{{ if gt (atoi \"7\") 5 }}late{{ else }}early{{ end }}", ""),
    ("{{ (lookup \"v1\" \"Secret\" \"a\" \"b\").data | default \"none\" }}", "lookup"),
    ("{{ .Values.data | default \"none\" }}", ""),
    ("{{ if (lookup \"v1\" \"Secret\" \"a\" \"b\") }}x{{ end }}word", "lookup"),
    ("{{ if .Values.absent }}x{{ end }}word", ""),
    ("{{ if not (lookup \"v1\" \"Secret\" \"a\" \"b\") }}x{{ end }}", "lookup"),
    ("{{ with (lookup \"v1\" \"Secret\" \"a\" \"b\") }}x{{ else }}y{{ end }}", "lookup"),
    ("{{ range (lookup \"v1\" \"Secret\" \"a\" \"\").items }}x{{ end }}word", "lookup"),
    ("{{ range .Values.items }}x{{ end }}word", ""),
    ("{{ dig \"a\" \"none\" (lookup \"v1\" \"Secret\" \"a\" \"b\") }}", "lookup"),
    ("{{ dig \"a\" \"none\" (deepCopy .Values.map) }}", ""),
    ("{{ hasKey (lookup \"v1\" \"Secret\" \"a\" \"b\") \"data\" }}", "lookup"),
    ("{{ ternary \"x\" \"y\" (empty (lookup \"v1\" \"Secret\" \"a\" \"b\")) }}", "lookup"),
    ("{{ (merge (dict) (lookup \"v1\" \"Secret\" \"a\" \"b\")).a | default \"x\" }}", "lookup"),
    ("{{ (merge (dict) .Values.map).b | default \"x\" }}", ""),
    ("{{ include \"asking\" . | indent 1 | trim }}", "lookup"),
    ("{{ include \"quiet\" . | indent 1 | trim }}", ""),
    ("{{ template \"asking\" . }}", "lookup"),
    ("{{ tpl \"{{ randAlpha 3 }}\" . }}", "randomness"),
    (
        "{{ $x := \"a\" }}{{ if (lookup \"v1\" \"Secret\" \"a\" \"b\") }}{{ $x = \"b\" }}{{ end }}{{ $x }}",
        "lookup",
    ),
    (
        "{{ if (lookup \"v1\" \"Secret\" \"a\" \"b\") }}{{ now }}{{ end }}{{ randNumeric 2 }}",
        "lookup+randomness",
    ),
    ("{{ $_ := randAlpha 3 }}word", ""),
];

#[test]
fn a_manifest_has_the_marks_of_its_bytes_and_decisions() {
    for (content, wanted) in OF_ONE {
        let template = format!("kind: A\nb: {content}\n---\nkind: B\n");
        let (manifests, elsewhere) = marks(&template, &Ledger::on()).unwrap();
        assert_eq!(manifests, [*wanted, ""], "{content}");
        assert_eq!(elsewhere, "", "{content}");
    }
}

#[test]
fn a_manifest_that_was_left_out_marks_what_is_elsewhere() {
    let asked =
        "kind: A\n---\n{{ if (lookup \"v1\" \"Secret\" \"a\" \"b\") }}\nkind: B\n{{ end }}\n---\nkind: C\n";
    let (manifests, elsewhere) = marks(asked, &Ledger::on()).unwrap();
    assert_eq!((manifests, elsewhere.as_str()), (vec![String::new(); 2], "lookup"));
    let (_, elsewhere) =
        marks("kind: A\n---\n{{ if .Values.absent }}\nkind: B\n{{ end }}\n", &Ledger::on()).unwrap();
    assert_eq!(elsewhere, "");
}

#[test]
fn a_variable_carries_the_mark_of_the_branch_that_did_not_set_it() {
    let template = "{{ $x := \"a\" }}kind: A\nb: {{ if (lookup \"v1\" \"Secret\" \"a\" \"b\") }}{{ $x = \"b\" }}{{ end }}y\n---\n\
                    kind: B\nb: {{ $x }}\n---\nkind: C\nb: x\n";
    let (manifests, _) = marks(template, &Ledger::on()).unwrap();
    assert_eq!(manifests, ["lookup", "lookup", ""]);
}

#[test]
fn a_branch_that_may_change_what_others_see_marks_all_that_is_rendered() {
    let template = |inner: &str| {
        format!(
            "kind: A\n---\nkind: B\nb: {{{{ if (lookup \"v1\" \"Secret\" \"a\" \"b\") }}}}{inner}{{{{ end }}}}x\n"
        )
    };
    for inner in
        ["{{ $_ := set .Values \"a\" 1 }}", "{{ include \"putting\" . }}", "{{ tpl .Values.word . }}"]
    {
        let (manifests, _) = marks(&template(inner), &Ledger::on()).unwrap();
        assert_eq!(manifests, ["lookup", "lookup"], "{inner}");
    }
    let (manifests, _) = marks(&template("{{ include \"quiet\" . }}"), &Ledger::on()).unwrap();
    assert_eq!(manifests, ["", "lookup"]);
}

#[test]
fn nobody_knows_the_marks_of_what_was_rendered_without_origins() {
    assert_eq!(marks("kind: A\nb: {{ randAlpha 5 }}\n", &Ledger::off()), None);
}
