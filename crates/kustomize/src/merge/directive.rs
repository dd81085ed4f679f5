//! `$patch`: what a patch says about itself.

use manifest::mutable::{Data, NodeIndex};
use text::Track;

use super::{Merge, RefuseMerge};

const DIRECTIVE: &str = "$patch";

/// What is done with the object's value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Directive {
    Merge,
    Replace,
    Delete,
}

impl Directive {
    fn read(strategy: &str) -> Result<Self, RefuseMerge> {
        match strategy {
            "merge" => Ok(Self::Merge),
            "replace" => Ok(Self::Replace),
            "delete" => Ok(Self::Delete),
            _ => Err(RefuseMerge::ReadStrategy { strategy: strategy.to_owned() }),
        }
    }
}

impl<T: Track> Merge<'_, T> {
    /// Takes the directive out of a mapping of a patch.
    pub(super) fn take_map_directive(&mut self, patch: Option<NodeIndex>) -> Result<Directive, RefuseMerge> {
        let Some((mapping, strategy)) = patch.and_then(|node| Some((node, self.graph.get(node, DIRECTIVE)?)))
        else {
            return Ok(Directive::Merge);
        };
        let directive = Directive::read(self.graph.text(strategy))?;
        self.graph.remove_entry(mapping, DIRECTIVE);
        Ok(directive)
    }

    /// Takes the directive out of a list of a patch: an item of nothing else. If the first item with a directive has
    /// more in it, the directive is that item's. With the directive all items of the same one go, and empty items.
    pub(super) fn take_list_directive(&mut self, patch: Option<NodeIndex>) -> Result<Directive, RefuseMerge> {
        let Some(list) = patch else { return Ok(Directive::Merge) };
        let graph = &*self.graph;
        let first = graph.items(list).iter().find_map(|item| Some((*item, graph.get(*item, DIRECTIVE)?)));
        let Some((item, strategy)) = first else { return Ok(Directive::Merge) };
        if graph.entries(item).len() > 1 {
            return Ok(Directive::Merge);
        }
        let strategy = graph.text(strategy);
        let directive = Directive::read(strategy)?;
        let is_kept = |item: &NodeIndex| {
            let is_empty_mapping = graph.is_mapping(*item) && graph.entries(*item).is_empty();
            !graph.is_null(*item)
                && !is_empty_mapping
                && graph.get(*item, DIRECTIVE).is_none_or(|own| graph.text(own) != strategy)
        };
        let kept = graph.items(list).iter().copied().filter(is_kept).collect();
        self.graph.node_mut(list).data = Data::Sequence(kept);
        Ok(directive)
    }
}
