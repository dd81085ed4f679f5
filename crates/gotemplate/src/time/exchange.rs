//! Times that hosts read out of formats of theirs, and write into them, by layouts of Go.
//!
//! Takes texts and values; gives the same. Knows none of the formats.

use text::Origin;

use super::{Time, Zone, format, parse, time_of, value_of};
use crate::{Call, Value};

/// Where a time is that does not say so itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TimeZone {
    /// The zone of the machine, by its own name.
    Local,
    /// Where the machine's clocks are now, under a name of the host's.
    Named(&'static str),
}

/// The time that a text shows by one of Go's layouts; none where it shows none.
#[must_use]
pub fn read_time(call: &Call<'_>, text: &[u8], by: (&[u8], TimeZone), origin: Origin) -> Option<Value> {
    let (layout, zone) = by;
    let local = Zone::local(call.ports);
    let zone = match zone {
        TimeZone::Local => local,
        TimeZone::Named(name) => {
            let now = Time::of_nanoseconds(call.ports.now_nanoseconds(), Zone::utc());
            Zone::fixed(name, local.at(now.seconds).offset_seconds)
        }
    };
    parse(layout, text, &zone).ok().map(|time| value_of(time, origin))
}

/// The text of a time by the layout that `layout` has for the name of its zone; none for any other value.
#[must_use]
pub fn time_text(value: &Value, layout: impl FnOnce(&str) -> &'static [u8]) -> Option<String> {
    let time = time_of(value)?;
    Some(String::from_utf8_lossy(&format(time, layout(time.zone.name()))).into_owned())
}
