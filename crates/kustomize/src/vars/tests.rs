//! Vars as builds see them: objects, vars, and what becomes of the texts.

use text::{Origin, Record};

use super::*;
use crate::configuration::Configuration;
use crate::testing::{objects, printed, text};
use crate::{Gvk, Id};

/// Vars that are read from fields of the config map `c`.
fn vars(fields: &[(&str, &str)]) -> Vec<Var<Origin>> {
    let object = Id { gvk: Gvk::new("v1", "ConfigMap"), name: "c".into(), ..Id::default() };
    let var = |(name, path): &(&str, &str)| Var {
        name: (*name).into(),
        object: object.clone(),
        field_path: (*path).into(),
        origin: text("").origin,
    };
    fields.iter().map(var).collect()
}

const SOURCE: &str = "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: c\ndata:\n  bool: true\n  float: 1.50\n  \
                      int: 12\n  map: {}\n  text: hello\n  \"yes\": \"1\"\n";

fn resolved(fields: &[(&str, &str)], args: &str) -> Result<(String, Vec<CompactString>), String> {
    let pod = format!(
        "apiVersion: v1\nkind: Pod\nmetadata: {{name: p}}\nspec: {{containers: [{{args: {args}}}]}}\n"
    );
    let (mut work, map) = objects(&format!("{SOURCE}---\n{pod}"));
    let mut gathered = Accumulator { map, configuration: Configuration::builtin(), vars: Vec::new() };
    gathered.merge_vars(&work, &vars(fields)).map_err(|failure| text::with_causes(&failure))?;
    let unused = resolve(&mut work, &mut gathered).map_err(|failure| text::with_causes(&failure))?;
    let printed = printed(&gathered.map);
    let args = printed.rsplit_once("args:").map(|(_, args)| args.replace("\n  - ", "|").replace("    ", ""));
    Ok((args.unwrap_or_default().trim().to_owned(), unused))
}

const ALL: [(&str, &str); 5] =
    [("B", "data.bool"), ("F", "data.float"), ("I", "data.int"), ("M", "data.map"), ("T", "data.text")];

fn check(args: &str, expected: &str) {
    assert_eq!(resolved(&ALL, args).map(|(args, _)| args), Ok(expected.to_owned()), "{args}");
}

#[test]
fn a_var_that_is_all_of_a_text_keeps_its_type() {
    check("[$(T)]", "- hello");
    check("[$(I)]", "- 12");
    check("[$(B)]", "- true");
    check("[$(F)]", "- 1.5");
    check("[\"$(I)\"]", "- 12");
}

#[test]
fn a_var_within_a_text_becomes_text() {
    check("[\"$(I)$(B)\"]", "- 12true");
    check("[a$(T)b]", "- ahellob");
    check("[\" $(I)\"]", "- ' 12'");
}

#[test]
fn what_is_no_var_stays() {
    check("[$(X), \"$(M)\", \"$$(T)\", \"a$\"]", "- $(X)|- $(M)|- $(T)|- a$".replace("|- ", "\n- ").as_str());
}

#[test]
fn unused_vars_are_named() {
    let (_, unused) = resolved(&ALL, "[$(T), \"$(M)\"]").unwrap();
    assert_eq!(unused, ["B", "F", "I", "M"]);
}

#[test]
fn what_is_no_text_is_refused_in_a_sequence() {
    let failed = resolved(&ALL, "[1]").unwrap_err();
    assert_eq!(
        failed,
        "considering field 'spec/containers/args' of object Pod.v1.[noGrp]/p.[noNs]: invalid value type expect a string"
    );
}

#[test]
fn vars_need_an_object_and_a_field() {
    assert_eq!(
        resolved(&[("A", "data.none")], "[]").unwrap_err(),
        "field specified in var 'A' not found in corresponding resource"
    );
    let mut missing = vars(&[("A", "metadata.name")]);
    missing[0].object.name = "none".into();
    let (mut work, map) = objects(SOURCE);
    let mut gathered = Accumulator { map, configuration: Configuration::builtin(), vars: Vec::new() };
    gathered.merge_vars(&work, &missing).unwrap();
    let failed = resolve(&mut work, &mut gathered).unwrap_err();
    assert_eq!(
        text::with_causes(&failed),
        "var 'A' cannot be mapped to a field in the set of known resources"
    );
}

#[test]
fn an_expanded_text_is_composed_of_the_var_and_what_was_written() {
    let pod = "apiVersion: v1\nkind: Pod\nmetadata: {name: p, annotations: {a: x$(T)yz}}\n";
    let (mut work, map) = objects(&format!("{SOURCE}---\n{pod}"));
    let mut gathered = Accumulator { map, configuration: Configuration::builtin(), vars: Vec::new() };
    gathered.merge_vars(&work, &vars(&[("T", "data.text")])).unwrap();
    resolve(&mut work, &mut gathered).unwrap();
    let graph = gathered.map.resources().last().unwrap().graph();
    let origin = graph.origin(graph.at(graph.root(), &["metadata", "annotations", "a"]).unwrap());
    let Origin::Recorded(record) = origin else { panic!("{origin:?}") };
    let Some(Record::Composed { parts }) = work.tracker.record(record) else { panic!() };
    let parts = work.tracker.parts(*parts);
    assert_eq!(parts.iter().map(|part| part.length).collect::<Vec<_>>(), [1, 5, 2]);
    // What was written stands around the var in one scalar.
    let bytes = |origin| match origin {
        Origin::Written(span) => span.range(),
        other => panic!("{other:?}"),
    };
    let [before, after] = [bytes(parts[0].origin), bytes(parts[2].origin)];
    assert_eq!((before.len(), after.len(), after.start - before.end), (1, 2, "$(T)".len()));
}

#[test]
fn paths_are_split_at_dots_but_not_in_brackets() {
    let cases: [(&str, &[&str]); 7] = [
        ("metadata.name", &["metadata", "name"]),
        ("spec.ports[0].port", &["spec", "ports", "0", "port"]),
        ("spec.containers.[name=a.b].image", &["spec", "containers", "[name=a.b]", "image"]),
        ("metadata.annotations.[a.b/c]", &["metadata", "annotations", "a.b/c"]),
        ("spec.[0]", &["spec", "0"]),
        (r"a\.b.c", &["a.b", "c"]),
        ("a[0][1]", &["a[0]", "1"]),
    ];
    for (path, expected) in cases {
        assert_eq!(field_steps(path), expected, "{path}");
    }
}

#[test]
fn scalars_are_read_by_their_tag() {
    let cases = [
        (Tag::Int, "010", Some(VarValue::Int(10))),
        (Tag::Int, "0x10", None),
        (Tag::Float, "1e3", Some(VarValue::Float(1000.0))),
        (Tag::Float, ".inf", None),
        (Tag::Float, "1e999", None),
        (Tag::Bool, "True", Some(VarValue::Bool(true))),
        (Tag::Bool, "yes", None),
        (Tag::Null, "~", Some(VarValue::Text("~".into()))),
        (Tag::Unset, "5", Some(VarValue::Text("5".into()))),
    ];
    for (tag, text, expected) in cases {
        let scalar = Scalar { tag, ..Scalar::untagged(text) };
        assert_eq!(scalar_value(&scalar), expected, "{scalar:?}");
    }
}
