//! User data that a document holds in base64, as text that checks can read.
//!
//! Takes a document; gives the same document with its user data decoded, and what of it no program here can decode.
//! What is found there is moved to the base64 that says it. Fixes are taken off: nothing edits through an encoding.
//! Data of Secrets is left alone. Launch templates, node classes and bootstrap files hold such text under a few
//! names; parts of a MIME text may be encoded by themselves.

mod base64;

use std::ops::Range;

use inventory::{FileContext, NotAssessed, Reason};
use manifest::{Document, Entry, NodeId, ParseDocument, Syntax};
use text::{Exactness, PieceMap, Span, TextId};

use crate::{Check, Context, Finding, Outcome, mime, run_document};
use base64::{NotDecoded, Traced};

/// Words of which one stands in every document that may hold such text.
pub const DECODED_TRIGGERS: [&str; 5] = ["userData", "user_data", "UserData", "user-data", "base64"];

/// How long a text may be that is decoded: EC2 takes 16 KiB of user data, an object in etcd at most 1.5 MiB.
const ENCODED_BYTES_MAX: usize = 1_500_000;

/// The id of a decoded document, which no registry knows: spans in it are moved before anybody sees them. It is not
/// the id of texts within strings, which may stand in it.
const DECODED: TextId = TextId(u32::MAX - 1);

/// A document with its user data decoded.
#[derive(Debug)]
pub struct Decoded {
    bytes: Vec<u8>,
    syntax: Syntax,
    /// Where each byte came from: the file's own bytes, or the base64 that says it.
    pieces: PieceMap,
    parts: Vec<Part>,
}

/// A decoded text.
#[derive(Debug)]
struct Part {
    /// Where it stands in the decoded document, quotes included.
    range: Range<u32>,
    /// What of it was decoded; the rest stands in the file as it is.
    decoded: Vec<Range<u32>>,
    /// The scalar in the file.
    scalar: Span,
}

/// Something that could not be decoded.
#[derive(Debug)]
pub struct Undecoded {
    /// The scalar.
    pub span: Span,
    /// Why.
    pub reason: Reason,
    /// In words.
    pub detail: String,
}

/// The document with its user data decoded, if any of it is base64, and what is encoded in ways that are not read.
#[must_use]
pub fn decoded(document: &Document<'_>) -> (Option<Decoded>, Vec<Undecoded>) {
    let mut texts: Vec<(NodeId, Traced)> = Vec::new();
    let mut undecoded = Vec::new();
    let is_looked_into =
        !document.is_masked() && manifest::objects(document).iter().all(|object| object.gvk.kind != "Secret");
    for scalar in user_data(document).filter(|_| is_looked_into) {
        match text_of(document, scalar) {
            Ok(Some(text)) => texts.push((scalar, text)),
            Ok(None) => {}
            Err((reason, detail)) => {
                undecoded.push(Undecoded { span: document.span(scalar), reason, detail: detail.to_owned() });
            }
        }
    }
    texts.sort_by_key(|(scalar, _)| document.span(*scalar));
    texts.dedup_by_key(|(scalar, _)| *scalar);
    let decoded = (!texts.is_empty()).then(|| Decoded::of(document, &texts));
    (decoded, undecoded)
}

/// The scalars that hold user data, or a file whose encoding stands beside it.
fn user_data<'d>(document: &'d Document<'_>) -> impl Iterator<Item = NodeId> + use<'d> {
    let mappings = document.node_ids().filter(|node| document.is_mapping(*node));
    mappings.flat_map(move |mapping| {
        let entries =
            document.entries(mapping).iter().filter(move |entry| is_user_data(document, mapping, entry));
        entries.map(|entry| document.dereference(entry.value))
    })
}

fn is_user_data(document: &Document<'_>, mapping: NodeId, entry: &Entry) -> bool {
    match document.text(entry.key) {
        Some("userData" | "user_data" | "UserData" | "user-data") => true,
        Some("content") => {
            let encoding = document.text_at(mapping, &["encoding"]).unwrap_or_default();
            encoding.contains("base64")
        }
        _ => false,
    }
}

