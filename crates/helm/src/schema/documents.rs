//! The documents that a schema is made of, and the resources in them: what ids and anchors name.
//!
//! Takes parsed documents; gives, for an address and a fragment, the value that they mean. Says in Helm's words what they
//! name twice. Loads nothing.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::Refusal;
use super::draft::{Draft, Place};
use super::node::{Location, Pointer};
use crate::json::{Json, JsonData};
use crate::url::{self, Url};

/// A value of a document, and where it stands.
#[derive(Debug, Clone)]
pub(super) struct Spot<'j> {
    pub(super) json: &'j Json<'j>,
    pub(super) pointer: Arc<Pointer>,
}

/// A schema with an address of its own, or a whole document.
#[derive(Debug)]
pub(super) struct Resource<'j> {
    pub(super) spot: Spot<'j>,
    /// The resource around it, by the place of its first byte.
    parent: Option<usize>,
    pub(super) base: Url,
    pub(super) draft: Draft,
    pub(super) anchors: BTreeMap<String, Spot<'j>>,
    pub(super) dynamic_anchors: BTreeSet<String>,
}

/// A document and its resources, by the places of their first bytes.
pub(super) struct Document<'j> {
    pub(super) address: Arc<str>,
    pub(super) root: &'j Json<'j>,
    pub(super) resources: BTreeMap<usize, Resource<'j>>,
    /// Resources by their addresses.
    by_id: BTreeMap<String, usize>,
    /// Places of values that are known to be schemas.
    schemas: BTreeSet<usize>,
    /// Members of objects that pointers went through.
    members: BTreeMap<usize, BTreeMap<&'j str, &'j Json<'j>>>,
}

impl<'j> Document<'j> {
    /// A document whose root is a schema of `draft` unless it says otherwise.
    pub(super) fn new(address: &str, root: &'j Json<'j>, draft: Draft) -> Result<Self, Refusal> {
        let base = url::parse(address).map_err(|reason| Refusal::address(address, &reason))?;
        let mut document = Self {
            address: address.into(),
            root,
            resources: BTreeMap::new(),
            by_id: BTreeMap::new(),
            schemas: BTreeSet::new(),
            members: BTreeMap::new(),
        };
        let spot = Spot { json: root, pointer: Arc::default() };
        let resource = Resource {
            spot: spot.clone(),
            parent: None,
            base,
            draft,
            anchors: BTreeMap::new(),
            dynamic_anchors: BTreeSet::new(),
        };
        document.resources.insert(root.range.start, resource);
        document.collect(&spot, root.range.start)?;
        Ok(document)
    }

    /// Finds the resources and anchors in a schema that stands in the resource at `around`.
    pub(super) fn collect(&mut self, spot: &Spot<'j>, around: usize) -> Result<(), Refusal> {
        let start = spot.json.range.start;
        if !matches!(spot.json.data, JsonData::Object(_)) || !self.schemas.insert(start) {
            return Ok(());
        }
        let around = self.add_resource(spot, around)?;
        self.add_anchors(spot, around)?;
        let Some(draft) = self.resources.get(&around).map(|resource| resource.draft) else { return Ok(()) };
        for (keyword, place) in draft.places() {
            let Some(value) = spot.json.get(keyword) else { continue };
            let pointer = spot.pointer.child(keyword);
            for below in schemas_of(value, place, &pointer) {
                self.collect(&below, around)?;
            }
        }
        Ok(())
    }

    /// The resource that a schema stands in: a new one if it has an id.
    fn add_resource(&mut self, spot: &Spot<'j>, around: usize) -> Result<usize, Refusal> {
        let start = spot.json.range.start;
        let Some(parent) = self.resources.get(&around) else { return Ok(around) };
        let declared = spot.json.get("$schema").and_then(Json::as_text).and_then(Draft::of_address);
        let draft = declared.unwrap_or(parent.draft);
        let Some(id) = id_of(spot.json, draft).or_else(|| id_of(spot.json, parent.draft)) else {
            if start == self.root.range.start {
                self.by_id.insert(parent.base.to_string(), start);
            }
            return Ok(around);
        };
        let refused =
            || Refusal::Words(format!("error in parsing id at {:?}", self.location(spot).to_string()));
        let base = parent.base.join(&url::parse(id).map_err(|_| refused())?);
        if let Some(other) = self.by_id.insert(base.to_string(), start) {
            return Err(self.duplicate("id", &base.to_string(), other, spot));
        }
        let resource = Resource {
            spot: spot.clone(),
            parent: (around != start).then_some(around),
            base,
            draft,
            anchors: BTreeMap::new(),
            dynamic_anchors: BTreeSet::new(),
        };
        self.resources.insert(start, resource);
        Ok(start)
    }

    fn add_anchors(&mut self, spot: &Spot<'j>, around: usize) -> Result<(), Refusal> {
        let Some(resource) = self.resources.get_mut(&around) else { return Ok(()) };
        let text = |keyword| spot.json.get(keyword).and_then(Json::as_text);
        let mut anchors = Vec::new();
        if resource.draft < Draft::Draft2019 {
            let id = text(resource.draft.id_keyword()).filter(|_| spot.json.get("$ref").is_none());
            let fragment = id.map_or("", |id| url::split(id).1);
            anchors.extend(Some(fragment).filter(|anchor| !anchor.is_empty() && !anchor.starts_with('/')));
        } else {
            anchors.extend(text("$anchor"));
            if resource.draft >= Draft::Draft2020 {
                anchors.extend(text("$dynamicAnchor"));
                resource.dynamic_anchors.extend(text("$dynamicAnchor").map(str::to_owned));
            }
        }
        let start = spot.json.range.start;
        for anchor in anchors {
            let present = resource.anchors.insert(anchor.to_owned(), spot.clone());
            if let Some(present) = present.filter(|present| present.json.range.start != start) {
                let (first, second) = (present.pointer.behind(0), spot.pointer.behind(0));
                let words =
                    format!("duplicate anchor {anchor:?} in {:?} at {first:?} and {second:?}", self.address);
                return Err(Refusal::Words(words));
            }
        }
        Ok(())
    }

