//! The arguments of transformers, as fields of a kustomization and of plugin configuration.

use compact_str::CompactString;

use super::value::{Fault, Read, Value, read_map};
use crate::identity::{Gvk, Id};
use crate::kustomization::{
    FieldOptions, FieldSpec, Image, Label, Patch, Replacement, ReplacementField, ReplacementSource,
    ReplacementTarget, Replica, Selector, Text, TextMap, Var,
};

/// The names that stand for group, version and kind wherever something is chosen by them.
const GVK: [&str; 3] = ["group", "version", "kind"];

impl<O: Copy> Read<O> for Gvk {
    const NAMES: &'static [&'static str] = &GVK;

    fn absent(_: O) -> Self {
        Self::default()
    }

    fn field(&mut self, name: &'static str, value: Value<'_, O>) -> Result<(), Fault<O>> {
        match name {
            "group" => self.group.read(value),
            "version" => self.version.read(value),
            _ => self.kind.read(value),
        }
    }
}

impl<O: Copy> Read<O> for Id {
    const NAMES: &'static [&'static str] = &["group", "version", "kind", "name", "namespace"];
    const PROMOTED: &'static [&'static str] = &GVK;

    fn absent(_: O) -> Self {
        Self::default()
    }

    fn field(&mut self, name: &'static str, value: Value<'_, O>) -> Result<(), Fault<O>> {
        match name {
            "name" => self.name.read(value),
            "namespace" => self.namespace.read(value),
            _ => self.gvk.field(name, value),
        }
    }
}

impl<O: Copy> Read<O> for FieldSpec {
    const NAMES: &'static [&'static str] = &["group", "version", "kind", "path", "create"];
    const PROMOTED: &'static [&'static str] = &GVK;

    fn absent(_: O) -> Self {
        Self { gvk: Gvk::default(), path: CompactString::default(), create: false }
    }

    fn field(&mut self, name: &'static str, value: Value<'_, O>) -> Result<(), Fault<O>> {
        match name {
            "path" => self.path.read(value),
            "create" => self.create.read(value),
            _ => self.gvk.field(name, value),
        }
    }
}

impl<O: Copy> Read<O> for Selector {
    const NAMES: &'static [&'static str] =
        &["group", "version", "kind", "name", "namespace", "annotationSelector", "labelSelector"];
    const PROMOTED: &'static [&'static str] = <Id as Read<()>>::NAMES;

    fn absent(_: O) -> Self {
        Self::default()
    }

    fn field(&mut self, name: &'static str, value: Value<'_, O>) -> Result<(), Fault<O>> {
        match name {
            "annotationSelector" => self.annotation_selector.read(value),
            "labelSelector" => self.label_selector.read(value),
            _ => self.id.field(name, value),
        }
    }
}

/// A field of `labels` that 5.8.2 has added.
pub(super) const INCLUDE_VOLUME_CLAIM_TEMPLATES: &str = "includeVolumeClaimTemplates";

impl<O: Copy> Read<O> for Label<O> {
    const NAMES: &'static [&'static str] =
        &["pairs", "includeSelectors", "includeTemplates", INCLUDE_VOLUME_CLAIM_TEMPLATES, "fields"];

    fn absent(_: O) -> Self {
        Self {
            pairs: TextMap::new(),
            include_selectors: false,
            include_templates: false,
            include_volume_claim_templates: false,
            fields: Vec::new(),
        }
    }

    fn field(&mut self, name: &'static str, value: Value<'_, O>) -> Result<(), Fault<O>> {
        match name {
            "pairs" => read_map(&mut self.pairs, value),
            "includeSelectors" => self.include_selectors.read(value),
            "includeTemplates" => self.include_templates.read(value),
            INCLUDE_VOLUME_CLAIM_TEMPLATES => self.include_volume_claim_templates.read(value),
            _ => self.fields.read(value),
        }
    }
}

impl<O: Copy> Read<O> for Patch<O> {
    const NAMES: &'static [&'static str] = &["path", "patch", "target", "options"];

    fn absent(origin: O) -> Self {
        Self {
            path: None,
            patch: None,
            target: None,
            allow_name_change: false,
            allow_kind_change: false,
            origin,
        }
    }

    fn field(&mut self, name: &'static str, value: Value<'_, O>) -> Result<(), Fault<O>> {
        match name {
            "path" => read_unless_empty(&mut self.path, value),
            "patch" => read_unless_empty(&mut self.patch, value),
            "target" => self.target.read(value),
            _ => {
                let mut options = PatchOptions {
                    allow_name_change: self.allow_name_change,
                    allow_kind_change: self.allow_kind_change,
                };
                options.read(value)?;
                (self.allow_name_change, self.allow_kind_change) =
                    (options.allow_name_change, options.allow_kind_change);
                Ok(())
            }
        }
    }
}

