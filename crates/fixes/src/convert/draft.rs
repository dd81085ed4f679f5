//! A conversion in the making: looks up fields, collects changes, questions and notes.
//!
//! Lookups follow aliases and merge keys and remember which ones they followed. A key that stands twice in a mapping
//! is a refusal as soon as somebody looks it up, since readers disagree on which one counts.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use checks::ObjectName;
use manifest::edit::{Change, Fresh, FreshScalar, Place};
use manifest::limits::LIST_DEPTH_MAX;
use manifest::resolve::{Dialect, Meaning, resolve_node};
use manifest::{Document, NodeId, Object};
use resource::{GroupVersionKind, ObjectKey};

use super::{Conversion, Note, Refusal, changes};
use crate::answers::Answer;
use crate::question::Choice;
use crate::{Answers, Question};

/// An entry that was looked up.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Field {
    /// The key.
    pub(crate) key: NodeId,
    /// The value, with its alias followed.
    pub(crate) value: NodeId,
    /// The value as written, which may be an alias: what to move.
    pub(crate) written: NodeId,
}

impl Field {
    /// The value moved elsewhere as it is written.
    pub(crate) fn moved(self) -> Fresh {
        Fresh::Moved(self.written)
    }

    /// The value moved elsewhere with the comments around its entry, which tell of it alone.
    pub(crate) fn carried(self) -> Fresh {
        instead_of(&[self], self.moved())
    }
}

/// A value with the comments of the entries that it takes the place of.
pub(crate) fn instead_of(fields: &[Field], value: Fresh) -> Fresh {
    Fresh::InsteadOf { of: fields.iter().map(|field| field.key).collect(), value: Box::new(value) }
}

/// An item with the comments of the one that it takes the place of.
pub(crate) fn instead_of_item(item: NodeId, value: Fresh) -> Fresh {
    Fresh::InsteadOf { of: vec![item], value: Box::new(value) }
}

/// What to ask.
pub(crate) struct Asking {
    /// The stable id.
    pub(crate) id: &'static str,
    /// The node that it is about.
    pub(crate) node: NodeId,
    /// What has to be decided and why.
    pub(crate) text: String,
    /// The ways to decide.
    pub(crate) choices: Vec<Choice>,
    /// What a text of the person's own stands for.
    pub(crate) own_text: Option<&'static str>,
}

/// How many merges within merges may still be followed, and what those followed before brought.
type Merges<'s> = (usize, &'s mut BTreeMap<NodeId, Option<Field>>);

/// A conversion in the making.
pub(crate) struct Draft<'d> {
    document: &'d Document<'d>,
    object: Object<'d>,
    target: GroupVersionKind<'d>,
    answers: &'d Answers,
    conversion: Conversion,
    aliases: BTreeSet<NodeId>,
}

impl<'d> Draft<'d> {
    pub(crate) fn new(
        document: &'d Document<'_>,
        object: Object<'d>,
        target: GroupVersionKind<'d>,
        answers: &'d Answers,
    ) -> Self {
        Self {
            document,
            object,
            target,
            answers,
            conversion: Conversion::default(),
            aliases: BTreeSet::new(),
        }
    }

    pub(crate) fn document(&self) -> &'d Document<'d> {
        self.document
    }

    /// The object's mapping.
    pub(crate) fn root(&self) -> NodeId {
        self.object.node
    }

