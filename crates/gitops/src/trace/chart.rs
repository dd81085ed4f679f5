//! The manifests of a chart that was rendered with origins, and the way back from a range of an object in one of them.

use std::collections::BTreeMap;
use std::ops::Range;

use helm::chart::Chart;
use helm::pieces::TemplatePieces;
use text::{Origins, Span, TextId, Texts};

use super::{Given, Step, Written, WrittenIn, in_home, in_text, positions, spans_of};
use crate::object::RenderedObject;
use crate::release::{ChartHome, LoadedChart, Manifest, Part};

/// A render with the texts that it was given.
pub(super) struct TracedChart {
    templates: Vec<TemplatePieces>,
    origins: Origins,
    texts: Texts,
    given: BTreeMap<TextId, GivenText>,
    parts: Vec<Part>,
    /// The text of each manifest.
    manifests: Vec<String>,
    /// For each object its manifest, and which object of that it is.
    objects: Vec<(usize, usize)>,
}

/// What a text is that a chart was given.
#[derive(Debug, Clone)]
pub(super) enum GivenText {
    /// What the unit was given, behind some bytes.
    Behind(Given, usize),
    /// A file.
    File(Written),
}

impl TracedChart {
    /// Takes in what a chart rendered.
    pub(super) fn new(
        manifests: Vec<Manifest>,
        (templates, origins): (Vec<TemplatePieces>, Origins),
        (texts, given): (Texts, BTreeMap<TextId, GivenText>),
    ) -> Option<Self> {
        let (parts, all): (Vec<Part>, Vec<String>) =
            manifests.into_iter().map(|manifest| (manifest.part, manifest.text)).unzip();
        let objects = positions(&all)?;
        Some(Self { templates, origins, texts, given, parts, manifests: all, objects })
    }

    /// The texts of the manifests.
    pub(super) fn manifests(&self) -> impl Iterator<Item = &String> {
        self.manifests.iter()
    }

    /// The places of a range of an object.
    pub(super) fn steps(
        &mut self,
        chart: &LoadedChart,
        (position, object): (usize, &RenderedObject),
        range: Range<u32>,
    ) -> Vec<Step> {
        let Some((manifest, nth)) = self.objects.get(position).copied() else { return Vec::new() };
        let (part, text) = (self.parts.get(manifest).copied(), self.manifests.get(manifest));
        let Some((part, text)) = part.zip(text) else { return Vec::new() };
        let Some(range) = in_text((object, range), (text, nth)) else { return Vec::new() };
        let within = |start: usize| start + range.start as usize..start + range.end as usize;
        let spans = match part {
            Part::Definition(file, start) => {
                let within = within(start);
                let offset = |byte: usize| u32::try_from(byte).unwrap_or(u32::MAX);
                vec![Span::new(file, offset(within.start)..offset(within.end))]
            }
            Part::Template(template, start) => self.in_template(template, within(start)),
        };
        spans.into_iter().filter_map(|span| self.step(chart, span)).collect()
    }

    /// The parts of a range of an object that its template gave from different places, in order; none if the text that a template
    /// gave holds the object otherwise than it is.
    pub(super) fn parts(
        &mut self,
        (position, object): (usize, &RenderedObject),
        range: &Range<u32>,
    ) -> Option<Vec<Range<u32>>> {
        let (manifest, _) = *self.objects.get(position)?;
        let Part::Template(template, start) = *self.parts.get(manifest)? else { return None };
        if **self.manifests.get(manifest)? != *object.text {
            return None;
        }
        let within = start + range.start as usize..start + range.end as usize;
        let pieces = self.templates.get(template)?.of(&mut self.origins, within).into_iter();
        let in_object = |at: usize| u32::try_from(at.checked_sub(start)?).ok();
        pieces.map(|piece| Some(in_object(piece.range.start)?..in_object(piece.range.end)?)).collect()
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

    fn step(&self, chart: &LoadedChart, span: Span) -> Option<Step> {
        let range = self.texts.range_in_file(span);
        match self.given.get(&span.text) {
            Some(GivenText::Behind(given, prefix)) => {
                let prefix = u32::try_from(*prefix).ok()?;
                let range = range.start.saturating_sub(prefix)..range.end.saturating_sub(prefix);
                return Some(Step::Given(given.clone(), range));
            }
            Some(GivenText::File(written)) => return Some(Step::File(Written { range, ..written.clone() })),
            None => {}
        }
        if let (ChartHome::Files { home, .. }, Some(path)) = (&chart.home, chart.path(span.text)) {
            return Some(Step::File(in_home(home, path, range)?));
        }
        let (chart, path) = chart.name_of(span.text)?;
        Some(Step::File(Written { home: home_of(chart), path: path.to_owned(), range }))
    }
}

/// Whose the files of a chart from elsewhere are.
pub(super) fn home_of(chart: &Chart) -> WrittenIn {
    let (name, version) = (chart.name().to_owned(), chart.metadata.version.clone());
    let bare = |version: &str| version.trim_start_matches('v').to_owned();
    let is_of_program = bare(&version) == bare(&chart.metadata.app_version);
    WrittenIn::Chart { name, version, is_of_program }
}
