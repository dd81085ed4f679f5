//! Setting a replacement's value in the fields of its targets.

use compact_str::CompactString;
use manifest::mutable::{Data, Graph, NodeIndex, Scalar};
use text::Track;

use super::embedded;
use super::path::{FieldPath, Making, MatchPath};
use super::source::{Source, ids};
use crate::fields::Create;
use crate::identity::Id;
use crate::kustomization::{FieldOptions, ReplacementTarget, Selector};
use crate::label_selector::ParseLabelSelector;
use crate::res_map::{ResMap, Slot};
use crate::resource::Resource;
use crate::select::{CompiledSelector, SelectObjects};
use crate::{Failure, Work};

/// Why a target cannot be set.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SetTarget {
    /// No selector.
    #[error("target must specify resources to select")]
    SelectNothing,
    /// A selector that is broken.
    #[error("error creating target selector")]
    CompileSelector(#[source] SelectObjects),
    /// A field that is not there.
    #[error("{}", field_retrieval(path, *is_made))]
    FindField {
        /// Its path.
        path: String,
        /// Whether it was to be made.
        is_made: bool,
        /// Why not.
        #[source]
        source: Option<MatchPath>,
    },
    /// A delimiter, and a field that is no scalar.
    #[error("delimiter option can only be used with scalar nodes")]
    SplitCollection,
}

fn field_retrieval(path: &str, is_made: bool) -> String {
    let find = if is_made { "find or create" } else { "find" };
    format!("unable to {find} field \"{path}\" in replacement target")
}

/// A target, ready to be set.
struct Target<'t> {
    select: CompiledSelector,
    reject: Vec<(CompiledSelector, &'t Selector)>,
    paths: Vec<(&'t str, Result<FieldPath, MatchPath>)>,
    options: Option<&'t FieldOptions>,
}

/// What is set, and where that is declared.
pub(super) type Value<'v, O> = (&'v Source<O>, O);

/// Sets a value in all objects that a target means.
pub(super) fn set<T: Track>(
    target: &ReplacementTarget,
    value: Value<'_, T::Origin>,
    work: &mut Work<T>,
    map: &mut ResMap<T::Origin>,
) -> Result<(), Failure> {
    let target = Target::new(target)?;
    for slot in target.candidates(work, map) {
        let is_meant = map.get(slot).map(|resource| target.means(resource)).transpose();
        if is_meant.map_err(SelectObjects::from)? == Some(true) {
            for (path, parsed) in &target.paths {
                set_field(&target, (path, parsed), (slot, value), (&mut *work, &mut *map))?;
            }
        }
    }
    Ok(())
}

impl<'t> Target<'t> {
    fn new(target: &'t ReplacementTarget) -> Result<Self, SetTarget> {
        let compile = |selector| CompiledSelector::new(selector).map_err(SetTarget::CompileSelector);
        let select = compile(target.select.as_ref().ok_or(SetTarget::SelectNothing)?)?;
        let reject = target.reject.iter().map(|reject| Ok((compile(reject)?, reject)));
        let paths = target.field_paths.iter().map(CompactString::as_str);
        let paths: Vec<&str> =
            if target.field_paths.is_empty() { vec!["metadata.name"] } else { paths.collect() };
        Ok(Self {
            select,
            reject: reject.collect::<Result<_, SetTarget>>()?,
            paths: paths.into_iter().map(|path| (path, FieldPath::new(path))).collect(),
            options: target.options.as_ref(),
        })
    }

    /// Names are looked up, unless a broken selector of labels has to be told by objects of any name.
    fn candidates<T: Track>(&self, work: &Work<T>, map: &mut ResMap<T::Origin>) -> Vec<Slot> {
        let is_sound = self.select.is_sound() && self.reject.iter().all(|(reject, _)| reject.is_sound());
        if is_sound { self.select.candidates(&work.schema, map) } else { map.slots() }
    }

    fn means<O: Copy>(&self, resource: &Resource<O>) -> Result<bool, ParseLabelSelector> {
        if !self.select.means_annotations(resource)? || !self.select.means_labels(resource)? {
            return Ok(false);
        }
        for (reject, written) in &self.reject {
            let says_labels = !written.label_selector.is_empty() || !written.annotation_selector.is_empty();
            if says_labels && reject.means_annotations(resource)? && reject.means_labels(resource)? {
                return Ok(false);
            }
        }
        let ids = ids(resource);
        let is_rejected = self
            .reject
            .iter()
            .any(|(reject, written)| written.id != Id::default() && ids.iter().any(|id| reject.means_id(id)));
        Ok(!is_rejected && ids.iter().any(|id| self.select.means_id(id)))
    }

    fn create(&self, value: &Graph<impl Copy>) -> Option<Create> {
        let create = match value.node(value.root()).data {
            Data::Scalar(_) => Create::Scalar,
            Data::Mapping(_) => Create::Mapping,
            Data::Sequence(_) => Create::Sequence,
        };
        self.options.filter(|options| options.create).map(|_| create)
    }
}