    /// What the object is now.
    pub(crate) fn from(&self) -> GroupVersionKind<'d> {
        self.object.gvk
    }

    /// What it becomes.
    pub(crate) fn target(&self) -> GroupVersionKind<'d> {
        self.target
    }

    /// Whether any byte of the object is a template's, so that absence and shape cannot be judged.
    pub(crate) fn is_templated(&self) -> bool {
        self.document.is_masked()
    }

    /// The entry of `key`; none if it is absent or null, which is the same to Kubernetes.
    pub(crate) fn field(&mut self, mapping: NodeId, key: &str) -> Result<Option<Field>, Refusal> {
        let found = self.entry(mapping, key)?;
        Ok(found.filter(|field| !self.is_null(field.value)))
    }

    /// The entry of `key`, even if its value is null.
    pub(crate) fn entry(&mut self, mapping: NodeId, key: &str) -> Result<Option<Field>, Refusal> {
        self.entry_within(mapping, key, (LIST_DEPTH_MAX, &mut BTreeMap::new()))
    }

    fn entry_within(
        &mut self,
        mapping: NodeId,
        key: &str,
        (merges_left, seen): Merges<'_>,
    ) -> Result<Option<Field>, Refusal> {
        let mut direct = None;
        let mut merged = None;
        for entry in self.document.entries(mapping) {
            if self.document.text(entry.key) == Some(key) {
                if direct.is_some() {
                    return Err(Refusal::DuplicateKey { path: self.path(entry.key) });
                }
                direct = Some((entry.key, entry.value));
            } else if merges_left > 0 && self.document.is_merge_key(entry.key) {
                merged = self.merged_entry(entry.value, key, (merges_left - 1, seen))?.or(merged);
            }
        }
        match direct {
            Some((key, written)) => Ok(Some(Field { key, value: self.follow(written), written })),
            None => Ok(merged),
        }
    }

    fn merged_entry(
        &mut self,
        merged: NodeId,
        key: &str,
        (merges_left, seen): Merges<'_>,
    ) -> Result<Option<Field>, Refusal> {
        let sources = self.follow(merged);
        let sources = if self.document.is_sequence(sources) {
            self.document.items(sources).to_vec()
        } else {
            vec![sources]
        };
        for source in sources {
            let source = self.follow(source);
            let found = match seen.get(&source) {
                Some(known) => *known,
                None => {
                    // Merges of merges come by one mapping exponentially often; it is looked at once.
                    seen.insert(source, None);
                    let found = self.entry_within(source, key, (merges_left, seen))?;
                    seen.insert(source, found);
                    found
                }
            };
            if found.is_some() {
                return Ok(found);
            }
        }
        Ok(None)
    }

    /// Follows an alias and remembers that it was followed.
    pub(crate) fn follow(&mut self, node: NodeId) -> NodeId {
        let target = self.document.dereference(node);
        if target != node {
            self.aliases.insert(node);
        }
        target
    }

    /// The mapping at a path of keys; none if any of them is absent or null.
    pub(crate) fn mapping_at(&mut self, from: NodeId, path: &[&str]) -> Result<Option<NodeId>, Refusal> {
        let mut node = from;
        for key in path {
            match self.field(node, key)? {
                Some(field) => node = self.mapping(field.value)?,
                None => return Ok(None),
            }
        }
        Ok(Some(node))
    }

    /// `node` if it is a mapping.
    pub(crate) fn mapping(&self, node: NodeId) -> Result<NodeId, Refusal> {
        if self.document.is_mapping(node) { Ok(node) } else { Err(self.malformed(node, "is not a mapping")) }
    }

    /// The items under `key` with their aliases followed; none if it is absent or null.
    pub(crate) fn items(&mut self, mapping: NodeId, key: &str) -> Result<Vec<NodeId>, Refusal> {
        let Some(field) = self.field(mapping, key)? else { return Ok(Vec::new()) };
        if !self.document.is_sequence(field.value) {
            return Err(self.malformed(field.value, "is not a list"));
        }
        let written = self.document.items(field.value);
        Ok(written.iter().map(|item| self.follow(*item)).collect())
    }

    /// The items under `key`, each of which has to be a mapping.
    pub(crate) fn mappings(&mut self, mapping: NodeId, key: &str) -> Result<Vec<NodeId>, Refusal> {
        let items = self.items(mapping, key)?;
        items.into_iter().map(|item| self.mapping(item)).collect()
    }

    /// The text of the scalar under `key`; none if it is absent, null or no scalar.
    pub(crate) fn text_of(&mut self, mapping: NodeId, key: &str) -> Result<Option<&'d str>, Refusal> {
        Ok(self.field(mapping, key)?.and_then(|field| self.document.text(field.value)))
    }

    /// What a scalar means to kubectl; null for what is no scalar or has no meaning.
    pub(crate) fn meaning(&self, node: NodeId) -> Meaning<'d> {
        let document = self.document;
        resolve_node(document, node, Dialect::GoYaml2).ok().flatten().unwrap_or(Meaning::Null)
    }

    /// Whether a scalar means null.
    pub(crate) fn is_null(&self, node: NodeId) -> bool {
        self.document.text(node).is_some() && self.meaning(node) == Meaning::Null
    }

    /// Whether a collection has nothing in it.
    pub(crate) fn is_empty(&self, node: NodeId) -> bool {
        self.document.entries(node).is_empty() && self.document.items(node).is_empty()
    }

    pub(crate) fn path(&self, node: NodeId) -> String {
        self.document.path_from(self.object.node, node).to_string()
    }

    pub(crate) fn malformed(&self, node: NodeId, problem: &str) -> Refusal {
        Refusal::Malformed { path: self.path(node), problem: problem.to_owned() }
    }

    pub(crate) fn change(&mut self, change: Change) {
        self.conversion.changes.push(change);
    }

    pub(crate) fn set(&mut self, field: Field, value: FreshScalar) {
        // An alias is replaced where it stands: the anchor may have other users.
        if field.written == field.value {
            self.change(Change::SetScalar { node: field.value, value });
        } else {
            self.change(Change::ReplaceValue { node: field.written, value: Fresh::Scalar(value) });
        }
    }

    pub(crate) fn set_text(&mut self, field: Field, value: &str) {
        self.set(field, FreshScalar::String(value.to_owned()));
    }

    pub(crate) fn rename(&mut self, field: Field, to: &str) {
        self.change(Change::RenameKey { key: field.key, to: to.to_owned() });
    }

    pub(crate) fn remove(&mut self, field: Field) {
        self.change(Change::RemoveEntry { key: field.key });
    }

    /// Removes an entry if it is there, null or not, and tells whether it was.
    pub(crate) fn drop_field(&mut self, mapping: NodeId, key: &str) -> Result<Option<Field>, Refusal> {
        let field = self.entry(mapping, key)?;
        if let Some(field) = field {
            self.remove(field);
        }
        Ok(field)
    }

    pub(crate) fn insert(&mut self, mapping: NodeId, place: Place, key: &str, value: Fresh) {
        self.change(Change::InsertEntry { mapping, place, key: key.to_owned(), value });
    }

    /// Before the first entry: away from what stands behind the mapping and may change too.
    pub(crate) fn first_place(&self, mapping: NodeId) -> Place {
        self.document.entries(mapping).first().map_or(Place::Last, |entry| Place::Before(entry.key))
    }

    /// Adds an entry, or overwrites one whose value is null.
    pub(crate) fn add(
        &mut self,
        mapping: NodeId,
        place: Place,
        key: &str,
        value: Fresh,
    ) -> Result<(), Refusal> {
        match self.entry(mapping, key)? {
            Some(null) => self.change(Change::ReplaceValue { node: null.written, value }),
            None => self.insert(mapping, place, key, value),
        }
        Ok(())
    }

    /// Replaces entries of one mapping by one new entry at the place of the first.
    pub(crate) fn gather(&mut self, fields: &[Field], key: &str, value: Fresh) -> Result<(), Refusal> {
        let mut keys: Vec<NodeId> = fields.iter().map(|field| field.key).collect();
        keys.sort_unstable();
        let parents: BTreeSet<_> = keys.iter().map(|key| self.document.node(*key).parent).collect();
        if parents.len() > 1 {
            let reason = "the fields that belong together come from different mappings through a merge key";
            return Err(Refusal::Manual { reason: reason.to_owned() });
        }
        self.change(Change::ReplaceEntries { keys, key: key.to_owned(), value });
        Ok(())
    }

    /// Says a list under another key: its items, made anew, take its place or follow those that are there.
    pub(crate) fn say_items(&mut self, old: Field, key: &str, items: Vec<Fresh>) -> Result<(), Refusal> {
        let Some(there) = self.field(self.root(), key)? else {
            return self.gather(&[old], key, Fresh::Sequence(items));
        };
        for (position, item) in items.into_iter().enumerate() {
            let value = if position == 0 { instead_of(&[old], item) } else { item };
            self.change(Change::AppendItem { sequence: there.value, value });
        }
        self.remove(old);
        Ok(())
    }

    pub(crate) fn note(&mut self, node: NodeId, text: impl Into<String>) {
        self.conversion.notes.push(Note { span: self.document.span(node), text: text.into() });
    }

    /// Asks, and gives the id of the choice that was made; none if it is open, and then the question is reported.
    pub(crate) fn choose(&mut self, asking: Asking) -> Option<&'static str> {
        match self.ask(asking) {
            (question, Some(Answer::Choice(id))) => question.choice(&id).map(|choice| choice.id),
            _ => None,
        }
    }

    /// Asks, and gives the text that a person wrote or the id that was chosen.
    pub(crate) fn choose_text(&mut self, asking: Asking) -> Option<String> {
        match self.ask(asking).1 {
            Some(Answer::Choice(text) | Answer::Value(text)) => Some(text),
            None => None,
        }
    }

    fn ask(&mut self, asking: Asking) -> (Question, Option<Answer>) {
        let question = Question {
            id: asking.id,
            object: self.name(),
            path: self.document.path_from(self.object.node, asking.node),
            span: self.document.span(asking.node),
            text: asking.text,
            choices: asking.choices,
            own_text: asking.own_text,
        };
        let answer = self.answers.find(&question);
        if answer.is_none() {
            self.conversion.questions.push(question.clone());
        }
        (question, answer)
    }

    fn name(&self) -> ObjectName {
        object_name(self.document, self.object)
    }

    /// Writes the new `apiVersion` and `kind`.
    pub(crate) fn header(&mut self) {
        let (from, target) = (self.object.gvk, self.target);
        if from.group_version() != target.group_version() {
            let field = self.header_field("apiVersion", self.object.api_version);
            self.set_text(field, &target.group_version().to_string());
        }
        if from.kind != target.kind {
            let field = self.header_field("kind", self.object.kind);
            self.set_text(field, target.kind);
        }
        let inherited = self.document.entry(self.object.node, "apiVersion").is_none();
        self.conversion.list =
            enclosing_list(self.document, self.object).or(inherited.then_some(self.object.api_version));
    }

    fn header_field(&mut self, key: &str, value: NodeId) -> Field {
        let own = self
            .document
            .entry(self.object.node, key)
            .filter(|entry| self.document.dereference(entry.value) == value);
        match own {
            Some(entry) => Field { key: entry.key, value: self.follow(entry.value), written: entry.value },
            None => Field { key: value, value, written: value },
        }
    }

    fn depth(&self, change: &Change) -> usize {
        let target = changes::targets(change).first().copied();
        target.map_or(0, |target| self.document.ancestors(target).count())
    }

    pub(crate) fn finish(mut self) -> Result<Conversion, Refusal> {
        if self.conversion.changes.iter().any(|change| touches_template(self.document, change)) {
            return Err(Refusal::NeedsRendering);
        }
        let mut changes = changes::without_repeats(std::mem::take(&mut self.conversion.changes));
        // What is added at the end of an inner mapping stands before what is added behind the outer entry.
        changes.sort_by_cached_key(|change| Reverse(self.depth(change)));
        self.conversion.changes = changes;
        self.conversion.aliases = self.aliases.into_iter().collect();
        Ok(self.conversion)
    }
}

