//! Documents to nodes.
//!
//! Takes a schema's text and what it refers to; gives every schema that can be reached from its root, references
//! resolved. A document that is not there yet is named, so that the caller can bring it and begin again.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::sync::Arc;

use super::Refusal;
use super::documents::{Document, Resource, Spot};
use super::draft::Draft;
use super::keywords::Reader;
use super::node::{Compiled, DynamicReference, Keywords, Location, Node, NodeId, Rule};
use super::patterns::Patterns;
use crate::json::{Json, JsonData};
use crate::limits::SCHEMA_NODES_MAX;
use crate::url;

/// What compiling came to.
pub(super) enum Pass {
    Done(Compiled),
    /// Addresses of documents that are referred to and not there.
    Wants(BTreeSet<String>),
}

/// Judges a schema, at a place, by the schema of its draft.
pub(super) type Judge<'g> = &'g mut dyn FnMut(Draft, &Location, &Json<'_>) -> Result<(), Refusal>;

/// The documents that are there, and how to read them.
pub(super) struct Given<'j> {
    /// Addresses and roots; the first is what is compiled.
    pub(super) documents: &'j [(String, Json<'j>)],
    /// Whether formats are held to in drafts that do not ask for it, as schemas of schemas are.
    pub(super) asserts_formats: bool,
}

/// Compiles the first of the given documents.
pub(super) fn compile(given: &Given<'_>, judge: Judge<'_>) -> Result<Pass, Refusal> {
    let mut compiler = Compiler {
        documents: Vec::new(),
        by_address: BTreeMap::new(),
        nodes: Vec::new(),
        numbers: BTreeMap::new(),
        queue: VecDeque::new(),
        wants: BTreeSet::new(),
        asserts_formats: given.asserts_formats,
        patterns: Patterns::default(),
        judge,
    };
    for (address, root) in given.documents {
        compiler.add(address, root, given)?;
    }
    if !compiler.wants.is_empty() {
        return Ok(Pass::Wants(compiler.wants));
    }
    let Some((address, root)) = given.documents.first() else { return Ok(Pass::Wants(BTreeSet::new())) };
    let root = compiler.number(0, &Spot { json: root, pointer: Arc::default() })?;
    while let Some(task) = compiler.queue.pop_front() {
        compiler.fill(&task)?;
    }
    if !compiler.wants.is_empty() {
        return Ok(Pass::Wants(compiler.wants));
    }
    let nodes = compiler.nodes;
    Ok(Pass::Done(Compiled { nodes, root, address: address.clone() }))
}

struct Task<'j> {
    id: NodeId,
    document: usize,
    spot: Spot<'j>,
}

pub(super) struct Compiler<'j, 'g> {
    documents: Vec<Document<'j>>,
    by_address: BTreeMap<String, usize>,
    nodes: Vec<Node>,
    /// Nodes by document and first byte.
    numbers: BTreeMap<(usize, usize), NodeId>,
    queue: VecDeque<Task<'j>>,
    wants: BTreeSet<String>,
    asserts_formats: bool,
    patterns: Patterns,
    judge: Judge<'g>,
}

