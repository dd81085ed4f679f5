//! From a range of an object's printed text to where it was written.
//!
//! Takes an object of a build, the text that was printed of it and a range of that text; gives the places in files that
//! a person edits to change it. The printed text is parsed again and walked together with the nodes that it was printed
//! of, and only for objects that somebody asks about, so that a build pays nothing. Never searches for texts that look
//! alike: every place comes from an origin.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use manifest::mutable::{Data, Graph, NodeIndex};
use manifest::{Document, NodeId};
use text::{Divided, Origin, Origins, PieceMap, Record, Span, TextId};

use crate::load::Files;
use crate::resource::Resource;

/// How many records are followed from a value to the text of it. Patches of patches are a handful; the bound ends what
/// a fault of ours might tie into a circle.
const STEPS_MAX: usize = 1_024;

/// How many values of the same text a place may stand for: a base and the patches over it that repeat it. More than this
/// many patches of one object that all repeat the same value have not been seen; the ones applied last are named.
const REPEATED_MAX: usize = 64;

/// A range of a file of the tree.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FilePlace {
    /// The path of the file.
    pub path: String,
    /// The bytes.
    pub range: Range<u32>,
}

/// What builds have read, to look up the texts of origins. Files are parsed once, and only if something is asked of them.
pub struct Sources<'f> {
    files: &'f Files<Origin>,
    origins: &'f Origins,
    /// Texts that are no files, and where a place may lead all the same.
    given: BTreeSet<TextId>,
    parsed: BTreeMap<TextId, Parsed<'f>>,
}

/// The documents of a file, and its scalars by their range.
struct Parsed<'f> {
    documents: Vec<Document<'f>>,
    scalars: BTreeMap<(u32, u32), (usize, NodeId)>,
}

impl std::fmt::Debug for Sources<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Sources").field("parsed", &self.parsed.len()).finish_non_exhaustive()
    }
}

impl<'f> Sources<'f> {
    /// The files and the records of the build that made the objects.
    #[must_use]
    pub fn new(files: &'f Files<Origin>, origins: &'f Origins) -> Self {
        Self { files, origins, given: BTreeSet::new(), parsed: BTreeMap::new() }
    }

    /// The same where places may stand in these texts as well, which are no files: whoever gave them knows where they are
    /// from.
    #[must_use]
    pub fn with_given(self, given: impl IntoIterator<Item = TextId>) -> Self {
        Self { given: given.into_iter().collect(), ..self }
    }

    /// The place of a span in a file; none if it stands in none, or in several at once.
    #[must_use]
    pub fn file_place(&self, span: Span) -> Option<FilePlace> {
        self.in_file(self.landed(span)?)
    }

    /// The span of a file or of a given text that a span stands for.
    fn landed(&self, span: Span) -> Option<Span> {
        let (span, _) = self.files.texts().resolve(span)?;
        let is_known = self.given.contains(&span.text) || self.files.texts().path(span.text).is_some();
        is_known.then_some(span)
    }

    fn in_file(&self, span: Span) -> Option<FilePlace> {
        let path = self.files.texts().path(span.text)?.to_owned();
        Some(FilePlace { path, range: span.start..span.end })
    }