    fn duplicate(&self, what: &str, name: &str, other: usize, spot: &Spot<'j>) -> Refusal {
        let first = self.resources.get(&other).map_or_else(String::new, |other| other.spot.pointer.behind(0));
        let second = spot.pointer.behind(0);
        Refusal::Words(format!("duplicate {what} {name:?} in {:?} at {first:?} and {second:?}", self.address))
    }

    pub(super) fn location(&self, spot: &Spot<'j>) -> Location {
        Location { address: Arc::clone(&self.address), pointer: Arc::clone(&spot.pointer) }
    }

    /// Whether a value stands where schemas stand.
    pub(super) fn is_schema(&self, json: &Json<'j>) -> bool {
        !matches!(json.data, JsonData::Object(_)) || self.schemas.contains(&json.range.start)
    }

    /// The resource with an address: the whole document or a part of it.
    pub(super) fn resource_of(&self, address: &str) -> Option<usize> {
        if *self.address == *address {
            return Some(self.root.range.start);
        }
        self.by_id.get(address).copied()
    }

    /// The innermost resource around a value.
    pub(super) fn resource_around(&self, json: &Json<'j>) -> usize {
        let root = self.root.range.start;
        let mut at = self.resources.range(..=json.range.start).next_back().map(|(start, _)| *start);
        while let Some((start, resource)) = at.and_then(|start| Some((start, self.resources.get(&start)?))) {
            if resource.spot.json.range.end >= json.range.end {
                return start;
            }
            at = resource.parent;
        }
        root
    }

    /// What a fragment means in a resource.
    pub(super) fn resolve(&mut self, resource: usize, fragment: &str) -> Result<Spot<'j>, Refusal> {
        let Some(found) = self.resources.get(&resource) else { return Err(self.no_anchor(fragment, "")) };
        if fragment.is_empty() || fragment.starts_with('/') {
            let spot = found.spot.clone();
            return self.walk(spot, fragment);
        }
        let base = found.base.to_string();
        found.anchors.get(fragment).cloned().ok_or_else(|| self.no_anchor(fragment, &base))
    }

    fn no_anchor(&self, anchor: &str, base: &str) -> Refusal {
        let reference = format!("{base}#{anchor}");
        Refusal::Words(format!("anchor in {reference:?} not found in schema {:?}", self.address))
    }

    fn walk(&mut self, mut spot: Spot<'j>, pointer: &str) -> Result<Spot<'j>, Refusal> {
        let whole = format!("{}#{}{pointer}", self.address, spot.pointer.behind(0));
        for token in pointer.split('/').skip(1) {
            let Some(token) = unescaped(token) else {
                return Err(Refusal::Words(format!("invalid json-pointer {whole:?}")));
            };
            let Some(json) = self.below(spot.json, &token) else {
                return Err(Refusal::Words(format!("json-pointer in {whole:?} not found")));
            };
            spot = Spot { json, pointer: spot.pointer.child(&token) };
        }
        Ok(spot)
    }

    fn below(&mut self, json: &'j Json<'j>, token: &str) -> Option<&'j Json<'j>> {
        match &json.data {
            JsonData::Object(members) => {
                let known = self
                    .members
                    .entry(json.range.start)
                    .or_insert_with(|| members.iter().map(|member| (&*member.key, &member.value)).collect());
                known.get(token).copied()
            }
            JsonData::Array(items) => items.get(token.parse::<usize>().ok()?),
            _ => None,
        }
    }
}

/// The id of a schema, without its fragment; none beside `$ref` in old drafts.
fn id_of<'a>(json: &'a Json<'_>, draft: Draft) -> Option<&'a str> {
    if draft < Draft::Draft2019 && json.get("$ref").is_some() {
        return None;
    }
    let id = json.get(draft.id_keyword()).and_then(Json::as_text)?;
    Some(url::split(id).0).filter(|id| !id.is_empty())
}

fn schemas_of<'j>(value: &'j Json<'j>, place: Place, pointer: &Arc<Pointer>) -> Vec<Spot<'j>> {
    let members = |value: &'j Json<'j>| {
        let spot = |member: &'j crate::json::Member<'j>| Spot {
            json: &member.value,
            pointer: pointer.child(&member.key),
        };
        value.members().iter().map(spot).collect()
    };
    let items = |value: &'j Json<'j>| {
        let numbered = value.items().iter().enumerate();
        numbered.map(|(at, json)| Spot { json, pointer: pointer.child(&at.to_string()) }).collect()
    };
    let itself = || vec![Spot { json: value, pointer: Arc::clone(pointer) }];
    match (place, &value.data) {
        (Place::Members, _) => members(value),
        (Place::Items, _) | (Place::ValueOrItems, JsonData::Array(_)) => items(value),
        (Place::Value | Place::ValueOrItems, _) => itself(),
    }
}

/// A token of a pointer without its escapes.
fn unescaped(token: &str) -> Option<String> {
    let mut out = String::with_capacity(token.len());
    let mut characters = token.chars();
    while let Some(character) = characters.next() {
        match character {
            '~' => match characters.next() {
                Some('0') => out.push('~'),
                Some('1') => out.push('/'),
                _ => return None,
            },
            character => out.push(character),
        }
    }
    Some(out)
}
