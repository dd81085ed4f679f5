//! Messages of others, without the credentials that they may repeat.

use kustomize::load::remote::masked;

/// The text with every URL in it masked.
pub(crate) fn text(text: &str) -> String {
    let mut output = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(mark) = rest.find("://") {
        let start = rest[..mark]
            .rfind(|part: char| !part.is_ascii_alphanumeric())
            .map_or(0, |position| position + rest[position..].chars().next().map_or(1, char::len_utf8));
        let end = rest[mark + 3..]
            .find(|part: char| {
                part.is_whitespace() || matches!(part, '"' | '\'' | '`' | '<' | '>' | ')' | ']')
            })
            .map_or(rest.len(), |length| mark + 3 + length);
        output.push_str(&rest[..start]);
        output.push_str(&masked(&rest[start..end]));
        rest = &rest[end..];
    }
    output.push_str(rest);
    output
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn urls_within_texts_are_masked() {
        for (before, after) in [
            ("cannot reach \"https://u:p@h/x\": no", "cannot reach \"https://***@h/x\": no"),
            ("ä'ssh://u:p@h/x' https://t@h", "ä'ssh://u:***@h/x' https://***@h"),
            ("nothing: here", "nothing: here"),
            ("://", "://"),
        ] {
            assert_eq!(text(before), after);
        }
    }
}
