//! Positions in lists, as a pointer writes them: `0`, `-1` for the last, `-` for behind the last.

/// Why a position names no item.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FindPosition {
    /// It is no number.
    #[error("value was not a proper array index: '{key}'")]
    CountByText {
        /// What stands in its place.
        key: String,
    },
    /// It is past an end.
    #[error("unable to access invalid index: {index}: invalid index referenced")]
    LeaveList {
        /// The position.
        index: i64,
    },
}

/// The position of an item that is there, in a list of `length` items.
pub(super) fn existing(key: &str, length: usize) -> Result<usize, FindPosition> {
    let index = number(key)?;
    from_either_end(index, length)
        .filter(|position| *position < length)
        .ok_or(FindPosition::LeaveList { index })
}

/// The position at which an item is put in.
pub(super) fn inserted(key: &str, length: usize) -> Result<usize, FindPosition> {
    if key == "-" {
        return Ok(length);
    }
    let index = number(key)?;
    // Seen from the end of the list as it will be: -1 is behind the last item.
    from_either_end(index, length + 1)
        .filter(|position| *position <= length)
        .ok_or(FindPosition::LeaveList { index })
}

fn number(key: &str) -> Result<i64, FindPosition> {
    key.parse().map_err(|_| FindPosition::CountByText { key: key.to_owned() })
}

fn from_either_end(index: i64, length: usize) -> Option<usize> {
    match usize::try_from(index) {
        Ok(position) => Some(position),
        Err(_) => length.checked_sub(usize::try_from(index.unsigned_abs()).ok()?),
    }
}
