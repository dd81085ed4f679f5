//! `patches`: strategic merge patches or JSON patches, told apart by what they hold.
//!
//! Strategic merge patches without a target change the objects that they name, each its own; one alone may have a target
//! instead and then changes whatever that means. JSON patches need one.

use text::{Exactness, PieceMap, Source, Span, TextId, Track};

use super::json6902::{LoadPatchFile, UseJsonPatch};
use super::strategic_merge::{apply_to_selected, find_target};
use crate::json_patch::JsonPatch;
use crate::kustomization::{Patch, Selector, Text};
use crate::load::{Loader, objects_of_text};
use crate::res_map::ResMap;
use crate::resource::{Resource, annotation};
use crate::select::{CompiledSelector, SelectObjects};
use crate::{Failure, Work};

/// Why an entry of `patches` cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum UsePatch {
    /// Neither a path nor a patch.
    #[error("must specify one of patch and path")]
    HoldNothing,
    /// Both.
    #[error("patch and path can't be set at the same time")]
    HoldBoth,
    /// The file cannot be had.
    #[error(transparent)]
    LoadPatchFile(#[from] LoadPatchFile),
    /// Neither objects nor operations.
    #[error("unable to parse SM or JSON patch from {patch}")]
    Parse {
        /// Where it stands.
        patch: String,
        /// Why it is not what it looks like.
        #[source]
        reason: Box<Failure>,
    },
    /// Objects and operations at once.
    #[error("illegally qualifies as both an SM and JSON patch: {patch}")]
    BeBoth {
        /// Where it stands.
        patch: String,
    },
    /// Several patches, and one target.
    #[error(
        "multiple Strategic-Merge Patches in one `patches` entry is not allowed to set `patches.target` field: {patch}"
    )]
    TargetSeveral {
        /// Where they stand.
        patch: String,
    },
    /// The target is no selector.
    #[error("unable to find patch target in `resources`")]
    SelectTarget(#[source] SelectObjects),
}

/// One entry of `patches`.
#[derive(Debug, Clone)]
pub(crate) struct PatchTransform<O> {
    form: Form<O>,
    target: Option<Selector>,
    /// What it is called in messages.
    shown: String,
}

#[derive(Debug, Clone)]
enum Form<O> {
    StrategicMerge(Vec<Resource<O>>),
    Json(JsonPatch<O>),
    Nothing,
}

/// A patch's text with its place.
struct PatchText<'t> {
    id: TextId,
    bytes: &'t [u8],
    shown: String,
}

impl<O: Copy> PatchTransform<O> {
    /// Reads the patch and decides what it is.
    pub(crate) fn load<T: Track<Origin = O>>(
        work: &mut Work<T>,
        loader: &Loader,
        patch: &Patch<O>,
    ) -> Result<Self, Failure> {
        let inline = patch.patch.as_ref().map(|inline| (inline, trim(&inline.text)));
        let inline = inline.filter(|(_, (_, trimmed))| !trimmed.is_empty());
        match (inline, &patch.path) {
            (None, None) => Err(UsePatch::HoldNothing.into()),
            (Some(_), Some(_)) => Err(UsePatch::HoldBoth.into()),
            (Some((inline, (leading, trimmed))), None) => {
                let id = trimmed_content(work, inline, (leading, trimmed.len()));
                let shown = format!("[patch: {trimmed:?}]");
                Self::of_text::<T>(PatchText { id, bytes: trimmed.as_bytes(), shown }, patch)
            }
            (None, Some(path)) => {
                let file = loader.load(&mut work.files, &path.text).map_err(|source| {
                    UsePatch::from(LoadPatchFile { path: path.text.to_string(), source })
                })?;
                let shown = format!("[path: {:?}]", path.text);
                Self::of_text::<T>(PatchText { id: file.id, bytes: &file.bytes, shown }, patch)
            }
        }
    }

