//! YAML to values of the template engine.
//!
//! Takes a file's text; gives what `sigs.k8s.io/yaml` makes of it by way of JSON: texts for keys, 64-bit floats for
//! numbers, the last of equal keys. Helm 3 reads the first document of a file, Helm 4 merges all of them.

use std::collections::BTreeMap;
use std::ops::Range;

use gotemplate::{Apart, Bytes, Data, Entry, Ledger, Map, MapType, Value};
use manifest::limits::ALIAS_EXPANSION_NODES_MAX;
use manifest::resolve::{Dialect, Meaning, ResolveScalar, resolve_node};
use manifest::value::{Expansion, ReadValue, Value as Plain, json_key};
use manifest::{Document, NodeId, NodeKind};
use text::{Origin, TextId};

use super::merge_maps;
use crate::chart::File;
use crate::{HelmVersion, words};

/// Why a text gives no values.
#[derive(Debug, thiserror::Error)]
pub enum ReadValues {
    /// It is no YAML.
    #[error("error converting YAML to JSON: {0}")]
    Parse(String),
    /// A value in it is refused by its reader.
    #[error("error converting YAML to JSON")]
    Read(#[from] ReadValue),
    /// An infinity or not-a-number, which JSON cannot say.
    #[error("error converting YAML to JSON: json: unsupported value: {0}")]
    Unsupported(&'static str),
    /// Something other than a table.
    #[error(
        "error unmarshaling JSON: while decoding JSON: json: cannot unmarshal {0} into Go value of type map[string]interface {{}}"
    )]
    ExpectTable(&'static str),
}

/// Where a text stands whose values are read.
#[derive(Clone, Copy)]
enum Home<'h> {
    /// In a registered text.
    Text(TextId),
    /// Nowhere by itself: it is a value.
    Value(&'h Apart),
}

/// The values of a chart's file.
///
/// # Errors
/// If Helm would refuse the file.
pub fn of_file(file: &File, version: HelmVersion, ledger: &Ledger) -> Result<Map, ReadValues> {
    let source = Source { home: Home::Text(file.text), bytes: &file.bytes };
    source.values(version, ledger)
}

/// The values of a text, such as a file given by `-f`.
///
/// # Errors
/// If Helm would refuse the text.
pub fn of_text(text: TextId, bytes: &[u8], version: HelmVersion, ledger: &Ledger) -> Result<Map, ReadValues> {
    Source { home: Home::Text(text), bytes }.values(version, ledger)
}

/// What the first document of a text says that is a value itself, of this origin.
///
/// # Errors
/// If Helm would refuse the text.
pub(crate) fn of_value(origin: Origin, bytes: &[u8], ledger: &Ledger) -> Result<Value, ReadValues> {
    let whole = 0..bytes.len();
    Source { home: Home::Value(&ledger.apart(origin, bytes)), bytes }.document(whole, ledger)
}

#[derive(Clone, Copy)]
struct Source<'t> {
    home: Home<'t>,
    bytes: &'t [u8],
}

impl Source<'_> {
    fn values(self, version: HelmVersion, ledger: &Ledger) -> Result<Map, ReadValues> {
        let whole = 0..self.bytes.len();
        match version {
            HelmVersion::V3 => self.table(whole, ledger),
            HelmVersion::V4 => {
                let mut merged = Map::new(MapType::Interface);
                for chunk in chunks(self.bytes) {
                    merged = merge_maps(&merged, &self.table(chunk, ledger)?, ledger);
                }
                Ok(merged)
            }
        }
    }

    fn table(self, range: Range<usize>, ledger: &Ledger) -> Result<Map, ReadValues> {
        match self.document(range, ledger)?.data {
            Data::Map(map) => Ok(map),
            Data::Nil => Ok(Map::new(MapType::Interface)),
            other => Err(ReadValues::ExpectTable(json_kind(&other))),
        }
    }

    /// The first document of a range; what stands behind it is overlooked, as Go's decoder does that is asked once.
    fn document(self, range: Range<usize>, ledger: &Ledger) -> Result<Value, ReadValues> {
        let text = match self.home {
            Home::Text(text) => text,
            Home::Value(_) => TextId(u32::MAX),
        };
        if let Some(told) = words::of_leading_tab(self.bytes.get(range.clone()).unwrap_or_default()) {
            return Err(ReadValues::Parse(told));
        }
        let document = manifest::parse_first(text, self.bytes, range)
            .map_err(|error| ReadValues::Parse(words::of_yaml(self.bytes, &error)))?;
        let Some(root) = document.root() else { return Ok(Value::nil(Ledger::NOWHERE)) };
        let mut reader = Reader {
            document: &document,
            ledger,
            source: self,
            expansion: Expansion::new(ALIAS_EXPANSION_NODES_MAX),
            alias: None,
        };
        reader.value(root)
    }
}

