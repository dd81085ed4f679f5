//! Positions in a text as spans keep them.

/// Gives a byte offset or a length of a text in 32 bits. It fits: nothing is read that is longer than
/// [`crate::limits::FILE_BYTES_MAX`], and what is printed is bounded by the document that it is printed from.
#[inline]
pub(crate) fn offset(value: usize) -> u32 {
    u32::try_from(value).unwrap_or(u32::MAX)
}
