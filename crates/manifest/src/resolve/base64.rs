//! Standard base64 as Go's `base64.StdEncoding` reads and writes it: padded; in reading, line breaks and spare bits are
//! ignored.

/// Decodes a text, or gives none when it is not base64.
#[must_use]
pub fn decode(text: &str) -> Option<Vec<u8>> {
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

/// Encodes bytes, on one line.
#[must_use]
pub fn encode(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for group in bytes.chunks(3) {
        let byte = |position: usize| u32::from(group.get(position).copied().unwrap_or(0));
        let bits = byte(0) << 16 | byte(1) << 8 | byte(2);
        for position in 0..4 {
            text.push(if position > group.len() { '=' } else { symbol(bits >> (18 - 6 * position) & 0x3f) });
        }
    }
    text
}

fn symbol(sextet: u32) -> char {
    const SYMBOLS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    SYMBOLS.get(sextet as usize).map_or('=', |symbol| char::from(*symbol))
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn encodes_with_padding() {
        for (bytes, text) in [
            ("", ""),
            ("f", "Zg=="),
            ("fo", "Zm8="),
            ("foo", "Zm9v"),
            ("foob", "Zm9vYg=="),
            ("fooba", "Zm9vYmE="),
            ("\u{3ff}\u{fff}?", "z7/gv78/"),
        ] {
            assert_eq!(encode(bytes.as_bytes()), text);
        }
    }

    #[test]
    fn decodes_what_it_encodes() {
        let bytes: Vec<u8> = (0..=255).collect();
        for start in 0..bytes.len() {
            assert_eq!(decode(&encode(&bytes[start..])).as_deref(), Some(&bytes[start..]));
        }
    }
}
