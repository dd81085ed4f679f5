//! Points in time, zones, layouts and durations, as Go's package `time` has them.
//!
//! A [`Time`] is seconds and nanoseconds in a zone; as a value it is an object with the methods that templates call on a
//! `time.Time`. Never reads a clock: what `now` is comes in. A time has no monotonic reading either, so that it prints
//! without the `m=+0.012` that Go adds to what `time.Now` gave, which is another number in each run.

mod calendar;
mod duration;
mod exchange;
mod format;
mod layout;
mod methods;
mod parse;
mod zone;

pub(crate) use calendar::Civil;
pub use exchange::{TimeZone, read_time, time_text};

pub(crate) use duration::{parse as parse_duration, round as round_duration, scalar_call, scalar_signature};
pub(crate) use format::format;
pub(crate) use methods::{TIME, time_of, value_of};
pub(crate) use parse::parse;
pub(crate) use zone::Zone;

/// Nanoseconds of a second.
pub(crate) const SECOND: i64 = 1_000_000_000;

/// Seconds from the year 1, where Go's zero time is, to 1970.
const YEAR_ONE_TO_UNIX_SECONDS: i64 = 62_135_596_800;

/// The layout of a time's own text (`Time.String`).
const TEXT_LAYOUT: &[u8] = b"2006-01-02 15:04:05.999999999 -0700 MST";

/// A point in time, seen in a zone.
#[derive(Debug, Clone)]
pub(crate) struct Time {
    /// Whole seconds since 1970-01-01T00:00:00Z, rounded down. Past the ends of the range they wrap, as Go's do.
    pub(crate) seconds: i64,
    /// The nanoseconds that are left, below [`SECOND`].
    pub(crate) nanoseconds: u32,
    /// Where it is seen.
    pub(crate) zone: Zone,
}

impl Time {
    /// So many seconds since 1970.
    pub(crate) fn unix(seconds: i64, zone: Zone) -> Self {
        Self { seconds, nanoseconds: 0, zone }
    }

    /// So many nanoseconds since 1970.
    pub(crate) fn of_nanoseconds(nanoseconds: i128, zone: Zone) -> Self {
        let second = i128::from(SECOND);
        let left = u32::try_from(nanoseconds.rem_euclid(second)).unwrap_or(0);
        Self { seconds: wrapped(nanoseconds.div_euclid(second)), nanoseconds: left, zone }
    }

    /// Go's zero time: the first moment of the year 1.
    pub(crate) fn zero() -> Self {
        Self::unix(-YEAR_ONE_TO_UNIX_SECONDS, Zone::utc())
    }

    /// The time of which a calendar and a clock in `zone` show `civil`. Where clocks were put forward or back it is one of
    /// those that Go takes.
    pub(crate) fn of_civil(civil: &Civil, nanoseconds: u32, zone: Zone) -> Self {
        let shown = civil.seconds();
        let offset = |seconds: i64| i64::from(zone.at(seconds).offset_seconds);
        let first = offset(shown);
        let seconds = match first {
            0 => shown,
            first => shown.wrapping_sub(offset(shown.wrapping_sub(first))),
        };
        Self { seconds, nanoseconds, zone }
    }

    /// What a calendar and a clock show.
    pub(crate) fn civil(&self) -> Civil {
        Civil::of(self.seconds.wrapping_add(i64::from(self.zone.at(self.seconds).offset_seconds)))
    }

    /// The same time in another zone.
    pub(crate) fn within(self, zone: Zone) -> Self {
        Self { zone, ..self }
    }

    /// So many nanoseconds later.
    pub(crate) fn after(&self, nanoseconds: i64) -> Self {
        Self::of_nanoseconds(self.total() + i128::from(nanoseconds), self.zone.clone())
    }

    /// Nanoseconds from `earlier` to this; the most or least that a duration holds where they are more.
    pub(crate) fn since(&self, earlier: &Self) -> i64 {
        let between = self.total() - earlier.total();
        i64::try_from(between).unwrap_or(if between < 0 { i64::MIN } else { i64::MAX })
    }

    /// Nanoseconds since 1970.
    fn total(&self) -> i128 {
        i128::from(self.seconds) * i128::from(SECOND) + i128::from(self.nanoseconds)
    }

    /// Its own text, as `fmt` prints it.
    pub(crate) fn text(&self) -> String {
        String::from_utf8_lossy(&format(self, TEXT_LAYOUT)).into_owned()
    }
}

/// A number modulo 2⁶⁴, as Go's integers wrap.
#[expect(clippy::cast_possible_truncation, reason = "wrapping is what is asked")]
fn wrapped(number: i128) -> i64 {
    number as i64
}

/// A text in the quotes of this package's errors: bytes that are no ASCII by their number.
fn quoted(text: &[u8]) -> String {
    let mut quoted = String::from("\"");
    for byte in text {
        match byte {
            b'"' | b'\\' => quoted.extend(['\\', char::from(*byte)]),
            b' '..0x80 => quoted.push(char::from(*byte)),
            _ => quoted.push_str(&format!("\\x{byte:02x}")),
        }
    }
    quoted.push('"');
    quoted
}
