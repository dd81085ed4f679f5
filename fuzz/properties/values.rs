//! Any text of the command line is put into values or is refused, and gives the same each time, for both Helms; any text of a
//! file is read or is refused.

use gotemplate::{Ledger, Map, MapType, Value};
use helm::HelmVersion;
use helm::values::{Given, SetKind, of_text, set};
use text::TextId;

const KINDS: [SetKind; 4] = [SetKind::Typed, SetKind::String, SetKind::Literal, SetKind::Json];

pub(crate) fn check(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    for version in [HelmVersion::V3, HelmVersion::V4] {
        for kind in KINDS {
            assert_eq!(put(text, kind, version), put(text, kind, version));
        }
        let read = || {
            of_text(TextId(0), bytes, version, &Ledger::on())
                .map(|map| shown(&map))
                .map_err(|error| error.to_string())
        };
        assert_eq!(read(), read());
    }
}

fn put(text: &str, kind: SetKind, version: HelmVersion) -> Result<String, String> {
    let ledger = Ledger::on();
    let map = Map::new(MapType::Interface);
    set(Given { text, id: TextId(0), kind, version }, &map, &ledger).map_err(|error| error.to_string())?;
    Ok(shown(&map))
}

fn shown(map: &Map) -> String {
    let value = Value::unwritten(gotemplate::Data::Map(map.clone()));
    String::from_utf8_lossy(&gotemplate::format::text_of(&value)).into_owned()
}
