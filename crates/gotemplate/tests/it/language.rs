//! The language, its words and `fmt`, beside what Go printed of the same templates; `cargo xtask goldens --templates` makes
//! the outcomes again.

use std::fmt::Write as _;
use std::path::Path;
use std::sync::Arc;

use gotemplate::{
    Bytes, Engine, Fixed, FunctionTable, Ledger, Map, MapType, MissingKey, Ports, ReadPort, Rendered,
    TemplateSet, TextSource, Value, parse,
};
use serde::Deserialize;
use sha2::{Digest, Sha256};
use text::{Origin, Span, TextId};

use crate::functions::FUNCTIONS;
use gotemplate::sprig::FAMILIES;

#[derive(Deserialize)]
struct Head {
    inputs: String,
    #[serde(default)]
    zone: Option<String>,
    data: serde_json::Value,
}

#[derive(Deserialize)]
struct Case {
    template: String,
    #[serde(default)]
    missing: String,
    printed: Option<String>,
    failed: Option<String>,
}

/// A value of JSON as Go decodes one: all numbers are floats.
pub(crate) fn value(json: &serde_json::Value) -> Value {
    let origin = Origin::Written(Span::new(TextId(9), 0..0));
    match json {
        serde_json::Value::Null => Value::nil(origin),
        serde_json::Value::Bool(value) => Value::bool(*value, origin),
        serde_json::Value::Number(number) => Value::float(number.as_f64().unwrap(), origin),
        serde_json::Value::String(text) => Value::string(text.as_str(), origin),
        serde_json::Value::Array(items) => Value::list(items.iter().map(value).collect(), origin),
        serde_json::Value::Object(entries) => {
            let map = Map::new(MapType::Interface);
            for (key, entry) in entries {
                map.insert(Bytes::from(key.as_str()), origin, value(entry));
            }
            Value::new(gotemplate::Data::Map(map), origin)
        }
    }
}

/// What comes of a template, or the words in which it fails.
pub(crate) fn execute(
    template: &str,
    data: &Value,
    missing: MissingKey,
    ledger: &Ledger,
) -> Result<Rendered, String> {
    execute_with(FunctionTable::new(&[FUNCTIONS]), template, data, (missing, ledger))
}

pub(crate) fn execute_with(
    functions: FunctionTable,
    template: &str,
    data: &Value,
    (missing, ledger): (MissingKey, &Ledger),
) -> Result<Rendered, String> {
    execute_within(&Fixed::at(0), functions, (template, data), (missing, ledger))
}

pub(crate) fn execute_within(
    world: &dyn Ports,
    functions: FunctionTable,
    (template, data): (&str, &Value),
    (missing, ledger): (MissingKey, &Ledger),
) -> Result<Rendered, String> {
    let parsed =
        parse("t", template.as_bytes(), &|name| functions.knows(name)).map_err(|error| error.message)?;
    let mut set = TemplateSet::new(functions);
    set.add(Arc::new(parsed), TextSource::Text(TextId(0)));
    let engine = Engine::new(&set, ledger, world, &()).with_missing_key(missing);
    engine.execute("t", data).map_err(|error| error.message)
}

/// A world that has a zone of its own.
pub(crate) struct Elsewhere {
    pub(crate) world: Fixed,
    pub(crate) zone: Option<String>,
}

impl Ports for Elsewhere {
    fn now_nanoseconds(&self) -> i128 {
        self.world.now_nanoseconds()
    }

    fn local_zone(&self) -> Option<String> {
        self.zone.clone()
    }

    fn random(&self, bytes: &mut [u8]) -> Result<(), ReadPort> {
        self.world.random(bytes)
    }

    fn host_address(&self, host: &str) -> String {
        self.world.host_address(host)
    }
}

fn missing_key(word: &str) -> MissingKey {
    match word {
        "zero" => MissingKey::Zero,
        "error" => MissingKey::Error,
        _ => MissingKey::Invalid,
    }
}

#[expect(clippy::disallowed_methods, reason = "tests read their cases")]
fn read(file: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data").join(file);
    std::fs::read_to_string(path).unwrap()
}

fn cases(file: &str) -> (Head, Vec<Case>) {
    let text = read(file);
    let (head, rest) = text.split_once('\n').unwrap();
    // The digest is of the data as they are written.
    let (_, data) = head.split_once(",\"data\":").unwrap();
    let data = data.strip_suffix('}').unwrap();
    let head: Head = serde_json::from_str(head).unwrap();
    let cases: Vec<Case> = rest.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let mut digest = Sha256::new();
    digest.update(data);
    for case in &cases {
        digest.update(format!("\n{}\n{}", case.missing, case.template));
    }
    let digest = digest.finalize().iter().fold(String::new(), |mut digits, byte| {
        write!(digits, "{byte:02x}").unwrap();
        digits
    });
    assert_eq!(digest, head.inputs, "the cases are not those that Go was given");
    (head, cases)
}

fn check_all((file, functions): (&str, &FunctionTable), ledger: &Ledger) {
    let (Head { zone, data, .. }, cases) = cases(file);
    let world = Elsewhere { world: Fixed::at(0), zone };
    let mut faults = Vec::new();
    for case in &cases {
        let asked = (missing_key(&case.missing), ledger);
        let template = (case.template.as_str(), &value(&data));
        let outcome = execute_within(&world, functions.clone(), template, asked);
        let found = outcome.map(|rendered| String::from_utf8_lossy(&rendered.bytes).into_owned());
        let expected = match (&case.printed, &case.failed) {
            (Some(printed), _) => Ok(printed.clone()),
            (None, failed) => Err(failed.clone().unwrap_or_default()),
        };
        if found != expected {
            let (template, missing) = (&case.template, &case.missing);
            faults.push(format!("{template:?} {missing}\n  expected {expected:?}\n  found    {found:?}"));
        }
    }
    assert!(faults.is_empty(), "{} of {} differ:\n{}", faults.len(), cases.len(), faults.join("\n"));
}

#[test]
fn templates_print_and_fail_as_in_go() {
    check_all(("language.jsonl", &FunctionTable::new(&[FUNCTIONS])), &Ledger::on());
}

/// The cases of sprig's functions.
const SPRIG: [&str; 6] = [
    "sprig.jsonl",
    "sprig_dates.jsonl",
    "sprig_dates_local.jsonl",
    "sprig_decimals.jsonl",
    "sprig_json.jsonl",
    "sprig_urls.jsonl",
];

#[test]
fn the_functions_of_sprig_answer_as_the_original_ones() {
    SPRIG.iter().for_each(|file| check_all((file, &FunctionTable::new(FAMILIES)), &Ledger::on()));
}

#[test]
fn versions_digests_ciphers_and_randomness_answer_as_the_original_ones() {
    check_all(("sprig_secrets.jsonl", &FunctionTable::new(FAMILIES)), &Ledger::on());
}

#[test]
fn keys_and_certificates_answer_as_the_original_ones() {
    check_all(("sprig_certificates.jsonl", &FunctionTable::new(FAMILIES)), &Ledger::on());
}

#[test]
fn origins_change_nothing_of_the_result() {
    check_all(("language.jsonl", &FunctionTable::new(&[FUNCTIONS])), &Ledger::off());
    SPRIG.iter().for_each(|file| check_all((file, &FunctionTable::new(FAMILIES)), &Ledger::off()));
}
