//! A text by a layout: `time.ParseInLocation`.

use super::calendar::{days_before, days_in, is_leap};
use super::layout::{Element, HasZ, Shape, cut};
use super::{Civil, Time, Zone, quoted};
use crate::format::{MONTHS, WEEKDAYS};

/// Letters of an abbreviated month or day.
const ABBREVIATION_BYTES: usize = 3;

/// Bytes of a fraction that count: the point and nine digits.
const FRACTION_BYTES: usize = 10;

/// The time that `value` shows by `layout`, in `local` unless it says where.
///
/// # Errors
/// In the words of Go's `time.ParseError`.
pub(crate) fn parse(layout: &[u8], value: &[u8], local: &Zone) -> Result<Time, String> {
    let told = |what: String| format!("parsing time {}{what}", quoted(value));
    let cannot = |from: &[u8], what: &[u8]| {
        told(format!(" as {}: cannot parse {} as {}", quoted(layout), quoted(from), quoted(what)))
    };
    let mut reader = Reader { rest: value, shown: Shown::default() };
    let mut left = layout;
    loop {
        let cut = cut(left);
        reader.skip(cut.plain).map_err(|rest| cannot(rest, cut.plain))?;
        let Some((text, element)) = cut.element else { break };
        left = cut.rest;
        let held = reader.rest;
        reader.read(element, left).map_err(|bad| match bad {
            Bad::Syntax => cannot(held, text),
            Bad::Range(what) => told(format!(": {what} out of range")),
        })?;
    }
    if !reader.rest.is_empty() {
        return Err(told(format!(": extra text: {}", quoted(reader.rest))));
    }
    reader.shown.time(local).map_err(|what| told(format!(": {what}")))
}

/// Why an element was not read.
enum Bad {
    Syntax,
    Range(&'static str),
}

/// What a text says of a time.
#[derive(Debug, Default)]
struct Shown {
    year: i64,
    month: Option<i64>,
    day: Option<i64>,
    year_day: Option<i64>,
    hour: i64,
    minute: i64,
    second: i64,
    nanoseconds: u32,
    /// Whether it says so; it may say both.
    is_morning: bool,
    is_afternoon: bool,
    is_utc: bool,
    offset_seconds: Option<i64>,
    zone_name: String,
}

struct Reader<'v> {
    rest: &'v [u8],
    shown: Shown,
}

