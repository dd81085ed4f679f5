//! Points in time as TOML writes them.
//!
//! What says no offset is in a zone whose name tells what it says, by which `BurntSushi/toml` writes it as it was read.

use gotemplate::{Call, TimeZone, Value, read_time};
use text::Origin;

use crate::engine::record::RFC_3339_NANO;

const LOCAL_DATETIME: &[u8] = b"2006-01-02T15:04:05.999999999";
const LOCAL_DATE: &[u8] = b"2006-01-02";
const LOCAL_TIME: &[u8] = b"15:04:05.999999999";

const LOCAL_DATETIME_ZONE: &str = "datetime-local";
const LOCAL_DATE_ZONE: &str = "date-local";
const LOCAL_TIME_ZONE: &str = "time-local";

/// What a time may look like, in the order in which it is tried. Seconds may be left out.
const LAYOUTS: [(&[u8], TimeZone); 7] = [
    (RFC_3339_NANO, TimeZone::Local),
    (LOCAL_DATETIME, TimeZone::Named(LOCAL_DATETIME_ZONE)),
    (LOCAL_DATE, TimeZone::Named(LOCAL_DATE_ZONE)),
    (LOCAL_TIME, TimeZone::Named(LOCAL_TIME_ZONE)),
    (b"2006-01-02T15:04Z07:00", TimeZone::Local),
    (b"2006-01-02T15:04", TimeZone::Named(LOCAL_DATETIME_ZONE)),
    (b"15:04", TimeZone::Named(LOCAL_TIME_ZONE)),
];

/// The time that a text shows; none if it shows none.
pub(super) fn time(call: &Call<'_>, text: &str, origin: Origin) -> Option<Value> {
    LAYOUTS
        .iter()
        .find_map(|(layout, zone)| {
            let read = read_time(call, text.as_bytes(), (layout, *zone), origin)?;
            Some((read, *layout))
        })
        .filter(|(_, layout)| has_all_zeros(text, layout))
        .map(|(read, _)| read)
}

/// Whether signs stand where the layout has them: Go reads `2024-1-1` by `2006-01-02` as well.
fn has_all_zeros(text: &str, layout: &[u8]) -> bool {
    let exact = layout.iter().take_while(|byte| !matches!(byte, b'.' | b'Z'));
    let mut pairs = exact.zip(text.bytes());
    pairs.all(|(wanted, found)| wanted.is_ascii_digit() || *wanted == found)
}

/// The layout of a time in a zone of that name.
pub(super) fn layout_in(zone: &str) -> &'static [u8] {
    match zone {
        LOCAL_DATETIME_ZONE => LOCAL_DATETIME,
        LOCAL_DATE_ZONE => LOCAL_DATE,
        LOCAL_TIME_ZONE => LOCAL_TIME,
        _ => RFC_3339_NANO,
    }
}
