//! Reading values as Go's `encoding/json` decodes them into fields of known types.
//!
//! Keys are gone through in the order of their bytes, each matches the field of its name or, failing that, of its name in
//! other letter case, and what is read later is read into what is there already. The first fault ends the reading. Two
//! sets of [`Rules`] exist: those of kustomization files, and those of what `sigs.k8s.io/yaml` reads, which overlooks
//! unknown fields and takes numbers and booleans as texts where the field is one.

use compact_str::CompactString;
use manifest::mutable::{Data, Graph, NodeIndex, Scalar};
use manifest::value::{Value as Meaning, json_key};
use text::{Track, nearest};

use super::ReadKustomization;
use crate::Failure;
use crate::kustomization::{Text, TextMap};

/// What a reader overlooks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Rules {
    /// Whether unknown fields are passed over.
    passes_over_unknown_fields: bool,
    /// Whether numbers and booleans are taken for texts where a text is wanted.
    takes_scalars_as_texts: bool,
}

impl Rules {
    /// As kustomization files are read.
    pub(crate) const STRICT: Self = Self { passes_over_unknown_fields: false, takes_scalars_as_texts: false };
    /// As the files of `configurations` are read.
    pub(crate) const STRICT_FILE: Self =
        Self { passes_over_unknown_fields: false, takes_scalars_as_texts: true };
    /// As objects are read whose other fields are somebody else's.
    pub(crate) const LENIENT_FIELDS: Self =
        Self { passes_over_unknown_fields: true, takes_scalars_as_texts: false };
    /// As configuration of plugins and all other files are read.
    pub(crate) const LENIENT: Self = Self { passes_over_unknown_fields: true, takes_scalars_as_texts: true };
}

/// A fault, and the origin of what is at fault.
#[derive(Debug)]
pub(crate) struct Fault<O> {
    pub(crate) cause: ReadKustomization,
    pub(crate) origin: O,
}

impl<O: Copy> Fault<O> {
    /// The failure of a build, with its place.
    pub(crate) fn into_failure<T: Track<Origin = O>>(self, tracker: &T) -> Failure {
        Failure::new(self.cause).at_origin(tracker, self.origin)
    }

    fn within(mut self, name: &str) -> Self {
        if let ReadKustomization::MismatchType { field, .. } = &mut self.cause {
            let rest = std::mem::take(field);
            *field = if rest.is_empty() { name.to_owned() } else { format!("{name}.{rest}") };
        }
        self
    }
}

/// A node that is to be read.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Value<'g, O> {
    pub(crate) graph: &'g Graph<O>,
    pub(crate) node: NodeIndex,
    pub(crate) rules: Rules,
}

/// Something that a value can be read into. A struct names its fields and reads each; anything else overrides
/// [`Read::read`].
pub(crate) trait Read<O: Copy>: Sized {
    /// The names of all fields of a struct.
    const NAMES: &'static [&'static str] = &[];
    /// Those of them that Go's struct has from another one that is embedded in it. Their scalars are never taken for
    /// texts: the look-ahead of `sigs.k8s.io/yaml` sees the embedded struct in their place.
    const PROMOTED: &'static [&'static str] = &[];

    /// What is there before anything is read; `origin` is where it would stand.
    fn absent(origin: O) -> Self;

    /// Reads the value of the field `name`, which is one of [`Read::NAMES`].
    fn field(&mut self, name: &'static str, value: Value<'_, O>) -> Result<(), Fault<O>> {
        let _ = (name, value);
        Ok(())
    }

    /// Reads a value into what is there.
    fn read(&mut self, value: Value<'_, O>) -> Result<(), Fault<O>> {
        value.read_fields(self)
    }
}

/// The field that a key means: of its very name, or of its name in other letter case. Go folds two further characters to
/// letters of ASCII.
pub(crate) fn field_of(key: &str, names: &'static [&'static str]) -> Option<&'static str> {
    let exact = names.iter().find(|name| **name == key);
    let folded = |text: &str| -> String {
        let fold = |character| match character {
            '\u{212a}' => 'k',
            '\u{17f}' => 's',
            other => other.to_ascii_lowercase(),
        };
        text.chars().map(fold).collect()
    };
    exact.or_else(|| names.iter().find(|name| folded(name) == folded(key))).copied()
}