/// Sets one field: inside of the text of a scalar, if the path leads into one, else where it leads.
fn set_field<T: Track>(
    target: &Target<'_>,
    (path, parsed): (&str, &Result<FieldPath, MatchPath>),
    (slot, (source, declared)): (Slot, Value<'_, T::Origin>),
    (work, map): (&mut Work<T>, &mut ResMap<T::Origin>),
) -> Result<(), Failure> {
    let Some(value) = source.value(map) else { return Ok(()) };
    let create = target.create(&value);
    let failed = |source| SetTarget::FindField { path: path.to_owned(), is_made: create.is_some(), source };
    let parsed = parsed.as_ref().map_err(|error| failed(Some(error.clone())))?;
    let Some(resource) = map.get_mut(slot) else { return Ok(()) };
    let options = target.options.filter(|_| work.follows_5_8_3());
    if let Some(changed) = embedded::changed(resource.graph(), parsed, &value, (create, options)) {
        set_text_within(resource.graph_mut(), changed, (&value, declared), &mut work.tracker);
        return Ok(());
    }
    let graph = resource.graph_mut();
    let making = create.map(|create| Making { create, origin: declared });
    let found = parsed.find(graph, (graph.root(), 0), making).map_err(|error| failed(Some(error)))?;
    if found.is_empty() {
        return Err(failed(None).into());
    }
    for node in found {
        // The field that is set may be the one that the value comes from.
        let Some(value) = source.value(map) else { return Ok(()) };
        if let Some(resource) = map.get_mut(slot) {
            put(resource.graph_mut(), node, (&value, declared, target.options), &mut work.tracker)?;
        }
    }
    Ok(())
}

/// A scalar keeps its type and style and takes on the text alone; anything else becomes the value.
fn put<T: Track>(
    graph: &mut Graph<T::Origin>,
    node: NodeIndex,
    (value, declared, options): (&Graph<T::Origin>, T::Origin, Option<&FieldOptions>),
    tracker: &mut T,
) -> Result<(), SetTarget> {
    let over = graph.origin(node);
    let value_origin = match value.scalar(value.root()) {
        // The text that the original takes for a collection is empty.
        None if graph.scalar(node).is_some() => {
            tracker.made("replacement", declared, &[value.origin(value.root())])
        }
        _ => value.origin(value.root()),
    };
    let (text, origin) = match options.filter(|options| !options.delimiter.is_empty()) {
        Some(options) => {
            let there = graph.scalar(node).ok_or(SetTarget::SplitCollection)?;
            let text = if value.is_null(value.root()) { "" } else { value.text(value.root()) };
            let delimiter = tracker.made("replacement", declared, &[]);
            let origins = Origins { there: over, part: value_origin, delimiter };
            joined(&there.text, text, options).compose(&there.text, origins, tracker)
        }
        None => (value.text(value.root()).into(), tracker.patched(value_origin, Some(over))),
    };
    if let Data::Scalar(scalar) = &mut graph.node_mut(node).data {
        scalar.text = text;
    } else {
        let copy = graph.graft(value, value.root());
        graph.assign(node, copy);
    }
    graph.node_mut(node).origin = origin;
    Ok(())
}

/// A text of which a part comes from elsewhere.
pub(super) struct Joined {
    before: String,
    part: String,
    after: String,
}

/// Puts a part between delimiters: before the first for a negative position, behind the last for one past the end.
pub(super) fn joined(there: &str, part: &str, options: &FieldOptions) -> Joined {
    let delimiter = options.delimiter.as_str();
    let parts: Vec<&str> = there.split(delimiter).collect();
    let part = part.to_owned();
    match usize::try_from(options.index) {
        Err(_) => Joined { before: String::new(), part, after: format!("{delimiter}{there}") },
        Ok(index) if index >= parts.len() => {
            Joined { before: format!("{there}{delimiter}"), part, after: String::new() }
        }
        Ok(index) => {
            let before = parts[..index].iter().map(|part| format!("{part}{delimiter}")).collect();
            let after = parts[index + 1..].iter().map(|part| format!("{delimiter}{part}")).collect();
            Joined { before, part, after }
        }
    }
}

impl Joined {
    pub(super) fn text(&self) -> String {
        format!("{}{}{}", self.before, self.part, self.after)
    }

    fn compose<T: Track>(
        &self,
        whole: &str,
        origins: Origins<T::Origin>,
        tracker: &mut T,
    ) -> (CompactString, T::Origin) {
        let Self { before, part, after } = self;
        let Origins { there, part: part_origin, delimiter } = origins;
        // What is put before or behind all that is there brings a delimiter that nobody wrote.
        let kept = before.len().min(whole.len());
        let head = [(kept, tracker.part(there, whole, 0..kept)), (before.len() - kept, delimiter)];
        let kept = after.len().min(whole.len());
        let behind = tracker.part(there, whole, whole.len() - kept..whole.len());
        let tail = [(after.len() - kept, delimiter), (kept, behind)];
        let parts: Vec<_> = head.into_iter().chain([(part.len(), part_origin)]).chain(tail).collect();
        (compact_str::format_compact!("{before}{part}{after}"), tracker.composed(&parts))
    }
}

/// Whose the parts of a joined text are.
struct Origins<O> {
    there: O,
    part: O,
    delimiter: O,
}

/// Sets the text of a scalar in which a value was set.
fn set_text_within<T: Track>(
    graph: &mut Graph<T::Origin>,
    changed: embedded::Changed,
    (value, declared): (&Graph<T::Origin>, T::Origin),
    tracker: &mut T,
) {
    let embedded::Changed { scalar, text, set } = changed;
    let (over, by) = (graph.origin(scalar), value.origin(value.root()));
    let origin = match set.filter(|set| !set.is_empty()) {
        None => tracker.made("replacement", declared, &[by, over]),
        Some(set) => {
            let mut parts = Vec::with_capacity(2 * set.len() + 1);
            let mut at = 0;
            for range in set {
                parts.push((range.start.saturating_sub(at), over));
                parts.push((range.len(), by));
                at = range.end;
            }
            parts.push((text.len().saturating_sub(at), over));
            tracker.composed(&parts)
        }
    };
    let node = graph.node_mut(scalar);
    if let Data::Scalar(there) = &mut node.data {
        *there = Scalar { text: text.into(), ..there.clone() };
    }
    node.origin = origin;
}
