//! Hostile templates: any text is parsed or refused, and what would not end is ended.

use gotemplate::{Call, Fault, Function, FunctionTable, Ledger, MissingKey, Parameter, Signature, Value};

use crate::language::{execute, execute_with, value};

fn data() -> Value {
    value(&serde_json::json!({"a": [1, "b", null, {"c": 2}], "s": "text", "n": 3}))
}

fn failure(template: &str) -> String {
    execute(template, &data(), MissingKey::Invalid, &Ledger::on()).unwrap_err()
}

#[test]
fn a_template_that_executes_itself_ends_with_a_named_limit() {
    let told = failure("{{define \"x\"}}{{template \"x\" .}}{{end}}{{template \"x\" .}}");
    assert!(told.contains("needs more than 1048576 bytes of stack"), "{told}");
}

#[test]
fn what_nests_as_deep_as_it_may_is_executed_or_ends_with_a_named_limit() {
    let nested = [
        format!("{}x{}", "{{if 1}}".repeat(990), "{{end}}".repeat(990)),
        format!("{{{{{}1{}}}}}", "(".repeat(990), ")".repeat(990)),
        format!("{}x{}", "{{with .}}".repeat(990), "{{end}}".repeat(990)),
    ];
    for template in nested {
        if let Err(told) = execute(&template, &data(), MissingKey::Invalid, &Ledger::on()) {
            assert!(told.contains("bytes of stack"), "{told}");
        }
    }
}

#[test]
fn a_range_over_a_huge_number_ends_with_a_named_limit() {
    let told = failure("{{range 9223372036854775807}}0123456789012345678901234567890123456789{{end}}");
    assert!(told.contains("bytes of output") || told.contains("iterations"), "{told}");
}

#[test]
fn lists_and_maps_nest_as_deep_as_a_template_loops() {
    let nest = |step: &str, rest: &str| {
        format!("{{{{$x := list}}}}{{{{$y := list}}}}{{{{range until 200000}}}}{step}{{{{end}}}}{rest}")
    };
    let lists = nest("{{$x = list $x}}{{$y = list $y}}", "{{deepEqual $x $y}}");
    let maps = nest("{{$x = dict \"a\" $x}}{{$y = dict \"a\" $y}}", "{{deepEqual $x $y}}");
    let copies = nest("{{$x = list $x}}", "{{$x | deepCopy | len}}");
    let run = |template: &str| {
        let functions = FunctionTable::new(gotemplate::sprig::FAMILIES);
        let rendered = execute_with(functions, template, &data(), (MissingKey::Invalid, &Ledger::off()));
        rendered.map(|rendered| rendered.bytes)
    };
    assert_eq!(run(&lists), Ok(b"true".to_vec()));
    assert_eq!(run(&maps), Ok(b"true".to_vec()));
    assert!(run(&copies).unwrap_err().contains("nests deeper than"));
}

#[test]
fn control_structures_and_parentheses_nest_up_to_a_named_limit() {
    let told = failure(&format!("{}{}", "{{if 1}}".repeat(2_000), "{{end}}".repeat(2_000)));
    assert!(told.contains("control structures within one another"), "{told}");
    let told = failure(&format!("{{{{{}1{}}}}}", "(".repeat(2_000), ")".repeat(2_000)));
    assert!(told.contains("max expression depth exceeded"), "{told}");
}

/// Executes a text under one name, as Helm does.
fn tpl(call: &Call<'_>, values: &[Value]) -> Result<Value, Fault> {
    call.templates.execute_text("t", &values[0], &values[1])
}

#[test]
fn a_text_within_a_text_of_its_name_is_itself_even_if_it_is_empty() {
    let signature = Signature { parameters: &[Parameter::String, Parameter::Any], variadic: None };
    let functions = FunctionTable::new(&[&[Function { name: "tpl", signature, run: tpl }]]);
    let template = r#"{{tpl "<{{tpl \"\" .}}{{tpl \" \" .}}{{tpl \"{{.s}}\" .}}>" .}}"#;
    let rendered = execute_with(functions, template, &data(), (MissingKey::Invalid, &Ledger::on()));
    assert_eq!(rendered.map(|rendered| rendered.bytes), Ok(b"< text>".to_vec()));
}

#[test]
fn decimal_numbers_have_as_many_digits_as_a_named_limit_lets_them() {
    let product = |count| format!("{{{{mulf {}}}}}", "1e300 ".repeat(count));
    let functions = || FunctionTable::new(gotemplate::sprig::FAMILIES);
    let run = |template: &str| {
        execute_with(functions(), template, &data(), (MissingKey::Invalid, &Ledger::on()))
            .map(|rendered| rendered.bytes)
    };
    assert_eq!(run(&product(200)), Ok(b"+Inf".to_vec()));
    let told = run(&product(300)).unwrap_err();
    assert!(told.contains("a decimal number of more than 65536 digits"), "{told}");
    let told = run(&format!("{{{{divf {}}}}}", "1e-300 ".repeat(300))).unwrap_err();
    assert!(told.contains("a decimal number of more than 65536 digits"), "{told}");
}

#[test]
fn a_random_number_is_drawn_from_the_world_and_stays_within_its_bounds() {
    let template = "{{range until 1000}}{{randInt -3 3}} {{end}}";
    let functions = FunctionTable::new(gotemplate::sprig::FAMILIES);
    let drawn = execute_with(functions, template, &data(), (MissingKey::Invalid, &Ledger::on())).unwrap();
    let drawn = String::from_utf8(drawn.bytes).unwrap();
    let drawn: std::collections::BTreeSet<i64> =
        drawn.split_whitespace().map(|number| number.parse().unwrap()).collect();
    assert_eq!(drawn, (-3..3).collect());
}

proptest::proptest! {
    #![proptest_config(proptest::prelude::ProptestConfig { failure_persistence: None, cases: 2_000, ..Default::default() })]

    #[test]
    fn any_text_is_executed_or_refused_and_alike_each_time(
        pieces in proptest::collection::vec(
            proptest::sample::select(vec![
                "{{", "}}", "{{- ", " -}}", "if ", "else ", "end", "range ", "with ", "define ", "template ", "block ",
                "break", "continue", ".", ".a", ".s", "$", "$x", ":=", "=", "|", "(", ")", "\"x\"", "`r`", "'c'", "1", "-1",
                "1.5", "0x1f", "1i", "nil", "true", "printf ", "index ", "len ", "eq ", "and ", " ", "\n", ",", "text", "/*",
                "*/", "\u{e9}", "%d",
            ]),
            0..24,
        )
    ) {
        let template = pieces.concat();
        let run = || execute(&template, &data(), MissingKey::Zero, &Ledger::on()).map(|rendered| rendered.bytes);
        proptest::prop_assert_eq!(run(), run());
    }
}