/// `options` of a patch.
struct PatchOptions {
    allow_name_change: bool,
    allow_kind_change: bool,
}

impl<O: Copy> Read<O> for PatchOptions {
    const NAMES: &'static [&'static str] = &["allowNameChange", "allowKindChange"];

    fn absent(_: O) -> Self {
        Self { allow_name_change: false, allow_kind_change: false }
    }

    fn field(&mut self, name: &'static str, value: Value<'_, O>) -> Result<(), Fault<O>> {
        match name {
            "allowNameChange" => self.allow_name_change.read(value),
            _ => self.allow_kind_change.read(value),
        }
    }
}

impl<O: Copy> Read<O> for Image<O> {
    const NAMES: &'static [&'static str] = &["name", "newName", "tagSuffix", "newTag", "digest"];

    fn absent(origin: O) -> Self {
        Self {
            name: CompactString::default(),
            new_name: None,
            new_tag: None,
            tag_suffix: None,
            digest: None,
            origin,
        }
    }

    fn field(&mut self, name: &'static str, value: Value<'_, O>) -> Result<(), Fault<O>> {
        match name {
            "name" => self.name.read(value),
            "newName" => read_unless_empty(&mut self.new_name, value),
            "tagSuffix" => read_unless_empty(&mut self.tag_suffix, value),
            "newTag" => read_unless_empty(&mut self.new_tag, value),
            _ => read_unless_empty(&mut self.digest, value),
        }
    }
}

impl<O: Copy> Read<O> for Replica<O> {
    const NAMES: &'static [&'static str] = &["name", "count"];

    fn absent(origin: O) -> Self {
        Self { name: CompactString::default(), count: 0, origin }
    }

    fn field(&mut self, name: &'static str, value: Value<'_, O>) -> Result<(), Fault<O>> {
        match name {
            "name" => self.name.read(value),
            _ => {
                self.origin = value.origin();
                self.count.read(value)
            }
        }
    }
}

impl<O: Copy> Read<O> for Replacement<O> {
    const NAMES: &'static [&'static str] = &["source", "targets", "sourceValue"];

    fn absent(origin: O) -> Self {
        Self { source: None, source_value: None, targets: Vec::new(), origin }
    }

    fn field(&mut self, name: &'static str, value: Value<'_, O>) -> Result<(), Fault<O>> {
        match name {
            "source" => self.source.read(value),
            "targets" => self.targets.read(value),
            _ => self.source_value.read(value),
        }
    }
}

/// An entry of `replacements` before it is known which kind it is.
struct ReplacementEntry<O> {
    replacement: Replacement<O>,
    path: Option<Text<O>>,
}

impl<O: Copy> Read<O> for ReplacementEntry<O> {
    const NAMES: &'static [&'static str] = &["source", "targets", "sourceValue", "path"];
    const PROMOTED: &'static [&'static str] = &["source", "targets", "sourceValue"];

    fn absent(origin: O) -> Self {
        Self { replacement: Replacement::absent(origin), path: None }
    }

    fn field(&mut self, name: &'static str, value: Value<'_, O>) -> Result<(), Fault<O>> {
        match name {
            "path" => read_unless_empty(&mut self.path, value),
            _ => self.replacement.field(name, value),
        }
    }
}

impl<O: Copy> Read<O> for ReplacementSource<O> {
    const NAMES: &'static [&'static str] = <ReplacementEntry<O> as Read<O>>::NAMES;

    fn absent(origin: O) -> Self {
        Self::Inline(Box::new(Replacement::absent(origin)))
    }

    fn read(&mut self, value: Value<'_, O>) -> Result<(), Fault<O>> {
        let ReplacementEntry { replacement, path } = value.get()?;
        *self = match path {
            Some(path) if replacement.source.is_none() && replacement.targets.is_empty() => Self::Path(path),
            Some(path) => Self::Both(path),
            None => Self::Inline(Box::new(replacement)),
        };
        Ok(())
    }
}

