//! A Helm release rendered once more with origins, and with all that is done to its output.

use std::collections::BTreeMap;
use std::ops::Range;

use gotemplate::Ledger;
use helm::pieces::TemplatePieces;
use helm::schema::Remotes;
use kustomize::places::{PrintedObject, Sources};
use text::{Origins, Span, TextId, Texts};

use super::build::{in_home, in_text, positions, spans_of};
use super::{Given, Step, Written, WrittenIn};
use crate::build::all_of;
use crate::graph::Missing;
use crate::object::RenderedObject;
use crate::release::{ChartHome, Manifest, OUTPUT_FILE, PostRendered, RenderJob, ValuesHome, post_rendered};

/// Where a manifest was rendered: in a file of `crds/`, or in what a template gave, from a byte on.
#[derive(Debug, Clone, Copy)]
enum Part {
    Definition(TextId, usize),
    Template(usize, usize),
}

/// A render with the texts that it was given, and what post-renderers made of it.
pub(super) struct TracedRelease {
    templates: Vec<TemplatePieces>,
    origins: Origins,
    texts: Texts,
    /// The values with the bytes before them in their texts.
    given: BTreeMap<TextId, (Given, usize)>,
    /// The manifests with their texts.
    manifests: Vec<(Part, String)>,
    /// For each object of the chart its manifest, and which object of that it is.
    objects: Vec<(usize, usize)>,
    steps: Vec<PostStep>,
}

/// The objects before a step of post-rendering, and what it made.
type PostStep = (Vec<RenderedObject>, PostRendered<Origins>);

