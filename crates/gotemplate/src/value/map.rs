//! Maps as Go has them: shared, changed in place, and walked in the order of their keys.

use std::cell::{Cell, Ref, RefCell, RefMut};
use std::collections::BTreeMap;
use std::rc::Rc;

use text::Origin;

use super::teardown::{is_collection, take_apart};
use super::{Bytes, Value};
use crate::{Call, Fault, Signature};

/// A shared map. Clones are the same map.
#[derive(Debug, Clone)]
pub struct Map {
    /// Its Go type.
    pub map_type: MapType,
    entries: Rc<Shared>,
}

/// What clones of a map share.
#[derive(Debug, Default)]
struct Shared {
    entries: RefCell<BTreeMap<Bytes, Entry>>,
    /// Where entries come from that nobody has asked for yet; none for a map that has all of its own.
    pending: Option<Box<Pending>>,
}

/// What fills a map, until it has.
#[derive(Debug)]
struct Pending {
    source: Box<dyn EntrySource>,
    is_done: Cell<bool>,
}

/// Makes the entries of a map once they are asked for. What it gives for a key must not change.
pub trait EntrySource: std::fmt::Debug {
    /// The entry of a key; none if there is none.
    fn entry(&self, key: &[u8]) -> Option<Entry>;

    /// All entries.
    fn entries(&self) -> BTreeMap<Bytes, Entry>;

    /// Whether the map is a nil one.
    fn is_nil(&self) -> bool {
        false
    }
}

/// What is in a nil map.
#[derive(Debug)]
struct Nil;

impl EntrySource for Nil {
    fn entry(&self, _: &[u8]) -> Option<Entry> {
        None
    }

    fn entries(&self) -> BTreeMap<Bytes, Entry> {
        BTreeMap::new()
    }

    fn is_nil(&self) -> bool {
        true
    }
}

impl Drop for Shared {
    fn drop(&mut self) {
        let entries = self.entries.get_mut();
        if entries.values().any(|entry| is_collection(&entry.value)) {
            let entries = std::mem::take(entries);
            take_apart(entries.into_values().map(|entry| entry.value).collect());
        }
    }
}

/// One entry of a map.
#[derive(Debug, Clone)]
pub struct Entry {
    /// Whose bytes the key is.
    pub key: Origin,
    /// The value.
    pub value: Value,
}

/// The Go type of a map with string keys.
#[derive(Debug, Clone, Copy)]
pub enum MapType {
    /// `map[string]interface{}`.
    Interface,
    /// `map[string]string`.
    Strings,
    /// A named type over one of these, with methods.
    Named(&'static NamedMap),
}

/// Calls a method of a map by its name.
pub type Method = fn(&Call<'_>, &Map, &str, &[Value]) -> Result<Value, Fault>;

/// A named map type, such as Helm's `common.Values`.
#[derive(Debug)]
pub struct NamedMap {
    /// The Go type as `%T` prints it.
    pub name: &'static str,
    /// The type of the values as Go prints it: `interface {}`, `[]uint8`.
    pub element: &'static str,
    /// What a method takes; none if the type has no such method.
    pub signature: fn(&str) -> Option<Signature>,
    /// Calls a method that there is.
    pub method: Method,
}

impl Map {
    /// An empty map of `map_type`.
    #[must_use]
    pub fn new(map_type: MapType) -> Self {
        Self { map_type, entries: Rc::default() }
    }

    /// A map of `entries`.
    #[must_use]
    pub fn of(map_type: MapType, entries: BTreeMap<Bytes, Entry>) -> Self {
        Self { map_type, entries: Rc::new(Shared { entries: RefCell::new(entries), pending: None }) }
    }

    /// A map that makes an entry when a template asks for its key, and all when it asks for anything else.
    #[must_use]
    pub fn on_demand(map_type: MapType, source: Box<dyn EntrySource>) -> Self {
        let pending = Some(Box::new(Pending { source, is_done: Cell::new(false) }));
        Self { map_type, entries: Rc::new(Shared { entries: RefCell::default(), pending }) }
    }

    /// A nil map: it holds nothing and prints as an empty one, but is `null` in JSON, and nothing can be put into it.
    #[must_use]
    pub fn nil(map_type: MapType) -> Self {
        Self::on_demand(map_type, Box::new(Nil))
    }

    /// Whether this is a nil map.
    #[must_use]
    pub fn is_nil(&self) -> bool {
        self.entries.pending.as_ref().is_some_and(|pending| pending.source.is_nil()) && self.is_empty()
    }

    /// The same map, shared, under another Go type.
    #[must_use]
    pub fn under(&self, map_type: MapType) -> Self {
        Self { map_type, entries: Rc::clone(&self.entries) }
    }

    /// The value of a key; none if it is not there.
    #[must_use]
    pub fn get(&self, key: &[u8]) -> Option<Value> {
        let known = self.entries.entries.borrow().get(key).map(|entry| entry.value.clone());
        known.or_else(|| self.entries.made(key))
    }

    /// Puts a value in place, whose key is the bytes of `origin`.
    pub fn insert(&self, key: Bytes, origin: Origin, value: Value) {
        self.entries.filled().borrow_mut().insert(key, Entry { key: origin, value });
    }

    /// Takes a key away.
    pub fn remove(&self, key: &[u8]) {
        self.entries.filled().borrow_mut().remove(key);
    }

    /// The entries to look at. Must not be held while anything else runs that may change the map.
    #[must_use]
    pub fn entries(&self) -> Ref<'_, BTreeMap<Bytes, Entry>> {
        self.entries.filled().borrow()
    }

    /// The entries to change. Must not be held while anything else looks at the map.
    #[must_use]
    pub fn entries_mut(&self) -> RefMut<'_, BTreeMap<Bytes, Entry>> {
        self.entries.filled().borrow_mut()
    }