impl<'j> Compiler<'j, '_> {
    fn add(&mut self, address: &str, root: &'j Json<'j>, given: &Given<'j>) -> Result<(), Refusal> {
        let Some(draft) = self.draft_of(address, root, given)? else { return Ok(()) };
        let document = Document::new(address, root, draft)?;
        self.by_address.insert(address.to_owned(), self.documents.len());
        let spot = Spot { json: root, pointer: Arc::default() };
        (self.judge)(draft, &document.location(&spot), root)?;
        self.documents.push(document);
        Ok(())
    }

    /// The draft of a document: that of `$schema`, or that of the schema there, and so on; none while one is not there.
    fn draft_of(
        &mut self,
        address: &str,
        root: &'j Json<'j>,
        given: &Given<'j>,
    ) -> Result<Option<Draft>, Refusal> {
        let (mut root, mut seen) = (root, BTreeSet::new());
        loop {
            let Some(declared) = root.get("$schema").and_then(Json::as_text) else {
                return Ok(Some(Draft::Draft2020));
            };
            if let Some(draft) = Draft::of_address(declared) {
                return Ok(Some(draft));
            }
            let (declared, _) = url::split(declared);
            if declared == address {
                return Err(Refusal::Words(format!("draft {declared:?} is not supported")));
            }
            if !seen.insert(declared) {
                return Err(Refusal::Words(format!("cycle in resolving $schema in {declared:?}")));
            }
            match given.documents.iter().find(|(known, _)| known == declared) {
                Some((_, next)) => root = next,
                None => {
                    self.wants.insert(declared.to_owned());
                    return Ok(None);
                }
            }
        }
    }

    /// The node of a schema, which is filled later if it is new.
    fn number(&mut self, document: usize, spot: &Spot<'j>) -> Result<NodeId, Refusal> {
        let key = (document, spot.json.range.start);
        if let Some(id) = self.numbers.get(&key) {
            return Ok(*id);
        }
        let id = self.nodes.len();
        if id >= SCHEMA_NODES_MAX {
            return Err(Refusal::TooLarge);
        }
        let Some(found) = self.documents.get(document) else { return Err(Refusal::TooLarge) };
        self.nodes.push(Node { location: found.location(spot), rule: Rule::Always(true) });
        self.numbers.insert(key, id);
        self.queue.push_back(Task { id, document, spot: spot.clone() });
        Ok(id)
    }

    fn fill(&mut self, task: &Task<'j>) -> Result<(), Refusal> {
        self.ensure_schema(task)?;
        let rule = match &task.spot.json.data {
            JsonData::Bool(value) => Rule::Always(*value),
            JsonData::Object(members) if !members.is_empty() => {
                Rule::Keywords(Box::new(self.keywords(task)?))
            }
            _ => Rule::Always(true),
        };
        if let Some(node) = self.nodes.get_mut(task.id) {
            node.rule = rule;
        }
        Ok(())
    }

    /// Judges and searches a schema that a reference found where none is looked for.
    fn ensure_schema(&mut self, task: &Task<'j>) -> Result<(), Refusal> {
        let Some(document) = self.documents.get_mut(task.document) else { return Ok(()) };
        if document.is_schema(task.spot.json) {
            return Ok(());
        }
        let around = document.resource_around(task.spot.json);
        document.collect(&task.spot, around)?;
        let draft = document.resources.get(&around).map_or(Draft::Draft2020, |resource| resource.draft);
        let location = document.location(&task.spot);
        (self.judge)(draft, &location, task.spot.json)
    }

    fn keywords(&mut self, task: &Task<'j>) -> Result<Keywords, Refusal> {
        let Some(document) = self.documents.get(task.document) else { return Err(Refusal::TooLarge) };
        let around = document.resource_around(task.spot.json);
        let Some(resource) = document.resources.get(&around) else { return Err(Refusal::TooLarge) };
        let draft = resource.draft;
        let is_root = around == task.spot.json.range.start;
        let anchors =
            if is_root && draft >= Draft::Draft2020 { dynamic_anchors(resource) } else { Vec::new() };
        let resource_spot = resource.spot.clone();
        let mut dynamic = BTreeMap::new();
        for (anchor, spot) in anchors {
            dynamic.insert(anchor, self.number(task.document, &spot)?);
        }
        let resource = self.number(task.document, &resource_spot)?;
        let reader = Reader { spot: &task.spot, draft, asserts_formats: self.asserts_formats };
        let text = |keyword: &str| task.spot.json.get(keyword).and_then(Json::as_text);
        let reference = text("$ref").map(|to| self.reference(task.document, around, to)).transpose()?;
        if draft < Draft::Draft2019 && reference.is_some() {
            let mut alone = Keywords::empty(draft, resource);
            alone.reference = reference;
            // Everything beside a reference is to be overlooked; Helm overlooks it but for this.
            alone.general.constant = reader.constant();
            return Ok(alone);
        }
        let since = |first: Draft, keyword: &str| text(keyword).filter(|_| draft >= first);
        let recursive = since(Draft::Draft2019, "$recursiveRef");
        let recursive = recursive.map(|to| self.reference(task.document, around, to)).transpose()?;
        let dynamic_to = since(Draft::Draft2020, "$dynamicRef");
        let dynamic_target = dynamic_to.map(|to| self.reference(task.document, around, to)).transpose()?;
        let anchor = dynamic_to.map(|to| url::decode(url::split(to).1).unwrap_or_default());
        let anchor = anchor.filter(|anchor| !anchor.is_empty() && !anchor.starts_with('/'));
        let texts = reader.texts(&mut self.patterns)?;
        let mut patterns = std::mem::take(&mut self.patterns);
        let mut number = |spot: &Spot<'j>| self.number(task.document, spot);
        let objects = reader.objects(&mut patterns, &mut number)?;
        let (arrays, logic) = (reader.arrays(&mut number)?, reader.logic(&mut number)?);
        self.patterns = patterns;
        Ok(Keywords {
            dynamic_anchors: dynamic,
            dynamic_anchor: since(Draft::Draft2020, "$dynamicAnchor").map(str::to_owned),
            recursive_anchor: draft >= Draft::Draft2019 && reader.is_true("$recursiveAnchor"),
            reference,
            recursive_reference: recursive,
            dynamic_reference: dynamic_target.map(|target| DynamicReference { target, anchor }),
            general: reader.general(),
            numbers: reader.numbers(),
            texts,
            arrays,
            objects,
            logic,
            ..Keywords::empty(draft, resource)
        })
    }

    /// The node that a reference in a resource leads to; one that takes everything while its document is not there.
    fn reference(&mut self, document: usize, resource: usize, reference: &str) -> Result<NodeId, Refusal> {
        let (address, fragment) = url::split(reference);
        let fragment = url::decode(fragment).map_err(|reason| Refusal::address(reference, &reason))?;
        let address = url::parse(address).map_err(|reason| Refusal::address(address, &reason))?;
        let Some(here) = self.documents.get_mut(document) else { return Err(Refusal::TooLarge) };
        let Some(base) = here.resources.get(&resource).map(|resource| &resource.base) else {
            return Err(Refusal::TooLarge);
        };
        let address = base.join(&address).to_string();
        if let Some(resource) = here.resource_of(&address) {
            let spot = here.resolve(resource, &fragment)?;
            return self.number(document, &spot);
        }
        let Some(document) = self.by_address.get(&address).copied() else {
            self.wants.insert(address);
            return Ok(0);
        };
        let Some(there) = self.documents.get_mut(document) else { return Err(Refusal::TooLarge) };
        let spot = there.resolve(there.root.range.start, &fragment)?;
        self.number(document, &spot)
    }
}

fn dynamic_anchors<'j>(resource: &Resource<'j>) -> Vec<(String, Spot<'j>)> {
    let names = resource.dynamic_anchors.iter();
    names.filter_map(|name| Some((name.clone(), resource.anchors.get(name)?.clone()))).collect()
}