impl TracedRelease {
    pub(super) fn of(job: &RenderJob, schemas: &(dyn Remotes + Sync)) -> Option<Self> {
        job.rendered(Ledger::on(), schemas, |rendered| {
            let manifests = job.manifests(&rendered.release)?.into_iter().map(|manifest| match manifest {
                Manifest::Definition { file, start, text } => {
                    (Part::Definition(file, start), text.to_owned())
                }
                Manifest::Template { template, start, text } => {
                    (Part::Template(template, start), text.to_owned())
                }
            });
            let manifests: Vec<(Part, String)> = manifests.collect();
            let mut given = BTreeMap::new();
            for (values, text) in job.values.iter().zip(&rendered.values) {
                let what = match &values.home {
                    ValuesHome::Own => Given::Values,
                    ValuesHome::Data { object, key } => {
                        Given::Data { object: object.clone(), key: key.clone() }
                    }
                };
                given.insert(*text, (what, values.prefix_bytes()));
            }
            let templates = rendered.release.templates.into_iter().map(TemplatePieces::new).collect();
            let (texts, origins) = (rendered.texts, rendered.ledger.into_origins());
            let printed: Vec<String> = manifests.iter().map(|(_, text)| text.clone()).collect();
            let mut objects = Vec::new();
            for text in &printed {
                objects.extend(all_of(text)?);
            }
            let steps = post_rendering(job, objects)?;
            let objects = positions(&printed).unwrap_or_default();
            Ok(Self { templates, origins, texts, given, manifests, objects, steps })
        })
        .ok()
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
                found.extend(self.in_chart(job, (position, &object), range));
                continue;
            };
            for place in self.before_step(before, (position, &object), range) {
                match place {
                    Before::Object(position, object, range) => open.push((before, position, object, range)),
                    Before::PostRenderer => found.push(Step::Given(Given::PostRenderer(before), 0..0)),
                }
            }
        }
        found
    }

    /// The places of a range of an object that a step of post-rendering made.
    fn before_step(
        &self,
        step: usize,
        (position, object): (usize, &RenderedObject),
        range: Range<u32>,
    ) -> Vec<Before> {
        let Some((before, made)) = self.steps.get(step) else { return Vec::new() };
        let Some((text, nth)) = positions(&made.texts).and_then(|all| all.get(position).copied()) else {
            return Vec::new();
        };
        let (resource, printed) = (made.built.map.resources().nth(text), made.texts.get(text));
        let Some((resource, printed)) = resource.zip(printed) else { return Vec::new() };
        let Some(range) = in_text((object, range), (printed, nth)) else { return Vec::new() };
        let Some(printed) = PrintedObject::new(resource, printed) else { return Vec::new() };
        let mut sources = Sources::new(&made.work.files, &made.work.tracker);
        let places = printed.places(&mut sources, range).into_iter().filter_map(|place| {
            if place.path != OUTPUT_FILE {
                return Some(Before::PostRenderer);
            }
            let at = place.range.start as usize;
            let position = made.starts.partition_point(|start| *start <= at).checked_sub(1)?;
            let start = u32::try_from(*made.starts.get(position)?).ok()?;
            let object = before.get(position)?.clone();
            Some(Before::Object(position, object, place.range.start - start..place.range.end - start))
        });
        places.collect()
    }

    /// The places of a range of an object as the chart renders it.
    fn in_chart(
        &mut self,
        job: &RenderJob,
        (position, object): (usize, &RenderedObject),
        range: Range<u32>,
    ) -> Vec<Step> {
        let Some((manifest, nth)) = self.objects.get(position).copied() else { return Vec::new() };
        let Some((part, text)) = self.manifests.get(manifest) else { return Vec::new() };
        let Some(range) = in_text((object, range), (text, nth)) else { return Vec::new() };
        let within = |start: usize| start + range.start as usize..start + range.end as usize;
        let spans = match *part {
            Part::Definition(file, start) => {
                let within = within(start);
                let offset = |byte: usize| u32::try_from(byte).unwrap_or(u32::MAX);
                vec![Span::new(file, offset(within.start)..offset(within.end))]
            }
            Part::Template(template, start) => self.in_template(template, within(start)),
        };
        spans.into_iter().filter_map(|span| self.step(job, span)).collect()
    }

    /// Where the bytes of a range of what a template gave were written, in their order; what continues in one text is one.
    fn in_template(&mut self, template: usize, range: Range<usize>) -> Vec<Span> {
        let Some(template) = self.templates.get(template) else { return Vec::new() };
        let mut spans: Vec<Span> = Vec::new();
        for piece in template.of(&mut self.origins, range) {
            let known = |span: &Span| self.texts.get(span.text).is_some();
            let Some(found) = spans_of(&self.origins, piece.origin).into_iter().find(known) else { continue };
            match spans.last_mut() {
                Some(last) if last.text == found.text && last.end == found.start => last.end = found.end,
                _ => spans.push(found),
            }
        }
        spans
    }

    fn step(&self, job: &RenderJob, span: Span) -> Option<Step> {
        let range = self.texts.range_in_file(span);
        if let Some((given, prefix)) = self.given.get(&span.text) {
            let prefix = u32::try_from(*prefix).ok()?;
            let range = range.start.saturating_sub(prefix)..range.end.saturating_sub(prefix);
            return Some(Step::Given(given.clone(), range));
        }
        if let (ChartHome::Files { home, .. }, Some(path)) = (&job.chart.home, job.chart.path(span.text)) {
            return Some(Step::File(in_home(home, path, range)?));
        }
        let (chart, path) = job.chart.name_of(span.text)?;
        let (name, version) = (chart.name().to_owned(), chart.metadata.version.clone());
        let home = WrittenIn::Chart { name, version };
        Some(Step::File(Written { home, path: path.to_owned(), range }))
    }
}

/// A place before a step of post-rendering.
enum Before {
    Object(usize, RenderedObject, Range<u32>),
    /// In what the step itself says.
    PostRenderer,
}

/// The objects before each step, and what it made.
fn post_rendering(job: &RenderJob, mut objects: Vec<RenderedObject>) -> Result<Vec<PostStep>, Missing> {
    let mut steps = Vec::new();
    for step in &job.spec.post_renderers {
        let made = post_rendered::<Origins>(step, &objects)?;
        let after = made.objects()?;
        steps.push((std::mem::replace(&mut objects, after), made));
    }
    Ok(steps)
}
