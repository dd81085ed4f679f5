//! `ValueAddTransformer`: one text into fields of selected objects, as the whole field or as a part of a path in it.
//!
//! Only configuration of a plugin asks for it; no field of a kustomization does.

use compact_str::CompactString;
use manifest::mutable::{Graph, NodeIndex, Scalar};
use text::Track;

use super::namespace::{NamespaceTransformer, SubjectMode};
use crate::configuration::FieldSpecs;
use crate::fields::{self, Create, ReachField};
use crate::kustomization::read::{Fault, Read, Rules, Value, read_text};
use crate::kustomization::{Selector, Text};
use crate::load::Loader;
use crate::res_map::ResMap;
use crate::select::CompiledSelector;
use crate::{Failure, Work};

/// Why a value goes nowhere.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum LoadValueAdd {
    /// No target.
    #[error("must specify at least one target")]
    NameNoTarget,
    /// A target without a field.
    #[error("fieldPath cannot be empty")]
    NameNoField,
    /// A position before the first.
    #[error("value of FilePathPosition ({position}) cannot be negative")]
    CountBackwards {
        /// The position.
        position: i64,
    },
}

/// Puts a value into fields.
#[derive(Debug, Clone)]
pub(crate) struct ValueAddTransformer<O> {
    value: Text<O>,
    targets: Vec<ValueTarget>,
}

/// Where the value goes.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct ValueTarget {
    /// Which objects; all if nothing is said.
    selector: Option<Selector>,
    /// The keys, parted by `/`.
    field_path: CompactString,
    /// Which part of the path in the field it becomes, counted from one; none of it if zero.
    position: i64,
}

struct Plugin<O> {
    value: Text<O>,
    targets: Vec<ValueTarget>,
    target_file_path: Text<O>,
}

impl<O: Copy> Read<O> for ValueTarget {
    const NAMES: &'static [&'static str] = &["selector", "fieldPath", "filePathPosition"];

    fn absent(_: O) -> Self {
        Self::default()
    }

    fn field(&mut self, name: &'static str, value: Value<'_, O>) -> Result<(), Fault<O>> {
        match name {
            "selector" => self.selector.read(value),
            "fieldPath" => self.field_path.read(value),
            _ => self.position.read(value),
        }
    }
}

impl<O: Copy> Read<O> for Plugin<O> {
    const NAMES: &'static [&'static str] = &["value", "targets", "targetFilePath"];

    fn absent(origin: O) -> Self {
        Self { value: Text::absent(origin), targets: Vec::new(), target_file_path: Text::absent(origin) }
    }

    fn field(&mut self, name: &'static str, value: Value<'_, O>) -> Result<(), Fault<O>> {
        match name {
            "value" => self.value.read(value),
            "targets" => self.targets.read(value),
            _ => self.target_file_path.read(value),
        }
    }
}

/// A file of further targets.
struct TargetFile(Vec<ValueTarget>);

impl<O: Copy> Read<O> for TargetFile {
    const NAMES: &'static [&'static str] = &["targets"];

    fn absent(_: O) -> Self {
        Self(Vec::new())
    }

    fn field(&mut self, _: &'static str, value: Value<'_, O>) -> Result<(), Fault<O>> {
        self.0.read(value)
    }
}

impl<O: Copy> ValueAddTransformer<O> {
    /// What a configuration object asks for. Without a value the name of the kustomization's folder is one.
    pub(super) fn of_plugin<T: Track<Origin = O>>(
        work: &mut Work<T>,
        loader: &Loader,
        graph: &Graph<O>,
    ) -> Result<Self, Failure> {
        let plugin: Result<Plugin<O>, _> = Value::whole(graph, Rules::LENIENT).get();
        let Plugin { mut value, mut targets, target_file_path } =
            plugin.map_err(|fault| fault.into_failure(&work.tracker))?;
        value.text = value.text.trim().into();
        if value.text.is_empty() {
            value.text = match loader.root().rsplit('/').next() {
                None | Some("") => "/".into(),
                Some(name) => name.into(),
            };
        }
        if !target_file_path.text.is_empty() {
            let file = loader.load(&mut work.files, &target_file_path.text)?;
            let TargetFile(more) = read_text(&work.tracker, file.id, &file.bytes)?;
            targets.extend(more);
        }
        validate(&targets)?;
        Ok(Self { value, targets })
    }

    /// Applies it to the objects that it selects.
    pub(crate) fn transform<T: Track<Origin = O>>(
        &self,
        work: &mut Work<T>,
        map: &mut ResMap<O>,
    ) -> Result<(), Failure> {
        for target in &self.targets {
            let slots = match &target.selector {
                None => map.slots(),
                Some(selector) => CompiledSelector::new(selector)?.select(&work.schema, map)?,
            };
            for slot in slots {
                let Some(resource) = map.get_mut(slot) else { continue };
                if target.field_path == "metadata/namespace" {
                    let namespace = NamespaceTransformer {
                        namespace: self.value.clone(),
                        specs: FieldSpecs::default(),
                        unset_only: false,
                        subjects: SubjectMode::default(),
                    };
                    namespace.apply_alone(work, resource)?;
                } else {
                    self.put(target, resource.graph_mut(), &mut work.tracker)?;
                }
            }
        }
        Ok(())
    }

