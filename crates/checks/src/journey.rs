//! From which minor to which one a cluster goes.

use version::Minor;

/// One cluster's way. Without a start, everything up to the target is on the way.
#[derive(Debug, Clone)]
pub struct Journey {
    /// The cluster's name; none if no cluster was named.
    pub cluster: Option<String>,
    /// The minor that it runs now.
    pub from: Option<Minor>,
    /// The minor that it goes to.
    pub to: Minor,
}

impl Journey {
    /// Whether entering `minor` is a step of this journey.
    #[must_use]
    pub fn enters(&self, minor: Minor) -> bool {
        minor <= self.to && self.from.is_none_or(|from| from < minor)
    }

    /// Whether `minor` is reached at the end of this journey, on the way or before it began.
    #[must_use]
    pub fn reaches(&self, minor: Minor) -> bool {
        minor <= self.to
    }

    /// Whether `minor` was already reached when the journey began.
    #[must_use]
    pub fn began_after(&self, minor: Minor) -> bool {
        self.from.is_some_and(|from| minor <= from)
    }
}