/// What a scalar says once it is decoded; none if that is what it says anyway.
fn text_of(document: &Document<'_>, scalar: NodeId) -> Result<Option<Traced>, (Reason, &'static str)> {
    let Some(content) = document.text(scalar).filter(|_| !document.is_opaque(scalar)) else {
        return Ok(None);
    };
    let is_encoded = !content.is_empty()
        && content.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"+/=\r\n \t".contains(&byte));
    if !is_encoded && !mime::is_multipart(content) {
        return Ok(None);
    }
    if content.len() > ENCODED_BYTES_MAX {
        return Err((Reason::TooLarge, "user data that is too large to be decoded"));
    }
    let original = Traced::original(content);
    let whole = match original.decoded() {
        Ok(text) => Some(text),
        Err(NotDecoded::NoText) => None,
        Err(NotDecoded::Compressed) => return Err((Reason::Archive, "compressed user data")),
    };
    let parts = parts_decoded(whole.as_ref().unwrap_or(&original))?;
    Ok(parts.or(whole))
}

/// A MIME text with its encoded parts decoded; none if it has none.
fn parts_decoded(text: &Traced) -> Result<Option<Traced>, (Reason, &'static str)> {
    if !mime::is_multipart(&text.text) {
        return Ok(None);
    }
    let mut decoded = Traced::default();
    let mut done = 0;
    for part in mime::parts(&text.text).into_iter().filter(|part| part.is_encoded(&text.text)) {
        match text.part(part.body.clone()).decoded() {
            Ok(body) => {
                decoded.append(text.part(done..part.body.start));
                decoded.append(body);
                done = part.body.end;
            }
            Err(NotDecoded::Compressed) => return Err((Reason::Archive, "a compressed part of user data")),
            Err(NotDecoded::NoText) => {
                return Err((Reason::Malformed, "a part of user data that is no base64 of a text"));
            }
        }
    }
    if done == 0 {
        return Ok(None);
    }
    decoded.append(text.part(done..text.text.len()));
    Ok(Some(decoded))
}

impl Decoded {
    fn of(document: &Document<'_>, texts: &[(NodeId, Traced)]) -> Self {
        let mut decoded =
            Self { bytes: Vec::new(), syntax: document.syntax(), pieces: PieceMap::new(), parts: Vec::new() };
        let mut at = document.range().start;
        for (scalar, text) in texts {
            let span = document.span(*scalar);
            decoded.copy(document, at..span.range().start);
            decoded.write(document, *scalar, text);
            at = span.range().end;
        }
        decoded.copy(document, at..document.range().end);
        decoded
    }

    fn copy(&mut self, document: &Document<'_>, range: Range<usize>) {
        let bytes = document.bytes().get(range.clone()).unwrap_or_default();
        self.bytes.extend_from_slice(bytes);
        let origin = Span::new(document.text_id(), offset(range.start)..offset(range.end));
        self.pieces.push(offset(bytes.len()), origin, Exactness::Verbatim);
    }

    /// Writes a text in double quotes, as both YAML and JSON read them.
    fn write(&mut self, document: &Document<'_>, scalar: NodeId, text: &Traced) {
        let start = offset(self.bytes.len());
        let span = document.span(scalar);
        let written = document.content_map(scalar).unwrap_or_default();
        let mut decoded: Vec<Range<u32>> = Vec::new();
        self.push("\"", span);
        for (at, character) in text.text.char_indices() {
            let origin = text.origin(at..at + character.len_utf8());
            let from = offset(self.bytes.len());
            let origin = written.resolve(offset(origin.start)..offset(origin.end));
            self.push(&escaped(character), origin.map_or(span, |(origin, _)| origin));
            let to = offset(self.bytes.len());
            match decoded.last_mut() {
                _ if !text.is_decoded(at) => {}
                Some(last) if last.end == from => last.end = to,
                _ => decoded.push(from..to),
            }
        }
        self.push("\"", span);
        self.parts.push(Part { range: start..offset(self.bytes.len()), decoded, scalar: span });
    }

    fn push(&mut self, written: &str, origin: Span) {
        self.bytes.extend_from_slice(written.as_bytes());
        self.pieces.push(offset(written.len()), origin, Exactness::Computed);
    }

