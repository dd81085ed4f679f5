//! Flags, width and precision of one verb, and padding by them.

/// What stands between `%` and the verb.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Spec {
    pub(super) plus: bool,
    pub(super) minus: bool,
    pub(super) sharp: bool,
    pub(super) space: bool,
    pub(super) zero: bool,
    /// `%+v`: names of fields.
    pub(super) plus_v: bool,
    /// `%#v`: Go's syntax.
    pub(super) sharp_v: bool,
    pub(super) width: Option<usize>,
    pub(super) precision: Option<usize>,
}

impl Spec {
    /// Adds a text in as many characters as the width asks for.
    pub(super) fn pad(&self, out: &mut Vec<u8>, text: &[u8]) {
        let fill = self.width.unwrap_or(0).saturating_sub(characters(text));
        if self.minus {
            out.extend_from_slice(text);
            out.extend(std::iter::repeat_n(b' ', fill));
        } else {
            let byte = if self.zero { b'0' } else { b' ' };
            out.extend(std::iter::repeat_n(byte, fill));
            out.extend_from_slice(text);
        }
    }
}

/// Characters of a text; each byte that is no UTF-8 is one.
pub(super) fn characters(text: &[u8]) -> usize {
    text.utf8_chunks().map(|chunk| chunk.valid().chars().count() + chunk.invalid().len()).sum()
}
