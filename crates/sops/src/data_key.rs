//! From recipients to the data key: one recipient of each group is enough, and of several groups as many as shares are needed.

use zeroize::Zeroizing;

use crate::key_service::{KeyService, OpenDataKey};
use crate::metadata::{Metadata, Recipient};
use crate::shamir::{self, JoinShares};

/// How many recipients a message names; more are counted.
const NAMED_MAX: usize = 8;

/// Why there is no data key.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum GetDataKey {
    /// No key opens enough of it.
    #[error("{}", told(*.opened, *.needed, .refused))]
    OpenGroups {
        /// How many groups were opened.
        opened: usize,
        /// How many have to be.
        needed: usize,
        /// Whom the rest is encrypted for, and why that does not open, in the order they were tried.
        refused: Vec<(Recipient, OpenDataKey)>,
    },
    /// The shares do not fit together.
    #[error("the shares of the data key do not fit together: {0}")]
    JoinShares(#[from] JoinShares),
}

/// Opens the data key.
pub(crate) fn get(metadata: &Metadata, keys: &dyn KeyService) -> Result<Zeroizing<Vec<u8>>, GetDataKey> {
    let mut refused = Vec::new();
    let mut shares = Vec::new();
    for group in &metadata.groups {
        shares.extend(open_group(group, keys, &mut refused));
    }
    // Without a threshold SOPS joins what there is.
    let needed = if metadata.groups.len() > 1 { metadata.shares_needed.max(1) } else { 1 };
    let opened = shares.len();
    if opened < needed {
        return Err(GetDataKey::OpenGroups { opened, needed, refused });
    }
    match metadata.groups.len() {
        0 | 1 => Ok(shares.swap_remove(0)),
        _ => Ok(shamir::join(&shares)?),
    }
}

/// What the first recipient that opens holds.
fn open_group(
    group: &[Recipient],
    keys: &dyn KeyService,
    refused: &mut Vec<(Recipient, OpenDataKey)>,
) -> Option<Zeroizing<Vec<u8>>> {
    for recipient in group {
        match keys.open(recipient) {
            Ok(share) => return Some(share),
            Err(source) => refused.push((recipient.clone(), source)),
        }
    }
    None
}

fn told(opened: usize, needed: usize, refused: &[(Recipient, OpenDataKey)]) -> String {
    let named: Vec<String> =
        refused.iter().take(NAMED_MAX).map(|(recipient, source)| format!("{recipient}: {source}")).collect();
    let mut told = format!("encrypted for {}", named.join("; "));
    if refused.len() > NAMED_MAX {
        told.push_str(&format!("; and {} others", refused.len() - NAMED_MAX));
    }
    if needed > 1 {
        told.push_str(&format!(" ({opened} of {needed} key groups opened)"));
    }
    told
}
