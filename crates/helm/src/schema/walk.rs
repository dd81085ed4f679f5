//! A value beside a schema.
//!
//! Takes compiled nodes and a value; gives what is wrong with the value as a tree. Every step is counted: schemas may refer
//! to themselves along several ways at once, which takes time exponential in the depth of the value, so that a walk ends
//! without a verdict when its steps are spent.

use std::collections::BTreeSet;

use super::draft::Draft;
use super::failure::{Failure, Form, escape};
use super::format::REGEX;
use super::instance::{INTEGER, Instance, TYPES};
use super::keywords::shown;
use super::node::{Compiled, DynamicReference, General, Keywords, Node, NodeId, Rule};
use super::patterns::{Patterns, Spent};
use crate::limits::{SCHEMA_FRAMES_MAX, SCHEMA_STEPS_MAX};

/// What a walk came to.
pub(super) enum Verdict {
    Good,
    Bad(Failure),
    /// Neither: the steps or the frames were spent.
    Spent,
}

/// Judges a value.
pub(super) fn validate(compiled: &Compiled, value: &Instance) -> Verdict {
    let mut walk = Walk { nodes: &compiled.nodes, patterns: Patterns::default(), steps: 0, is_spent: false };
    let frame = Frame::root(compiled.root, value, Quiet::No, 0);
    let result = walk.check(&frame);
    match result {
        _ if walk.is_spent => Verdict::Spent,
        Ok(_) => Verdict::Good,
        Err(failure) => Verdict::Bad(failure),
    }
}

pub(super) struct Walk<'c> {
    nodes: &'c [Node],
    /// Values that were held to the format `regex`.
    patterns: Patterns,
    steps: u64,
    is_spent: bool,
}

/// Whether anybody asks for more than whether something is wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Quiet {
    Yes,
    No,
}

/// One schema beside one value, and what led there.
pub(super) struct Frame<'f, 'v> {
    node: NodeId,
    value: &'v Instance,
    place: Place<'f, 'v>,
    parent: Option<&'f Frame<'f, 'v>>,
    /// How many values were entered: frames of one value follow one another with the same number.
    value_depth: usize,
    /// How many frames were entered.
    depth: usize,
    /// The keyword of the reference that led here; empty if none did.
    keyword: &'static str,
    quiet: Quiet,
    /// Whether the schema around asks what was evaluated.
    is_tracked: bool,
}

/// Where a value stands.
#[derive(Clone, Copy)]
pub(super) enum Place<'f, 'v> {
    Root,
    Member(&'f Frame<'f, 'v>, &'v str),
    Item(&'f Frame<'f, 'v>, usize),
    /// The same value as in another frame.
    Same(&'f Frame<'f, 'v>),
}

/// Members and items that no schema has evaluated, as far as somebody asks.
#[derive(Default)]
pub(super) struct Open<'v> {
    pub(super) members: BTreeSet<&'v str>,
    pub(super) items: BTreeSet<usize>,
}

/// What a frame has come to so far.
pub(super) struct State<'f, 'v> {
    pub(super) frame: &'f Frame<'f, 'v>,
    pub(super) failures: Vec<Failure>,
    pub(super) open: Open<'v>,
}

impl<'f, 'v> Frame<'f, 'v> {
    pub(super) fn root(node: NodeId, value: &'v Instance, quiet: Quiet, depth: usize) -> Self {
        let place = Place::Root;
        Self {
            node,
            value,
            place,
            parent: None,
            value_depth: 0,
            depth,
            keyword: "",
            quiet,
            is_tracked: false,
        }
    }

    fn pointer(&self) -> String {
        let mut tokens = Vec::new();
        let mut at = self;
        loop {
            at = match at.place {
                Place::Root => break,
                Place::Same(frame) => frame,
                Place::Member(frame, key) => {
                    tokens.push(escape(key));
                    frame
                }
                Place::Item(frame, index) => {
                    tokens.push(index.to_string());
                    frame
                }
            };
        }
        tokens.iter().rev().map(|token| format!("/{token}")).collect()
    }

