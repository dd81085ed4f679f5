//! Layouts: texts in which parts of the time `Mon Jan 2 15:04:05 MST 2006` stand for those of any time.

/// A part of a time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Element {
    /// `January`.
    LongMonth,
    /// `Jan`.
    Month,
    /// `1`.
    NumberMonth,
    /// `01`.
    ZeroMonth,
    /// `Monday`.
    LongWeekday,
    /// `Mon`.
    Weekday,
    /// `2`.
    Day,
    /// `_2`.
    BlankDay,
    /// `02`.
    ZeroDay,
    /// `__2`.
    BlankYearDay,
    /// `002`.
    ZeroYearDay,
    /// `15`.
    Hour,
    /// `3`.
    Hour12,
    /// `03`.
    ZeroHour12,
    /// `4`.
    Minute,
    /// `04`.
    ZeroMinute,
    /// `5`.
    Second,
    /// `05`.
    ZeroSecond,
    /// `2006`.
    LongYear,
    /// `06`.
    Year,
    /// `PM`.
    UpperHalf,
    /// `pm`.
    LowerHalf,
    /// `MST`.
    ZoneName,
    /// `-0700` and its kin; those that begin with `Z` write that for UTC.
    Offset(Shape, HasZ),
    /// `.000` or `,999`: so many digits, without zeros at the end where it is written with nines.
    Fraction { separator: u8, digits: usize, is_trimmed: bool },
}

/// How an offset is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Shape {
    /// `-07`.
    Hours,
    /// `-0700`.
    Minutes,
    /// `-07:00`.
    ColonMinutes,
    /// `-070000`.
    Seconds,
    /// `-07:00:00`.
    ColonSeconds,
}

/// Whether an offset of nothing is `Z`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum HasZ {
    Yes,
    No,
}

/// All that stands for a part but fractions; of two that begin alike the longer one is first, as far as Go reads it so.
const ELEMENTS: &[(&[u8], Element)] = &[
    (b"January", Element::LongMonth),
    (b"Jan", Element::Month),
    (b"Monday", Element::LongWeekday),
    (b"Mon", Element::Weekday),
    (b"MST", Element::ZoneName),
    (b"01", Element::ZeroMonth),
    (b"02", Element::ZeroDay),
    (b"03", Element::ZeroHour12),
    (b"04", Element::ZeroMinute),
    (b"05", Element::ZeroSecond),
    (b"06", Element::Year),
    (b"002", Element::ZeroYearDay),
    (b"15", Element::Hour),
    (b"1", Element::NumberMonth),
    (b"2006", Element::LongYear),
    (b"2", Element::Day),
    (b"_2", Element::BlankDay),
    (b"__2", Element::BlankYearDay),
    (b"3", Element::Hour12),
    (b"4", Element::Minute),
    (b"5", Element::Second),
    (b"PM", Element::UpperHalf),
    (b"pm", Element::LowerHalf),
    (b"-070000", Element::Offset(Shape::Seconds, HasZ::No)),
    (b"-07:00:00", Element::Offset(Shape::ColonSeconds, HasZ::No)),
    (b"-0700", Element::Offset(Shape::Minutes, HasZ::No)),
    (b"-07:00", Element::Offset(Shape::ColonMinutes, HasZ::No)),
    (b"-07", Element::Offset(Shape::Hours, HasZ::No)),
    (b"Z070000", Element::Offset(Shape::Seconds, HasZ::Yes)),
    (b"Z07:00:00", Element::Offset(Shape::ColonSeconds, HasZ::Yes)),
    (b"Z0700", Element::Offset(Shape::Minutes, HasZ::Yes)),
    (b"Z07:00", Element::Offset(Shape::ColonMinutes, HasZ::Yes)),
    (b"Z07", Element::Offset(Shape::Hours, HasZ::Yes)),
];

/// A layout up to its first element, which may be missing, and what follows.
#[derive(Debug, Clone, Copy)]
pub(super) struct Cut<'l> {
    /// What stands for itself.
    pub(super) plain: &'l [u8],
    /// The element and its bytes.
    pub(super) element: Option<(&'l [u8], Element)>,
    /// What follows it.
    pub(super) rest: &'l [u8],
}

/// Cuts a layout at its first element.
pub(super) fn cut(layout: &[u8]) -> Cut<'_> {
    for at in 0..layout.len() {
        let (plain, from) = layout.split_at(at);
        if let Some((length, element)) = element_at(from) {
            let (text, rest) = from.split_at(length);
            return Cut { plain, element: Some((text, element)), rest };
        }
    }
    Cut { plain: layout, element: None, rest: &[] }
}

fn element_at(layout: &[u8]) -> Option<(usize, Element)> {
    if let [separator @ (b'.' | b','), digit @ (b'0' | b'9'), ..] = layout {
        return fraction(layout, *separator, *digit);
    }
    let is_meant = |text: &[u8], element: Element| {
        let follows = layout.get(text.len());
        match element {
            // Part of another word, such as "Month".
            Element::Month | Element::Weekday => !follows.is_some_and(u8::is_ascii_lowercase),
            // The year behind an underscore.
            Element::BlankDay => !layout.starts_with(b"_2006"),
            _ => true,
        }
    };
    let found = ELEMENTS.iter().find(|(text, element)| layout.starts_with(text) && is_meant(text, *element));
    found.map(|(text, element)| (text.len(), *element))
}

/// Digits of which the last one is followed by none.
fn fraction(layout: &[u8], separator: u8, digit: u8) -> Option<(usize, Element)> {
    let digits = layout.iter().skip(1).take_while(|byte| **byte == digit).count();
    let is_ended = !layout.get(1 + digits).is_some_and(u8::is_ascii_digit);
    let element = Element::Fraction { separator, digits, is_trimmed: digit == b'9' };
    is_ended.then_some((1 + digits, element))
}
