//! Text in XML.

use crate::visible::is_unseen;

/// Escapes for XML text and attributes; characters that XML 1.0 has no form for, or that would act on a terminal, become U+FFFD.
pub(crate) fn escaped(text: &str) -> String {
    let mut output = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => output.push_str("&amp;"),
            '<' => output.push_str("&lt;"),
            '>' => output.push_str("&gt;"),
            '"' => output.push_str("&quot;"),
            '\n' => output.push_str("&#10;"),
            '\t' => output.push(' '),
            '\u{fffe}' | '\u{ffff}' => output.push('\u{fffd}'),
            unseen if is_unseen(unseen) => output.push('\u{fffd}'),
            other => output.push(other),
        }
    }
    output
}
