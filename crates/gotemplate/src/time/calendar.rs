//! The Gregorian calendar, carried back before it began, and clocks of 24 hours.
//!
//! Years begin in March within, so that the leap day is the last one; 400 of them always have as many days. The arithmetic
//! is that of <https://howardhinnant.github.io/date_algorithms.html>.

use super::wrapped;

const DAY_SECONDS: i64 = 86_400;
const DAYS_OF_400_YEARS: u64 = 146_097;

/// The year that Go's calendar begins in (`absoluteYears` of time/time.go): a multiple of 400 before all that seconds in
/// 64 bits reach.
const FIRST_YEAR: i64 = -292_277_022_400;

/// Days from March of that year to 1970: its years in groups of 400, and those from March of the year 0.
const FIRST_TO_UNIX_DAYS: i64 = 730_692_556 * 146_097 + 719_468;

/// What a calendar and a clock show. Parts that were computed are in their range; given ones may be outside, and carry
/// over.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Civil {
    /// The year; 0 is the one before 1.
    pub(crate) year: i64,
    /// The month, from 1.
    pub(crate) month: i64,
    /// The day of the month, from 1.
    pub(crate) day: i64,
    /// Hours.
    pub(crate) hour: i64,
    /// Minutes.
    pub(crate) minute: i64,
    /// Seconds.
    pub(crate) second: i64,
}

impl Civil {
    /// What is shown so many seconds after 1970-01-01T00:00:00, in the same zone.
    pub(crate) fn of(seconds: i64) -> Self {
        let (days, second) = absolute(seconds);
        let (group, day) = (days / DAYS_OF_400_YEARS, days % DAYS_OF_400_YEARS);
        let year = (day - day / 1_460 + day / 36_524 - day / 146_096) / 365;
        let year_day = day - (365 * year + year / 4 - year / 100);
        let month = (5 * year_day + 2) / 153;
        let day = year_day - (153 * month + 2) / 5 + 1;
        let signed = |number: u64| i64::try_from(number).unwrap_or(i64::MAX);
        let is_next_year = month >= 10;
        Self {
            year: signed(group) * 400 + signed(year) + FIRST_YEAR + i64::from(is_next_year),
            month: signed(month) + if is_next_year { -9 } else { 3 },
            day: signed(day),
            hour: second / 3_600,
            minute: second / 60 % 60,
            second: second % 60,
        }
    }

    /// Seconds from 1970-01-01T00:00:00 to this, in the same zone.
    pub(crate) fn seconds(&self) -> i64 {
        let Self { year, month, day, hour, minute, second } = *self;
        let months = i128::from(month) - 1;
        let (year, month) = (i128::from(year) + months.div_euclid(12), months.rem_euclid(12) + 1);
        // Months from March on.
        let (year, month) = if month > 2 { (year, month - 3) } else { (year - 1, month + 9) };
        let (group, year) = (year.div_euclid(400), year.rem_euclid(400));
        let year_day = (153 * month + 2) / 5 + i128::from(day) - 1;
        let days = group * 146_097 + year * 365 + year / 4 - year / 100 + year_day - 719_468;
        let clock = i128::from(hour) * 3_600 + i128::from(minute) * 60 + i128::from(second);
        wrapped(days * i128::from(DAY_SECONDS) + clock)
    }

    /// The day of the year, from 1.
    pub(crate) fn year_day(&self) -> i64 {
        days_before(self.month, self.year) + self.day
    }

    /// The day of the week, from Sunday, which is 0.
    pub(crate) fn weekday(&self) -> i64 {
        // The calendar's first day is a Wednesday, as each first of March of a multiple of 400.
        i64::try_from((absolute(self.seconds()).0 + 3) % 7).unwrap_or(0)
    }
}

/// Days since the calendar begins, and seconds of the day.
fn absolute(seconds: i64) -> (u64, i64) {
    let since = seconds.wrapping_add(FIRST_TO_UNIX_DAYS * DAY_SECONDS).cast_unsigned();
    let day = DAY_SECONDS.cast_unsigned();
    (since / day, (since % day).cast_signed())
}

/// Whether a year has a 29 February.
pub(super) fn is_leap(year: i64) -> bool {
    year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
}

/// Days of a month, from 1.
pub(super) fn days_in(month: i64, year: i64) -> i64 {
    match month {
        2 => 28 + i64::from(is_leap(year)),
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// Days of a year before a month of it.
pub(super) fn days_before(month: i64, year: i64) -> i64 {
    (1..month.min(13)).map(|month| days_in(month, year)).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_is_shown_and_found_again() {
        for seconds in [0, -1, 86_399, 951_782_400, -62_135_596_800, 253_402_300_799, 1 << 40, -(1 << 45)] {
            let civil = Civil::of(seconds);
            assert_eq!(civil.seconds(), seconds, "{civil:?}");
            assert!((1..=days_in(civil.month, civil.year)).contains(&civil.day), "{civil:?}");
        }
    }

    #[test]
    fn parts_outside_of_their_range_carry_over() {
        let civil = Civil { year: 2023, month: 14, day: 30, hour: 25, minute: -1, second: 61 };
        let carried = Civil { year: 2024, month: 3, day: 2, hour: 1, minute: 0, second: 1 };
        assert_eq!(Civil::of(civil.seconds()), carried);
        assert_eq!((carried.year_day(), carried.weekday()), (62, 6));
    }
}
