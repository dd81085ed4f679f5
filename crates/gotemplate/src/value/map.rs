//! Maps as Go has them: shared, changed in place, and walked in the order of their keys.

use std::cell::{Ref, RefCell, RefMut};
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
struct Shared(RefCell<BTreeMap<Bytes, Entry>>);

impl Drop for Shared {
    fn drop(&mut self) {
        let entries = self.0.get_mut();
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
        Self { map_type, entries: Rc::new(Shared(RefCell::new(entries))) }
    }

    /// The same map, shared, under another Go type.
    #[must_use]
    pub fn under(&self, map_type: MapType) -> Self {
        Self { map_type, entries: Rc::clone(&self.entries) }
    }

    /// The value of a key; none if it is not there.
    #[must_use]
    pub fn get(&self, key: &[u8]) -> Option<Value> {
        self.entries.0.borrow().get(key).map(|entry| entry.value.clone())
    }

    /// Puts a value in place, whose key is the bytes of `origin`.
    pub fn insert(&self, key: Bytes, origin: Origin, value: Value) {
        self.entries.0.borrow_mut().insert(key, Entry { key: origin, value });
    }

    /// Takes a key away.
    pub fn remove(&self, key: &[u8]) {
        self.entries.0.borrow_mut().remove(key);
    }

    /// The entries to look at. Must not be held while anything else runs that may change the map.
    #[must_use]
    pub fn entries(&self) -> Ref<'_, BTreeMap<Bytes, Entry>> {
        self.entries.0.borrow()
    }

    /// The entries to change. Must not be held while anything else looks at the map.
    #[must_use]
    pub fn entries_mut(&self) -> RefMut<'_, BTreeMap<Bytes, Entry>> {
        self.entries.0.borrow_mut()
    }

    /// How many entries.
    #[must_use]
    pub fn len(&self) -> usize {
        self.entries.0.borrow().len()
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.entries.0.borrow().is_empty()
    }

    /// The values, if nobody else has this map; none otherwise.
    pub(super) fn into_values(self) -> Vec<Value> {
        let own = Rc::into_inner(self.entries);
        let entries = own.map(|mut shared| std::mem::take(shared.0.get_mut()));
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