impl<'g, O: Copy> Value<'g, O> {
    /// The whole of a graph.
    pub(crate) fn whole(graph: &'g Graph<O>, rules: Rules) -> Self {
        Self { graph, node: graph.root(), rules }
    }

    /// Where it was written.
    pub(crate) fn origin(&self) -> O {
        self.graph.origin(self.node)
    }

    /// What it is, without a second thought on the way it is written.
    fn meaning(&self) -> Result<Option<Meaning>, Fault<O>> {
        if self.graph.scalar(self.node).is_none() {
            return Ok(None);
        }
        let read = self.graph.value_of(self.node);
        read.map(Some).map_err(|source| self.fault(ReadKustomization::ReadGraph(source)))
    }

    /// Whether it is null.
    pub(crate) fn is_null(&self) -> bool {
        matches!(self.meaning(), Ok(Some(Meaning::Null)))
    }

    /// The entries of a mapping in the order of their keys; none for null.
    fn entries(&self) -> Result<Vec<&'g manifest::mutable::Entry<O>>, Fault<O>> {
        match &self.graph.node(self.node).data {
            Data::Mapping(entries) => {
                let mut entries: Vec<_> = entries.iter().collect();
                entries.sort_by(|one, two| one.key.text.cmp(&two.key.text));
                Ok(entries)
            }
            Data::Scalar(_) if self.is_null() => Ok(Vec::new()),
            Data::Scalar(_) | Data::Sequence(_) => Err(self.mismatch("object")),
        }
    }

    /// The text; none for null.
    fn text(&self) -> Result<Option<CompactString>, Fault<O>> {
        if let Some(Scalar { tag: manifest::mutable::Tag::Str, text, .. }) = self.graph.scalar(self.node) {
            return Ok(Some(text.clone()));
        }
        match self.meaning()? {
            Some(Meaning::Null) => Ok(None),
            Some(Meaning::String(text)) => Ok(Some(text.into())),
            Some(Meaning::Unsigned(value)) if self.rules.takes_scalars_as_texts => {
                Ok(Some(value.to_string().into()))
            }
            Some(scalar) if self.rules.takes_scalars_as_texts => {
                json_key(scalar).map(|text| Some(text.into())).map_err(|_| self.mismatch("string"))
            }
            Some(_) | None => Err(self.mismatch("string")),
        }
    }

    /// A fault of this value.
    pub(crate) fn fault(&self, cause: ReadKustomization) -> Fault<O> {
        Fault { cause, origin: self.origin() }
    }

    pub(super) fn mismatch(&self, expected: &'static str) -> Fault<O> {
        let found = match self.meaning() {
            Ok(Some(Meaning::Bool(_))) => "bool",
            Ok(Some(Meaning::Int(_) | Meaning::Unsigned(_) | Meaning::Float(_))) => "number",
            Ok(Some(_)) | Err(_) => "string",
            Ok(None) if self.graph.is_mapping(self.node) => "object",
            Ok(None) => "array",
        };
        self.fault(ReadKustomization::MismatchType { found, field: String::new(), expected })
    }

    fn read_fields<R: Read<O>>(self, read: &mut R) -> Result<(), Fault<O>> {
        for entry in self.entries()? {
            let Some(name) = field_of(&entry.key.text, R::NAMES) else {
                if self.rules.passes_over_unknown_fields {
                    continue;
                }
                let field = entry.key.text.to_string();
                let nearest = nearest(&field, R::NAMES.iter().copied());
                let cause = ReadKustomization::UseUnknownField { field, nearest };
                return Err(Fault { cause, origin: entry.key_origin });
            };
            let mut rules = self.rules;
            rules.takes_scalars_as_texts &= !R::PROMOTED.contains(&name);
            let below = Value { node: entry.value, rules, ..self };
            read.field(name, below).map_err(|fault| fault.within(name))?;
        }
        Ok(())
    }

    /// Reads it into something new.
    pub(crate) fn get<R: Read<O>>(self) -> Result<R, Fault<O>> {
        let mut read = R::absent(self.origin());
        read.read(self)?;
        Ok(read)
    }
}

