//! Turns `data/schema.txt` into a table of numbers and the text of all names.
//!
//! Takes the text, so that tests can feed it a broken one; the first fault is returned with its line. Nodes that say the
//! same become one. Reads no file itself.

mod read;

use std::collections::BTreeMap;

pub(crate) use read::Fault;
use read::{Field, Shape};

/// Stands for no node, no field, no scope.
const NONE: u16 = u16::MAX;

/// What is written to `OUT_DIR`.
pub(crate) struct Compiled {
    /// The numbers, little-endian: see `src/schema/table.rs`.
    pub(crate) table: Vec<u8>,
    /// All names, one behind the other.
    pub(crate) names: String,
}

/// A node as it is written: what it is and what hangs on it.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Node {
    /// 0 fields, 1 a list, 2 a map.
    what: u8,
    /// 0 no merge, 1 a merge of scalars, from 2 on the keys of that number.
    merge: u8,
    child: u16,
    fields: Vec<(u16, u16)>,
}

#[derive(Default)]
struct Tables {
    names: Vec<String>,
    name_numbers: BTreeMap<String, u16>,
    nodes: Vec<Node>,
    node_numbers: BTreeMap<Node, u16>,
    merges: Vec<String>,
}

/// Compiles the text, or names the first fault.
pub(crate) fn compile(text: &str) -> Result<Compiled, Fault> {
    let facts = read::read(text)?;
    let types: BTreeMap<&str, u16> =
        facts.types.iter().zip(0..).map(|(definition, number)| (definition.name.as_str(), number)).collect();
    let mut tables = Tables::default();
    let leaf = Node { what: 0, merge: 0, child: NONE, fields: Vec::new() };
    tables.nodes = vec![leaf; facts.types.len()];
    for (number, definition) in facts.types.iter().enumerate() {
        let mut fields = Vec::new();
        for Field { name, shape, line } in &definition.fields {
            let node = tables.node(shape, &types).map_err(|reason| Fault { line: *line, reason })?;
            fields.push((tables.name(name), node));
        }
        tables.nodes[number].fields = fields;
    }
    let kinds = kinds(&mut tables, &facts);
    let type_names: Vec<u16> = facts.types.iter().map(|definition| tables.name(&definition.name)).collect();
    let counts = [facts.types.len(), facts.first_of_kustomization];
    let compiled = write(&tables, &type_names, counts, &kinds);
    let sizes = [compiled.names.len(), compiled.table.len() / 2, tables.nodes.len(), tables.names.len()];
    if sizes.iter().any(|size| *size >= usize::from(NONE)) {
        return Err(Fault { line: 0, reason: "more than the table's numbers can count".to_owned() });
    }
    Ok(compiled)
}

/// Kind, group, version, node and scope, sorted: by the kind first, which tells most of them apart.
type Kinds = BTreeMap<(String, String, String), (u16, u16)>;

fn kinds(tables: &mut Tables, facts: &read::Facts) -> Kinds {
    let mut kinds = Kinds::new();
    let parts = |api_version: &str, kind: &str| {
        let (group, version) = api_version.split_once('/').unwrap_or(("", api_version));
        (kind.to_owned(), group.to_owned(), version.to_owned())
    };
    for (number, definition) in facts.types.iter().enumerate() {
        for (api_version, kind) in &definition.kinds {
            let number = u16::try_from(number).unwrap_or(NONE);
            kinds.entry(parts(api_version, kind)).or_insert((NONE, NONE)).0 = number;
        }
    }
    for (api_version, kind, scope) in &facts.scopes {
        kinds.entry(parts(api_version, kind)).or_insert((NONE, NONE)).1 = *scope as u16;
    }
    for (kind, group, version) in kinds.keys() {
        for name in [group, version, kind] {
            tables.name(name);
        }
    }
    kinds
}

