//! A Helm release rendered once more with origins, and with all that is done to its output.

use std::collections::BTreeMap;
use std::ops::Range;

use gotemplate::Ledger;
use helm::pieces::TemplatePieces;
use text::Origins;

use super::chart::{GivenText, TracedChart};
use super::kustomized::{BuildPlace, TracedBuild};
use super::{Given, Step};
use crate::build::all_of_each;
use crate::graph::Missing;
use crate::object::RenderedObject;
use crate::ports::ChartPorts;
use crate::release::{
    GivenValues, OUTPUT_FILE, PostRendered, RenderJob, STEP_FILE, ValuesHome, before_step, post_rendered,
};

/// A render, and what post-renderers made of it.
pub(super) struct TracedRelease {
    chart: TracedChart,
    steps: Vec<PostStep>,
}

/// A step of post-rendering.
struct PostStep {
    before: Vec<RenderedObject>,
    /// Where each of these begins in the file that they were for it.
    starts: Vec<usize>,
    made: TracedBuild,
}

/// A place before a step of post-rendering.
enum Before {
    Object(usize, RenderedObject, Range<u32>),
    /// In what the step itself says: a range of its kustomization, or the step as a whole.
    PostRenderer(Option<Range<u32>>),
}

impl TracedRelease {
    pub(super) fn of(job: &RenderJob, ports: ChartPorts<'_>) -> Option<Self> {
        let chart = job.rendered(Ledger::on(), ports, |_, rendered| {
            let values = job.values.iter().zip(&rendered.values);
            let given: BTreeMap<_, _> = values.map(|(values, text)| (*text, given_text(values))).collect();
            let manifests = job.manifests(&rendered.release)?;
            let templates = rendered.release.templates.into_iter().map(TemplatePieces::new);
            let rendered_as = (templates.collect(), rendered.ledger.into_origins());
            Ok(TracedChart::new(manifests, rendered_as, (rendered.texts, given)))
        });
        let chart = chart.ok()??;
        let steps = post_rendering(job, chart.manifests()).ok()?;
        Some(Self { chart, steps })
    }

    /// The places of a range of an object.
    pub(super) fn steps(
        &mut self,
        job: &RenderJob,
        (position, object): (usize, &RenderedObject),
        range: Range<u32>,
    ) -> Vec<Step> {
        let mut found = Vec::new();
        // What a place leads to in the steps before, the last one first.
        let mut open = vec![(self.steps.len(), position, object.clone(), range)];
        while let Some((step, position, object, range)) = open.pop() {
            let Some(before) = step.checked_sub(1) else {
                if let Some(loaded) = job.chart.at_hand() {
                    found.extend(self.chart.steps(loaded, (position, &object), range));
                }
                continue;
            };
            for place in self.before_step(before, (position, &object), range) {
                match place {
                    Before::Object(position, object, range) => open.push((before, position, object, range)),
                    Before::PostRenderer(range) => found.push(in_post_renderer(job, before, range)),
                }
            }
        }
        found
    }

    /// The parts of a range of an object that a template gave from different places; none where it was changed after that.
    pub(super) fn parts(
        &mut self,
        object: (usize, &RenderedObject),
        range: &Range<u32>,
    ) -> Option<Vec<Range<u32>>> {
        if self.steps.is_empty() { self.chart.parts(object, range) } else { None }
    }

    /// The places of a range of an object that a step of post-rendering made.
    fn before_step(&self, step: usize, object: (usize, &RenderedObject), range: Range<u32>) -> Vec<Before> {
        let Some(PostStep { before, starts, made }) = self.steps.get(step) else { return Vec::new() };
        let places = made.places(object, range).into_iter().filter_map(|place| match place {
            BuildPlace::File(path, range) if path == OUTPUT_FILE => {
                let at = range.start as usize;
                let position = starts.partition_point(|start| *start <= at).checked_sub(1)?;
                let start = u32::try_from(*starts.get(position)?).ok()?;
                let object = before.get(position)?.clone();
                Some(Before::Object(position, object, range.start - start..range.end - start))
            }
            BuildPlace::File(path, range) if path == STEP_FILE => {
                let before = u32::try_from(before_step().len()).ok()?;
                let within = range.start.checked_sub(before).zip(range.end.checked_sub(before));
                Some(Before::PostRenderer(within.map(|(start, end)| start..end)))
            }
            _ => Some(Before::PostRenderer(None)),
        });
        places.collect()
    }
}

/// The place of a range of what a step of post-rendering says.
fn in_post_renderer(job: &RenderJob, step: usize, range: Option<Range<u32>>) -> Step {
    let position = step.to_string();
    let said = job.spec.post_renderers.get(step);
    match range.zip(said) {
        Some((range, said)) => {
            let path = ["spec", "postRenderers", &position, "kustomize"];
            Step::Given(Given::printed(&path, &said.kustomization), range)
        }
        None => Step::Given(Given::whole(&["spec", "postRenderers", &position]), 0..0),
    }
}

fn given_text(values: &GivenValues) -> GivenText {
    let given = match &values.home {
        ValuesHome::Own => Given::printed(&["spec", "values"], values.text.text()),
        ValuesHome::Data { object, key } => Given::Data { object: object.clone(), key: key.clone() },
    };
    GivenText::Behind(given, values.prefix_bytes())
}

/// All steps of post-rendering, from the manifests of the chart on.
fn post_rendering<'m>(
    job: &RenderJob,
    manifests: impl Iterator<Item = &'m String>,
) -> Result<Vec<PostStep>, Missing> {
    let mut objects = all_of_each(manifests)?;
    let mut steps = Vec::new();
    for step in &job.spec.post_renderers {
        let made = post_rendered::<Origins>(step, &objects)?;
        let before = std::mem::replace(&mut objects, made.objects()?);
        let PostRendered { work, built, texts, starts } = made;
        let unread = || Missing::Render("what a post-renderer made cannot be read".to_owned());
        let made = TracedBuild::new(work, (built, texts), BTreeMap::new()).ok_or_else(unread)?;
        steps.push(PostStep { before, starts, made });
    }
    Ok(steps)
}
