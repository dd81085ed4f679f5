//! Which key of a TOML text belongs to which table, and what may be defined twice.
//!
//! Takes keys and values in the order of the text; keeps the tables. Where `BurntSushi/toml` lets a second definition pass,
//! so does this: a table that only its children named may be named again, and what it is then given is dropped.

use std::collections::{BTreeMap, BTreeSet};

use gotemplate::Value;

use super::print::shown_key;

/// What stands behind a key.
#[derive(Debug, Clone)]
pub(super) enum Node {
    Text(String),
    Integer(i64),
    Float(f64),
    Bool(bool),
    Time(Value),
    Array(Vec<Node>),
    /// Of `[[headers]]`.
    Tables(Vec<Table>),
    Table(Table),
}

pub(super) type Table = BTreeMap<String, Node>;

/// The tables that were read, and where the next key belongs.
#[derive(Debug, Default)]
pub(super) struct Tables {
    pub(super) root: Table,
    /// The table that keys are of.
    pub(super) context: Vec<String>,
    /// The key whose value is read; empty for none.
    pub(super) key: String,
    /// Tables that only their children named.
    implicit: BTreeSet<Vec<String>>,
    arrays: BTreeSet<Vec<String>>,
}

impl Tables {
    /// The key that is read, as a fault names it.
    pub(super) fn current(&self) -> String {
        match (self.context.is_empty(), self.key.is_empty()) {
            (_, true) => dotted(&self.context),
            (true, false) => self.key.clone(),
            (false, false) => format!("{}.{}", dotted(&self.context), self.key),
        }
    }

    /// Says that the table of these keys is known by its children only.
    pub(super) fn mark_implicit(&mut self, keys: &[String]) {
        self.implicit.insert(keys.to_vec());
    }

    /// Goes into the tables that the first parts of a dotted key name.
    pub(super) fn enter_parents(&mut self, parents: &[String]) -> Result<(), String> {
        for parent in parents {
            let mut keys = self.context.clone();
            keys.push(parent.clone());
            self.mark_implicit(&keys);
            self.enter(&keys, false)?;
        }
        Ok(())
    }

    /// Goes into a table, or into a new one of an array.
    pub(super) fn enter(&mut self, keys: &[String], is_array: bool) -> Result<(), String> {
        let Some((last, parents)) = keys.split_last() else { return Ok(()) };
        for count in 1..=parents.len() {
            let (within, key) = (parents.get(..count - 1), parents.get(count - 1));
            let (Some(within), Some(key)) = (within, key) else { continue };
            let Some(table) = table_at(&mut self.root, within) else { continue };
            if !table.contains_key(key) {
                table.insert(key.clone(), Node::Table(Table::new()));
                self.implicit.insert(parents.get(..count).unwrap_or_default().to_vec());
            } else if !matches!(table.get(key), Some(Node::Table(_) | Node::Tables(_))) {
                let shown = dotted(parents.get(..count).unwrap_or_default());
                return Err(format!("Key '{shown}' was already created as a hash."));
            }
        }
        self.context = parents.to_vec();
        if is_array {
            let table = table_at(&mut self.root, parents);
            let made = table.map(|table| table.entry(last.clone()).or_insert(Node::Tables(Vec::new())));
            match made {
                Some(Node::Tables(tables)) => tables.push(Table::new()),
                _ => {
                    let shown = dotted(keys);
                    return Err(format!("Key '{shown}' was already created and cannot be used as an array."));
                }
            }
        } else {
            self.set(last, Node::Table(Table::new()))?;
        }
        self.context.push(last.clone());
        Ok(())
    }

    /// Puts a value under a key of the present table.
    pub(super) fn set(&mut self, key: &str, value: Node) -> Result<(), String> {
        let defined = |keys: &[String]| format!("Key '{}' has already been defined.", dotted(keys));
        for count in 1..=self.context.len() {
            let keys = self.context.get(..count).unwrap_or_default();
            if table_at(&mut self.root, keys).is_none() {
                return Err(defined(keys));
            }
        }
        let mut keys = self.context.clone();
        keys.push(key.to_owned());
        let Some(table) = table_at(&mut self.root, &self.context) else { return Ok(()) };
        if table.contains_key(key) {
            if !self.implicit.remove(&keys) {
                return Err(defined(&keys));
            }
            if self.arrays.contains(&keys) {
                table.insert(key.to_owned(), value);
            }
            return Ok(());
        }
        table.insert(key.to_owned(), value);
        Ok(())
    }

    /// Notes what the value of a key is, or with no key the present table.
    pub(super) fn note(&mut self, key: &str, is_array: bool) {
        let mut keys = self.context.clone();
        if !key.is_empty() || keys.is_empty() {
            keys.push(key.to_owned());
        }
        if is_array {
            self.arrays.insert(keys);
        } else {
            self.arrays.remove(&keys);
        }
    }
}

/// The table below the root with these keys, of an array its last; none if that is no table.
fn table_at<'t>(root: &'t mut Table, keys: &[String]) -> Option<&'t mut Table> {
    let mut table = root;
    for key in keys {
        table = match table.get_mut(key)? {
            Node::Table(table) => table,
            Node::Tables(tables) => tables.last_mut()?,
            _ => return None,
        };
    }
    Some(table)
}

fn dotted(keys: &[String]) -> String {
    let shown: Vec<String> = keys.iter().map(|key| shown_key(key)).collect();
    shown.join(".")
}
