//! Clear values: what was decrypted, in a form that is not printed by accident and does not stay in memory.
//!
//! A [`Clear`] is overwritten when it is dropped, and its `Debug` says nothing of what it holds. Whoever needs the bytes asks
//! for them by name.

use zeroize::Zeroizing;

/// Bytes that nobody may see.
#[derive(Clone, PartialEq, Eq)]
pub struct Clear(Zeroizing<Vec<u8>>);

impl Clear {
    /// Takes bytes over; they are overwritten when this is dropped.
    #[must_use]
    pub fn new(bytes: Vec<u8>) -> Self {
        Self(Zeroizing::new(bytes))
    }

    /// The bytes.
    #[must_use]
    pub fn expose(&self) -> &[u8] {
        &self.0
    }

    /// The bytes as text; none if they are not UTF-8.
    #[must_use]
    pub fn expose_text(&self) -> Option<&str> {
        std::str::from_utf8(&self.0).ok()
    }
}

impl From<&str> for Clear {
    fn from(text: &str) -> Self {
        Self::new(text.as_bytes().to_vec())
    }
}

impl From<String> for Clear {
    fn from(text: String) -> Self {
        Self::new(text.into_bytes())
    }
}

impl std::fmt::Debug for Clear {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("***")
    }
}

#[cfg(test)]
mod tests {
    use super::Clear;

    #[test]
    fn debug_says_nothing_of_the_value() {
        let shown = format!("{:?} {:#?}", Clear::from("hunter2"), Some(Clear::from("hunter2")));
        assert!(!shown.contains("hunter2") && !shown.contains("104"), "{shown}");
    }
}