impl<'v> Reader<'v> {
    /// Passes over what stands for itself; any number of blanks is as good as one. Gives the rest where it is another text.
    fn skip(&mut self, plain: &[u8]) -> Result<(), &'v [u8]> {
        let mut plain = plain;
        while let Some((byte, after)) = plain.split_first() {
            if *byte == b' ' {
                if self.rest.first().is_some_and(|byte| *byte != b' ') {
                    return Err(self.rest);
                }
                plain = without_blanks(plain);
                self.rest = without_blanks(self.rest);
                continue;
            }
            match self.rest.split_first() {
                Some((found, rest)) if found == byte => self.rest = rest,
                _ => return Err(self.rest),
            }
            plain = after;
        }
        Ok(())
    }

    fn read(&mut self, element: Element, layout: &[u8]) -> Result<(), Bad> {
        match element {
            Element::LongMonth => self.shown.month = Some(self.name(&MONTHS, usize::MAX)? + 1),
            Element::Month => self.shown.month = Some(self.name(&MONTHS, ABBREVIATION_BYTES)? + 1),
            Element::LongWeekday => drop(self.name(&WEEKDAYS, usize::MAX)?),
            Element::Weekday => drop(self.name(&WEEKDAYS, ABBREVIATION_BYTES)?),
            Element::NumberMonth => self.shown.month = Some(within(self.number()?, 1..=12, "month")?),
            Element::ZeroMonth => self.shown.month = Some(within(self.two_digits()?, 1..=12, "month")?),
            Element::Day => self.shown.day = Some(self.number()?),
            Element::BlankDay => {
                self.skip_blanks(1);
                self.shown.day = Some(self.number()?);
            }
            Element::ZeroDay => self.shown.day = Some(self.two_digits()?),
            Element::BlankYearDay => {
                self.skip_blanks(2);
                self.shown.year_day = Some(self.digits(1..=3)?);
            }
            Element::ZeroYearDay => self.shown.year_day = Some(self.digits(3..=3)?),
            Element::Hour => self.shown.hour = within(self.number()?, 0..=23, "hour")?,
            Element::Hour12 => self.shown.hour = within(self.number()?, 0..=12, "hour")?,
            Element::ZeroHour12 => self.shown.hour = within(self.two_digits()?, 0..=12, "hour")?,
            Element::Minute => self.shown.minute = within(self.number()?, 0..=59, "minute")?,
            Element::ZeroMinute => self.shown.minute = within(self.two_digits()?, 0..=59, "minute")?,
            Element::Second => {
                self.shown.second = within(self.number()?, 0..=59, "second")?;
                self.unasked_fraction(layout)?;
            }
            Element::ZeroSecond => {
                self.shown.second = within(self.two_digits()?, 0..=59, "second")?;
                self.unasked_fraction(layout)?;
            }
            Element::LongYear => self.long_year()?,
            Element::Year => self.year()?,
            Element::UpperHalf => self.half((b"AM", b"PM"))?,
            Element::LowerHalf => self.half((b"am", b"pm"))?,
            Element::ZoneName => self.zone_name()?,
            Element::Offset(_, HasZ::Yes) if self.rest.first() == Some(&b'Z') => {
                self.take(1)?;
                self.shown.is_utc = true;
            }
            Element::Offset(shape, _) => self.offset(shape)?,
            Element::Fraction { is_trimmed: true, .. } => self.fraction_as_it_is()?,
            Element::Fraction { digits, .. } => self.fraction(1 + digits)?,
        }
        Ok(())
    }

    fn take(&mut self, count: usize) -> Result<&'v [u8], Bad> {
        let (taken, rest) = self.rest.split_at_checked(count).ok_or(Bad::Syntax)?;
        self.rest = rest;
        Ok(taken)
    }

    fn skip_blanks(&mut self, most: usize) {
        let count = self.rest.iter().take(most).take_while(|byte| **byte == b' ').count();
        self.rest = self.rest.get(count..).unwrap_or_default();
    }

    /// As many digits as there are within the bounds.
    fn digits(&mut self, count: std::ops::RangeInclusive<usize>) -> Result<i64, Bad> {
        let found = self.rest.iter().take(*count.end()).take_while(|byte| byte.is_ascii_digit()).count();
        if !count.contains(&found) {
            return Err(Bad::Syntax);
        }
        Ok(decimal(self.take(found)?))
    }

    fn number(&mut self) -> Result<i64, Bad> {
        self.digits(1..=2)
    }

    fn two_digits(&mut self) -> Result<i64, Bad> {
        self.digits(2..=2)
    }

    /// The position of the name that comes next, in large or small letters.
    fn name(&mut self, names: &[&str], most: usize) -> Result<i64, Bad> {
        for (position, name) in (0..).zip(names) {
            let name = name.get(..most).unwrap_or(name).as_bytes();
            if self.rest.get(..name.len()).is_some_and(|found| found.eq_ignore_ascii_case(name)) {
                self.take(name.len())?;
                return Ok(position);
            }
        }
        Err(Bad::Syntax)
    }

    fn long_year(&mut self) -> Result<(), Bad> {
        if !self.rest.first().is_some_and(u8::is_ascii_digit) {
            return Err(Bad::Syntax);
        }
        self.shown.year = signed(self.take(4)?)?;
        Ok(())
    }

    /// Two digits: those from 69 on are of the century in which Unix began.
    fn year(&mut self) -> Result<(), Bad> {
        let year = signed(self.take(2)?)?;
        self.shown.year = year + if year >= 69 { 1_900 } else { 2_000 };
        Ok(())
    }

    fn half(&mut self, (morning, afternoon): (&[u8], &[u8])) -> Result<(), Bad> {
        let found = self.take(2)?;
        self.shown.is_afternoon |= found == afternoon;
        self.shown.is_morning |= found == morning;
        if found == afternoon || found == morning { Ok(()) } else { Err(Bad::Syntax) }
    }

    /// A fraction behind the seconds that the layout does not ask for.
    fn unasked_fraction(&mut self, layout: &[u8]) -> Result<(), Bad> {
        let is_asked = matches!(cut(layout).element, Some((_, Element::Fraction { .. })));
        if is_asked { Ok(()) } else { self.fraction_as_it_is() }
    }

    /// A fraction of as many digits as there are; there may be none.
    fn fraction_as_it_is(&mut self) -> Result<(), Bad> {
        let digits = self.rest.iter().skip(1).take_while(|byte| byte.is_ascii_digit()).count();
        match self.rest.first() {
            Some(b'.' | b',') if digits > 0 => self.fraction(1 + digits),
            _ => Ok(()),
        }
    }

    fn fraction(&mut self, length: usize) -> Result<(), Bad> {
        let [b'.' | b',', digits @ ..] = self.take(length)? else { return Err(Bad::Syntax) };
        let digits = digits.get(..FRACTION_BYTES - 1).unwrap_or(digits);
        let number = signed(digits)?;
        let missing = u32::try_from(FRACTION_BYTES - 1 - digits.len()).unwrap_or(0);
        let nanoseconds = u32::try_from(number).map_err(|_| Bad::Range("fractional second"))?;
        self.shown.nanoseconds = nanoseconds.saturating_mul(10_u32.saturating_pow(missing));
        Ok(())
    }

    fn offset(&mut self, shape: Shape) -> Result<(), Bad> {
        let text = match shape {
            Shape::Hours => self.take(3)?,
            Shape::Minutes => self.take(5)?,
            Shape::ColonMinutes => self.take(6)?,
            Shape::Seconds => self.take(7)?,
            Shape::ColonSeconds => self.take(9)?,
        };
        let (sign, hours, minutes, seconds) = match (shape, text) {
            (Shape::Hours, [sign, hours @ ..]) => (sign, hours, &b"00"[..], &b"00"[..]),
            (Shape::Minutes, [sign, a, b, minutes @ ..]) => (sign, &[*a, *b][..], minutes, &b"00"[..]),
            (Shape::ColonMinutes, [sign, a, b, b':', minutes @ ..]) => {
                (sign, &[*a, *b][..], minutes, &b"00"[..])
            }
            (Shape::Seconds, [sign, a, b, c, d, seconds @ ..]) => {
                (sign, &[*a, *b][..], &[*c, *d][..], seconds)
            }
            (Shape::ColonSeconds, [sign, a, b, b':', c, d, b':', seconds @ ..]) => {
                (sign, &[*a, *b][..], &[*c, *d][..], seconds)
            }
            _ => return Err(Bad::Syntax),
        };
        // A part that is no number hides those behind it.
        let parts = [hours, minutes, seconds]
            .map(|digits| if digits.iter().all(u8::is_ascii_digit) { Some(decimal(digits)) } else { None });
        let [hours, minutes, seconds] = parts;
        let (minutes, seconds) = (hours.and(minutes), hours.and(minutes).and(seconds));
        let is_over = |part: Option<i64>, most| part.is_some_and(|part| part > most);
        // The last one that is out of its range is told.
        for (part, most, what) in [
            (seconds, 60, "time zone offset second"),
            (minutes, 60, "time zone offset minute"),
            (hours, 24, "time zone offset hour"),
        ] {
            if is_over(part, most) {
                return Err(Bad::Range(what));
            }
        }
        let (Some(hours), Some(minutes), Some(seconds)) = (hours, minutes, seconds) else {
            return Err(Bad::Syntax);
        };
        let size = (hours * 60 + minutes) * 60 + seconds;
        self.shown.offset_seconds = match sign {
            b'+' => Some(size),
            // Go takes this one for no offset.
            b'-' => Some(-size).filter(|offset| *offset != -1),
            _ => return Err(Bad::Syntax),
        };
        Ok(())
    }

    fn zone_name(&mut self) -> Result<(), Bad> {
        if let Some(rest) = self.rest.strip_prefix(b"UTC") {
            self.rest = rest;
            self.shown.is_utc = true;
            return Ok(());
        }
        let length = zone_name_length(self.rest).ok_or(Bad::Syntax)?;
        self.shown.zone_name = String::from_utf8_lossy(self.take(length)?).into_owned();
        Ok(())
    }
}

