//! YAML to values, with where they were written.

use gotemplate::Ledger;
use helm::HelmVersion::{V3, V4};
use helm::values;
use text::{Origin, TextId};

use crate::show;

fn read(yaml: &str, version: helm::HelmVersion) -> String {
    match values::of_text(TextId(0), yaml.as_bytes(), version, &Ledger::on()) {
        Ok(map) => show::map(&map),
        Err(error) => text::with_causes(&error),
    }
}

#[test]
fn numbers_are_floats_and_keys_are_texts() {
    let yaml = "a: 1\n1: yes\nt: '1'\nn: ~\nl: [0x10, 1e3]\na: 2\n";
    let expected = "{1: true, a: float64(2), false: null, l: [float64(16), float64(1000)], t: \"1\"}";
    assert_eq!(read(yaml, V3), expected);
    assert_eq!(read(yaml, V4), expected);
}

#[test]
fn helm_3_reads_the_first_document_and_helm_4_all() {
    let yaml = "a: {b: 1, c: 2}\n---\na: {b: 3}\n--- \nd: null\n";
    assert_eq!(read(yaml, V3), "{a: {b: float64(1), c: float64(2)}}");
    assert_eq!(read(yaml, V4), "{a: {b: float64(3), c: float64(2)}, d: null}");
}

#[test]
fn what_is_no_table_is_refused_and_nothing_is_empty() {
    assert_eq!(read("", V3), "{}");
    assert_eq!(read("# only this\n", V4), "{}");
    assert_eq!(
        read("[secret]", V4),
        "error unmarshaling JSON: while decoding JSON: json: cannot unmarshal array into Go value of type map[string]interface {}"
    );
    assert_eq!(read("a: .inf", V3), "error converting YAML to JSON: json: unsupported value: +Inf");
    assert!(read("a: &x [*x]", V3).ends_with("an anchor's value contains itself"));
}

#[test]
fn merges_of_nothing_cannot_multiply_without_end() {
    let mut yaml = "a0: &a0 {}\n".to_owned();
    for level in 1..16 {
        let before = level - 1;
        let merged = vec![format!("*a{before}"); 10].join(", ");
        yaml.push_str(&format!("a{level}: &a{level} {{<<: [{merged}]}}\n"));
    }
    assert!(read(&yaml, V4).contains("aliases expand to more than"));
}

#[test]
fn scalars_know_where_they_stand_and_by_which_alias_they_came() {
    let yaml = "base: &b {x: 1}\nown:\n  <<: *b\n  z: two\n";
    let map = values::of_text(TextId(7), yaml.as_bytes(), V4, &Ledger::on()).unwrap();
    let own = map.get(b"own").unwrap();
    let own = own.as_map().unwrap();
    let Origin::Written(span) = own.get(b"z").unwrap().origin else { panic!("written") };
    assert_eq!((span.text, &yaml[span.range()]), (TextId(7), "two"));
    let Origin::Aliased { definition, alias } = own.get(b"x").unwrap().origin else { panic!("aliased") };
    assert_eq!((&yaml[definition.range()], &yaml[alias as usize..alias as usize + 2]), ("1", "<<"));
}