/// Refuses a field that the kustomize which is followed does not know yet.
pub(crate) fn refuse_later_field<O: Copy>(
    graph: &Graph<O>,
    mapping: NodeIndex,
    later: &'static str,
) -> Result<(), Fault<O>> {
    match graph.entries(mapping).iter().find(|entry| entry.key.text.eq_ignore_ascii_case(later)) {
        None => Ok(()),
        Some(entry) => {
            let cause =
                ReadKustomization::UseUnknownField { field: entry.key.text.to_string(), nearest: None };
            Err(Fault { cause, origin: entry.key_origin })
        }
    }
}

impl<O: Copy> Read<O> for CompactString {
    fn absent(_: O) -> Self {
        Self::default()
    }

    fn read(&mut self, value: Value<'_, O>) -> Result<(), Fault<O>> {
        if let Some(text) = value.text()? {
            *self = text;
        }
        Ok(())
    }
}

impl<O: Copy> Read<O> for Text<O> {
    fn absent(origin: O) -> Self {
        Self { text: CompactString::default(), origin, content: None }
    }

    fn read(&mut self, value: Value<'_, O>) -> Result<(), Fault<O>> {
        if let Some(text) = value.text()? {
            (self.text, self.origin) = (text, value.origin());
        }
        Ok(())
    }
}

impl<O: Copy> Read<O> for bool {
    fn absent(_: O) -> Self {
        false
    }

    fn read(&mut self, value: Value<'_, O>) -> Result<(), Fault<O>> {
        match value.meaning()? {
            Some(Meaning::Null) => {}
            Some(Meaning::Bool(read)) => *self = read,
            Some(_) | None => return Err(value.mismatch("bool")),
        }
        Ok(())
    }
}

impl<O: Copy> Read<O> for i64 {
    fn absent(_: O) -> Self {
        0
    }

    fn read(&mut self, value: Value<'_, O>) -> Result<(), Fault<O>> {
        match value.meaning()? {
            Some(Meaning::Null) => {}
            Some(Meaning::Int(read)) => *self = read,
            // JSON prints a whole number without its point, and reads it back as an integer.
            Some(Meaning::Float(read)) if read.fract() == 0.0 && read.abs() < WHOLE_MAX => {
                #[expect(clippy::cast_possible_truncation, reason = "it is whole and in range")]
                let whole = read as Self;
                *self = whole;
            }
            Some(_) | None => return Err(value.mismatch("int64")),
        }
        Ok(())
    }
}

/// Where 64 bits end.
const WHOLE_MAX: f64 = 9_223_372_036_854_775_808.0;

impl<O: Copy, R: Read<O>> Read<O> for Vec<R> {
    fn absent(_: O) -> Self {
        Self::new()
    }

    /// Items are read into the items that are there.
    fn read(&mut self, value: Value<'_, O>) -> Result<(), Fault<O>> {
        let Data::Sequence(items) = &value.graph.node(value.node).data else {
            if value.is_null() {
                self.clear();
                return Ok(());
            }
            return Err(value.mismatch("list"));
        };
        for (position, node) in items.iter().enumerate() {
            let value = Value { node: *node, ..value };
            if position == self.len() {
                self.push(R::absent(value.origin()));
            }
            if let Some(item) = self.get_mut(position) {
                item.read(value)?;
            }
        }
        self.truncate(items.len());
        Ok(())
    }
}

impl<O: Copy, R: Read<O>> Read<O> for Option<R> {
    fn absent(_: O) -> Self {
        None
    }

    fn read(&mut self, value: Value<'_, O>) -> Result<(), Fault<O>> {
        if value.is_null() {
            *self = None;
            return Ok(());
        }
        self.get_or_insert_with(|| R::absent(value.origin())).read(value)
    }
}

/// A map of texts.
pub(crate) fn read_map<O: Copy>(map: &mut TextMap<O>, value: Value<'_, O>) -> Result<(), Fault<O>> {
    if value.is_null() {
        map.clear();
        return Ok(());
    }
    for entry in value.entries()? {
        let key = Text { text: entry.key.text.clone(), origin: entry.key_origin, content: None };
        let text = Value { node: entry.value, ..value }.get::<Text<O>>();
        let text = text.map_err(|fault| fault.within(&key.text))?;
        match map.binary_search_by(|(there, _)| there.text.cmp(&key.text)) {
            Ok(position) => map[position] = (key, text),
            Err(position) => map.insert(position, (key, text)),
        }
    }
    Ok(())
}
