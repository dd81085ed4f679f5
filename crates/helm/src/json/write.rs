//! Texts as Go's `json.Marshal` writes them.

use std::fmt::Write as _;

/// A text in quotes. Signs of HTML and the two line separators of Unicode are escaped, as `json.Marshal` does unless told
/// otherwise; everything else beyond ASCII stays.
pub(crate) fn quoted(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    out.push('"');
    for character in text.chars() {
        match character {
            '"' | '\\' => out.extend(['\\', character]),
            '\u{8}' => out.push_str("\\b"),
            '\u{c}' => out.push_str("\\f"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            '<' | '>' | '&' | '\u{2028}' | '\u{2029}' | '\0'..' ' => {
                // Writing to a String cannot fail.
                let _ = write!(out, "\\u{:04x}", u32::from(character));
            }
            other => out.push(other),
        }
    }
    out.push('"');
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::json::{Json, JsonData, read};

    /// Every text in a value, keys included, written again as it stood.
    fn check(whole: &str, json: &Json<'_>) -> usize {
        let is_same = |range: std::ops::Range<usize>, text: &str| assert_eq!(&whole[range], quoted(text));
        match &json.data {
            JsonData::String(text) => is_same(json.range.clone(), text),
            JsonData::Array(items) => return items.iter().map(|item| check(whole, item)).sum(),
            JsonData::Object(members) => {
                members.iter().for_each(|member| is_same(member.key_range.clone(), &member.key));
                return members.len()
                    + members.iter().map(|member| check(whole, &member.value)).sum::<usize>();
            }
            _ => return 0,
        }
        1
    }

    #[test]
    fn every_text_of_helm_s_records_is_written_as_it_stands() {
        let mut count = 0;
        for row in include_str!("../../tests/data/release.jsonl").lines() {
            let row = read(row).unwrap();
            let record = row.get("json").and_then(Json::as_text).unwrap();
            count += check(record, &read(record).unwrap());
        }
        assert_eq!(count, 592);
    }

    #[test]
    fn texts_are_written_as_go_writes_them() {
        assert_eq!(
            quoted("a\"\\\u{8}\u{c}\n\r\t\0\u{1f}\u{7f}<>&é\u{2028}😀"),
            r#""a\"\\\b\f\n\r\t\u0000\u001f"#.to_owned() + "\u{7f}" + r#"\u003c\u003e\u0026é\u2028😀""#
        );
    }
}