    fn put<T: Track<Origin = O>>(
        &self,
        target: &ValueTarget,
        graph: &mut Graph<O>,
        tracker: &mut T,
    ) -> Result<(), ReachField> {
        let steps = steps(&target.field_path);
        let steps: Vec<&str> = steps.iter().map(|step| step.trim()).filter(|step| !step.is_empty()).collect();
        let root = graph.root();
        let create = (Create::Scalar, self.value.origin);
        let Some(node) = fields::lookup_create(graph, root, &steps, create)? else { return Ok(()) };
        let there = CompactString::from(text_at(graph, node)?);
        let (text, origin) = match usize::try_from(target.position - 1) {
            Err(_) => {
                let origin = tracker.patched(self.value.origin, Some(graph.origin(node)));
                (self.value.text.clone(), origin)
            }
            Ok(position) => {
                let text = insert_part(&there, position, &self.value.text);
                let origin = tracker.made(RULE, self.value.origin, &[self.value.origin, graph.origin(node)]);
                (text, origin)
            }
        };
        fields::set_scalar(graph, node, (Scalar::untagged(text), origin))
    }
}

/// The rule that puts a value into a path, as origins name it.
const RULE: &str = "value-add";

fn validate(targets: &[ValueTarget]) -> Result<(), LoadValueAdd> {
    if targets.is_empty() {
        return Err(LoadValueAdd::NameNoTarget);
    }
    for ValueTarget { field_path, position, .. } in targets {
        if field_path.is_empty() {
            return Err(LoadValueAdd::NameNoField);
        }
        if *position < 0 {
            return Err(LoadValueAdd::CountBackwards { position: *position });
        }
    }
    Ok(())
}

/// The steps of a path; a slash behind a backslash is part of one.
fn steps(path: &str) -> Vec<String> {
    let mut steps: Vec<String> = Vec::new();
    for part in path.split('/') {
        match steps.last_mut() {
            Some(last) if last.ends_with('\\') => {
                last.pop();
                last.push('/');
                last.push_str(part);
            }
            _ => steps.push(part.to_owned()),
        }
    }
    steps
}

fn text_at<O: Copy>(graph: &Graph<O>, node: NodeIndex) -> Result<&str, ReachField> {
    if graph.scalar(node).is_some() {
        return Ok(graph.text(node));
    }
    let (expected, found) = ("ScalarNode", fields::kind_of(graph, node));
    Err(ReachField::MeetKind { expected, found, step: String::new() })
}

/// A path with a part more. An absolute path stays one; a position behind the last part is the last.
fn insert_part(path: &str, position: usize, part: &str) -> CompactString {
    let mut parts = path_parts(path);
    let is_absolute = parts.first() == Some(&"");
    let position = position.min(parts.len());
    let position = if is_absolute && position < parts.len() { position + 1 } else { position };
    parts.insert(position, part);
    let joined = clean(parts.iter().copied().filter(|part| !part.is_empty()), is_absolute);
    if is_absolute { format!("/{joined}").into() } else { joined }
}

/// The parts of a path, the first one empty if it is absolute. Slashes in a row count as parts, but for those at the
/// beginning.
fn path_parts(path: &str) -> Vec<&str> {
    if path.is_empty() {
        return Vec::new();
    }
    let rest = path.trim_start_matches('/');
    let slashes = path.len() - rest.len();
    let mut parts = match slashes {
        0 => Vec::new(),
        _ => vec![""],
    };
    match (rest, slashes) {
        ("", 0 | 1) => {}
        ("", slashes) => parts.extend(std::iter::repeat_n("", slashes - 1)),
        // Of several slashes before the first part, each but two counts.
        (rest, slashes) => {
            parts.extend(std::iter::repeat_n("", slashes.saturating_sub(2)));
            parts.extend(rest.split('/'));
        }
    }
    parts
}

/// The parts as one path, without those that lead nowhere.
fn clean<'p>(parts: impl Iterator<Item = &'p str>, is_absolute: bool) -> CompactString {
    let mut kept: Vec<&str> = Vec::new();
    for part in parts.flat_map(|part| part.split('/')) {
        match part {
            "" | "." => {}
            ".." if kept.last().is_some_and(|last| *last != "..") => {
                kept.pop();
            }
            part => kept.push(part),
        }
    }
    match kept.is_empty() && !is_absolute {
        true => ".".into(),
        false => kept.join("/").into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_is_put_into_a_path() {
        let cases = [
            ("", 0, "PEACH"),
            ("/", 0, "/PEACH"),
            ("pie", 0, "PEACH/pie"),
            ("/pie", 0, "/PEACH/pie"),
            ("raw", 1, "raw/PEACH"),
            ("/raw", 1, "/raw/PEACH"),
            ("a/nice/warm/pie", 3, "a/nice/warm/PEACH/pie"),
            ("/a/nice/warm/pie", 3, "/a/nice/warm/PEACH/pie"),
            ("a", 9999, "a/PEACH"),
            ("a/b/", 9999, "a/b/PEACH"),
        ];
        for (path, position, expected) in cases {
            assert_eq!(insert_part(path, position, "PEACH"), expected, "{path} {position}");
        }
    }

    #[test]
    fn targets_are_validated() {
        assert_eq!(validate(&[]), Err(LoadValueAdd::NameNoTarget));
        assert_eq!(validate(&[ValueTarget::default()]), Err(LoadValueAdd::NameNoField));
        let target = ValueTarget { field_path: "a".into(), position: -1, ..ValueTarget::default() };
        assert_eq!(validate(&[target]), Err(LoadValueAdd::CountBackwards { position: -1 }));
    }

    #[test]
    fn a_slash_behind_a_backslash_is_part_of_a_step() {
        assert_eq!(steps(r"metadata/annotations/a.b\/c"), ["metadata", "annotations", "a.b/c"]);
    }
}
