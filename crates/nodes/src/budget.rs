//! What `minAvailable` and `maxUnavailable` come to, as the disruption controller counts.

use std::fmt;

use resource::Bound;

/// The bounds of one budget. The API server refuses a budget that has both; then `max_unavailable` counts here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Budget {
    /// How many pods must stay.
    pub min_available: Option<Bound>,
    /// How many pods may be away.
    pub max_unavailable: Option<Bound>,
}

/// Why a budget allows no eviction although every pod is healthy.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Blocked {
    /// `maxUnavailable` is nothing, however many pods there are.
    NoneMayGo(Bound),
    /// `minAvailable` is all of them, however many pods there are.
    AllMustStay(Bound),
    /// `minAvailable` comes to as many pods as there are, or more.
    TooFewPods {
        /// The bound.
        bound: Bound,
        /// What it comes to.
        required: i64,
        /// How many pods there are.
        pods: i64,
    },
    /// Neither bound is set: the controller then expects no pods and allows no disruption.
    NoBound,
}

impl Budget {
    /// How many pods may be evicted at once if there are `pods` and all are healthy. Never below zero.
    #[must_use]
    pub fn disruptions_allowed(self, pods: i64) -> i64 {
        let required = match (self.max_unavailable, self.min_available) {
            (Some(unavailable), _) => pods.saturating_sub(unavailable.of(pods)).max(0),
            (None, Some(available)) => available.of(pods),
            (None, None) => return 0,
        };
        pods.saturating_sub(required).max(0)
    }

    /// Why it allows no eviction whatever the number of pods; none if that depends on their number.
    #[must_use]
    pub fn blocks_always(self) -> Option<Blocked> {
        match (self.max_unavailable, self.min_available) {
            (Some(bound @ (Bound::Count(0) | Bound::Percent(0))), _) => Some(Blocked::NoneMayGo(bound)),
            (Some(_), _) => None,
            (None, Some(bound @ Bound::Percent(100..))) => Some(Blocked::AllMustStay(bound)),
            (None, Some(_)) => None,
            (None, None) => Some(Blocked::NoBound),
        }
    }

    /// Why it allows no eviction with `pods` pods, all healthy; none if it allows one or there is none to evict.
    #[must_use]
    pub fn blocks(self, pods: i64) -> Option<Blocked> {
        if pods <= 0 || self.disruptions_allowed(pods) > 0 {
            return None;
        }
        self.blocks_always().or_else(|| {
            let bound = self.max_unavailable.or(self.min_available)?;
            Some(Blocked::TooFewPods { bound, required: bound.of(pods), pods })
        })
    }

    /// The smallest number of pods at which one may be evicted; none if there is no such number.
    #[must_use]
    pub fn pods_needed(self) -> Option<i64> {
        if self.blocks_always().is_some() {
            return None;
        }
        match (self.max_unavailable, self.min_available) {
            (None, Some(Bound::Count(count))) => Some(count.saturating_add(1).max(1)),
            // ceil(p·n/100) < n first holds at n = ceil(100/(100−p)), or at 1 where p is 0. The share is below 100
            // here: more would block always.
            (None, Some(Bound::Percent(percent @ 1..))) => (199 - percent).checked_div(100 - percent),
            _ => Some(1),
        }
    }
}

impl fmt::Display for Blocked {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoneMayGo(bound) => write!(f, "maxUnavailable is {bound}"),
            Self::AllMustStay(bound) => write!(f, "minAvailable is {bound}"),
            Self::TooFewPods { bound, required, pods } => match bound {
                Bound::Count(_) if *pods == 1 => write!(f, "minAvailable is {required} and there is 1 pod"),
                Bound::Count(_) => write!(f, "minAvailable is {required} and there are {pods} pods"),
                Bound::Percent(_) => {
                    write!(f, "minAvailable {bound} of {pods} pods is rounded up to {required}")
                }
            },
            Self::NoBound => f.write_str("neither minAvailable nor maxUnavailable is set"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use Bound::{Count, Percent};

    fn minimum(bound: Bound) -> Budget {
        Budget { min_available: Some(bound), max_unavailable: None }
    }

    fn maximum(bound: Bound) -> Budget {
        Budget { min_available: None, max_unavailable: Some(bound) }
    }

    #[test]
    fn counts_as_the_disruption_controller_does() {
        for (budget, pods, allowed) in [
            (minimum(Count(2)), 3, 1),
            (minimum(Count(3)), 3, 0),
            (minimum(Count(5)), 3, 0),
            (minimum(Count(0)), 3, 3),
            (minimum(Percent(50)), 7, 3),
            (minimum(Percent(90)), 5, 0),
            (minimum(Percent(100)), 50, 0),
            (minimum(Percent(0)), 5, 5),
            (maximum(Count(1)), 1, 1),
            (maximum(Count(9)), 3, 3),
            (maximum(Count(0)), 3, 0),
            (maximum(Percent(1)), 3, 1),
            (maximum(Percent(0)), 3, 0),
            (maximum(Percent(30)), 10, 3),
            (Budget { min_available: None, max_unavailable: None }, 3, 0),
        ] {
            assert_eq!(budget.disruptions_allowed(pods), allowed, "{budget:?} of {pods}");
        }
    }

    #[test]
    fn tells_what_blocks_always_from_what_blocks_at_a_size() {
        assert_eq!(maximum(Percent(0)).blocks(4), Some(Blocked::NoneMayGo(Percent(0))));
        assert_eq!(minimum(Percent(100)).blocks(4), Some(Blocked::AllMustStay(Percent(100))));
        assert_eq!(
            minimum(Count(2)).blocks(2),
            Some(Blocked::TooFewPods { bound: Count(2), required: 2, pods: 2 })
        );
        assert_eq!(minimum(Count(2)).blocks(3), None);
        assert_eq!(minimum(Count(1)).blocks(0), None, "a budget over no pods stops nobody");
        assert_eq!(minimum(Count(1)).blocks_always(), None);
        let rounded = minimum(Percent(90)).blocks(5).unwrap();
        assert_eq!(rounded.to_string(), "minAvailable 90% of 5 pods is rounded up to 5");
    }

    #[test]
    fn the_pods_needed_are_the_first_number_that_allows_one() {
        let budgets = (0..=100)
            .flat_map(|n| [minimum(Percent(n)), maximum(Percent(n)), minimum(Count(n)), maximum(Count(n))]);
        for budget in budgets {
            let first = (1..=200).find(|pods| budget.disruptions_allowed(*pods) > 0);
            assert_eq!(budget.pods_needed(), first, "{budget:?}");
        }
    }

    #[test]
    fn hostile_numbers_do_not_overflow() {
        for bound in [Count(i64::MAX), Count(i64::MIN), Percent(i64::MAX)] {
            for pods in [i64::MIN, -1, 0, 1, i64::MAX] {
                let _ = (minimum(bound).disruptions_allowed(pods), maximum(bound).disruptions_allowed(pods));
                let _ = (minimum(bound).blocks(pods), minimum(bound).pods_needed());
            }
        }
    }
}
