//! What a render depends on that is another thing elsewhere or the next time: the cluster, the clock, randomness.
//!
//! A mark belongs to whatever a function made that asked for it, to all that was made of that, and to what was printed or
//! left out because of it. Functions are known by the names under which the origins of their values are recorded.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::{BitOr, BitOrAssign};

use text::{DecisionId, Origin, Origins, Record, RecordId};

/// A set of marks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Marks(u8);

impl Marks {
    /// None.
    pub const NONE: Self = Self(0);
    /// It depends on what a host's `lookup` found in a cluster, or did not find.
    pub const LOOKUP: Self = Self(1);
    /// It depends on the clock.
    pub const CLOCK: Self = Self(2);
    /// It depends on randomness.
    pub const RANDOMNESS: Self = Self(4);

    const NAMES: [(Self, &'static str); 3] =
        [(Self::LOOKUP, "lookup"), (Self::CLOCK, "clock"), (Self::RANDOMNESS, "randomness")];

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(self) -> bool {
        self == Self::NONE
    }

    /// Whether all of `other` are among them.
    #[must_use]
    pub fn contains(self, other: Self) -> bool {
        self | other == self
    }

    /// Their names, for people.
    pub fn names(self) -> impl Iterator<Item = &'static str> {
        Self::NAMES.into_iter().filter(move |(mark, _)| self.contains(*mark)).map(|(_, name)| name)
    }

    /// What a function of this name asks for: those of sprig 3.3.0, and the `lookup` of Helm.
    #[must_use]
    pub fn of_function(name: &str) -> Self {
        match name {
            "lookup" => Self::LOOKUP,
            "now" => Self::CLOCK,
            "randAlpha" | "randAlphaNum" | "randAscii" | "randBytes" | "randInt" | "randNumeric"
            | "shuffle" | "uuidv4" | "bcrypt" | "htpasswd" | "encryptAES" | "genPrivateKey" => {
                Self::RANDOMNESS
            }
            "genCA"
            | "genCAWithKey"
            | "genSelfSignedCert"
            | "genSelfSignedCertWithKey"
            | "genSignedCert"
            | "genSignedCertWithKey" => Self::CLOCK | Self::RANDOMNESS,
            _ => Self::NONE,
        }
    }
}

impl BitOr for Marks {
    type Output = Self;

    fn bitor(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }
}

impl BitOrAssign for Marks {
    fn bitor_assign(&mut self, other: Self) {
        *self = *self | other;
    }
}

/// Finds the marks of origins; what it has found once it knows.
#[derive(Debug, Default)]
pub(crate) struct Marking {
    /// Records behind which there is nothing marked.
    clean: BTreeSet<RecordId>,
    /// Decisions of which the same holds.
    clean_decisions: BTreeSet<DecisionId>,
    known: BTreeMap<RecordId, Marks>,
}

/// What is still to be looked at.
enum Open {
    Origin(Origin),
    Decision(DecisionId),
}

impl Marking {
    /// The marks of an origin and of the decision that it stands under.
    pub(crate) fn of(
        &mut self,
        origins: &Origins,
        (origin, decision): (Origin, Option<DecisionId>),
    ) -> Marks {
        let known = match (origin, decision) {
            (Origin::Recorded(id), None) => self.known.get(&id).copied(),
            _ => None,
        };
        if let Some(known) = known {
            return known;
        }
        let mut marks = Marks::NONE;
        let (mut seen, mut seen_decisions) = (BTreeSet::new(), BTreeSet::new());
        let mut open = vec![Open::Origin(origin)];
        open.extend(decision.map(Open::Decision));
        while let Some(next) = open.pop() {
            match next {
                Open::Origin(Origin::Recorded(id)) => {
                    if !self.clean.contains(&id) && seen.insert(id) {
                        marks |= push_record(origins, id, &mut open);
                    }
                }
                Open::Origin(Origin::Written(_) | Origin::Aliased { .. }) => {}
                Open::Decision(id) => {
                    if !self.clean_decisions.contains(&id) && seen_decisions.insert(id) {
                        push_decision(origins, id, &mut open);
                    }
                }
            }
        }
        if marks.is_empty() {
            self.clean.append(&mut seen);
            self.clean_decisions.append(&mut seen_decisions);
        } else if let (Origin::Recorded(id), None) = (origin, decision) {
            self.known.insert(id, marks);
        }
        marks
    }
}

/// The marks of a record itself; what it was made of is still to be looked at.
fn push_record(origins: &Origins, id: RecordId, open: &mut Vec<Open>) -> Marks {
    let mut inputs = Vec::new();
    origins.inputs(id, &mut inputs);
    open.extend(inputs.into_iter().map(Open::Origin));
    match origins.record(id) {
        Some(Record::Made { rule, .. }) => Marks::of_function(rule),
        Some(Record::Decided { by, .. }) => {
            open.push(Open::Decision(*by));
            Marks::NONE
        }
        _ => Marks::NONE,
    }
}

fn push_decision(origins: &Origins, id: DecisionId, open: &mut Vec<Open>) {
    let Some(decision) = origins.decision(id) else { return };
    open.extend(decision.read.iter().copied().map(Open::Origin));
    open.extend(decision.parent.map(Open::Decision));
}