fn touches_template(document: &Document<'_>, change: &Change) -> bool {
    changes::targets(change).into_iter().any(|node| document.is_opaque(node))
}

/// The `apiVersion` of the typed list (`IngressList`) that directly holds the object and says what the object says.
fn enclosing_list(document: &Document<'_>, object: Object<'_>) -> Option<NodeId> {
    let items = document.node(object.node).parent?;
    let list = document.node(items).parent?;
    let kind = document.text_at(list, &["kind"])?;
    let api_version = document.get(list, "apiVersion")?;
    let is_typed = kind.strip_suffix("List") == Some(object.gvk.kind);
    (is_typed && document.text(api_version) == document.text(object.api_version)).then_some(api_version)
}

/// The object's name in owned form.
pub(crate) fn object_name(document: &Document<'_>, object: Object<'_>) -> ObjectName {
    let text = |key| document.text_at(object.node, &["metadata", key]).unwrap_or_default().to_owned();
    ObjectName {
        api_version: object.gvk.group_version().to_string(),
        kind: object.gvk.kind.to_owned(),
        key: ObjectKey { namespace: text("namespace"), name: text("name") },
    }
}

/// A string to be written.
pub(crate) fn string(text: &str) -> Fresh {
    Fresh::Scalar(FreshScalar::String(text.to_owned()))
}

/// An integer to be written.
pub(crate) fn integer(value: i64) -> Fresh {
    Fresh::Scalar(FreshScalar::Integer(value))
}

/// A boolean to be written.
pub(crate) fn boolean(value: bool) -> Fresh {
    Fresh::Scalar(FreshScalar::Boolean(value))
}

/// A mapping to be written.
pub(crate) fn mapping<const N: usize>(entries: [(&str, Fresh); N]) -> Fresh {
    Fresh::Mapping(entries.into_iter().map(|(key, value)| (key.to_owned(), value)).collect())
}

/// The entries that there are, as the entries of a mapping to be written.
pub(crate) fn entries(
    entries: impl IntoIterator<Item = (&'static str, Option<Fresh>)>,
) -> Vec<(String, Fresh)> {
    entries.into_iter().filter_map(|(key, value)| Some((key.to_owned(), value?))).collect()
}