impl Tables {
    fn name(&mut self, name: &str) -> u16 {
        if let Some(number) = self.name_numbers.get(name) {
            return *number;
        }
        let number = number_of(self.names.len());
        self.names.push(name.to_owned());
        self.name_numbers.insert(name.to_owned(), number);
        number
    }

    /// The node of a shape; a type is the node of its number.
    fn node(&mut self, shape: &Shape, types: &BTreeMap<&str, u16>) -> Result<u16, String> {
        let node = match shape {
            Shape::Type(name) => {
                return types.get(name.as_str()).copied().ok_or_else(|| format!("no type '{name}'"));
            }
            Shape::Leaf => Node { what: 0, merge: 0, child: NONE, fields: Vec::new() },
            Shape::Map(values) => {
                Node { what: 2, merge: 0, child: self.node(values, types)?, fields: Vec::new() }
            }
            Shape::List { merge, items } => {
                let merge = self.merge(merge)?;
                Node { what: 1, merge, child: self.node(items, types)?, fields: Vec::new() }
            }
        };
        if let Some(number) = self.node_numbers.get(&node) {
            return Ok(*number);
        }
        let number = number_of(self.nodes.len());
        self.nodes.push(node.clone());
        self.node_numbers.insert(node, number);
        Ok(number)
    }

    fn merge(&mut self, merge: &str) -> Result<u8, String> {
        match merge {
            "" => return Ok(0),
            "*" => return Ok(1),
            _ => {}
        }
        for key in merge.split(',') {
            self.name(key);
        }
        let number = self.merges.iter().position(|other| other == merge).unwrap_or_else(|| {
            self.merges.push(merge.to_owned());
            self.merges.len() - 1
        });
        u8::try_from(number + 2).map_err(|_| "more than 253 combinations of merge keys".to_owned())
    }
}

/// What does not fit is refused at the end of [`compile`].
fn number_of(position: usize) -> u16 {
    u16::try_from(position).unwrap_or(NONE)
}

fn write(tables: &Tables, type_names: &[u16], [types, first]: [usize; 2], kinds: &Kinds) -> Compiled {
    let mut fields: Vec<(u16, u16)> = Vec::new();
    let mut merges: Vec<u16> = Vec::new();
    let mut merge_starts = vec![0];
    for merge in &tables.merges {
        merges.extend(merge.split(',').map(|key| tables.name_numbers.get(key).copied().unwrap_or(NONE)));
        merge_starts.push(number_of(merges.len()));
    }
    let mut nodes: Vec<u16> = Vec::new();
    for node in &tables.nodes {
        let mut own = node.fields.clone();
        own.sort_by_key(|(name, _)| tables.names.get(usize::from(*name)));
        let what = u16::from(node.what) | u16::from(node.merge) << 8;
        nodes.extend([number_of(fields.len()), number_of(own.len()), node.child, what]);
        fields.extend(own);
    }
    let mut rows: Vec<u16> = Vec::new();
    for ((kind, group, version), (node, scope)) in kinds {
        let number = |name: &str| tables.name_numbers.get(name).copied().unwrap_or(NONE);
        rows.extend([number(group), number(version), number(kind), *node, *scope]);
    }
    let mut names = String::new();
    let mut name_ends: Vec<u16> = Vec::new();
    for name in &tables.names {
        names.push_str(name);
        name_ends.push(number_of(names.len()));
    }
    let counts = [types, first, tables.nodes.len(), fields.len(), tables.names.len(), kinds.len()];
    let counts = counts.into_iter().chain([tables.merges.len(), merges.len()]).map(number_of);
    let mut numbers: Vec<u16> = counts.collect();
    numbers.extend(name_ends);
    numbers.extend(type_names);
    numbers.extend(nodes);
    numbers.extend(fields.iter().flat_map(|(name, node)| [*name, *node]));
    numbers.extend(rows);
    numbers.extend(merge_starts);
    numbers.extend(merges);
    Compiled { table: numbers.iter().flat_map(|number| number.to_le_bytes()).collect(), names }
}
