//! A number of things, or a share of them: `intstr.IntOrString` as the fields that take both mean it.

use std::fmt;

/// A number of pods, or a share of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Bound {
    /// So many.
    Count(i64),
    /// So many percent.
    Percent(i64),
}

impl Bound {
    /// Reads a share such as `50%`; none for any other text. A quoted number is no bound: Kubernetes refuses it.
    #[must_use]
    pub fn parse_percent(text: &str) -> Option<Self> {
        let digits = text.strip_suffix('%')?;
        let is_number = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
        is_number.then(|| digits.parse().ok().map(Self::Percent)).flatten()
    }

    /// How many of `total` that is. A share is rounded up, as Kubernetes does for disruption budgets on both of
    /// their bounds. Saturates.
    #[must_use]
    pub fn of(self, total: i64) -> i64 {
        match self {
            Self::Count(count) => count,
            Self::Percent(percent) => {
                let hundredths = percent.saturating_mul(total);
                hundredths.div_euclid(100) + i64::from(hundredths.rem_euclid(100) > 0)
            }
        }
    }
}

impl fmt::Display for Bound {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Count(count) => write!(f, "{count}"),
            Self::Percent(percent) => write!(f, "{percent}%"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Bound;

    #[test]
    fn reads_shares_and_nothing_else() {
        assert_eq!(Bound::parse_percent("50%"), Some(Bound::Percent(50)));
        for text in ["", "%", "50", "-1%", "5.5%", "50 %", "99999999999999999999%"] {
            assert_eq!(Bound::parse_percent(text), None, "{text:?}");
        }
    }

    #[test]
    fn rounds_shares_up_and_never_overflows() {
        for (percent, total, expected) in
            [(50, 7, 4), (50, 8, 4), (1, 3, 1), (90, 5, 5), (0, 9, 0), (100, 9, 9)]
        {
            assert_eq!(Bound::Percent(percent).of(total), expected, "{percent}% of {total}");
        }
        assert_eq!(Bound::Count(3).of(1), 3);
        assert!(Bound::Percent(i64::MAX).of(i64::MAX) > 0);
    }
}
