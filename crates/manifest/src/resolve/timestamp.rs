//! Timestamps: which texts goyaml takes for one, and how Go prints what it took.

/// A point in time with the offset that was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Timestamp {
    year: u32,
    month: u32,
    day: u32,
    hour: u32,
    minute: u32,
    second: u32,
    nanosecond: u32,
    /// Minutes east of Greenwich; none prints as `Z`.
    offset_minutes: Option<i32>,
}

/// Go keeps nine digits of a second and drops the others.
const FRACTION_DIGITS_MAX: usize = 9;

impl Timestamp {
    /// Reads a date (`2001-1-2`), a date and time with spaces between and no zone, or a date and time joined by
    /// `T` or `t` with a zone. Gives none for every other text.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let mut reader = Reader { rest: text.as_bytes() };
        let date = reader.date()?;
        match reader.rest.first() {
            None => Some(date),
            Some(b'T' | b't') => {
                reader.skip();
                let timed = reader.time(date)?;
                let offset_minutes = reader.zone()?;
                reader.rest.is_empty().then_some(Self { offset_minutes, ..timed })
            }
            Some(b' ') => {
                while reader.rest.first() == Some(&b' ') {
                    reader.skip();
                }
                let timed = reader.time(date)?;
                reader.rest.is_empty().then_some(timed)
            }
            Some(_) => None,
        }
    }

    /// The text that Go prints for it (RFC 3339 with as many digits of a second as are needed).
    #[must_use]
    pub fn to_rfc3339(self) -> String {
        let Self { year, month, day, hour, minute, second, nanosecond, offset_minutes } = self;
        let mut text = format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}");
        if nanosecond > 0 {
            let fraction = format!(".{nanosecond:09}");
            text.push_str(fraction.trim_end_matches('0'));
        }
        match offset_minutes {
            None | Some(0) => text.push('Z'),
            Some(offset) => {
                let sign = if offset < 0 { '-' } else { '+' };
                let minutes = offset.unsigned_abs();
                text.push_str(&format!("{sign}{:02}:{:02}", minutes / 60, minutes % 60));
            }
        }
        text
    }
}

struct Reader<'text> {
    rest: &'text [u8],
}

impl Reader<'_> {
    fn skip(&mut self) {
        self.rest = self.rest.get(1..).unwrap_or_default();
    }

    fn literal(&mut self, byte: u8) -> Option<()> {
        self.rest = self.rest.strip_prefix(&[byte])?;
        Some(())
    }

    fn digit(&mut self) -> Option<u32> {
        let digit =
            self.rest.first().filter(|byte| byte.is_ascii_digit()).map(|byte| u32::from(byte - b'0'))?;
        self.skip();
        Some(digit)
    }

    /// One digit, or two when a second follows.
    fn short_number(&mut self) -> Option<u32> {
        let first = self.digit()?;
        Some(self.digit().map_or(first, |second| first * 10 + second))
    }

    fn two_digits(&mut self) -> Option<u32> {
        Some(self.digit()? * 10 + self.digit()?)
    }

    fn date(&mut self) -> Option<Timestamp> {
        let year = self.two_digits()? * 100 + self.two_digits()?;
        self.literal(b'-')?;
        let month = self.short_number()?;
        self.literal(b'-')?;
        let day = self.short_number()?;
        let in_calendar = (1..=12).contains(&month) && (1..=days_in(month, year)).contains(&day);
        in_calendar.then_some(Timestamp {
            year,
            month,
            day,
            hour: 0,
            minute: 0,
            second: 0,
            nanosecond: 0,
            offset_minutes: None,
        })
    }

    fn time(&mut self, date: Timestamp) -> Option<Timestamp> {
        let hour = self.short_number()?;
        self.literal(b':')?;
        let minute = self.short_number()?;
        self.literal(b':')?;
        let second = self.short_number()?;
        let nanosecond = self.fraction();
        let on_clock = hour < 24 && minute < 60 && second < 60;
        on_clock.then_some(Timestamp { hour, minute, second, nanosecond, ..date })
    }

    /// Nanoseconds from a comma or a dot and any number of digits; nothing is read when no digit follows.
    fn fraction(&mut self) -> u32 {
        let [b'.' | b',', b'0'..=b'9', ..] = self.rest else {
            return 0;
        };
        self.skip();
        let mut nanosecond = 0;
        let mut read = 0;
        while let Some(digit) = self.digit() {
            if read < FRACTION_DIGITS_MAX {
                nanosecond = nanosecond * 10 + digit;
                read += 1;
            }
        }
        for _ in read..FRACTION_DIGITS_MAX {
            nanosecond *= 10;
        }
        nanosecond
    }

    /// `Z`, or a sign, two digits, a colon and two digits. The outer none means that there is no zone.
    #[expect(
        clippy::option_option,
        reason = "the inner none is the zone `Z`, the outer one is no zone at all"
    )]
    fn zone(&mut self) -> Option<Option<i32>> {
        if self.literal(b'Z').is_some() {
            return Some(None);
        }
        let negative = match self.rest.first()? {
            b'-' => true,
            b'+' => false,
            _ => return None,
        };
        self.skip();
        let hours = self.two_digits()?;
        self.literal(b':')?;
        let minutes = self.two_digits()?;
        if hours > 24 || minutes > 60 {
            return None;
        }
        let offset = i32::try_from(hours * 60 + minutes).ok()?;
        Some(Some(if negative { -offset } else { offset }))
    }
}

fn days_in(month: u32, year: u32) -> u32 {
    match month {
        4 | 6 | 9 | 11 => 30,
        2 if year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400)) => 29,
        2 => 28,
        _ => 31,
    }
}
