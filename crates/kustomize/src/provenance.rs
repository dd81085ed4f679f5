//! The annotations that say where an object came from and what changed it: `buildMetadata`.
//!
//! Gives and reads the texts of `config.kubernetes.io/origin` and `alpha.config.kubernetes.io/transformations`. These are
//! people's annotations, by file and repository; where a single value was written is the tracker's business.

use compact_str::CompactString;
use manifest::emit::{self, Layout};
use manifest::value::Value as Plain;
use text::{NoOrigins, TextId, Track};

use crate::fields::ReachField;
use crate::kustomization::read::{Fault, Read, ReadKustomization, Value, read_text};
use crate::load;
use crate::load::remote::{RepositoryAddress, masked};
use crate::res_map::{ResMap, Slot};
use crate::resource::{Resource, annotation};
use crate::{Failure, Work};

/// The rule that adds annotations and labels about the build itself.
pub(crate) const BUILD_METADATA: &str = "buildMetadata";

/// Where an object came from, or what changed it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Provenance {
    /// The path of the file, from the folder that is built or the root of the repository.
    pub(crate) path: CompactString,
    /// The repository, if it is another one.
    pub(crate) repo: CompactString,
    /// What was checked out of it.
    pub(crate) reference: CompactString,
    /// The path of the file that asked for what made the object.
    pub(crate) configured_in: CompactString,
    /// What made it.
    pub(crate) configured_by: Configurer,
}

/// What made or changed an object.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Configurer {
    pub(crate) api_version: CompactString,
    pub(crate) kind: CompactString,
    pub(crate) name: CompactString,
    pub(crate) namespace: CompactString,
}

impl Read<()> for Configurer {
    const NAMES: &'static [&'static str] = &["apiVersion", "kind", "name", "namespace"];
    const PROMOTED: &'static [&'static str] = Self::NAMES;

    fn absent((): ()) -> Self {
        Self::default()
    }

    fn field(&mut self, name: &'static str, value: Value<'_, ()>) -> Result<(), Fault<()>> {
        match name {
            "apiVersion" => self.api_version.read(value),
            "kind" => self.kind.read(value),
            "name" => self.name.read(value),
            _ => self.namespace.read(value),
        }
    }
}

impl Read<()> for Provenance {
    const NAMES: &'static [&'static str] = &["path", "repo", "ref", "configuredIn", "configuredBy"];

    fn absent((): ()) -> Self {
        Self::default()
    }

    fn field(&mut self, name: &'static str, value: Value<'_, ()>) -> Result<(), Fault<()>> {
        match name {
            "path" => self.path.read(value),
            "repo" => self.repo.read(value),
            "ref" => self.reference.read(value),
            "configuredIn" => self.configured_in.read(value),
            _ => self.configured_by.read(value),
        }
    }
}

impl Provenance {
    /// The same one path further, or at the folder of a repository if the path is its address. The original takes the
    /// repository's root for a folder of this name.
    pub(crate) fn append(&self, path: &str) -> Self {
        if let Ok(address) = RepositoryAddress::parse(path) {
            let folder = load::join("notCloned", address.folder());
            let below = folder.split_once('/').map_or(folder.as_str(), |(_, below)| below);
            return Self {
                path: below.into(),
                repo: masked(&address.clone_url()).into(),
                reference: address.reference().unwrap_or_default().into(),
                ..self.clone()
            };
        }
        Self { path: load::join(&self.path, path).into(), ..self.clone() }
    }

    /// What a builtin step that is a field of the kustomization file `file_name` makes or changes.
    pub(crate) fn of_builtin(&self, file_name: &str, kind: &str) -> Self {
        Self {
            path: CompactString::default(),
            configured_in: load::join(&self.path, file_name).into(),
            configured_by: Configurer {
                api_version: "builtin".into(),
                kind: kind.into(),
                ..Configurer::default()
            },
            ..self.clone()
        }
    }

