//! A Kubernetes minor version, the unit in which clusters are upgraded.

use std::fmt;
use std::str::FromStr;

/// A Kubernetes minor such as `1.29`. The major is 1 for every Kubernetes there has been.
///
/// Parses from `1.29`, `v1.29`, `1.29.4`, `v1.29.4-eks-abc123` and `1.29+`; the patch and what
/// follows are dropped, since support, API lifecycles and skew are all decided per minor.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Minor(u16);

/// Why a text is no Kubernetes version.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ParseMinor {
    /// Not of the form `1.N`, with an optional `v`, patch and suffix.
    #[error(
        "'{0}' is not a Kubernetes version: expected a form like '1.31', 'v1.31.4' or '1.31.4-eks-1234567'"
    )]
    Malformed(String),
    /// The major is not 1.
    #[error("'{0}' is not a Kubernetes version: every Kubernetes release so far is 1.x")]
    UnknownMajor(String),
}

impl Minor {
    /// The minor `1.number`.
    #[must_use]
    pub const fn new(number: u16) -> Self {
        Self(number)
    }

    /// The number after `1.`.
    #[must_use]
    pub const fn number(self) -> u16 {
        self.0
    }

    /// The minor that follows. Saturates at the largest number.
    #[must_use]
    pub const fn next(self) -> Self {
        Self(self.0.saturating_add(1))
    }

    /// The minor before, or none before `1.0`.
    #[must_use]
    pub const fn previous(self) -> Option<Self> {
        match self.0.checked_sub(1) {
            Some(number) => Some(Self(number)),
            None => None,
        }
    }

    /// The hops of an upgrade from `self` to `target`: each minor that is entered on the way, in
    /// order, `target` included and `self` not. Empty if `target` is not newer.
    pub fn hops_to(self, target: Self) -> impl DoubleEndedIterator<Item = Self> + Clone {
        (self.0..target.0).map(|before| Self(before + 1))
    }
}

impl FromStr for Minor {
    type Err = ParseMinor;

    fn from_str(text: &str) -> Result<Self, ParseMinor> {
        let malformed = || ParseMinor::Malformed(text.to_owned());
        let trimmed = text.trim();
        let bare = trimmed.strip_prefix(['v', 'V']).unwrap_or(trimmed);
        let (major, rest) = bare.split_once('.').ok_or_else(malformed)?;
        let digits_end = rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len());
        let (minor, tail) = rest.split_at(digits_end);
        if !is_patch_or_suffix(tail) || major.is_empty() || !major.bytes().all(|b| b.is_ascii_digit()) {
            return Err(malformed());
        }
        if major != "1" {
            return Err(ParseMinor::UnknownMajor(text.to_owned()));
        }
        minor.parse().map(Self).map_err(|_| malformed())
    }
}

/// Whether `tail`, what stands after `1.N`, is an optional patch and an optional suffix:
/// nothing, `+`, `.4`, `.4-eks-abc`, `-alpha.1`, `+k3s1`.
fn is_patch_or_suffix(tail: &str) -> bool {
    let after_patch = match tail.strip_prefix('.') {
        Some(patch) => {
            let end = patch.find(|c: char| !c.is_ascii_digit()).unwrap_or(patch.len());
            if end == 0 {
                return false;
            }
            patch.get(end..).unwrap_or_default()
        }
        None => tail,
    };
    match after_patch.strip_prefix(['-', '+']) {
        Some(suffix) => suffix.bytes().all(|b| b.is_ascii_alphanumeric() || b"-.+".contains(&b)),
        None => after_patch.is_empty(),
    }
}

impl fmt::Display for Minor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "1.{}", self.0)
    }
}

impl fmt::Debug for Minor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_every_form_that_tools_print() {
        for text in [
            "1.29",
            "v1.29",
            "1.29.4",
            "v1.29.4",
            "1.29.4-eks-abc",
            "1.29+",
            "v1.29.0+k3s1",
            "1.29-alpha.1",
            " 1.29\n",
        ] {
            assert_eq!(text.parse(), Ok(Minor::new(29)), "{text:?}");
        }
    }

    #[test]
    fn refuses_what_is_no_version() {
        for text in
            ["", "1", "1.", "v1", "1.x", "1.29.", "1.29.x", "1.29 beta", "latest", "one.29", "1.999999"]
        {
            assert!(matches!(text.parse::<Minor>(), Err(ParseMinor::Malformed(_))), "{text:?}");
        }
        assert!(matches!("2.0".parse::<Minor>(), Err(ParseMinor::UnknownMajor(_))));
    }

    #[test]
    fn orders_by_number_and_not_as_text_or_float() {
        assert!(Minor::new(9) < Minor::new(10));
        assert!("1.3".parse::<Minor>().unwrap() < "1.30".parse().unwrap());
    }

    #[test]
    fn hops_leave_out_the_start_and_take_in_the_target() {
        let hops: Vec<_> = Minor::new(31).hops_to(Minor::new(33)).collect();
        assert_eq!(hops, [Minor::new(32), Minor::new(33)]);
        assert_eq!(Minor::new(33).hops_to(Minor::new(33)).count(), 0);
        assert_eq!(Minor::new(34).hops_to(Minor::new(33)).count(), 0);
        assert_eq!(Minor::new(u16::MAX).hops_to(Minor::new(u16::MAX)).count(), 0);
    }
}
