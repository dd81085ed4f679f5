//! Whether a change at an anchor is wanted wherever its aliases stand.
//!
//! An alias shows what its anchor holds. A change within an anchored node is right only if every alias to it was
//! followed on the way to that same change; else somebody else's value would change with it.

use std::collections::{BTreeMap, BTreeSet};

use manifest::edit::Change;
use manifest::{Document, NodeId, NodeKind};

use super::{Conversion, Refusal, changes};

/// The aliases of a document by the node that they stand for.
pub(crate) struct Uses(BTreeMap<NodeId, Vec<NodeId>>);

impl Uses {
    pub(crate) fn of(document: &Document<'_>) -> Self {
        let mut uses: BTreeMap<NodeId, Vec<NodeId>> = BTreeMap::new();
        if document.has_anchors() {
            for node in document.node_ids() {
                if let NodeKind::Alias { target: Some(target) } = document.node(node).kind {
                    uses.entry(target).or_default().push(node);
                }
            }
        }
        Self(uses)
    }

    /// Says of each change that shows at aliases that it is wanted there: for changes that passed [`Uses::check`].
    pub(crate) fn mark(&self, document: &Document<'_>, changes: &mut [Change]) {
        if self.0.is_empty() {
            return;
        }
        for change in changes {
            let nodes = changes::targets(change);
            let is_shown =
                nodes.iter().any(|node| document.ancestors(*node).any(|node| self.0.contains_key(&node)));
            if is_shown && !matches!(change, Change::AtEveryUse(_)) {
                *change = Change::AtEveryUse(Box::new(change.clone()));
            }
        }
    }

    /// Refuses a conversion of the object at `object` that would be seen through an alias that nobody followed.
    pub(crate) fn check(
        &self,
        document: &Document<'_>,
        object: NodeId,
        conversion: &Conversion,
        followed: &BTreeSet<NodeId>,
    ) -> Result<(), Refusal> {
        if self.0.is_empty() {
            return Ok(());
        }
        let above: BTreeSet<NodeId> = document.ancestors(object).collect();
        let mut seen = BTreeSet::new();
        for target in conversion.changes.iter().flat_map(changes::targets) {
            for node in document.ancestors(target) {
                if !seen.insert(node) {
                    break;
                }
                let aliases = self.0.get(&node).into_iter().flatten();
                let wanted = |alias: &NodeId| {
                    followed.contains(alias) || (above.contains(&node) && is_item(document, *alias))
                };
                if !aliases.into_iter().all(wanted) {
                    let anchor = document.anchor(node).unwrap_or_default().to_owned();
                    return Err(Refusal::SharedAnchor { anchor });
                }
            }
        }
        Ok(())
    }
}

/// An object that a list holds once more through an alias becomes the same object there.
fn is_item(document: &Document<'_>, node: NodeId) -> bool {
    document.node(node).parent.is_some_and(|parent| document.is_sequence(parent))
}
