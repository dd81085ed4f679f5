//! Bytes that are no UTF-8, and what goyaml says of them.
//!
//! Takes what a template gave; gives a text, and the places at which a reader of YAML refuses it.

/// The bytes as a text with replacement characters, and where each of those stands, with what goyaml's reader says of it.
pub(super) fn replaced(bytes: &[u8]) -> (String, Vec<(usize, &'static str)>) {
    let (mut text, mut invalid) = (String::with_capacity(bytes.len()), Vec::new());
    let mut at = 0;
    for chunk in bytes.utf8_chunks() {
        text.push_str(chunk.valid());
        at += chunk.valid().len();
        if !chunk.invalid().is_empty() {
            invalid.push((text.len(), told(bytes.get(at..).unwrap_or_default())));
            text.push(char::REPLACEMENT_CHARACTER);
            at += chunk.invalid().len();
        }
    }
    (text, invalid)
}

/// The words of `readerc.go` for bytes that do not begin with a character.
fn told(bytes: &[u8]) -> &'static str {
    let leading = bytes.first().copied().unwrap_or_default();
    let width = match leading.leading_ones() {
        0 => 1,
        ones @ 2..=4 => ones as usize,
        _ => return "invalid leading UTF-8 octet",
    };
    let Some(trailing) = bytes.get(1..width) else { return "incomplete UTF-8 octet sequence" };
    if trailing.iter().any(|octet| octet & 0xC0 != 0x80) {
        return "invalid trailing UTF-8 octet";
    }
    // Whole and well-formed: what is left is too long for its character, or is none that Unicode has.
    match (leading, trailing.first().copied().unwrap_or_default()) {
        (0xC0 | 0xC1, _) | (0xE0, ..0xA0) | (0xF0, ..0x90) => "invalid length of a UTF-8 sequence",
        _ => "invalid Unicode character",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_way_to_be_no_utf_8_has_its_words() {
        let cases: [(&[u8], &str); 8] = [
            (b"\xff", "invalid leading UTF-8 octet"),
            (b"\x80x", "invalid leading UTF-8 octet"),
            (b"\xc3", "incomplete UTF-8 octet sequence"),
            (b"\xc3...", "invalid trailing UTF-8 octet"),
            (b"\xe2\x82x", "invalid trailing UTF-8 octet"),
            (b"\xc0\x80", "invalid length of a UTF-8 sequence"),
            (b"\xed\xa0\x80", "invalid Unicode character"),
            (b"\xf4\x90\x80\x80", "invalid Unicode character"),
        ];
        for (bytes, words) in cases {
            let bytes = [b"a: ", bytes].concat();
            let (text, invalid) = replaced(&bytes);
            assert_eq!(text, String::from_utf8_lossy(&bytes));
            assert_eq!(invalid.first(), Some(&(3, words)), "{bytes:?}");
        }
    }
}
