//! The objects of a build in their order, with one index over what they are and were called.
//!
//! Looking an object up by an id takes constant time, whatever their number: the index holds every current and previous
//! id. Objects that were changed are only noted, and indexed anew when somebody next looks one up.

use std::collections::BTreeSet;
use std::hash::Hash;
use std::sync::Arc;

use compact_str::CompactString;

use crate::identity::{Gvk, Id};
use crate::lookup::Lookup;
use crate::resource::Resource;
use crate::schema::Schema;

/// Why objects cannot stand side by side, or none or several are found where one is needed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ChangeMap {
    /// Two objects of one id.
    #[error("may not add resource with an already registered id: {id}")]
    AddTwice {
        /// The id.
        id: Box<Id>,
    },
    /// No object of an id that has to be there.
    #[error("no matches for {what} {id}")]
    FindNone {
        /// Which ids were looked at.
        what: &'static str,
        /// The id.
        id: Box<Id>,
    },
    /// Several objects of an id that one has to have.
    #[error("multiple matches for {what} {id}")]
    FindSeveral {
        /// Which ids were looked at.
        what: &'static str,
        /// The id.
        id: Box<Id>,
    },
}

/// The place of an object in its map. Stays the same while other objects come and go.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Slot(u32);

impl Slot {
    fn index(self) -> usize {
        self.0 as usize
    }
}

/// What two ids of the same object have in common, as one text: an index holds several for each object.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
struct Key {
    /// Group, version, kind, name and namespace, parted by a character that sorts before all that they hold.
    text: Arc<str>,
    /// Where the parts end, should one of them hold that character.
    ends: [u32; 4],
}

impl Key {
    fn of(id: &Id) -> Self {
        Self::new(&id.gvk, &id.name, id.effective_namespace())
    }

    fn new(gvk: &Gvk, name: &str, namespace: &str) -> Self {
        let parts = [&gvk.group, &gvk.version, &gvk.kind, name];
        let length = parts.iter().map(|part| part.len() + 1).sum::<usize>() + namespace.len();
        let mut text = CompactString::with_capacity(length);
        let mut ends = [0; 4];
        for (end, part) in ends.iter_mut().zip(parts) {
            text.push_str(part);
            *end = u32::try_from(text.len()).unwrap_or(u32::MAX);
            text.push('\0');
        }
        text.push_str(namespace);
        Self { text: text.as_str().into(), ends }
    }

    fn name(&self) -> &str {
        let [_, _, kind, name] = self.ends.map(|end| end as usize);
        self.text.get(kind + 1..name).unwrap_or_default()
    }
}

/// The keys under which an object stands in the index: the current one last.
type Keys = Vec<Key>;

/// The objects of a build.
#[derive(Debug, Clone)]
pub struct ResMap<O> {
    slots: Vec<Option<Resource<O>>>,
    index: Index,
}

impl<O> Default for ResMap<O> {
    fn default() -> Self {
        Self { slots: Vec::new(), index: Index::default() }
    }
}

#[derive(Debug, Clone, Default)]
struct Index {
    current: Lookup<Key, Slots>,
    any: Lookup<Key, Slots>,
    /// By the names alone, current and previous.
    names: Lookup<CompactString, Slots>,
    /// What each slot stands under now.
    keys: Vec<Keys>,
    /// Slots that were changed since they were indexed.
    stale: Vec<Slot>,
    is_stale: Vec<bool>,
    /// The current keys that several objects have.
    crowded: BTreeSet<Key>,
}

impl Index {
    fn note(&mut self, slot: Slot) {
        if self.is_stale.len() <= slot.index() {
            self.is_stale.resize(slot.index() + 1, false);
            self.keys.resize(slot.index() + 1, Vec::new());
        }
        if !std::mem::replace(&mut self.is_stale[slot.index()], true) {
            self.stale.push(slot);
        }
    }

