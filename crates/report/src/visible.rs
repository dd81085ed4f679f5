//! Text from files made fit to be printed: nothing in it moves a cursor, changes a colour or turns the
//! direction of reading.

use std::borrow::Cow;

/// `text` with control characters and marks that change the direction written as escapes: `\n`, `\u{1b}`.
#[must_use]
pub fn visible(text: &str) -> Cow<'_, str> {
    if !text.contains(is_unseen) {
        return Cow::Borrowed(text);
    }
    let mut output = String::with_capacity(text.len());
    for character in text.chars() {
        if is_unseen(character) {
            output.extend(character.escape_default());
        } else {
            output.push(character);
        }
    }
    Cow::Owned(output)
}

/// JSON with those characters as JSON's own escapes. The document stays the same: they stand in strings
/// only, and what JSON itself escapes is escaped already.
pub(crate) fn visible_json(json: String) -> String {
    // The line ends between the lines are the serialiser's own.
    let is_hidden = |character: char| character != '\n' && is_unseen(character);
    if !json.contains(is_hidden) {
        return json;
    }
    let mut output = String::with_capacity(json.len());
    for character in json.chars() {
        if is_hidden(character) {
            output.push_str(&format!("\\u{:04x}", u32::from(character)));
        } else {
            output.push(character);
        }
    }
    output
}

/// Control characters (C0, DEL, C1), line and paragraph separators, and marks of direction.
pub(crate) fn is_unseen(character: char) -> bool {
    character.is_control()
        || matches!(character, '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_would_act_on_a_terminal_is_written_out() {
        assert_eq!(visible("a\u{1b}[31mb\n\u{9b}c\u{202e}d"), "a\\u{1b}[31mb\\n\\u{9b}c\\u{202e}d");
        assert!(matches!(visible("plain ü 日本"), Cow::Borrowed(_)));
    }

    #[test]
    fn json_says_the_same_after_escaping() {
        let value = serde_json::json!({ "a": "x\u{7f}\u{9b}\u{202e}\ny" });
        let text = visible_json(serde_json::to_string_pretty(&value).unwrap());
        assert!(!text.contains(|c: char| c != '\n' && is_unseen(c)));
        assert_eq!(serde_json::from_str::<serde_json::Value>(&text).unwrap(), value);
    }
}
