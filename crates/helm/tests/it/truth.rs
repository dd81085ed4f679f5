//! Origins of rendered text, proved by changing what they name; and that they survive the functions that templates use.
#![expect(clippy::disallowed_methods, reason = "tests read their cases")]

use std::path::Path;

use helm::engine::TemplateCache;

use crate::origins::build::make;
use crate::origins::leaf::{Leaf, Leaves, Place, Source};
use crate::origins::{Case, STACK_BYTES, Tally, prove};

/// Lines of each case that are changed.
const LINES: usize = 150;

/// Lines of each random case: there are some 170 of them.
const LINES_OF_RANDOM: usize = 3;

/// Lines that have to be provable: all but those that functions made, keys and what decides.
const EXACT_MIN: usize = 400;

fn cases(folder: &str) -> Vec<Case> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data").join(folder);
    let mut paths: Vec<_> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    let read = |path: &std::path::PathBuf| {
        Case::of_sections(&path.display().to_string(), &std::fs::read_to_string(path).unwrap())
    };
    paths.iter().map(read).collect()
}

fn on_large_stack<T: Send>(work: impl FnOnce() -> T + Send) -> T {
    std::thread::scope(|scope| {
        let thread = std::thread::Builder::new().stack_size(STACK_BYTES);
        thread.spawn_scoped(scope, work).unwrap().join().unwrap()
    })
}

#[test]
fn what_an_origin_names_changes_its_line_and_nothing_else() {
    let tally = on_large_stack(|| {
        let mut tally = Tally::default();
        for (seed, case) in (1..).zip(cases("origins")) {
            prove(&case, (LINES, seed), &mut tally);
        }
        for (seed, case) in (1..).zip(cases("random")) {
            prove(&case, (LINES_OF_RANDOM, seed), &mut tally);
        }
        tally
    });
    assert!(tally.faults() == 0 && tally.exact() >= EXACT_MIN, "{}", tally.print());
}

/// Where each occurrence of a word in what a case renders was written: the path, and the bytes that stand there. None for
/// one whose bytes stand nowhere as they are.
fn places_of(case: &Case, word: &str) -> Vec<Option<(String, String)>> {
    let made = make(case, &case.contents, &TemplateCache::new());
    let made = made.unwrap_or_else(|told| panic!("{} does not render: {told}", case.name));
    let leaves = Leaves::new(&made, &case.contents);
    let mut found = Vec::new();
    for (index, template) in made.templates.iter().enumerate() {
        let leaves = leaves.of(index);
        for (at, _) in template.text.match_indices(word) {
            let within = |leaf: &&Leaf| leaf.range.start <= at && at + word.len() <= leaf.range.end;
            let Some(Leaf { range, source: Source::Exact(place) }) = leaves.iter().find(within) else {
                found.push(None);
                continue;
            };
            let start = place.start + at - range.start;
            let place = Place { start, end: start + word.len(), ..place.clone() };
            let bytes = String::from_utf8_lossy(place.bytes(&case.contents).unwrap()).into_owned();
            found.push(Some((place.path, bytes)));
        }
    }
    found
}

/// The expressions of a template through which the value `alpha` of a file of values keeps its bytes.
const WAYS: &[&str] = &[
    ".Values.word",
    "toYaml .Values.map",
    "toYamlPretty .Values.map",
    "toJson .Values.map",
    "toPrettyJson .Values.map",
    "toYaml .Values.map | indent 2",
    "toYaml .Values.map | nindent 2",
    "tpl .Values.template .",
    "tpl \"{{ .Values.word }}\" .",
    "(merge (dict \"a\" 1) .Values.map).key",
    "(mergeOverwrite (dict \"key\" 1) .Values.map).key",
    "(deepCopy .Values.map).key",
    "(dict \"a\" .Values.word).a",
    "(set (dict) \"a\" .Values.word).a",
    "get .Values.map \"key\"",
    "dig \"key\" \"none\" (deepCopy .Values.map)",
    "index .Values.list 0",
    "first .Values.list",
    "first (concat (list) .Values.list)",
    "join \",\" .Values.list",
    "sortAlpha .Values.list | first",
    "without .Values.list \"beta\" | first",
    "pluck \"key\" .Values.map | first",
    "values .Values.map | first",
    "default \"x\" .Values.word",
    "coalesce .Values.none .Values.word",
    "ternary .Values.word \"x\" true",
    "or .Values.none .Values.word",
    "and true .Values.word",
    "required \"it is needed\" .Values.word",
    "printf \"%s-%v\" .Values.word 1",
    "printf \"%8s|%-8q\" .Values.word .Values.word",
    "print 1 .Values.word",
    "println .Values.word",
    "quote .Values.word",
    "squote .Values.word",
    "cat 1 .Values.word",
    "trim .Values.padded",
    "trimPrefix \"pre-\" .Values.affixed",
    "trimSuffix \"-post\" .Values.affixed",
    "trunc 5 .Values.long",
    "substr 0 5 .Values.long",
    "replace \"x\" \"y\" .Values.word",
    "repeat 2 .Values.word",
    "splitList \",\" .Values.csv | last",
    "(split \",\" .Values.csv)._1",
    "regexFind \"al[a-z]+\" .Values.csv",
    "regexSplit \",\" .Values.csv -1 | last",
    "regexReplaceAll \"b(.)ta\" .Values.csv \"$1\"",
    "toString .Values.word",
    "include \"through\" .Values.word",
    "fromYaml (toYaml .Values.map) | toYaml",
    "(fromJson (toJson .Values.map)).key",
    "range .Values.list }}{{ . }}{{ end",
    "range $key, $value := .Values.map }}{{ $value }}{{ end",
    "with .Values.word }}{{ . }}{{ end",
    "$_ := set .Values \"put\" .Values.word }}{{ .Values.put",
];

const VALUES: &str = "word: alpha\nmap: {key: alpha}\nlist: [alpha, beta]\ncsv: beta,alpha\nlong: alphabet\n\
                      padded: ' alpha '\naffixed: pre-alpha-post\ntemplate: 'is alpha {{ .Release.Name }}'\nnone:\n";

#[test]
fn a_value_keeps_its_place_through_the_functions_of_templates() {
    for way in WAYS {
        let contents = [
            ("app/Chart.yaml", "apiVersion: v2\nname: app\nversion: 1.0.0\n".to_owned()),
            ("app/values.yaml", VALUES.to_owned()),
            (
                "app/templates/a.yaml",
                format!("{{{{ define \"through\" }}}}<{{{{ . }}}}>{{{{ end }}}}{{{{ {way} }}}}"),
            ),
        ];
        let contents =
            contents.into_iter().map(|(path, text)| (path.to_owned(), text.into_bytes())).collect();
        let case = Case::new((*way).to_owned(), contents, "app".to_owned());
        let found = on_large_stack(|| places_of(&case, "alpha"));
        assert!(!found.is_empty(), "{way} does not print the value");
        for place in found {
            let (path, bytes) = place.unwrap_or_else(|| panic!("{way} leads nowhere"));
            assert_eq!((path.as_str(), bytes.as_str()), ("app/values.yaml", "alpha"), "{way}");
        }
    }
}
