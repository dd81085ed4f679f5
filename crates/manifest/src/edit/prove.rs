//! Whether a changed document is the one that was wanted.
//!
//! Takes the intended tree and the document parsed anew; gives the first difference. Both dialects must read
//! what is new as it was meant; what is kept must have its text, quoting and tag, or mean the same to both.

use super::FreshScalar;
use super::intent::{Intent, Wanted};
use crate::resolve::{Dialect, Meaning, resolve};
use crate::{Document, NodeId, NodeKind, ScalarStyle};

/// Compares the intended tree of `old` with `new`.
pub(super) fn prove(old: &Document<'_>, intent: &Intent, new: &Document<'_>) -> Result<(), String> {
    let mut proof =
        Proof { old, intent, new, matched: vec![Vec::new(); intent.nodes.len()], aliases: Vec::new() };
    match (intent.root, new.root()) {
        (Some(wanted), Some(found)) => proof.node(wanted, found)?,
        (None, None) => {}
        (Some(_), None) => return Err("the document is empty".to_owned()),
        (None, Some(_)) => return Err("the document is not empty".to_owned()),
    }
    proof.anchors()
}

struct Proof<'p, 'o, 'n> {
    old: &'p Document<'o>,
    intent: &'p Intent,
    new: &'p Document<'n>,
    /// For each node wanted the nodes of the new document that it became.
    matched: Vec<Vec<NodeId>>,
    /// Pairs of what an alias stood for and what it stands for now.
    aliases: Vec<(NodeId, NodeId)>,
}

impl Proof<'_, '_, '_> {
    fn node(&mut self, wanted: usize, found: NodeId) -> Result<(), String> {
        if let Some(matched) = self.matched.get_mut(wanted) {
            matched.push(found);
        }
        let intent = self.intent;
        match intent.nodes.get(wanted) {
            Some(Wanted::Kept(node)) => self.kept(*node, found),
            Some(Wanted::Scalar(scalar)) => self.scalar(scalar, found),
            Some(Wanted::Collection(collection)) => {
                let found_children = self.children(found, collection.is_mapping);
                let Some(found_children) = found_children else { return Err(self.differs(found, "kind")) };
                let wanted_children = collection.wanted();
                if wanted_children.len() != found_children.len() {
                    return Err(self.differs(found, "number of children"));
                }
                self.same_tag(wanted, found)?;
                for (wanted, (key, value)) in wanted_children.iter().zip(found_children) {
                    if let (Some(wanted), Some(found)) = (wanted.key, key) {
                        self.node(wanted, found)?;
                    }
                    self.node(wanted.value, value)?;
                }
                Ok(())
            }
            None => Err("an unknown node".to_owned()),
        }
    }

    fn children(&self, found: NodeId, is_mapping: bool) -> Option<Vec<(Option<NodeId>, NodeId)>> {
        let new = self.new;
        match (&new.node(found).kind, is_mapping) {
            (NodeKind::Mapping { .. }, true) => {
                Some(new.entries(found).iter().map(|entry| (Some(entry.key), entry.value)).collect())
            }
            (NodeKind::Sequence { .. }, false) => {
                Some(new.items(found).iter().map(|item| (None, *item)).collect())
            }
            _ => None,
        }
    }

    fn same_tag(&self, wanted: usize, found: NodeId) -> Result<(), String> {
        let old = u32::try_from(wanted).ok().map(NodeId);
        match old.filter(|_| wanted < self.intent.old_count) {
            Some(old) if self.old.tag(old) != self.new.tag(found) => Err(self.differs(found, "tag")),
            _ => Ok(()),
        }
    }

    fn kept(&mut self, old: NodeId, found: NodeId) -> Result<(), String> {
        match (&self.old.node(old).kind, &self.new.node(found).kind) {
            (NodeKind::Alias { target: Some(was) }, NodeKind::Alias { target: Some(is) }) => {
                self.aliases.push((*was, *is));
                Ok(())
            }
            (NodeKind::Scalar { style: was }, NodeKind::Scalar { style: is }) => {
                let text = (self.old.text(old), self.new.text(found));
                let tag = (self.old.tag(old), self.new.tag(found));
                let is_same = text.0 == text.1
                    && tag.0 == tag.1
                    && (*was == ScalarStyle::Plain) == (*is == ScalarStyle::Plain);
                if is_same || self.means_the_same(old, found) {
                    Ok(())
                } else {
                    Err(self.differs(found, "text"))
                }
            }
            _ => Err(self.differs(found, "kind")),
        }
    }

    fn means_the_same(&self, old: NodeId, found: NodeId) -> bool {
        [Dialect::GoYaml2, Dialect::GoYaml3].iter().all(|dialect| {
            let was = meaning(self.old, old, *dialect);
            was.is_some() && was == meaning(self.new, found, *dialect)
        })
    }

    fn scalar(&self, wanted: &FreshScalar, found: NodeId) -> Result<(), String> {
        for dialect in [Dialect::GoYaml2, Dialect::GoYaml3] {
            let is_meant = match (wanted, meaning(self.new, found, dialect)) {
                (FreshScalar::String(text), Some(Meaning::String(found))) => found == text.as_str(),
                (FreshScalar::Integer(number), Some(Meaning::Int(found))) => found == *number,
                (FreshScalar::Boolean(value), Some(Meaning::Bool(found))) => found == *value,
                (FreshScalar::Null, Some(Meaning::Null)) => true,
                _ => false,
            };
            if !is_meant {
                return Err(self.differs(found, "meaning"));
            }
        }
        Ok(())
    }

    /// Aliases stand for what they stood for, and no anchor got lost or renamed.
    fn anchors(&self) -> Result<(), String> {
        for (was, is) in &self.aliases {
            let wanted = self.intent.successors.get(&was.index()).copied().unwrap_or(was.index());
            if !self.matched.get(wanted).is_some_and(|matched| matched.contains(is)) {
                return Err(self.differs(*is, "use of an anchor"));
            }
        }
        for (old, matched) in self.old.node_ids().zip(&self.matched) {
            if let [found] = matched.as_slice()
                && self.old.anchor(old) != self.new.anchor(*found)
            {
                return Err(self.differs(*found, "anchor"));
            }
        }
        Ok(())
    }

    fn differs(&self, found: NodeId, what: &str) -> String {
        let path =
            self.new.root().map(|root| self.new.path_from(root, found).to_string()).unwrap_or_default();
        format!("the {what} of '{path}' is not the one wanted")
    }
}

fn meaning<'d>(document: &'d Document<'_>, node: NodeId, dialect: Dialect) -> Option<Meaning<'d>> {
    let style = document.scalar_style(node)?;
    resolve(dialect, document.text(node)?, style, document.tag(node)).ok()
}
