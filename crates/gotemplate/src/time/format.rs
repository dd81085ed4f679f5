//! A time by a layout: `Time.Format`.

use super::layout::{Element, HasZ, Shape, cut};
use super::zone::Period;
use super::{Civil, Time};
use crate::format::{MONTHS, WEEKDAYS};

/// Digits of a nanosecond's fraction.
const FRACTION_DIGITS: usize = 9;

/// Letters of an abbreviated month or day.
const ABBREVIATION_BYTES: usize = 3;

/// The time as `layout` shows it.
pub(crate) fn format(time: &Time, layout: &[u8]) -> Vec<u8> {
    let (civil, period) = (time.civil(), time.zone.at(time.seconds));
    let mut out = Vec::with_capacity(layout.len() + 16);
    let mut rest = layout;
    loop {
        let cut = cut(rest);
        out.extend_from_slice(cut.plain);
        let Some((_, element)) = cut.element else { return out };
        rest = cut.rest;
        match element {
            Element::Offset(shape, has_z) => push_offset(&mut out, &period, (shape, has_z)),
            Element::ZoneName if period.abbreviation.is_empty() => {
                push_offset(&mut out, &period, (Shape::Minutes, HasZ::No));
            }
            Element::ZoneName => out.extend_from_slice(period.abbreviation.as_bytes()),
            Element::Fraction { separator, digits, is_trimmed } => {
                push_fraction(&mut out, time.nanoseconds, (separator, digits, is_trimmed));
            }
            element => push_civil(&mut out, &civil, element),
        }
    }
}

/// Adds what the calendar and the clock show.
fn push_civil(out: &mut Vec<u8>, civil: &Civil, element: Element) {
    let hour12 = if civil.hour % 12 == 0 { 12 } else { civil.hour % 12 };
    match element {
        Element::LongMonth => out.extend_from_slice(name(&MONTHS, civil.month - 1).as_bytes()),
        Element::Month => out.extend(name(&MONTHS, civil.month - 1).bytes().take(ABBREVIATION_BYTES)),
        Element::LongWeekday => out.extend_from_slice(name(&WEEKDAYS, civil.weekday()).as_bytes()),
        Element::Weekday => out.extend(name(&WEEKDAYS, civil.weekday()).bytes().take(ABBREVIATION_BYTES)),
        Element::NumberMonth => push_number(out, civil.month, ('0', 1)),
        Element::ZeroMonth => push_number(out, civil.month, ('0', 2)),
        Element::Day => push_number(out, civil.day, ('0', 1)),
        Element::BlankDay => push_number(out, civil.day, (' ', 2)),
        Element::ZeroDay => push_number(out, civil.day, ('0', 2)),
        Element::BlankYearDay => push_number(out, civil.year_day(), (' ', 3)),
        Element::ZeroYearDay => push_number(out, civil.year_day(), ('0', 3)),
        Element::Hour => push_number(out, civil.hour, ('0', 2)),
        Element::Hour12 => push_number(out, hour12, ('0', 1)),
        Element::ZeroHour12 => push_number(out, hour12, ('0', 2)),
        Element::Minute => push_number(out, civil.minute, ('0', 1)),
        Element::ZeroMinute => push_number(out, civil.minute, ('0', 2)),
        Element::Second => push_number(out, civil.second, ('0', 1)),
        Element::ZeroSecond => push_number(out, civil.second, ('0', 2)),
        Element::LongYear => push_number(out, civil.year, ('0', 4)),
        Element::Year => push_number(out, civil.year.abs() % 100, ('0', 2)),
        Element::UpperHalf => out.extend_from_slice(if civil.hour >= 12 { b"PM" } else { b"AM" }),
        Element::LowerHalf => out.extend_from_slice(if civil.hour >= 12 { b"pm" } else { b"am" }),
        Element::ZoneName | Element::Offset(..) | Element::Fraction { .. } => {}
    }
}

fn name(names: &[&'static str], position: i64) -> &'static str {
    usize::try_from(position).ok().and_then(|position| names.get(position)).copied().unwrap_or_default()
}

/// Adds a number with so many characters at least, its sign not counted.
fn push_number(out: &mut Vec<u8>, number: i64, (fill, width): (char, usize)) {
    let digits = number.unsigned_abs().to_string();
    if number < 0 {
        out.push(b'-');
    }
    let missing = width.saturating_sub(digits.len());
    out.extend(fill.to_string().repeat(missing).bytes());
    out.extend_from_slice(digits.as_bytes());
}

fn push_offset(out: &mut Vec<u8>, period: &Period, (shape, has_z): (Shape, HasZ)) {
    let offset = i64::from(period.offset_seconds);
    if offset == 0 && has_z == HasZ::Yes {
        return out.push(b'Z');
    }
    // The sign is that of the minutes: an offset of less than one has none.
    out.push(if offset / 60 < 0 { b'-' } else { b'+' });
    let has_colons = matches!(shape, Shape::ColonMinutes | Shape::ColonSeconds);
    let minutes = (offset / 60).abs();
    push_number(out, minutes / 60, ('0', 2));
    if has_colons {
        out.push(b':');
    }
    if shape != Shape::Hours {
        push_number(out, minutes % 60, ('0', 2));
    }
    if matches!(shape, Shape::Seconds | Shape::ColonSeconds) {
        if has_colons {
            out.push(b':');
        }
        // Go leaves the sign to them where the minutes had none.
        let seconds = if offset / 60 < 0 { -offset } else { offset };
        push_number(out, seconds % 60, ('0', 2));
    }
}

fn push_fraction(out: &mut Vec<u8>, nanoseconds: u32, (separator, digits, is_trimmed): (u8, usize, bool)) {
    if is_trimmed && nanoseconds == 0 {
        return;
    }
    let all = format!("{nanoseconds:0FRACTION_DIGITS$}");
    let shown = all.get(..digits.min(FRACTION_DIGITS)).unwrap_or(&all);
    let shown = if is_trimmed { shown.trim_end_matches('0') } else { shown };
    if !(is_trimmed && shown.is_empty()) {
        out.push(separator);
        out.extend_from_slice(shown.as_bytes());
    }
}