impl Shown {
    /// The time that is meant.
    fn time(self, local: &Zone) -> Result<Time, &'static str> {
        let (month, day) = self.date()?;
        let hour = match self.hour {
            0..12 if self.is_afternoon => self.hour + 12,
            12 if self.is_morning => 0,
            hour => hour,
        };
        let (year, minute, second) = (self.year, self.minute, self.second);
        let civil = Civil { year, month, day, hour, minute, second };
        let at = |zone: Zone| Time::of_civil(&civil, self.nanoseconds, zone);
        if self.is_utc {
            return Ok(at(Zone::utc()));
        }
        let shown = at(Zone::utc());
        let earlier = |offset: i64| Time { seconds: shown.seconds.wrapping_sub(offset), ..shown.clone() };
        if let Some(offset) = self.offset_seconds {
            let time = earlier(offset);
            let held = local.at(time.seconds);
            let is_local = i64::from(held.offset_seconds) == offset
                && (self.zone_name.is_empty() || held.abbreviation == self.zone_name);
            let zone = if is_local { local.clone() } else { Zone::fixed(&self.zone_name, narrow(offset)) };
            return Ok(time.within(zone));
        }
        if self.zone_name.is_empty() {
            return Ok(at(local.clone()));
        }
        if let Some(offset) = local.offset_seconds_of(&self.zone_name, shown.seconds) {
            return Ok(earlier(i64::from(offset)).within(local.clone()));
        }
        // An unknown name is a place without an offset, unless it says one: Go then shows the clock moved by it.
        let hours = self.zone_name.strip_prefix("GMT").and_then(|hours| hours.parse::<i64>().ok());
        let offset = hours.unwrap_or(0) * 3_600;
        Ok(shown.within(Zone::fixed(&self.zone_name, narrow(offset))))
    }

    /// The month and its day.
    fn date(&self) -> Result<(i64, i64), &'static str> {
        let (month, day) = match self.year_day {
            Some(year_day) => self.date_of(year_day)?,
            None => (self.month.unwrap_or(1), self.day.unwrap_or(1)),
        };
        if (1..=days_in(month, self.year)).contains(&day) {
            Ok((month, day))
        } else {
            Err("day out of range")
        }
    }

    fn date_of(&self, year_day: i64) -> Result<(i64, i64), &'static str> {
        if !(1..=365 + i64::from(is_leap(self.year))).contains(&year_day) {
            return Err("day-of-year out of range");
        }
        let month = (1..=12).rev().find(|month| days_before(*month, self.year) < year_day).unwrap_or(1);
        let day = year_day - days_before(month, self.year);
        if self.month.is_some_and(|told| told != month) {
            return Err("day-of-year does not match month");
        }
        if self.day.is_some_and(|told| told != day) {
            return Err("day-of-year does not match day");
        }
        Ok((month, day))
    }
}