    /// How many entries.
    #[must_use]
    pub fn len(&self) -> usize {
        self.entries.filled().borrow().len()
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.entries.filled().borrow().is_empty()
    }

    /// The values, if nobody else has this map; none otherwise.
    pub(super) fn into_values(self) -> Vec<Value> {
        let own = Rc::into_inner(self.entries);
        let entries = own.map(|mut shared| std::mem::take(shared.entries.get_mut()));
        entries.into_iter().flatten().map(|(_, entry)| entry.value).collect()
    }

    /// A number that only clones of this map have as long as one of them lives.
    pub(crate) fn identity(&self) -> usize {
        Rc::as_ptr(&self.entries).addr()
    }

    /// Whether both are one map.
    #[must_use]
    pub fn is_same(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.entries, &other.entries)
    }
}

impl Shared {
    /// The value of a key that was not asked for before.
    fn made(&self, key: &[u8]) -> Option<Value> {
        let pending = self.pending.as_ref().filter(|pending| !pending.is_done.get())?;
        let entry = pending.source.entry(key)?;
        let value = entry.value.clone();
        self.entries.borrow_mut().insert(key.into(), entry);
        Some(value)
    }

    /// The entries, once all are made.
    fn filled(&self) -> &RefCell<BTreeMap<Bytes, Entry>> {
        if let Some(pending) = self.pending.as_ref().filter(|pending| !pending.is_done.replace(true)) {
            *self.entries.borrow_mut() = pending.source.entries();
        }
        &self.entries
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Ledger;

    /// Two entries, which tells how often it was asked.
    #[derive(Debug, Default)]
    struct Counting(Rc<Cell<usize>>);

    impl EntrySource for Counting {
        fn entry(&self, key: &[u8]) -> Option<Entry> {
            self.0.set(self.0.get() + 1);
            let value = Value::string(key, Ledger::NOWHERE);
            (key == b"a" || key == b"b").then_some(Entry { key: Ledger::NOWHERE, value })
        }

        fn entries(&self) -> BTreeMap<Bytes, Entry> {
            [b"a", b"b"].iter().filter_map(|key| Some((key.as_slice().into(), self.entry(*key)?))).collect()
        }
    }

    #[test]
    fn entries_are_made_when_they_are_asked_for_and_changes_stay() {
        let asked = Rc::default();
        let map = Map::on_demand(MapType::Interface, Box::new(Counting(Rc::clone(&asked))));
        let other = map.under(MapType::Strings);
        assert_eq!(asked.get(), 0);
        assert_eq!(map.get(b"a").unwrap().as_bytes().unwrap().as_slice(), b"a");
        assert!(other.get(b"a").is_some() && other.get(b"c").is_none());
        assert_eq!(asked.get(), 2);
        other.remove(b"b");
        assert_eq!((map.len(), asked.get()), (1, 4));
        assert!(map.get(b"b").is_none());
        assert_eq!(asked.get(), 4);
    }
}
