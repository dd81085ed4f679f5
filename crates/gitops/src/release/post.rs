//! What post-renderers make of a release's objects: kustomizations over all of them.

use std::ops::Range;
use std::sync::Arc;

use kustomize::load::{Files, Restriction};
use kustomize::{Options, Order, Work};
use text::{Origins, TextId, Track};
use tree::Memory;

use crate::build::{all_masked, all_of_each};
use crate::flux::PostRenderer;
use crate::graph::Missing;
use crate::object::RenderedObject;
use crate::sensitive::SensitiveTexts;

/// The file that the objects are for the kustomization.
pub(crate) const OUTPUT_FILE: &str = "all.yaml";

/// The file that the step is.
pub(crate) const STEP_FILE: &str = "kustomization.yaml";

/// What stands between two of them.
const SEPARATOR: &str = "\n---\n";

/// What a step made.
pub(crate) struct PostRendered<T: Track> {
    pub(crate) work: Work<T>,
    pub(crate) built: kustomize::Built<T::Origin>,
    /// The text of each object.
    pub(crate) texts: Vec<String>,
    /// Where each object that was given begins in the file.
    pub(crate) starts: Vec<usize>,
}

impl PostRendered<Origins> {
    /// The objects that a step made of others, masked where they are made of what was masked of those.
    pub(crate) fn masked_objects(
        &self,
        step: &PostRenderer,
        before: &[RenderedObject],
    ) -> Result<Vec<RenderedObject>, Missing> {
        let texts = self.work.files.texts();
        let mut sensitive = SensitiveTexts::default();
        let ids = (0..u32::try_from(texts.len()).unwrap_or(u32::MAX)).map(TextId);
        for text in ids {
            if texts.path(text) == Some(OUTPUT_FILE) {
                for (object, start) in before.iter().zip(&self.starts) {
                    let start = u32::try_from(*start).unwrap_or(u32::MAX);
                    let shifted = |range: &Range<u32>| {
                        start.saturating_add(range.start)..start.saturating_add(range.end)
                    };
                    let end =
                        start.saturating_add(u32::try_from(object.clear_text().len()).unwrap_or(u32::MAX));
                    let within =
                        object.sensitive().iter().map(shifted).map(|range| range.start..range.end.min(end));
                    sensitive.add(text, &within.collect::<Vec<_>>());
                }
            } else if step.is_sensitive {
                sensitive.add_whole(text);
            }
        }
        let mut objects = Vec::with_capacity(self.texts.len());
        for (resource, printed) in self.built.map.resources().zip(&self.texts) {
            let ranges = sensitive.in_printed((&self.work.tracker, texts), (resource, printed));
            objects.extend(all_masked(printed, &ranges)?);
        }
        Ok(objects)
    }
}

impl<T: Track> PostRendered<T> {
    pub(crate) fn objects(&self) -> Result<Vec<RenderedObject>, Missing> {
        all_of_each(&self.texts)
    }
}

/// What stands before the step in its file.
pub(crate) fn before_step() -> String {
    format!("resources: [{OUTPUT_FILE}]\n")
}

/// What a kustomization over objects makes of them.
pub(crate) fn post_rendered<T: Track>(
    step: &PostRenderer,
    objects: &[RenderedObject],
) -> Result<PostRendered<T>, Missing> {
    let refused = |failure: kustomize::Failure| {
        Missing::Render(format!("post-renderer: {}", text::with_causes(&failure)))
    };
    let mut all = String::new();
    let mut starts = Vec::with_capacity(objects.len());
    for object in objects {
        if !all.is_empty() {
            all.push_str(SEPARATOR);
        }
        starts.push(all.len());
        all.push_str(object.clear_text().trim_end());
    }
    all.push('\n');
    let kustomization = format!("{}{}", before_step(), step.kustomization);
    let memory: Memory =
        [(OUTPUT_FILE, all.as_bytes()), (STEP_FILE, kustomization.as_bytes())].into_iter().collect();
    let mut work: Work<T> = Work::new(Files::new(Arc::new(memory), Restriction::None, None));
    let options = Options { order: Order::AsRead, ..Options::default() };
    let built = kustomize::build(&mut work, "", &options).map_err(refused)?;
    let texts = built.texts().map_err(refused)?;
    Ok(PostRendered { work, built, texts, starts })
}
