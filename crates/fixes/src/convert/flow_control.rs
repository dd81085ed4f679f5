//! PriorityLevelConfiguration of the flowcontrol betas → v1beta3 and v1: one rename, and a zero that changes its meaning.

use super::Refusal;
use super::draft::{Asking, Draft, Field};
use crate::question::{alter, keep};
use manifest::NodeId;
use manifest::edit::FreshScalar;
use manifest::resolve::Meaning;

/// What the betas take where nothing or zero is written.
const SHARES_DEFAULT: i64 = 30;
/// By this annotation v1beta3 says that a zero was meant.
const ZERO_IS_MEANT: &str = "flowcontrol.k8s.io/v1beta3-preserve-zero-concurrency-shares";

pub(super) fn priority_level(draft: &mut Draft<'_>) -> Result<(), Refusal> {
    let root = draft.root();
    let Some(limited) = draft.mapping_at(root, &["spec", "limited"])? else { return Ok(()) };
    let old = draft.entry(limited, "assuredConcurrencyShares")?;
    let new = draft.entry(limited, "nominalConcurrencyShares")?;
    let shares = match (old, new) {
        (Some(old), None) => {
            draft.rename(old, "nominalConcurrencyShares");
            old
        }
        (None, Some(new)) => new,
        (Some(old), Some(_)) => {
            return Err(draft.malformed(old.key, "stands beside 'nominalConcurrencyShares'"));
        }
        (None, None) => return Ok(()),
    };
    let changes_meaning = draft.target().version == "v1" && draft.from().version != "v1";
    if draft.meaning(shares.value) == Meaning::Int(0) && changes_meaning && !zero_is_meant(draft, root)? {
        zero(draft, shares);
    }
    Ok(())
}

fn zero_is_meant(draft: &mut Draft<'_>, root: NodeId) -> Result<bool, Refusal> {
    if draft.from().version != "v1beta3" {
        return Ok(false);
    }
    match draft.mapping_at(root, &["metadata", "annotations"])? {
        Some(annotations) => Ok(draft.field(annotations, ZERO_IS_MEANT)?.is_some()),
        None => Ok(false),
    }
}

fn zero(draft: &mut Draft<'_>, shares: Field) {
    let chosen = draft.choose(Asking {
        id: "priority-level-zero-shares",
        node: shares.value,
        text: "0 concurrency shares mean the default of 30 in the betas and really none in v1".to_owned(),
        choices: vec![
            keep("thirty", "nominalConcurrencyShares: 30", "the level has its 30 shares, as now"),
            alter(
                "none",
                "nominalConcurrencyShares: 0",
                "the level has no seats of its own and lives on what it borrows",
            ),
        ],
        own_text: None,
    });
    if chosen == Some("thirty") {
        draft.set(shares, FreshScalar::Integer(SHARES_DEFAULT));
    }
}
