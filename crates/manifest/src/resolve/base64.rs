//! Standard base64 as Go's `base64.StdEncoding` reads it: padded, line breaks ignored, spare bits ignored.

/// Decodes a text, or gives none when it is not base64.
pub(super) fn decode(text: &str) -> Option<Vec<u8>> {
    let symbols: Vec<u8> = text.bytes().filter(|byte| !matches!(byte, b'\r' | b'\n')).collect();
    if !symbols.len().is_multiple_of(4) {
        return None;
    }
    let mut bytes = Vec::with_capacity(symbols.len() / 4 * 3);
    let (groups, _) = symbols.as_chunks::<4>();
    for (index, group) in groups.iter().enumerate() {
        let is_last = index + 1 == groups.len();
        match group {
            [first, second, b'=', b'='] if is_last => {
                bytes.extend(joined(&[*first, *second, b'A', b'A'])?.first());
            }
            [first, second, third, b'='] if is_last => {
                bytes.extend(joined(&[*first, *second, *third, b'A'])?.iter().take(2));
            }
            whole => bytes.extend(joined(whole)?),
        }
    }
    Some(bytes)
}

fn joined(group: &[u8; 4]) -> Option<[u8; 3]> {
    let mut bits = 0_u32;
    for symbol in group {
        bits = bits << 6 | u32::from(sextet(*symbol)?);
    }
    let [_, first, second, third] = bits.to_be_bytes();
    Some([first, second, third])
}

fn sextet(symbol: u8) -> Option<u8> {
    match symbol {
        b'A'..=b'Z' => Some(symbol - b'A'),
        b'a'..=b'z' => Some(symbol - b'a' + 26),
        b'0'..=b'9' => Some(symbol - b'0' + 52),
        b'+' => Some(62),
        b'/' => Some(63),
        _ => None,
    }
}
