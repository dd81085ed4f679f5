//! Looking for bytes in short runs, eight at a time.
//!
//! A line of a manifest has some ten bytes of indentation, ten of key and twenty of value. For such
//! lengths a call into `memchr` costs more than it saves; one comparison of a whole word does not.

/// The byte 1 in each byte of a word.
const ONES: u64 = 0x0101_0101_0101_0101;
/// The highest bit of each byte of a word.
const HIGH_BITS: u64 = ONES << 7;

/// How many spaces `bytes` begins with.
#[inline(always)]
pub(super) fn leading_spaces(bytes: &[u8]) -> usize {
    let (words, rest) = bytes.as_chunks::<8>();
    for (index, word) in words.iter().enumerate() {
        let differences = u64::from_le_bytes(*word) ^ (ONES * b' ' as u64);
        if differences != 0 {
            return index * 8 + first_byte(differences);
        }
    }
    bytes.len() - rest.len() + rest.iter().take_while(|&&byte| byte == b' ').count()
}

/// The first of the three bytes at which a plain scalar may end: a colon, a `#` or a line feed.
#[inline(always)]
pub(super) fn find_plain_stop(bytes: &[u8]) -> Option<usize> {
    let (words, rest) = bytes.as_chunks::<8>();
    for (index, word) in words.iter().enumerate() {
        let word = u64::from_le_bytes(*word);
        let stops = zero_bytes(word ^ (ONES * b':' as u64))
            | zero_bytes(word ^ (ONES * b'#' as u64))
            | zero_bytes(word ^ (ONES * b'\n' as u64));
        if stops != 0 {
            return Some(index * 8 + first_byte(stops));
        }
    }
    let found = rest.iter().position(|&byte| matches!(byte, b':' | b'#' | b'\n'));
    found.map(|position| bytes.len() - rest.len() + position)
}

/// Marks the zero bytes of a word by their highest bit. Bytes above the lowest zero byte may be marked
/// wrongly, so only the lowest mark counts.
const fn zero_bytes(word: u64) -> u64 {
    word.wrapping_sub(ONES) & !word & HIGH_BITS
}

/// The position of the lowest byte that is not zero.
const fn first_byte(word: u64) -> usize {
    word.trailing_zeros() as usize / 8
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(2_000) })]

        #[test]
        fn finds_what_a_loop_over_bytes_finds(spaces in 0..40_usize, bytes in proptest::collection::vec(any::<u8>(), 0..40)) {
            let mut text = vec![b' '; spaces];
            text.extend_from_slice(&bytes);
            prop_assert_eq!(leading_spaces(&text), text.iter().take_while(|&&byte| byte == b' ').count());
            let stop = text.iter().position(|byte| b":#\n".contains(byte));
            prop_assert_eq!(find_plain_stop(&text), stop);
        }
    }
}
