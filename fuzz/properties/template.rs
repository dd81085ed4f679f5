//! Any text is a template or is refused; what is executed gives the same each time, with origins and without, and its pieces
//! are as long as its bytes.

use std::sync::Arc;

use gotemplate::{
    Data, Engine, Fixed, Function, FunctionTable, Ledger, Map, MapType, MissingKey, Rendered, TemplateSet,
    TextSource, Value, sprig,
};
use text::TextId;

/// Functions that take long by their nature: they make keys.
const SLOW: [&str; 12] = [
    "bcrypt",
    "htpasswd",
    "derivePassword",
    "genPrivateKey",
    "genCA",
    "genCAWithKey",
    "genSelfSignedCert",
    "genSelfSignedCertWithKey",
    "genSignedCert",
    "genSignedCertWithKey",
    "buildCustomCert",
    "encryptAES",
];

pub(crate) fn check(bytes: &[u8]) {
    // Loops over large numbers end at a limit that takes seconds to reach.
    let has_large_number = bytes.windows(3).any(|window| window.iter().all(u8::is_ascii_digit));
    if has_large_number
        || bytes.contains(&b'e') && bytes.windows(2).any(|two| two[0].is_ascii_digit() && two[1] == b'e')
    {
        return;
    }
    let functions: Vec<Function> = sprig::FAMILIES.iter().copied().flatten().copied().collect();
    let functions: Vec<Function> =
        functions.into_iter().filter(|function| !SLOW.contains(&function.name)).collect();
    let table = FunctionTable::new(&[&functions]);
    let Ok(parsed) = gotemplate::parse("t", bytes, &|name| table.knows(name)) else { return };
    let mut set = TemplateSet::new(table);
    set.add(Arc::new(parsed), TextSource::Text(TextId(0)));
    let with = execute(&set, &Ledger::on());
    let without = execute(&set, &Ledger::off());
    match (with, without) {
        (Ok(with), Ok(without)) => {
            assert_eq!(with.bytes, without.bytes, "with origins and without");
            let length: usize = with.pieces.iter().map(|(length, ..)| length).sum();
            assert_eq!(length, with.bytes.len(), "pieces and bytes");
        }
        (Err(with), Err(without)) => assert_eq!(with, without, "with origins and without"),
        (with, without) => panic!("with origins {with:?}, without {without:?}"),
    }
}

fn execute(set: &TemplateSet<'_>, ledger: &Ledger) -> Result<Rendered, String> {
    let ports = Fixed::at(1_700_000_000_000_000_000);
    let engine = Engine::new(set, ledger, &ports, &()).with_missing_key(MissingKey::Zero);
    engine.execute("t", &data(ledger)).map_err(|error| error.message)
}

fn data(ledger: &Ledger) -> Value {
    let origin = ledger.written(text::Span::new(TextId(1), 0..1));
    let list =
        Value::list(vec![Value::float(1.0, origin), Value::string("b", origin), Value::nil(origin)], origin);
    let inner = Map::new(MapType::Interface);
    inner.insert("c".into(), origin, Value::bool(true, origin));
    let map = Map::new(MapType::Interface);
    let entries = [
        ("a", list),
        ("m", Value::new(Data::Map(inner), origin)),
        ("s", Value::string("text\nlines", origin)),
        ("n", Value::int64(3, origin)),
    ];
    for (name, value) in entries {
        map.insert(name.into(), origin, value);
    }
    Value::new(Data::Map(map), origin)
}