    /// This frame and those that led to it, the innermost first.
    fn chain(&'f self) -> impl Iterator<Item = &'f Self> {
        std::iter::successors(Some(self), |frame| frame.parent)
    }
}

impl<'v> Open<'v> {
    fn is_empty(&self) -> bool {
        self.members.is_empty() && self.items.is_empty()
    }

    fn of(value: &'v Instance, keywords: Option<&Keywords>, is_tracked: bool) -> Self {
        let mut open = Self::default();
        let asks = |unevaluated: Option<NodeId>| is_tracked || unevaluated.is_some();
        match value {
            Instance::Object(members) => {
                let objects = keywords.map(|keywords| &keywords.objects);
                let all = objects.is_some_and(|objects| objects.additional.is_some());
                if !all && asks(objects.and_then(|objects| objects.unevaluated)) {
                    open.members = members.keys().map(String::as_str).collect();
                }
            }
            Instance::Array(items) => {
                let arrays = keywords.map(|keywords| &keywords.arrays);
                let first = arrays.map_or(Some(0), super::apply::evaluated_items);
                if let Some(first) = first.filter(|_| asks(arrays.and_then(|arrays| arrays.unevaluated))) {
                    open.items = (first..items.len()).collect();
                }
            }
            _ => {}
        }
        open
    }

    fn keep(&mut self, other: &Self) {
        self.members.retain(|key| other.members.contains(key));
        self.items.retain(|index| other.items.contains(index));
    }
}

impl<'c> Walk<'c> {
    /// Counts work; whether there is some left.
    pub(super) fn spend(&mut self, steps: usize) -> bool {
        self.steps = self.steps.saturating_add(u64::try_from(steps).unwrap_or(u64::MAX));
        self.is_spent |= self.steps > SCHEMA_STEPS_MAX;
        !self.is_spent
    }

    pub(super) fn check<'v>(&mut self, frame: &Frame<'_, 'v>) -> Result<Open<'v>, Failure> {
        self.is_spent |= frame.depth > SCHEMA_FRAMES_MAX;
        let Some(node) = self.nodes.get(frame.node).filter(|_| self.spend(1)) else {
            return Err(Failure::default());
        };
        let keywords = match &node.rule {
            Rule::Always(true) => return Ok(Open::of(frame.value, None, frame.is_tracked)),
            Rule::Always(false) => return Err(frame.fail(|| "false schema".to_owned())),
            Rule::Keywords(keywords) => keywords,
        };
        if let Some(failure) = self.cycle(frame) {
            return Err(failure);
        }
        if let Instance::Other(type_name) = frame.value {
            return Err(frame.fail(|| format!("invalid jsonType {type_name}")));
        }
        general(&keywords.general, frame)?;
        self.format(&keywords.general, frame)?;
        let open = Open::of(frame.value, Some(keywords), frame.is_tracked);
        self.spend(open.members.len() + open.items.len());
        let mut state = State { frame, failures: Vec::new(), open };
        if let Some(target) = keywords.reference {
            self.reference(&mut state, target, "$ref");
            if keywords.draft < Draft::Draft2019 {
                return state.result();
            }
        }
        self.by_type(&mut state, keywords);
        if state.failures.is_empty() || frame.quiet == Quiet::No {
            self.references(&mut state, keywords);
            self.logic(&mut state, keywords);
            if keywords.draft >= Draft::Draft2019 {
                self.unevaluated(&mut state, keywords);
            }
        }
        self.spend(state.failures.iter().map(Failure::steps).sum());
        state.result()
    }