    fn parsed(&mut self, text: TextId) -> Option<&Parsed<'f>> {
        if !self.parsed.contains_key(&text) {
            let bytes = self.files.bytes(text)?;
            self.parsed.insert(text, Parsed::of(text, bytes));
        }
        self.parsed.get(&text)
    }

    /// Where the bytes `range` of `content` were written, if that is what stands at `span`; else the span as a whole.
    fn within(&mut self, span: Span, content: &str, range: &Range<u32>) -> Span {
        let pieces = self.pieces(span, content);
        pieces.and_then(|pieces| pieces.resolve(range.clone())).map_or(span, |(part, _)| part)
    }

    /// Where each byte of the scalar at `span` was written, if `content` is what it holds.
    fn pieces(&mut self, span: Span, content: &str) -> Option<PieceMap> {
        // What was given is no file that could be read, and what has its length is the text itself.
        if self.given.contains(&span.text) && span.len() as usize == content.len() {
            return Some(verbatim(span));
        }
        let bytes = self.files.bytes(span.text)?;
        let is_whole = span.start == 0 && (span.end == 0 || span.end as usize == bytes.len());
        if is_whole && bytes == content.as_bytes() {
            let length = u32::try_from(bytes.len()).ok()?;
            return Some(verbatim(Span::new(span.text, 0..length)));
        }
        let parsed = self.parsed(span.text)?;
        let (document, scalar) = *parsed.scalars.get(&(span.start, span.end))?;
        let document = parsed.documents.get(document)?;
        (document.text(scalar)? == content).then(|| document.content_map(scalar)).flatten()
    }

    /// The span for the bytes `range` of a scalar's `content`.
    fn in_scalar(&mut self, origin: Origin, content: &str, range: Range<u32>) -> Option<Span> {
        let (mut origin, mut content, mut range) = (origin, content, range);
        for _ in 0..STEPS_MAX {
            let id = match origin {
                Origin::Written(span) | Origin::Aliased { definition: span, .. } => {
                    return Some(self.within(span, content, &range));
                }
                Origin::Recorded(id) => id,
            };
            origin = match self.origins.record(id)? {
                Record::Patched { by: what, .. } | Record::Decided { what, .. } => *what,
                Record::Touched { base, .. } | Record::Removed { from: base, .. } => *base,
                Record::Composed { parts } => {
                    let (part, start, end) = self.part_around(*parts, &range)?;
                    content = content.get(start as usize..end as usize)?;
                    range = range.start - start..range.end - start;
                    part
                }
                Record::Missing { .. } | Record::Made { .. } => return None,
            };
        }
        None
    }

    /// The part of a composed value that holds all of `range`, with where it begins and ends.
    fn part_around(&self, parts: (u32, u32), range: &Range<u32>) -> Option<(Origin, u32, u32)> {
        let mut start = 0;
        for part in self.origins.parts(parts) {
            let end = start + part.length;
            if start <= range.start && range.end <= end {
                return Some((part.origin, start, end));
            }
            start = end;
        }
        None
    }

    /// The origin, and those that it was put over that say the same: a patch repeats what its base says, as the
    /// `apiVersion` of an object, and whoever edits one has to edit the other.
    fn repeated(&mut self, origin: Origin, content: &str) -> Vec<Origin> {
        let (mut found, mut open) = (vec![origin], vec![origin]);
        while let Some(origin) = open.pop().filter(|_| found.len() < REPEATED_MAX) {
            let Origin::Recorded(id) = origin else { continue };
            let Some(Record::Patched { by, over }) = self.origins.record(id).cloned() else { continue };
            open.push(by);
            let Some(over) = over else { continue };
            let place = self.origins.editable(over);
            if place.is_some_and(|place| self.pieces(place, content).is_some()) {
                found.push(over);
                open.push(over);
            }
        }
        found
    }
}

/// The map of a text that stands at a span as it is.
fn verbatim(span: Span) -> PieceMap {
    let mut pieces = PieceMap::new();
    pieces.push(span.len(), span, text::Exactness::Verbatim);
    pieces
}

impl<'f> Parsed<'f> {
    fn of(text: TextId, bytes: &'f [u8]) -> Self {
        let documents = manifest::parse_all(text, bytes).unwrap_or_default();
        let mut scalars = BTreeMap::new();
        for (position, document) in documents.iter().enumerate() {
            for node in document.node_ids().filter(|node| document.scalar_style(*node).is_some()) {
                let span = document.span(node);
                scalars.insert((span.start, span.end), (position, node));
            }
        }
        Self { documents, scalars }
    }
}

/// An object with the text that was printed of it.
#[derive(Debug)]
pub struct PrintedObject<'p> {
    document: Document<'p>,
    /// Keys and values by their range in the text, each with its node and origin.
    nodes: BTreeMap<(u32, u32), (NodeId, Origin)>,
}

impl<'p> PrintedObject<'p> {
    /// Pairs an object with what [`crate::Built::texts`] printed of it. None if the text is another one's.
    #[must_use]
    pub fn new(resource: &Resource<Origin>, printed: &'p str) -> Option<Self> {
        let document = manifest::parse(TextId(0), printed.as_bytes(), 0..printed.len(), None).ok()?;
        let mut nodes = BTreeMap::new();
        let mut open = vec![(document.root()?, resource.graph().root())];
        while let Some((node, index)) = open.pop() {
            let mut put = |node: NodeId, origin| {
                let span = document.span(node);
                nodes.entry((span.start, span.end)).or_insert((node, origin));
            };
            put(node, resource.graph().origin(index));
            match &resource.graph().node(index).data {
                Data::Scalar(_) => {}
                Data::Sequence(items) => {
                    open.extend(document.items(node).iter().copied().zip(items.iter().copied()));
                }
                Data::Mapping(_) => {
                    for (key, value, entry) in paired(&document, node, resource.graph(), index) {
                        put(key, entry.0);
                        open.push((value, entry.1));
                    }
                }
            }
        }
        Some(Self { document, nodes })
    }

    /// Where the bytes `range` of the text were written, the place to edit first: the values of a patch and of the base
    /// under it are two places if they are the same. Evidence where nobody wrote it as it is; empty if there is none.
    #[must_use]
    pub fn places(&self, sources: &mut Sources<'_>, range: Range<u32>) -> Vec<FilePlace> {
        self.spans(sources, range).into_iter().filter_map(|span| sources.in_file(span)).collect()
    }

