//! Where the bytes of what a chart renders were written: in its templates, helpers and values.

use std::collections::BTreeMap;
use std::ops::Range;

use helm::chart::{Chart, File};
use text::{Span, TextId};

use super::chart::Subject;
use super::render::{Piece, Render};
use crate::at_origin::edits::{Written, WrittenPiece, WrittenText, span_of};

/// A render with the files that its bytes may stand in.
pub(super) struct WrittenByChart<'r, 's> {
    pub(super) render: &'r mut Render,
    pub(super) subject: &'r Subject<'s>,
    /// The files of values of the render, by their paths.
    pub(super) values: BTreeMap<String, &'r [u8]>,
}

impl Written for WrittenByChart<'_, '_> {
    fn text(&self) -> &str {
        &self.render.output.text
    }

    fn pieces(&mut self, range: Range<usize>) -> Vec<WrittenPiece> {
        let pieces = self.render.pieces(span_of(&range)).into_iter();
        pieces.map(|piece| self.piece(piece)).collect()
    }
}

impl WrittenByChart<'_, '_> {
    fn piece(&self, Piece { range, origin }: Piece) -> WrittenPiece {
        let origins = &self.render.origins;
        let places = match origins.editable(origin) {
            None => Err("an action writes what has to change".to_owned()),
            Some(place) => self.written(place).map(|text| vec![text]).ok_or_else(|| self.no_file(place)),
        };
        let evidence = origins.evidence(origin).into_iter().filter_map(|span| self.written(span)).collect();
        WrittenPiece { range: range.start as usize..range.end as usize, places, evidence }
    }

    /// The bytes at a place of the chart's own files, or of values in the tree.
    fn written(&self, place: Span) -> Option<WrittenText> {
        let chart = &self.subject.loaded.chart;
        let own = own_file(chart, place.text);
        let bytes = match own.filter(|_| self.subject.homes.dependency_name(place.text).is_none()) {
            Some(file) => file.bytes.get(place.range()),
            None => self.values.get(self.render.texts.path(place.text)?)?.get(place.range()),
        };
        let place = self.subject.homes.file_place(&self.render.texts, place)?;
        Some(WrittenText { place, bytes: bytes?.to_vec() })
    }

    fn no_file(&self, place: Span) -> String {
        match self.subject.homes.dependency_name(place.text) {
            Some(name) => format!("the vendored chart '{name}' writes what has to change"),
            None => "what has to change is written by no file of the repository".to_owned(),
        }
    }
}

/// A template or the values of a chart, or of one in its `charts/`.
fn own_file(chart: &Chart, text: TextId) -> Option<&File> {
    let own = chart.templates.iter().chain(&chart.values).find(|file| file.text == text);
    own.or_else(|| chart.dependencies.iter().find_map(|held| own_file(held, text)))
}
