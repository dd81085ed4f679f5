//! How far whoever reads values has gone into a document, and into what its aliases stand for.
//!
//! Counts and keeps the way; reads nothing. A reader asks before each node, each collection and each alias.

use super::{ReadValue, VALUE_DEPTH_MAX};
use crate::{Document, NodeId};

/// The way of one reader from the root of a document to the node that it is at.
#[derive(Debug)]
pub struct Expansion {
    nodes_left: usize,
    depth: usize,
    /// The anchored nodes whose aliases are being expanded, innermost last.
    expanding: Vec<NodeId>,
}

impl Expansion {
    /// At the root, with so many nodes that may be visited, those that aliases bring once more included.
    #[must_use]
    pub fn new(nodes_max: usize) -> Self {
        Self { nodes_left: nodes_max, depth: 0, expanding: Vec::new() }
    }

    /// Counts one more node, or one more mapping that a merge key brings.
    ///
    /// # Errors
    /// [`ReadValue::ExpandTooMuch`] if there were as many as there may be.
    pub fn visit(&mut self) -> Result<(), ReadValue> {
        self.nodes_left = self.nodes_left.checked_sub(1).ok_or(ReadValue::ExpandTooMuch)?;
        Ok(())
    }

    /// Goes one collection deeper, until [`Expansion::leave`].
    ///
    /// # Errors
    /// [`ReadValue::NestTooDeep`] past [`VALUE_DEPTH_MAX`].
    pub fn enter(&mut self) -> Result<(), ReadValue> {
        if self.depth >= VALUE_DEPTH_MAX {
            return Err(ReadValue::NestTooDeep);
        }
        self.depth += 1;
        Ok(())
    }

    /// Goes back to where the last [`Expansion::enter`] came from.
    pub fn leave(&mut self) {
        self.depth -= 1;
    }

    /// Goes to what an alias stands for, until [`Expansion::leave_alias`].
    ///
    /// # Errors
    /// If the alias stands for nothing, or for something that is being read already, or too deep.
    pub fn enter_alias(
        &mut self,
        document: &Document<'_>,
        alias: NodeId,
        target: Option<NodeId>,
    ) -> Result<NodeId, ReadValue> {
        let target = target.ok_or(ReadValue::FindAnchor { node: alias })?;
        if self.expanding.contains(&target) || document.ancestors(alias).any(|node| node == target) {
            return Err(ReadValue::ContainItself { node: alias });
        }
        self.enter()?;
        self.expanding.push(target);
        Ok(target)
    }

    /// Goes back to the alias of the last [`Expansion::enter_alias`].
    pub fn leave_alias(&mut self) {
        self.expanding.pop();
        self.leave();
    }
}