/// The ranges between lines that are `---` and white space, as the reader of Kubernetes' libraries cuts a text; a line
/// with anything behind the dashes stays in its range.
fn chunks(bytes: &[u8]) -> Vec<Range<usize>> {
    let mut chunks = Vec::new();
    let (mut start, mut at) = (0, 0);
    for line in bytes.split_inclusive(|byte| *byte == b'\n') {
        let is_separator = line.strip_prefix(b"---").is_some_and(|rest| rest.trim_ascii().is_empty());
        if is_separator && at > start {
            chunks.push(start..at);
            start = at + line.len();
        }
        at += line.len();
    }
    if at > start {
        chunks.push(start..at);
    }
    chunks
}

struct Reader<'d, 't> {
    document: &'d Document<'t>,
    ledger: &'d Ledger,
    source: Source<'d>,
    expansion: Expansion,
    /// First byte of the outermost alias that is being expanded.
    alias: Option<u32>,
}

type Entries = BTreeMap<Bytes, Entry>;

impl Reader<'_, '_> {
    fn value(&mut self, node: NodeId) -> Result<Value, ReadValues> {
        self.expansion.visit()?;
        let origin = self.origin(node);
        match self.document.node(node).kind {
            NodeKind::Scalar { .. } => self.scalar(node, origin),
            NodeKind::Alias { target } => self.aliased(node, target, |reader, target| reader.value(target)),
            NodeKind::Sequence { .. } => {
                let document = self.document;
                let items = self.nested(|reader| {
                    document.items(node).iter().map(|item| reader.value(*item)).collect::<Result<_, _>>()
                })?;
                Ok(Value::list(items, origin))
            }
            NodeKind::Mapping { .. } => {
                let mut entries = Entries::new();
                self.nested(|reader| reader.mapping(node, &mut entries))?;
                Ok(Value::new(Data::Map(Map::of(MapType::Interface, entries)), origin))
            }
        }
    }

    /// Where a node stands, and by which alias it came here.
    fn origin(&self, node: NodeId) -> Origin {
        let span = self.document.span(node);
        if let Home::Value(apart) = self.source.home {
            return self.ledger.part_of(apart, span.range());
        }
        match self.alias {
            Some(alias) if self.ledger.is_on() => Origin::Aliased { definition: span, alias },
            _ => self.ledger.written(span),
        }
    }

