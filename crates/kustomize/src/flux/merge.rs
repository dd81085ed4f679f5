//! What a Flux Kustomization says, merged into the kustomization of its folder, in the order of Flux's generator.

use text::Track;

use super::{BuildAsFlux, FluxKustomization};
use crate::kustomization::{Image, Kustomization, Patch, Text};
use crate::load::{self, Loader};
use crate::{Failure, Work};

/// What a path of another place begins with, in any letter case.
const REMOTE_BEGINNINGS: [&str; 8] =
    ["git::", "gh:", "ssh://", "https://", "http://", "git@", "github.com:", "github.com/"];

pub(super) fn merge<T: Track>(
    work: &mut Work<T>,
    loader: &Loader,
    kustomization: &mut Kustomization<T::Origin>,
    asked: &FluxKustomization<T::Origin>,
) -> Result<(), Failure> {
    let set = |field: &mut Option<Text<T::Origin>>, text: &Option<Text<T::Origin>>| {
        if let Some(text) = text {
            *field = (!text.text.is_empty()).then(|| text.clone());
        }
    };
    set(&mut kustomization.namespace, &asked.target_namespace);
    set(&mut kustomization.name_prefix, &asked.name_prefix);
    set(&mut kustomization.name_suffix, &asked.name_suffix);
    kustomization.patches.extend(asked.patches.iter().cloned().map(bare));
    for path in &asked.components {
        if !is_local(&path.text) {
            let failure = Failure::new(BuildAsFlux::NameOtherComponent { path: path.text.to_string() });
            return Err(placed(work, failure, path.origin));
        }
        let is_there = loader.has_folder(&work.files, &load::join(loader.root(), &path.text));
        if is_there || !asked.ignores_missing_components {
            kustomization.components.push(path.clone());
        }
    }
    kustomization.patches_strategic_merge.extend(asked.patches_strategic_merge.iter().cloned());
    kustomization.patches_json6902.extend(asked.patches_json6902.iter().cloned());
    for image in &asked.images {
        merge_image(&mut kustomization.images, image);
    }
    if !asked.build_metadata.is_empty() {
        kustomization.build_metadata.clone_from(&asked.build_metadata);
    }
    Ok(())
}

/// Flux's patches have a text and a target, nothing else.
fn bare<O>(patch: Patch<O>) -> Patch<O> {
    Patch { path: None, allow_name_change: false, allow_kind_change: false, ..patch }
}

/// An image of the same name takes on what is said. Tag and digest are one: to say one of them is to unsay the other.
fn merge_image<O: Copy>(images: &mut Vec<Image<O>>, asked: &Image<O>) {
    let asked = Image { tag_suffix: None, ..asked.clone() };
    let Some(there) = images.iter_mut().find(|image| image.name == asked.name) else {
        images.push(asked);
        return;
    };
    let is_said = |text: &Option<Text<O>>| text.as_ref().is_some_and(|text| !text.text.is_empty());
    if is_said(&asked.new_name) {
        there.new_name = asked.new_name;
    }
    if is_said(&asked.new_tag) || is_said(&asked.digest) {
        (there.new_tag, there.digest) = (asked.new_tag, asked.digest);
    }
}

fn is_local(path: &str) -> bool {
    let lower = path.to_ascii_lowercase();
    let is_remote = |beginning: &str| beginning.len() < lower.len() && lower.starts_with(beginning);
    let is_absolute = path.starts_with('/') || lower.starts_with("file:///");
    !is_absolute && !REMOTE_BEGINNINGS.into_iter().any(is_remote)
}

pub(super) fn placed<T: Track>(work: &Work<T>, failure: Failure, origin: T::Origin) -> Failure {
    match work.tracker.place(origin) {
        Some(place) => failure.at(place),
        None => failure,
    }
}