    fn put(&mut self, slot: Slot, keys: Keys) {
        self.is_stale[slot.index()] = false;
        if self.keys[slot.index()] == keys {
            return;
        }
        let before = std::mem::replace(&mut self.keys[slot.index()], keys);
        let keys = &self.keys[slot.index()];
        if before.last() != keys.last() {
            if let Some(current) = before.last() {
                take_out(&mut self.current, current, slot);
                if self.current.get(current).is_none_or(|slots| slots.as_slice().len() < 2) {
                    self.crowded.remove(current);
                }
            }
            if let Some(current) = keys.last() {
                put_in(&mut self.current, current, slot);
                if self.current.get(current).is_some_and(|slots| slots.as_slice().len() > 1) {
                    self.crowded.insert(current.clone());
                }
            }
        }
        // What stays is left alone: a name that thousands of objects once had is not searched for each of them.
        for gone in before.iter().filter(|key| !keys.contains(key)) {
            take_out(&mut self.any, gone, slot);
            if !keys.iter().any(|key| key.name() == gone.name()) {
                take_out(&mut self.names, gone.name(), slot);
            }
        }
        for key in keys.iter().filter(|key| !before.contains(key)) {
            put_in(&mut self.any, key, slot);
            put_in(&mut self.names, &CompactString::from(key.name()), slot);
        }
    }
}

/// The places of one key, sorted: nearly always one.
#[derive(Debug, Clone)]
enum Slots {
    One(Slot),
    Several(Vec<Slot>),
}

impl Slots {
    fn as_slice(&self) -> &[Slot] {
        match self {
            Self::One(slot) => std::slice::from_ref(slot),
            Self::Several(slots) => slots,
        }
    }

    fn put(&mut self, slot: Slot) {
        match self {
            Self::One(there) if *there == slot => {}
            Self::One(there) => {
                let (first, second) = if *there < slot { (*there, slot) } else { (slot, *there) };
                *self = Self::Several(vec![first, second]);
            }
            Self::Several(slots) => {
                if let Err(position) = slots.binary_search(&slot) {
                    slots.insert(position, slot);
                }
            }
        }
    }

    /// Whether nothing is left then.
    fn take(&mut self, slot: Slot) -> bool {
        match self {
            Self::One(there) => *there == slot,
            Self::Several(slots) => {
                if let Ok(position) = slots.binary_search(&slot) {
                    slots.remove(position);
                }
                slots.is_empty()
            }
        }
    }
}

fn put_in<K: Hash + Eq + Clone>(map: &mut Lookup<K, Slots>, key: &K, slot: Slot) {
    match map.get_mut(key) {
        Some(slots) => slots.put(slot),
        None => {
            map.insert(key.clone(), Slots::One(slot));
        }
    }
}

fn take_out<K: Hash + Eq + ?Sized>(
    map: &mut Lookup<impl Hash + Eq + std::borrow::Borrow<K>, Slots>,
    key: &K,
    slot: Slot,
) {
    if map.get_mut(key).is_some_and(|slots| slots.take(slot)) {
        map.remove(key);
    }
}