    /// The decoded document, in which trigger words can be looked for.
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// Runs `checks` over the decoded texts alone, at their places in the file.
    #[must_use]
    pub fn run(&self, context: &Context<'_>, file: &FileContext, checks: &[&'static dyn Check]) -> Outcome {
        let document = match self.document() {
            Ok(document) => document,
            Err(error) => return self.unread(file, &error),
        };
        let found = run_document(context, file, &document, checks);
        let findings = found.findings.into_iter().filter_map(|finding| self.moved(finding)).collect();
        let moved = |missed: NotAssessed| {
            let span = missed.span?;
            self.decoded_at(span).map(|_| NotAssessed { span: Some(self.to_file(span)), ..missed })
        };
        Outcome { findings, not_assessed: found.not_assessed.into_iter().filter_map(moved).collect() }
    }

    fn document(&self) -> Result<Document<'_>, ParseDocument> {
        let whole = 0..self.bytes.len();
        match self.syntax {
            Syntax::Json => manifest::scan::json::parse(DECODED, &self.bytes, whole),
            Syntax::Yaml => manifest::parse(DECODED, &self.bytes, whole, None),
        }
    }

    /// That its text was read once says that this does not happen; if it does, it is named.
    fn unread(&self, file: &FileContext, error: &ParseDocument) -> Outcome {
        let not_assessed = self.parts.iter().map(|part| NotAssessed {
            path: file.path.clone(),
            span: Some(part.scalar),
            reason: Reason::Malformed,
            detail: format!("user data, decoded: {error}"),
        });
        Outcome { findings: Vec::new(), not_assessed: not_assessed.collect() }
    }

    /// The finding at the base64 that says it; none if it is not in a decoded text.
    fn moved(&self, mut finding: Finding) -> Option<Finding> {
        let part = self.decoded_at(finding.span)?;
        let line = self.line_in(part, finding.span);
        finding.message = format!("{}; line {line} of the decoded text", finding.message);
        finding.remedy = format!("{}; decode the text, change it there and encode it again", finding.remedy);
        finding.span = self.to_file(finding.span);
        finding.related.iter_mut().for_each(|(span, _)| *span = self.to_file(*span));
        finding.fix = None;
        Some(finding)
    }

    fn part_at(&self, span: Span) -> Option<&Part> {
        let part = self.parts.iter().find(|part| part.range.contains(&span.start));
        part.filter(|_| span.text == DECODED)
    }

    /// The part that a span is in, if what stands there was decoded: the rest is judged where it stands.
    fn decoded_at(&self, span: Span) -> Option<&Part> {
        let part = self.part_at(span)?;
        let next = part.decoded.partition_point(|range| range.end <= span.start);
        let is_whole = span.start == part.range.start && !part.decoded.is_empty();
        (is_whole || part.decoded.get(next).is_some_and(|range| range.start < span.end.max(span.start + 1)))
            .then_some(part)
    }

    /// Which line of the decoded text a span is in, counted from 1.
    fn line_in(&self, part: &Part, span: Span) -> usize {
        let before = self.bytes.get(part.range.start as usize + 1..span.start as usize).unwrap_or_default();
        let mut line_ends = 0;
        let mut bytes = before.iter();
        while let Some(byte) = bytes.next() {
            if *byte == b'\\' && bytes.next() == Some(&b'n') {
                line_ends += 1;
            }
        }
        line_ends + 1
    }

    fn to_file(&self, span: Span) -> Span {
        let whole = || self.part_at(span).map_or(span, |part| part.scalar);
        self.pieces.resolve(span.start..span.end).map_or_else(whole, |(span, _)| span)
    }
}

fn escaped(character: char) -> String {
    match character {
        '"' => "\\\"".to_owned(),
        '\\' => "\\\\".to_owned(),
        '\n' => "\\n".to_owned(),
        '\r' => "\\r".to_owned(),
        '\t' => "\\t".to_owned(),
        other => other.to_string(),
    }
}

/// Offsets fit: a file has at most [`manifest::limits::FILE_BYTES_MAX`] bytes, and escapes at most double some of them.
fn offset(value: usize) -> u32 {
    u32::try_from(value).unwrap_or(u32::MAX)
}