    fn format(&mut self, general: &General, frame: &Frame<'_, '_>) -> Result<(), Failure> {
        let (Some(format), Instance::String(text)) = (general.format, frame.value) else { return Ok(()) };
        let checked = match format.name {
            REGEX => match self.patterns.get(text) {
                Ok(compiled) => compiled.as_ref().map(|_| ()).map_err(String::clone),
                Err(Spent) => {
                    self.is_spent = true;
                    Ok(())
                }
            },
            _ => format.check(text),
        };
        let shown = || super::failure::quote(text);
        checked.map_err(|reason| frame.fail(|| format!("{} is not valid {}: {reason}", shown(), format.name)))
    }

    /// A schema that leads back to itself without going into the value.
    fn cycle(&self, frame: &Frame<'_, '_>) -> Option<Failure> {
        let same_value = frame.chain().skip(1).take_while(|other| other.value_depth == frame.value_depth);
        let earlier = { same_value }.find(|other| other.node == frame.node)?;
        let location = self.nodes.get(frame.node).map(|node| node.location.to_string()).unwrap_or_default();
        Some(frame.fail(|| {
            let (first, second) = (self.keywords_to(frame), self.keywords_to(earlier));
            format!("both {first} and {second} resolve to {location:?} causing reference cycle")
        }))
    }

    /// The keywords that led to a frame.
    fn keywords_to(&self, frame: &Frame<'_, '_>) -> String {
        let mut parts = Vec::new();
        for frame in frame.chain() {
            let Some(parent) = frame.parent else { break };
            let location = |id: NodeId| self.nodes.get(id).map(|node| &node.location);
            parts.push(match (frame.keyword, location(frame.node), location(parent.node)) {
                ("", Some(here), Some(there)) => here.pointer.behind(here.depth_below(there)),
                (keyword, ..) => format!("/{keyword}"),
            });
        }
        parts.reverse();
        parts.concat()
    }

    fn references(&mut self, state: &mut State<'_, '_>, keywords: &Keywords) {
        if let Some(target) = keywords.recursive_reference {
            let target = self.recursive_target(state.frame, target);
            self.reference(state, target, "$recursiveRef");
        }
        if let Some(dynamic) = &keywords.dynamic_reference {
            let target = self.dynamic_target(state.frame, dynamic);
            self.reference(state, target, "$dynamicRef");
        }
    }

    fn keywords_of(&self, node: NodeId) -> Option<&'c Keywords> {
        match &self.nodes.get(node)?.rule {
            Rule::Keywords(keywords) => Some(keywords),
            Rule::Always(_) => None,
        }
    }

    fn resource_of(&self, node: NodeId) -> Option<&'c Keywords> {
        self.keywords_of(self.keywords_of(node)?.resource)
    }

    /// The outermost schema that stands in a resource with a recursive anchor.
    fn recursive_target(&self, frame: &Frame<'_, '_>, target: NodeId) -> NodeId {
        let is_anchor =
            |keywords: Option<&Keywords>| keywords.is_some_and(|keywords| keywords.recursive_anchor);
        if !is_anchor(self.keywords_of(target)) {
            return target;
        }
        let found = frame.chain().filter(|frame| is_anchor(self.resource_of(frame.node))).last();
        found.map_or(target, |frame| frame.node)
    }

    /// The anchor of the outermost resource that has it.
    fn dynamic_target(&self, frame: &Frame<'_, '_>, reference: &DynamicReference) -> NodeId {
        let DynamicReference { target, anchor: Some(anchor) } = reference else { return reference.target };
        let own = self.keywords_of(*target).and_then(|keywords| keywords.dynamic_anchor.as_ref());
        if own != Some(anchor) {
            return *target;
        }
        let anchors =
            frame.chain().filter_map(|frame| self.resource_of(frame.node)?.dynamic_anchors.get(anchor));
        anchors.last().copied().unwrap_or(*target)
    }

    fn reference(&mut self, state: &mut State<'_, '_>, target: NodeId, keyword: &'static str) {
        if let Err(failure) = self.same(state, target, (keyword, Quiet::No)) {
            let mut outer = state.frame.fail(|| "validation failed".to_owned());
            outer.form = Form::Reference;
            outer.causes = failure.into_causes();
            state.failures.push(outer);
        }
    }