    /// As [`Self::places`], in files and in the texts that `sources` were told to be given.
    #[must_use]
    pub fn spans(&self, sources: &mut Sources<'_>, range: Range<u32>) -> Vec<Span> {
        let Some((node, origin)) = self.around(&range) else { return Vec::new() };
        let content = self.document.text(node).unwrap_or_default();
        let part = self.part_of(node, &range);
        let mut spans = Vec::new();
        for origin in sources.repeated(origin, content) {
            let span = part.clone().and_then(|part| sources.in_scalar(origin, content, part));
            let span = span.or_else(|| sources.origins.editable(origin));
            let landed = span.and_then(|span| sources.landed(span)).or_else(|| {
                let evidence = sources.origins.evidence(origin);
                evidence.into_iter().find_map(|span| sources.landed(span))
            });
            spans.extend(landed.filter(|span| !spans.contains(span)));
        }
        spans
    }

    /// The ranges of keys and scalars, or of the parts that they are composed of, whose origins are meant. One that nobody
    /// knows the origin of counts as meant.
    #[must_use]
    pub fn ranges(&self, origins: &Origins, is_meant: &dyn Fn(Origin) -> bool) -> Vec<Range<u32>> {
        let mut ranges = Vec::new();
        for node in self.document.node_ids().filter(|node| self.document.scalar_style(*node).is_some()) {
            let span = self.document.span(node);
            match self.nodes.get(&(span.start, span.end)) {
                None => ranges.push(span.start..span.end),
                Some((_, origin)) if is_meant(*origin) => {
                    ranges.extend(self.parts_meant(node, (origins, *origin), is_meant));
                }
                Some(_) => {}
            }
        }
        ranges
    }

    fn parts_meant(
        &self,
        node: NodeId,
        (origins, origin): (&Origins, Origin),
        is_meant: &dyn Fn(Origin) -> bool,
    ) -> Vec<Range<u32>> {
        let (span, content) = (self.document.span(node), self.document.text(node).unwrap_or_default());
        let map = self.document.content_map(node);
        let divided = Divided::new(origins, origin, content);
        let parts = divided.parts().filter(|(_, origin)| is_meant(*origin));
        let in_text = |range: Range<usize>| {
            let range = u32::try_from(range.start).ok()?..u32::try_from(range.end).ok()?;
            map.as_ref()?.resolve(range).map(|(span, _)| span.start..span.end)
        };
        parts.map(|(range, _)| in_text(range).unwrap_or(span.start..span.end)).collect()
    }

    /// The node of just this range, or else the last one that begins before it and holds it.
    fn around(&self, range: &Range<u32>) -> Option<(NodeId, Origin)> {
        if let Some(exact) = self.nodes.get(&(range.start, range.end)) {
            return Some(*exact);
        }
        let before = self.nodes.range(..=(range.start, u32::MAX)).rev();
        // Of what begins before the range, scalars that do not hold it end before it, and what holds it is met after
        // at most those scalars; so the first scalars are tried and then the object as a whole is taken.
        const TRIED_MAX: usize = 64;
        let holds = |((_, end), _): &(&(u32, u32), &(NodeId, Origin))| *end >= range.end;
        before.take(TRIED_MAX).find(holds).map(|(_, found)| *found).or_else(|| {
            let root = self.document.root()?;
            let span = self.document.span(root);
            self.nodes.get(&(span.start, span.end)).copied()
        })
    }

    /// The bytes of a scalar's content that `range` shows, if it shows a part of it only.
    fn part_of(&self, node: NodeId, range: &Range<u32>) -> Option<Range<u32>> {
        let span = self.document.span(node);
        let map = self.document.content_map(node)?;
        if (span.start, span.end) == (range.start, range.end) {
            return None;
        }
        map.find(Span::new(span.text, range.clone()))
    }
}

/// The entries of a printed mapping with the entries that they were printed of: where the key came from, and the value.
fn paired<'d>(
    document: &'d Document<'_>,
    mapping: NodeId,
    graph: &'d Graph<Origin>,
    index: NodeIndex,
) -> impl Iterator<Item = (NodeId, NodeId, (Origin, NodeIndex))> {
    let entries = graph.entries(index);
    let by_key: BTreeMap<&str, (Origin, NodeIndex)> =
        entries.iter().map(|entry| (entry.key.text.as_str(), (entry.key_origin, entry.value))).collect();
    document.entries(mapping).iter().filter_map(move |entry| {
        let found = by_key.get(document.text(entry.key)?)?;
        Some((entry.key, entry.value, *found))
    })
}
