//! Reads the lines of `data/schema.txt`.

use std::fmt;

/// A line that says nothing.
#[derive(Debug)]
pub(crate) struct Fault {
    pub(crate) line: usize,
    pub(crate) reason: String,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}: {}", self.line, self.reason)
    }
}

/// All that the file says.
#[derive(Default)]
pub(crate) struct Facts {
    pub(crate) types: Vec<Definition>,
    /// The number of the first type of the kustomization API.
    pub(crate) first_of_kustomization: usize,
    pub(crate) scopes: Vec<(String, String, Scope)>,
}

#[derive(Default)]
pub(crate) struct Definition {
    pub(crate) name: String,
    /// `apiVersion` and kind.
    pub(crate) kinds: Vec<(String, String)>,
    pub(crate) fields: Vec<Field>,
}

pub(crate) struct Field {
    pub(crate) name: String,
    pub(crate) shape: Shape,
    pub(crate) line: usize,
}

pub(crate) enum Shape {
    Leaf,
    Type(String),
    Map(Box<Shape>),
    List { merge: String, items: Box<Shape> },
}

/// Whether objects of a kind have a namespace.
#[derive(Clone, Copy)]
pub(crate) enum Scope {
    Cluster = 0,
    Namespaced = 1,
}

pub(crate) fn read(text: &str) -> Result<Facts, Fault> {
    let mut facts = Facts::default();
    let mut is_in_scopes = false;
    for (line, content) in (1..).zip(text.lines()) {
        let fault = |reason: &str| Fault { line, reason: reason.to_owned() };
        let words: Vec<&str> = content.split_ascii_whitespace().collect();
        match (content.starts_with("  "), words.as_slice()) {
            (false, ["#", ..]) => {}
            (false, ["document", "kubernetes"]) => {}
            (false, ["document", "kustomization"]) => facts.first_of_kustomization = facts.types.len(),
            (false, ["scopes"]) => is_in_scopes = true,
            (false, ["type", name]) => {
                facts.types.push(Definition { name: (*name).to_owned(), ..Definition::default() });
            }
            (true, [api_version, kind, scope]) if is_in_scopes => {
                let scope = match *scope {
                    "cluster" => Scope::Cluster,
                    "namespaced" => Scope::Namespaced,
                    _ => return Err(fault("neither 'cluster' nor 'namespaced'")),
                };
                facts.scopes.push(((*api_version).to_owned(), (*kind).to_owned(), scope));
            }
            (true, words) => {
                let definition = facts.types.last_mut().ok_or_else(|| fault("a field of no type"))?;
                match words {
                    ["=", api_version, kind] => {
                        definition.kinds.push(((*api_version).to_owned(), (*kind).to_owned()));
                    }
                    [name, shape] => {
                        let shape = Shape::read(shape).ok_or_else(|| fault("no shape"))?;
                        definition.fields.push(Field { name: (*name).to_owned(), shape, line });
                    }
                    _ => return Err(fault("neither a kind nor a field")),
                }
            }
            _ => return Err(fault("an unknown line")),
        }
    }
    Ok(facts)
}

impl Shape {
    fn read(text: &str) -> Option<Self> {
        if text == "-" {
            return Some(Self::Leaf);
        }
        if let Some(name) = text.strip_prefix('@') {
            return Some(Self::Type(name.to_owned()));
        }
        if let Some(values) = text.strip_prefix("{}") {
            return Self::read(values).map(Box::new).map(Self::Map);
        }
        let (merge, items) = text.strip_prefix('[')?.split_once(']')?;
        Some(Self::List { merge: merge.to_owned(), items: Box::new(Self::read(items)?) })
    }
}