    fn of_text<T: Track<Origin = O>>(text: PatchText<'_>, patch: &Patch<O>) -> Result<Self, Failure> {
        let PatchText { id, bytes, shown } = text;
        let objects = objects_of_text::<T>(id, bytes);
        let operations = JsonPatch::parse::<T>(id, bytes);
        let form = match (objects, operations) {
            (Ok(objects), Ok(Some(operations))) if !objects.is_empty() && operations.len() > 0 => {
                return Err(UsePatch::BeBoth { patch: shown }.into());
            }
            (Ok(objects), _) if objects.is_empty() => Form::Nothing,
            (Ok(objects), _) => {
                let patches = objects.into_iter().map(|object| allowed(Resource::new(object.into()), patch));
                Form::StrategicMerge(patches.collect::<Result<_, _>>()?)
            }
            (Err(_), Ok(Some(operations))) => Form::Json(operations),
            (Err(_), Ok(None)) => Form::Nothing,
            (Err(objects), Err(operations)) => {
                // Objects are what most patches are; a list is meant to be operations.
                let is_list =
                    bytes.trim_ascii_start().starts_with(b"[") || bytes.trim_ascii_start().starts_with(b"- ");
                let reason = if is_list { Failure::from(operations) } else { objects };
                let place = reason.place;
                let failure = Failure::from(UsePatch::Parse { patch: shown, reason: Box::new(reason) });
                return Err(match place {
                    Some(place) => failure.at(place),
                    None => failure,
                });
            }
        };
        Ok(Self { form, target: patch.target.clone(), shown })
    }

    /// Applies the patch.
    pub(crate) fn transform<T: Track<Origin = O>>(
        &self,
        work: &mut Work<T>,
        map: &mut ResMap<O>,
    ) -> Result<(), Failure> {
        match (&self.form, &self.target) {
            (Form::Nothing, _) => Ok(()),
            (Form::StrategicMerge(patches), Some(target)) => {
                let [patch] = patches.as_slice() else {
                    return Err(UsePatch::TargetSeveral { patch: self.shown.clone() }.into());
                };
                let selected =
                    CompiledSelector::new(target).and_then(|target| target.select(&work.schema, map));
                let selected = selected.map_err(UsePatch::SelectTarget)?;
                apply_to_selected(work, map, &selected, patch)
            }
            (Form::StrategicMerge(patches), None) => {
                for patch in patches {
                    let slot = find_target(work, map, patch)?;
                    if let Some(resource) = map.get_mut(slot) {
                        resource.apply_strategic_merge(work, patch)?;
                    }
                }
                Ok(())
            }
            (Form::Json(_), None) => Err(UseJsonPatch::NameNoTarget { patch: self.shown.clone() }.into()),
            (Form::Json(operations), Some(target)) => {
                for slot in CompiledSelector::new(target)?.select(&work.schema, map)? {
                    let Some(resource) = map.get_mut(slot) else { continue };
                    resource.store_previous_id(&work.schema);
                    resource.apply_json_patch(work, operations)?;
                }
                Ok(())
            }
        }
    }
}

/// The patch with the marks of what it may change. To set one makes texts of all its annotations.
fn allowed<O: Copy>(mut patch: Resource<O>, entry: &Patch<O>) -> Result<Resource<O>, Failure> {
    let marks = [
        (entry.allow_name_change, annotation::ALLOW_NAME_CHANGE),
        (entry.allow_kind_change, annotation::ALLOW_KIND_CHANGE),
    ];
    for (_, key) in marks.into_iter().filter(|(is_allowed, _)| *is_allowed) {
        let mut annotations = patch.metadata_map("annotations");
        annotations.insert(key.into(), annotation::ENABLED.into());
        patch.set_metadata_map("annotations", &annotations, entry.origin)?;
    }
    Ok(patch)
}

/// A text without white space around it, and how many bytes of that were before it.
fn trim(text: &str) -> (usize, &str) {
    let start = text.trim_start();
    (text.len() - start.len(), start.trim_end())
}

/// The id of a part of an inline text: that of the whole, unless something before it was trimmed.
fn trimmed_content<T: Track>(
    work: &mut Work<T>,
    text: &Text<T::Origin>,
    (leading, length): (usize, usize),
) -> TextId {
    let id = work.content_of(text);
    if leading == 0 {
        return id;
    }
    let offset = |value: usize| u32::try_from(value).unwrap_or(u32::MAX);
    let mut pieces = PieceMap::new();
    pieces.push(
        offset(length),
        Span::new(id, offset(leading)..offset(leading + length)),
        Exactness::Verbatim,
    );
    work.files.add_text(Source::Derived { name: "document".to_owned(), pieces })
}