fn narrow(offset: i64) -> i32 {
    i32::try_from(offset).unwrap_or(0)
}

fn without_blanks(text: &[u8]) -> &[u8] {
    let blanks = text.iter().take_while(|byte| **byte == b' ').count();
    text.get(blanks..).unwrap_or_default()
}

fn within(number: i64, range: std::ops::RangeInclusive<i64>, what: &'static str) -> Result<i64, Bad> {
    if range.contains(&number) { Ok(number) } else { Err(Bad::Range(what)) }
}

/// A number of a few digits.
fn decimal(digits: &[u8]) -> i64 {
    digits.iter().fold(0, |number, digit| number * 10 + i64::from(digit.wrapping_sub(b'0')))
}

/// A number of a few digits that may have a sign.
fn signed(text: &[u8]) -> Result<i64, Bad> {
    let (sign, digits) = match text {
        [b'-', digits @ ..] => (-1, digits),
        [b'+', digits @ ..] => (1, digits),
        digits => (1, digits),
    };
    if digits.iter().all(u8::is_ascii_digit) { Ok(sign * decimal(digits)) } else { Err(Bad::Syntax) }
}

/// Bytes of the abbreviation of a zone that a text begins with.
fn zone_name_length(text: &[u8]) -> Option<usize> {
    if text.len() < 3 {
        return None;
    }
    if text.starts_with(b"ChST") || text.starts_with(b"MeST") {
        return Some(4);
    }
    if let Some(hours) = text.strip_prefix(b"GMT") {
        return Some(3 + offset_length(hours).unwrap_or(0));
    }
    if matches!(text, [b'+' | b'-', ..]) {
        return offset_length(text);
    }
    let capitals = text.iter().take(6).take_while(|byte| byte.is_ascii_uppercase()).count();
    match (capitals, text.get(3), text.get(4)) {
        (5, _, Some(b'T')) => Some(5),
        (4, Some(b'T'), _) => Some(4),
        (4, ..) if text.starts_with(b"WITA") => Some(4),
        (3, ..) => Some(3),
        _ => None,
    }
}

/// Bytes of a sign and hours of at most 23.
fn offset_length(text: &[u8]) -> Option<usize> {
    let [b'+' | b'-', digits @ ..] = text else { return None };
    let count = digits.iter().take_while(|byte| byte.is_ascii_digit()).count();
    let number = std::str::from_utf8(digits.get(..count)?).ok()?.parse::<u64>().ok()?;
    (number <= 23).then_some(1 + count)
}