    fn meaning(&self, node: NodeId) -> Result<Option<Meaning<'_>>, ReadValue> {
        resolve_node(self.document, node, Dialect::GoYaml2)
            .map_err(|source: ResolveScalar| ReadValue::ResolveScalar { node, source })
    }

    fn scalar(&self, node: NodeId, origin: Origin) -> Result<Value, ReadValues> {
        #[expect(
            clippy::cast_precision_loss,
            reason = "Go's JSON decoder reads every number as a 64-bit float"
        )]
        let number = |meaning: &Meaning<'_>| match meaning {
            Meaning::Int(value) => Some(*value as f64),
            Meaning::Unsigned(value) => Some(*value as f64),
            Meaning::Float(value) => Some(*value),
            _ => None,
        };
        let meaning = self.meaning(node)?.unwrap_or(Meaning::Null);
        if let Some(value) = number(&meaning) {
            return finite(value).map(|value| Value::float(value, origin));
        }
        Ok(match meaning {
            Meaning::Null => Value::nil(origin),
            Meaning::Bool(value) => Value::bool(value, origin),
            Meaning::String(text) => Value::string(&*text, origin),
            Meaning::Merge => Value::string("<<", origin),
            // Bytes that are no UTF-8 become replacement characters on their way through JSON.
            Meaning::Binary(bytes) => Value::string(String::from_utf8_lossy(&bytes).into_owned(), origin),
            Meaning::Timestamp(text) => Value::string(text, origin),
            Meaning::Int(_) | Meaning::Unsigned(_) | Meaning::Float(_) => Value::nil(origin),
        })
    }

    fn nested<T>(&mut self, read: impl FnOnce(&mut Self) -> Result<T, ReadValues>) -> Result<T, ReadValues> {
        self.expansion.enter()?;
        let result = read(self);
        self.expansion.leave();
        result
    }

    /// Reads what an alias stands for, unless that is being read already.
    fn aliased<T>(
        &mut self,
        node: NodeId,
        target: Option<NodeId>,
        read: impl FnOnce(&mut Self, NodeId) -> Result<T, ReadValues>,
    ) -> Result<T, ReadValues> {
        let target = self.expansion.enter_alias(self.document, node, target)?;
        let outer = self.alias;
        self.alias = outer.or(Some(self.document.span(node).start));
        let result = read(self, target);
        self.expansion.leave_alias();
        self.alias = outer;
        result
    }

    /// A merge key stands for its entries at its place, and every entry overrides those before it.
    fn mapping(&mut self, node: NodeId, entries: &mut Entries) -> Result<(), ReadValues> {
        let document = self.document;
        for entry in document.entries(node) {
            if self.meaning(entry.key)? == Some(Meaning::Merge) {
                let outer = self.alias;
                self.alias = outer.or(Some(document.span(entry.key).start));
                let merged = self.merge(entry.value, entries);
                self.alias = outer;
                merged?;
                continue;
            }
            let key = self.key(entry.key)?;
            let origin = self.origin(entry.key);
            let value = self.value(entry.value)?;
            entries.insert(key, Entry { key: origin, value });
        }
        Ok(())
    }

    /// Of several mappings under a merge key the first wins.
    fn merge(&mut self, value: NodeId, entries: &mut Entries) -> Result<(), ReadValues> {
        let document = self.document;
        let one = [value];
        let mappings = if document.is_sequence(value) { document.items(value) } else { &one };
        let is_other = |node: &&NodeId| !document.is_mapping(document.dereference(**node));
        if let Some(other) = mappings.iter().find(is_other) {
            return Err(ReadValue::MergeOther { node: *other }.into());
        }
        for mapping in mappings.iter().rev() {
            self.expansion.visit()?;
            match document.node(*mapping).kind {
                NodeKind::Alias { target } => {
                    self.aliased(*mapping, target, |reader, target| reader.mapping(target, entries))?;
                }
                _ => self.nested(|reader| reader.mapping(*mapping, entries))?,
            }
        }
        Ok(())
    }

    fn key(&self, node: NodeId) -> Result<Bytes, ReadValues> {
        let plain = Plain::from_node(self.document, node, Dialect::GoYaml2)?;
        let key = json_key(plain).map_err(|source| ReadValue::TakeKey { node, source })?;
        Ok(key.into())
    }
}

/// What Go's JSON decoder calls a value that was read and is not nil.
pub(crate) fn json_kind(data: &Data) -> &'static str {
    match data {
        Data::List(_) => "array",
        Data::Map(_) => "object",
        Data::Bool(_) => "bool",
        Data::Float(..) => "number",
        _ => "string",
    }
}

fn finite(value: f64) -> Result<f64, ReadValues> {
    match value {
        value if value.is_nan() => Err(ReadValues::Unsupported("NaN")),
        f64::INFINITY => Err(ReadValues::Unsupported("+Inf")),
        f64::NEG_INFINITY => Err(ReadValues::Unsupported("-Inf")),
        value => Ok(value),
    }
}
