//! Writes an iCalendar (RFC 5545) of all-day entries. Pure: the time of writing is an argument.

use std::fmt::Write as _;

use jiff::Timestamp;
use jiff::civil::Date;

/// RFC 5545 §3.1: a content line is no longer than 75 octets, its line break not counted.
const LINE_OCTETS_MAX: usize = 75;

/// An entry that takes a whole day and no time from anyone's day.
pub(crate) struct AllDay {
    /// Globally unique, and the same each time the entry is written.
    pub(crate) uid: String,
    pub(crate) date: Date,
    pub(crate) summary: String,
    pub(crate) description: String,
    /// How many days before the day the reminder comes.
    pub(crate) reminder_days: u8,
}

/// The calendar's text, with the line ends that the format asks for.
pub(crate) fn write(name: &str, entries: &[AllDay], stamp: Timestamp) -> String {
    let mut out = String::new();
    for line in ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Liftlock//Kubernetes calendar//EN"] {
        push_line(&mut out, line);
    }
    push_line(&mut out, "CALSCALE:GREGORIAN");
    push_line(&mut out, "METHOD:PUBLISH");
    push_line(&mut out, &format!("X-WR-CALNAME:{}", escape(name)));
    push_line(&mut out, "REFRESH-INTERVAL;VALUE=DURATION:P1W");
    let stamp = stamp.strftime("%Y%m%dT%H%M%SZ").to_string();
    for entry in entries {
        push_entry(&mut out, entry, &stamp);
    }
    push_line(&mut out, "END:VCALENDAR");
    out
}

fn push_entry(out: &mut String, entry: &AllDay, stamp: &str) {
    let AllDay { uid, date, summary, description, reminder_days } = entry;
    let summary = escape(summary);
    push_line(out, "BEGIN:VEVENT");
    push_line(out, &format!("UID:{uid}"));
    push_line(out, &format!("DTSTAMP:{stamp}"));
    push_line(out, &format!("DTSTART;VALUE=DATE:{}", date.strftime("%Y%m%d")));
    // The end is the first day that no longer belongs to the entry (§3.6.1).
    let end = date.tomorrow().unwrap_or(*date);
    push_line(out, &format!("DTEND;VALUE=DATE:{}", end.strftime("%Y%m%d")));
    push_line(out, &format!("SUMMARY:{summary}"));
    push_line(out, &format!("DESCRIPTION:{}", escape(description)));
    push_line(out, "TRANSP:TRANSPARENT");
    push_line(out, "BEGIN:VALARM");
    push_line(out, "ACTION:DISPLAY");
    push_line(out, &format!("TRIGGER:-P{reminder_days}D"));
    push_line(out, &format!("DESCRIPTION:{summary}"));
    push_line(out, "END:VALARM");
    push_line(out, "END:VEVENT");
}

/// A TEXT value (§3.3.11).
fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '\\' | ';' | ',' => {
                let _ = write!(out, "\\{character}");
            }
            '\n' => out.push_str("\\n"),
            // Other control characters may not stand in a text.
            character if character.is_control() => {}
            character => out.push(character),
        }
    }
    out
}

/// Adds a content line, folded where it is too long, never inside of a character.
fn push_line(out: &mut String, line: &str) {
    let mut octets = 0;
    for character in line.chars() {
        if octets + character.len_utf8() > LINE_OCTETS_MAX {
            out.push_str("\r\n ");
            octets = 1;
        }
        out.push(character);
        octets += character.len_utf8();
    }
    out.push_str("\r\n");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folds_at_75_octets_and_never_inside_of_a_character() {
        for text in ["x".repeat(300), "é".repeat(200), format!("{}€{}", "x".repeat(74), "€".repeat(60))]
        {
            let mut out = String::new();
            push_line(&mut out, &text);
            assert!(out.ends_with("\r\n"));
            assert!(out.split("\r\n").all(|line| line.len() <= LINE_OCTETS_MAX), "{out:?}");
            assert_eq!(out.replace("\r\n ", "").trim_end_matches("\r\n"), text);
        }
    }

    #[test]
    fn a_line_of_exactly_75_octets_is_not_folded() {
        let mut out = String::new();
        push_line(&mut out, &"x".repeat(75));
        assert_eq!(out.len(), 77);
    }

    #[test]
    fn escapes_what_separates_values_and_drops_control_characters() {
        assert_eq!(escape("a,b;c\\d\ne\r\u{7}"), "a\\,b\\;c\\\\d\\ne");
    }
}