    /// What a plugin makes or changes that is configured by an object. None if nobody knows where the object came from.
    pub(crate) fn of_plugin<O: Copy>(resource: &Resource<O>) -> Result<Option<Self>, ReadKustomization> {
        let Some(origin) = Self::of(resource)? else { return Ok(None) };
        let api_version = resource.gvk().api_version().into();
        let (kind, name) = (resource.kind().into(), resource.name().into());
        let namespace = resource.namespace().into();
        Ok(Some(Self {
            path: CompactString::default(),
            configured_in: origin.path,
            configured_by: Configurer { api_version, kind, name, namespace },
            ..origin
        }))
    }

    /// What the object's annotation says; none if it has none.
    fn of<O: Copy>(resource: &Resource<O>) -> Result<Option<Self>, ReadKustomization> {
        resource.annotation(annotation::ORIGIN).map(parse).transpose()
    }

    /// The text of the annotation.
    pub(crate) fn print(&self) -> String {
        let mut text = String::new();
        let Configurer { api_version, kind, name, namespace } = &self.configured_by;
        let fields = [
            ("path", &self.path),
            ("repo", &self.repo),
            ("ref", &self.reference),
            ("configuredIn", &self.configured_in),
        ];
        push_fields(&mut text, "", &fields);
        let fields = [("apiVersion", api_version), ("kind", kind), ("name", name), ("namespace", namespace)];
        if fields.iter().any(|(_, text)| !text.is_empty()) {
            text.push_str("configuredBy:\n");
            push_fields(&mut text, "  ", &fields);
        }
        if text.is_empty() { "{}\n".to_owned() } else { text }
    }
}

/// Reads the text of an annotation.
fn parse<R: Read<()>>(text: &str) -> Result<R, ReadKustomization> {
    read_text::<NoOrigins, R>(&NoOrigins, TextId(u32::MAX), text.as_bytes()).map_err(|failure| match *failure
        .cause
    {
        crate::Cause::ReadKustomization(fault) => fault,
        _ => ReadKustomization::SayNothing,
    })
}

/// Prints fields that are not empty, as goyaml v3 does.
fn push_fields(into: &mut String, indent: &str, fields: &[(&str, &CompactString)]) {
    for (name, value) in fields.iter().filter(|(_, value)| !value.is_empty()) {
        let printed = emit::marshal(&Plain::from(value.as_str()), Layout::KUSTOMIZE);
        // Only depth makes printing fail, and a text has none.
        let printed = printed.unwrap_or_default();
        push_indented(into, [indent, indent], &format!("{name}: {printed}"));
    }
}

/// Adds lines, the first behind another beginning than the rest.
fn push_indented(into: &mut String, [first, rest]: [&str; 2], lines: &str) {
    for (index, line) in lines.lines().enumerate() {
        let beginning = if index == 0 { first } else { rest };
        if !line.is_empty() {
            into.push_str(beginning);
        }
        into.push_str(line);
        into.push('\n');
    }
}

/// Says of objects that do not say so themselves where they came from.
pub(crate) fn annotate_generated<T: Track>(
    work: &mut Work<T>,
    resources: &mut [Resource<T::Origin>],
    origin: &Provenance,
) -> Result<(), ReachField> {
    let text = origin.print();
    for resource in resources {
        // One that cannot be read is somebody's own as well.
        if resource.annotation(annotation::ORIGIN).is_none() {
            annotate(work, resource, (annotation::ORIGIN, &text))?;
        }
    }
    Ok(())
}

/// Adds a transformation to all objects; one of which it is not known where it came from was made by it.
pub(crate) fn annotate_transformed<T: Track>(
    work: &mut Work<T>,
    map: &mut ResMap<T::Origin>,
    by: &Provenance,
) -> Result<(), Failure> {
    for slot in map.slots() {
        if let Err(failure) = add_transformation(work, map, slot, by) {
            return Err(match place_of(work, map, slot) {
                Some(place) => failure.at(place),
                None => failure,
            });
        }
    }
    Ok(())
}

fn place_of<T: Track>(work: &Work<T>, map: &ResMap<T::Origin>, slot: Slot) -> Option<text::Span> {
    work.tracker.place(map.get(slot)?.origin)
}