impl<O: Copy> ResMap<O> {
    /// How many objects there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.slots.iter().flatten().count()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.slots.iter().all(Option::is_none)
    }

    /// The objects in their order.
    pub fn resources(&self) -> impl DoubleEndedIterator<Item = &Resource<O>> {
        self.slots.iter().flatten()
    }

    /// The places of all objects, in their order.
    #[must_use]
    pub fn slots(&self) -> Vec<Slot> {
        let taken = self.slots.iter().enumerate().filter(|(_, resource)| resource.is_some());
        taken.map(|(index, _)| slot(index)).collect()
    }

    /// The object of a place.
    #[must_use]
    pub fn get(&self, slot: Slot) -> Option<&Resource<O>> {
        self.slots.get(slot.index())?.as_ref()
    }

    /// The object of a place, to change it.
    pub fn get_mut(&mut self, slot: Slot) -> Option<&mut Resource<O>> {
        self.index.note(slot);
        self.slots.get_mut(slot.index())?.as_mut()
    }

    /// Adds an object behind the others.
    ///
    /// # Errors
    /// If one is called the same now.
    pub fn append(&mut self, schema: &Schema, resource: Resource<O>) -> Result<Slot, ChangeMap> {
        let id = resource.current_id(schema);
        if !self.with_current_id(schema, &id).is_empty() {
            return Err(ChangeMap::AddTwice { id: Box::new(id) });
        }
        Ok(self.push(resource))
    }

    /// Adds an object behind the others without asking whether another one is called the same.
    pub(crate) fn push(&mut self, resource: Resource<O>) -> Slot {
        let slot = slot(self.slots.len());
        self.slots.push(Some(resource));
        self.index.note(slot);
        slot
    }

    /// Adds all objects of another map behind its own.
    ///
    /// # Errors
    /// As [`ResMap::append`].
    pub fn append_all(&mut self, schema: &Schema, other: Self) -> Result<(), ChangeMap> {
        for resource in other.slots.into_iter().flatten() {
            self.append(schema, resource)?;
        }
        Ok(())
    }

    /// Puts another object into a place that is taken.
    pub(crate) fn replace(&mut self, slot: Slot, resource: Resource<O>) {
        if let Some(place) = self.get_mut(slot) {
            *place = resource;
        }
    }

    /// Takes an object away.
    pub fn remove(&mut self, slot: Slot) -> Option<Resource<O>> {
        self.index.note(slot);
        self.slots.get_mut(slot.index())?.take()
    }

    /// Takes away the objects of which nothing is left.
    pub fn drop_empty(&mut self) {
        for slot in self.slots() {
            if self.get(slot).is_some_and(Resource::is_empty) {
                self.remove(slot);
            }
        }
    }

    /// Puts the objects into another order. All places are new afterwards.
    pub(crate) fn reorder(&mut self, order: impl FnOnce(&mut Vec<Resource<O>>)) {
        let mut resources: Vec<_> = std::mem::take(self).slots.into_iter().flatten().collect();
        order(&mut resources);
        for resource in resources {
            self.push(resource);
        }
    }

    /// The objects that are called so now, in their order.
    pub fn with_current_id(&mut self, schema: &Schema, id: &Id) -> Vec<Slot> {
        self.refresh(schema);
        self.index.current.get(&Key::of(id)).map(|slots| slots.as_slice().to_vec()).unwrap_or_default()
    }

    /// The objects that are or were called so, in their order.
    pub fn with_any_id(&mut self, schema: &Schema, id: &Id) -> Vec<Slot> {
        self.refresh(schema);
        self.index.any.get(&Key::of(id)).map(|slots| slots.as_slice().to_vec()).unwrap_or_default()
    }

    /// The objects that have or had one of some names, in their order.
    pub(crate) fn with_any_name(&mut self, schema: &Schema, names: &[&str]) -> Vec<Slot> {
        self.refresh(schema);
        let found = names.iter().filter_map(|name| self.index.names.get(*name));
        let mut slots: Vec<Slot> = found.flat_map(Slots::as_slice).copied().collect();
        slots.sort_unstable();
        slots.dedup();
        slots
    }

    /// The one object that is or was called so.
    ///
    /// # Errors
    /// If there is none or more than one.
    pub fn by_any_id(&mut self, schema: &Schema, id: &Id) -> Result<Slot, ChangeMap> {
        let what = "Id";
        match self.with_any_id(schema, id).as_slice() {
            [slot] => Ok(*slot),
            [] => Err(ChangeMap::FindNone { what, id: Box::new(id.clone()) }),
            _ => Err(ChangeMap::FindSeveral { what, id: Box::new(id.clone()) }),
        }
    }

    /// Refuses a map in which two objects are called the same now.
    ///
    /// # Errors
    /// With one of the names.
    pub(crate) fn refuse_twice(&mut self, schema: &Schema) -> Result<(), ChangeMap> {
        self.refresh(schema);
        let Some(key) = self.index.crowded.first() else { return Ok(()) };
        let slots = self.index.current.get(key);
        let second = slots.and_then(|slots| self.get(*slots.as_slice().get(1)?));
        match second {
            Some(resource) => Err(ChangeMap::AddTwice { id: Box::new(resource.current_id(schema)) }),
            None => Ok(()),
        }
    }

    fn refresh(&mut self, schema: &Schema) {
        for slot in std::mem::take(&mut self.index.stale) {
            let keys = match self.slots.get(slot.index()) {
                Some(Some(resource)) if !resource.is_empty() => {
                    let mut keys: Keys = resource.previous_ids().iter().map(Key::of).collect();
                    keys.push(Key::of(&resource.current_id(schema)));
                    keys
                }
                _ => Vec::new(),
            };
            self.index.put(slot, keys);
        }
    }
}

/// A build is bounded by what its files hold, far below four thousand million objects.
fn slot(index: usize) -> Slot {
    Slot(u32::try_from(index).unwrap_or(u32::MAX))
}
