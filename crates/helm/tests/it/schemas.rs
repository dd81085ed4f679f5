//! Values beside schemas, as Helm judges them.

use std::cell::Cell;
use std::collections::BTreeMap;
use std::sync::Arc;

use gotemplate::{Ledger, Map};
use helm::HelmVersion;
use helm::chart::{Chart, File, Metadata};
use helm::schema::{NoRemotes, NotValidated, Reason, Remotes, Schemas, Validation, validate};
use helm::values::of_text;
use serde_json::{Value, json};
use text::TextId;

fn chart(name: &str, schema: Option<&Value>, dependencies: Vec<Chart>) -> Chart {
    let bytes = |schema: &Value| Arc::from(schema.to_string().into_bytes());
    let file = |schema| File { name: "values.schema.json".into(), text: TextId(0), bytes: bytes(schema) };
    Chart {
        metadata: Metadata { name: name.to_owned(), ..Metadata::default() },
        lock: None,
        values: None,
        schema: schema.map(file),
        templates: Vec::new(),
        crds: Vec::new(),
        files: Arc::default(),
        dependencies,
        warnings: Vec::new(),
    }
}

fn chart_of(case: &Value) -> Chart {
    let charts = case["charts"].as_array().map_or(&[][..], Vec::as_slice);
    chart(case["name"].as_str().unwrap_or("c"), case.get("schema"), charts.iter().map(chart_of).collect())
}

fn map_of(values: &Value) -> Map {
    of_text(TextId(0), values.to_string().as_bytes(), HelmVersion::V3, &Ledger::off()).unwrap()
}

fn judged(schema: &Value, values: &Value, remotes: &dyn Remotes) -> Validation {
    validate(&chart("c", Some(schema), Vec::new()), &map_of(values), &Schemas::new(), remotes)
}

/// Lines with those below them, sorted at each level: Helm walks maps in random order.
fn sorted(text: &str) -> String {
    fn level(lines: &[&str], indent: usize) -> Vec<String> {
        let starts = |line: &str| line.len() - line.trim_start_matches(' ').len() == indent;
        let mut blocks: Vec<Vec<&str>> = Vec::new();
        for line in lines {
            match blocks.last_mut() {
                Some(block) if !starts(line) => block.push(line),
                _ => blocks.push(vec![line]),
            }
        }
        let block = |lines: Vec<&str>| {
            let below = level(&lines[1..], indent + 2);
            std::iter::once(lines[0].to_owned()).chain(below).collect::<Vec<_>>().join("\n")
        };
        let mut blocks: Vec<String> =
            blocks.into_iter().filter(|lines| !lines.is_empty()).map(block).collect();
        blocks.sort();
        blocks
    }
    level(&text.lines().collect::<Vec<_>>(), 0).join("\n")
}

/// Why an address of version 6 or a regular expression is none is told in other words than Go's.
fn without_reasons(text: &str) -> String {
    let start = |line: &str| ["ParseAddr(", "error parsing regexp"].iter().find_map(|word| line.find(word));
    text.lines().map(|line| line[..start(line).unwrap_or(line.len())].to_owned() + "\n").collect()
}

#[test]
fn values_are_judged_as_helm_judges_them() {
    let mut wrong = Vec::new();
    let rows = include_str!("../data/values-schema.jsonl");
    for row in rows.lines() {
        let (case, by_3, by_4): (Value, String, String) = serde_json::from_str(row).unwrap();
        assert_eq!(sorted(&by_3), sorted(&by_4), "{case}");
        let values = map_of(&case["values"]);
        let found = validate(&chart_of(&case), &values, &Schemas::new(), &NoRemotes);
        assert_eq!(found.not_validated, [], "{case}");
        let found = found.failure.unwrap_or_default();
        let [found, expected] = [&found, &by_4].map(|text| sorted(&without_reasons(text)));
        if found != expected {
            wrong.push(format!("{case}\n  found:\n{found}\n  expected:\n{expected}"));
        }
    }
    assert!(wrong.is_empty(), "{} of {}:\n{}", wrong.len(), rows.lines().count(), wrong.join("\n"));
    assert_eq!(rows.lines().count(), 254);
}

#[test]
fn what_is_wrong_comes_in_the_order_of_keywords_and_keys() {
    let schema = json!({
        "required": ["z"],
        "properties": {"b": {"type": "string"}, "a": {"enum": [1]}},
        "additionalProperties": false,
    });
    let found = judged(&schema, &json!({"b": 1, "a": 2, "d": 3, "c": 4}), &NoRemotes);
    let expected = "\
values don't meet the specifications of the schema(s) in the following chart(s):
c:
- at '': missing property 'z'
- at '/a': value must be 1
- at '/b': got number, want string
- at '': additional properties 'c', 'd' not allowed
";
    assert_eq!(found.error().as_deref(), Some(expected));
}

/// Texts by their addresses; counts how often it is asked.
#[derive(Default)]
struct Texts {
    by_address: BTreeMap<&'static str, Value>,
    asked: Cell<usize>,
}

impl Remotes for Texts {
    fn text(&self, address: &str) -> Option<Arc<str>> {
        self.asked.set(self.asked.get() + 1);
        self.by_address.get(address).map(|schema| schema.to_string().into())
    }
}