fn add_transformation<T: Track>(
    work: &mut Work<T>,
    map: &mut ResMap<T::Origin>,
    slot: Slot,
    by: &Provenance,
) -> Result<(), Failure> {
    let Some(resource) = map.get_mut(slot) else { return Ok(()) };
    if Provenance::of(resource)?.is_none() {
        annotate(work, resource, (annotation::ORIGIN, &by.print()))?;
        return Ok(());
    }
    let there = resource.annotation(annotation::TRANSFORMATIONS).map(parse::<Vec<Provenance>>).transpose()?;
    let mut text = String::new();
    for transformation in there.unwrap_or_default().iter().chain([by]) {
        push_indented(&mut text, ["- ", "  "], &transformation.print());
    }
    annotate(work, resource, (annotation::TRANSFORMATIONS, &text))?;
    Ok(())
}

/// Takes an annotation of these off again, and with it a map of annotations that holds nothing.
pub(crate) fn remove<O: Copy>(map: &mut ResMap<O>, key: &'static str) -> Result<(), ReachField> {
    for slot in map.slots() {
        if map.get(slot).is_some_and(|resource| is_affected(resource, key))
            && let Some(resource) = map.get_mut(slot)
        {
            let mut annotations = resource.metadata_map("annotations");
            annotations.remove(key);
            let origin = resource.origin;
            resource.set_metadata_map("annotations", &annotations, origin)?;
        }
    }
    Ok(())
}

fn is_affected<O: Copy>(resource: &Resource<O>, key: &str) -> bool {
    let graph = resource.graph();
    let annotations = graph.at(graph.root(), &["metadata", "annotations"]);
    annotations.is_some_and(|map| graph.entries(map).is_empty() || graph.get(map, key).is_some())
}

/// Sets all annotations of an object anew, one of them changed to what this build made.
pub(crate) fn annotate<T: Track>(
    work: &mut Work<T>,
    resource: &mut Resource<T::Origin>,
    (key, text): (&'static str, &str),
) -> Result<(), ReachField> {
    let mut annotations = resource.metadata_map("annotations");
    annotations.insert(key.into(), text.into());
    let made = work.tracker.made(BUILD_METADATA, resource.origin, &[]);
    resource.set_metadata_map("annotations", &annotations, made)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_joined_by_their_letters() {
        let base = Provenance::default().append("../base");
        assert_eq!(base.append("a.yaml").print(), "path: ../base/a.yaml\n");
        assert_eq!(base.append("../../x/./b.yaml").print(), "path: ../../x/b.yaml\n");
        let remote = Provenance { repo: "https://x/y".into(), reference: "v1".into(), ..base.clone() };
        assert_eq!(remote.append("a.yaml").print(), "path: ../base/a.yaml\nrepo: https://x/y\nref: v1\n");
    }

    #[test]
    fn a_builtin_is_configured_by_its_file() {
        let printed = Provenance::default()
            .append("base")
            .of_builtin("kustomization.yaml", "PrefixTransformer")
            .print();
        let expected = "configuredIn: base/kustomization.yaml\n\
                        configuredBy:\n  apiVersion: builtin\n  kind: PrefixTransformer\n";
        assert_eq!(printed, expected);
        assert_eq!(parse::<Provenance>(&printed).unwrap().print(), expected);
        assert_eq!(Provenance::default().append("1").print(), "path: \"1\"\n");
    }

    #[test]
    fn transformations_are_listed_in_their_order() {
        let yaml = "kind: A\nmetadata:\n  name: a\n";
        let (mut work, mut map) = crate::testing::objects(yaml);
        let slot = map.slots()[0];
        for kind in ["A", "B", "C"] {
            let by = Provenance::default().of_builtin("k", kind);
            add_transformation(&mut work, &mut map, slot, &by).unwrap();
        }
        let said = |key| map.get(slot).unwrap().annotation(key).unwrap_or_default().to_owned();
        let one =
            |kind: &str| format!("configuredIn: k\nconfiguredBy:\n  apiVersion: builtin\n  kind: {kind}\n");
        assert_eq!(said(annotation::ORIGIN), one("A"));
        let listed = |kind: &str| format!("- {}\n", one(kind).trim_end().replace('\n', "\n  "));
        assert_eq!(said(annotation::TRANSFORMATIONS), listed("B") + &listed("C"));
    }
}