impl<O: Copy> Read<O> for ReplacementField {
    const NAMES: &'static [&'static str] =
        &["group", "version", "kind", "name", "namespace", "fieldPath", "options"];
    const PROMOTED: &'static [&'static str] = <Id as Read<()>>::NAMES;

    fn absent(_: O) -> Self {
        Self::default()
    }

    fn field(&mut self, name: &'static str, value: Value<'_, O>) -> Result<(), Fault<O>> {
        match name {
            "fieldPath" => self.field_path.read(value),
            "options" => self.options.read(value),
            _ => self.id.field(name, value),
        }
    }
}

impl<O: Copy> Read<O> for ReplacementTarget {
    const NAMES: &'static [&'static str] = &["select", "reject", "fieldPaths", "options"];

    fn absent(_: O) -> Self {
        Self::default()
    }

    fn field(&mut self, name: &'static str, value: Value<'_, O>) -> Result<(), Fault<O>> {
        match name {
            "select" => self.select.read(value),
            "reject" => self.reject.read(value),
            "fieldPaths" => self.field_paths.read(value),
            _ => self.options.read(value),
        }
    }
}

impl<O: Copy> Read<O> for FieldOptions {
    const NAMES: &'static [&'static str] = &["delimiter", "index", "encoding", "create"];

    fn absent(_: O) -> Self {
        Self::default()
    }

    fn field(&mut self, name: &'static str, value: Value<'_, O>) -> Result<(), Fault<O>> {
        match name {
            "delimiter" => self.delimiter.read(value),
            "index" => self.index.read(value),
            "encoding" => self.encoding.read(value),
            _ => self.create.read(value),
        }
    }
}

impl<O: Copy> Read<O> for Var<O> {
    const NAMES: &'static [&'static str] = &["name", "objref", "fieldref"];

    fn absent(origin: O) -> Self {
        Self {
            name: CompactString::default(),
            object: Id::default(),
            field_path: CompactString::const_new("metadata.name"),
            origin,
        }
    }

    fn field(&mut self, name: &'static str, value: Value<'_, O>) -> Result<(), Fault<O>> {
        match name {
            "name" => self.name.read(value),
            "objref" => {
                self.object = value.get::<VarObject>()?.into_id();
                Ok(())
            }
            _ => {
                let path = value.get::<VarField>()?.field_path;
                if !path.is_empty() {
                    self.field_path = path;
                }
                Ok(())
            }
        }
    }
}

/// `objref` of a var.
struct VarObject {
    api_version: CompactString,
    id: Id,
}

impl VarObject {
    /// An `apiVersion` counts more than group and version, unless it has too many parts.
    fn into_id(self) -> Id {
        let mut id = self.id;
        match self.api_version.split('/').collect::<Vec<_>>()[..] {
            [""] => {}
            [version] => id.gvk.version = version.into(),
            [group, version] => (id.gvk.group, id.gvk.version) = (group.into(), version.into()),
            _ => {}
        }
        id
    }
}

impl<O: Copy> Read<O> for VarObject {
    const NAMES: &'static [&'static str] = &["apiVersion", "group", "version", "kind", "name", "namespace"];
    const PROMOTED: &'static [&'static str] = &GVK;

    fn absent(_: O) -> Self {
        Self { api_version: CompactString::default(), id: Id::default() }
    }

    fn field(&mut self, name: &'static str, value: Value<'_, O>) -> Result<(), Fault<O>> {
        match name {
            "apiVersion" => self.api_version.read(value),
            _ => self.id.field(name, value),
        }
    }
}

/// `fieldref` of a var.
struct VarField {
    field_path: CompactString,
}

impl<O: Copy> Read<O> for VarField {
    const NAMES: &'static [&'static str] = &["fieldPath"];

    fn absent(_: O) -> Self {
        Self { field_path: CompactString::default() }
    }

    fn field(&mut self, _: &'static str, value: Value<'_, O>) -> Result<(), Fault<O>> {
        self.field_path.read(value)
    }
}

/// Reads a text of which nothing else is known than whether it is empty.
pub(super) fn read_unless_empty<O: Copy>(
    text: &mut Option<Text<O>>,
    value: Value<'_, O>,
) -> Result<(), Fault<O>> {
    if !value.is_null() {
        *text = Some(value.get::<Text<O>>()?).filter(|text| !text.text.is_empty());
    }
    Ok(())
}
