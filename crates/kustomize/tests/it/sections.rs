//! The sections of a case's file: lines behind a `|` each, under a head that says what they are.

/// The sections behind the file's first line, each with its kind, its name and its content.
pub(crate) fn of(text: &str) -> impl Iterator<Item = (&str, &str, String)> {
    text.split("\n=== ").skip(1).map(|section| {
        let (head, body) = section.split_once('\n').unwrap_or((section, ""));
        let (kind, name) = head.split_once(' ').unwrap_or((head, ""));
        let lines: Vec<_> = body.split('\n').filter_map(|line| line.strip_prefix('|')).collect();
        (kind, name, lines.join("\n"))
    })
}

/// The bytes of a section whose content is their digits.
pub(crate) fn bytes(digits: &str) -> Vec<u8> {
    let pairs = digits.as_bytes().chunks(2);
    pairs.map(|pair| u8::from_str_radix(std::str::from_utf8(pair).unwrap(), 16).unwrap()).collect()
}