fn remote_schema() -> Value {
    json!({"properties": {
        "a": {"$ref": "https://x.example/one.json#/$defs/a"},
        "b": {"$ref": "http://y.example/none.json"},
    }})
}

#[test]
fn addresses_that_are_not_at_hand_are_named_and_nothing_is_judged() {
    let remotes = Texts {
        by_address: BTreeMap::from([(
            "https://x.example/one.json",
            json!({"$defs": {"a": {"$ref": "two.json"}}}),
        )]),
        ..Texts::default()
    };
    let found = judged(&remote_schema(), &json!({"a": 1}), &remotes);
    let missing = ["http://y.example/none.json", "https://x.example/two.json"].map(str::to_owned);
    let reason = Reason::Missing(missing.to_vec());
    assert_eq!(
        found,
        Validation { failure: None, not_validated: vec![NotValidated { chart: "c".into(), reason }] }
    );
}

#[test]
fn schemas_at_other_addresses_judge_and_are_compiled_once() {
    let remotes = Texts {
        by_address: BTreeMap::from([
            ("https://x.example/one.json", json!({"$defs": {"a": {"$ref": "two.json"}}})),
            ("https://x.example/two.json", json!({"type": "string"})),
            ("http://y.example/none.json", json!(true)),
        ]),
        ..Texts::default()
    };
    let (schemas, chart) = (Schemas::new(), chart("c", Some(&remote_schema()), Vec::new()));
    for _ in 0..3 {
        let found = validate(&chart, &map_of(&json!({"a": 1})), &schemas, &remotes);
        assert_eq!(found.failure.as_deref(), Some("c:\n- at '/a': got number, want string\n"));
    }
    assert_eq!(remotes.asked.get(), 3);
}

#[test]
fn a_remote_text_that_is_no_schema_is_refused() {
    let remotes = Texts {
        by_address: BTreeMap::from([("https://x.example/a.json", json!({"type": "strin"}))]),
        ..Texts::default()
    };
    let found = judged(&json!({"$ref": "https://x.example/a.json"}), &json!({}), &remotes);
    assert!(found.failure.unwrap().contains("\"https://x.example/a.json#\" is not valid against metaschema"));
}

#[test]
fn a_chart_that_is_not_validated_does_not_hide_another() {
    let charts = vec![
        chart("far", Some(&json!({"$ref": "https://x.example/a.json"})), Vec::new()),
        chart("near", Some(&json!({"required": ["x"]})), Vec::new()),
    ];
    let values = map_of(&json!({"far": {}, "near": {}}));
    let found = validate(&chart("top", None, charts), &values, &Schemas::new(), &NoRemotes);
    assert_eq!(found.failure.as_deref(), Some("near:\n- at '': missing property 'x'\n"));
    assert_eq!(found.not_validated[0].chart, "far");
}

#[test]
fn a_schema_that_enters_itself_twice_ends() {
    let schema = json!({
        "properties": {"a": {"anyOf": [{"$ref": "#"}, {"$ref": "#"}]}},
        "required": ["z"],
    });
    let values = (0..60).fold(json!({}), |inner, _| json!({"a": inner}));
    let found = judged(&schema, &values, &NoRemotes);
    assert_eq!(found.not_validated[0].reason, Reason::TooLong);
}

#[test]
fn schemas_nested_to_the_bound_fit_into_the_stack() {
    let deep = |depth: usize| (0..depth).fold(json!({"type": "string"}), |inner, _| json!({"not": inner}));
    assert_eq!(judged(&deep(40), &json!({}), &NoRemotes).not_validated, []);
    let found = judged(&deep(200), &json!({}), &NoRemotes);
    assert_eq!(found.not_validated[0].reason, Reason::TooLong);
    // A chain of references as long as the bound, and longer.
    for length in [500, 5000] {
        let mut schema = json!({"$ref": "#/$defs/d0", "$defs": {}});
        for at in 0..length {
            schema["$defs"][format!("d{at}")] = json!({"allOf": [{"$ref": format!("#/$defs/d{}", at + 1)}]});
        }
        schema["$defs"][format!("d{length}")] = json!({"type": "string"});
        assert_eq!(judged(&schema, &json!({}), &NoRemotes).not_validated[0].reason, Reason::TooLong);
    }
}

#[test]
fn patterns_that_would_take_gigabytes_are_not_compiled() {
    let properties: serde_json::Map<_, _> =
        (0..2_000).map(|at| (at.to_string(), json!({"pattern": format!("^a{{400}}{at}$")}))).collect();
    let found = judged(&json!({ "properties": properties }), &json!({}), &NoRemotes);
    assert_eq!(found.not_validated[0].reason, Reason::TooLong);
}

#[test]
fn compiled_schemas_are_shared_between_threads() {
    let schemas = Schemas::new();
    let judge = || {
        let found = validate(
            &chart("c", Some(&json!({"required": ["x"]})), Vec::new()),
            &map_of(&json!({})),
            &schemas,
            &NoRemotes,
        );
        assert_eq!(found.failure.as_deref(), Some("c:\n- at '': missing property 'x'\n"));
    };
    std::thread::scope(|scope| {
        scope.spawn(judge);
        scope.spawn(judge);
    });
}