    /// Judges the same value by another schema.
    pub(super) fn same(
        &mut self,
        state: &mut State<'_, '_>,
        node: NodeId,
        (keyword, quiet): (&'static str, Quiet),
    ) -> Result<(), Failure> {
        let around = state.frame;
        let quiet = if around.quiet == Quiet::Yes { Quiet::Yes } else { quiet };
        let frame = Frame {
            node,
            value: around.value,
            place: Place::Same(around),
            parent: Some(around),
            value_depth: around.value_depth,
            depth: around.depth + 1,
            keyword,
            quiet,
            is_tracked: !state.open.is_empty(),
        };
        let open = self.check(&frame)?;
        self.spend(open.members.len() + open.items.len());
        state.open.keep(&open);
        Ok(())
    }

    /// Judges a member or an item.
    pub(super) fn below<'v>(
        &mut self,
        around: &Frame<'_, 'v>,
        node: NodeId,
        (value, place): (&'v Instance, Place<'_, 'v>),
    ) -> Result<(), Failure> {
        let frame = Frame {
            node,
            value,
            place,
            parent: Some(around),
            value_depth: around.value_depth + 1,
            depth: around.depth + 1,
            keyword: "",
            quiet: around.quiet,
            is_tracked: false,
        };
        self.check(&frame).map(|_| ())
    }
}

impl<'f, 'v> Frame<'f, 'v> {
    /// What is wrong here; empty where nobody asks what.
    pub(super) fn fail(&self, text: impl FnOnce() -> String) -> Failure {
        match self.quiet {
            Quiet::Yes => Failure::default(),
            Quiet::No => Failure { place: self.pointer(), text: text(), ..Failure::default() },
        }
    }

    pub(super) fn value(&self) -> &'v Instance {
        self.value
    }

    pub(super) fn quiet(&self) -> Quiet {
        self.quiet
    }

    pub(super) fn depth(&self) -> usize {
        self.depth
    }
}

impl<'v> State<'_, 'v> {
    /// Notes what is wrong, with what it follows from.
    pub(super) fn fail(&mut self, causes: Vec<Failure>, text: impl FnOnce() -> String) {
        self.failures.push(Failure { causes, ..self.frame.fail(text) });
    }

    pub(super) fn add(&mut self, result: Result<(), Failure>) {
        self.failures.extend(result.err());
    }

    fn result(mut self) -> Result<Open<'v>, Failure> {
        match self.failures.len() {
            0 => Ok(self.open),
            1 => Err(self.failures.remove(0)),
            _ => {
                let group = self.frame.fail(|| "validation failed".to_owned());
                Err(Failure { form: Form::Group, causes: self.failures, ..group })
            }
        }
    }
}

/// Keywords for values of any type: the first that is not met ends the schema.
fn general(general: &General, frame: &Frame<'_, '_>) -> Result<(), Failure> {
    let value = frame.value;
    let bit = value.type_bit();
    let is_integer = || matches!(value, Instance::Number(number) if number.is_integer());
    let types = general.types;
    if types != 0 && types & bit == 0 && !(types & INTEGER != 0 && is_integer()) {
        let wanted = TYPES.iter().filter(|(bit, _)| types & bit != 0).map(|(_, name)| *name);
        let wanted: Vec<&str> = wanted.collect();
        return Err(frame.fail(|| format!("got {}, want {}", value.type_name(), wanted.join(" or "))));
    }
    if let Some(constant) = general.constant.as_ref().filter(|constant| *constant != value) {
        return Err(frame.fail(|| match shown(constant) {
            Some(shown) => format!("value must be {shown}"),
            None => "'const' failed".to_owned(),
        }));
    }
    if let Some(choices) = general.choices.as_ref().filter(|choices| !choices.values.contains(value)) {
        return Err(frame.fail(|| choices.shown.clone()));
    }
    Ok(())
}
