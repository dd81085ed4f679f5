//! The texts of one run: what each is, and how a span in any of them leads to a file.

use crate::{Exactness, PieceMap, Span, TextId};

/// What a text is.
#[derive(Debug, Clone)]
pub enum Source {
    /// A file of the repository, by its path relative to the root, with `/` between its parts.
    File {
        /// The path.
        path: String,
    },
    /// A value that somebody gave: a flag, a variable, a compiled-in default. It has a name to show and
    /// cannot be edited.
    Given {
        /// The name to show, such as `--set image.tag`.
        name: String,
    },
    /// A file that was fetched from elsewhere: of a checkout, or behind a URL. It has a place to show and cannot be edited
    /// here.
    Fetched {
        /// Its address, without credentials.
        address: String,
    },
    /// Text made from other texts: decoded, rendered, emitted, masked.
    Derived {
        /// What it is, for people: `data.policy.yaml, decoded`.
        name: String,
        /// Where each range came from.
        pieces: PieceMap,
    },
}

/// One registered text. Its bytes are held by whoever works on them and read again when something of
/// it is shown, so that a scan of a large tree keeps none of them.
#[derive(Debug, Clone)]
pub struct Text {
    /// What it is.
    pub source: Source,
    /// Bytes of the file before those that its spans count from: those of a byte order mark that readers do not count.
    pub bytes_skipped: u32,
}

/// The registry of texts. Ids are positions in it.
#[derive(Debug, Clone, Default)]
pub struct Texts {
    texts: Vec<Text>,
}

/// How many piece maps resolving a span follows before it gives up: text in text in text, as in a
/// manifest in a ConfigMap in a Helm value in a Flux patch, is 4; 32 leaves room and ends every cycle.
const RESOLVE_STEPS_MAX: usize = 32;

impl Texts {
    /// An empty registry.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Registers a text and gives its id.
    pub fn add(&mut self, source: Source) -> TextId {
        self.add_behind(source, 0)
    }

    /// Has the spans of a text count from behind the first bytes of its file. No span of it may be there yet.
    pub fn count_behind(&mut self, id: TextId, bytes_skipped: u32) {
        if let Some(text) = self.texts.get_mut(id.0 as usize) {
            text.bytes_skipped = bytes_skipped;
        }
    }

    /// Registers a text whose spans count from behind the first bytes of its file.
    pub fn add_behind(&mut self, source: Source, bytes_skipped: u32) -> TextId {
        self.texts.push(Text { source, bytes_skipped });
        TextId(u32::try_from(self.texts.len() - 1).unwrap_or(u32::MAX))
    }

    /// The text of `id`; none for an id of another registry.
    #[must_use]
    pub fn get(&self, id: TextId) -> Option<&Text> {
        self.texts.get(id.0 as usize)
    }

    /// The path of a file text; none for given, fetched and derived ones.
    #[must_use]
    pub fn path(&self, id: TextId) -> Option<&str> {
        match &self.get(id)?.source {
            Source::File { path } => Some(path),
            Source::Given { .. } | Source::Fetched { .. } | Source::Derived { .. } => None,
        }
    }

    /// The bytes of its file that a span stands for.
    #[must_use]
    pub fn range_in_file(&self, span: Span) -> std::ops::Range<u32> {
        let bytes_skipped = self.get(span.text).map_or(0, |text| text.bytes_skipped);
        span.start.saturating_add(bytes_skipped)..span.end.saturating_add(bytes_skipped)
    }

    /// How many texts are registered.
    #[must_use]
    pub fn len(&self) -> usize {
        self.texts.len()
    }

    /// Whether none is registered.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.texts.is_empty()
    }

    /// Follows piece maps from `span` until it stands in a file or given text. The result is verbatim,
    /// so that an edit can be made there, only if every step was. None if it leads to several texts.
    #[must_use]
    pub fn resolve(&self, span: Span) -> Option<(Span, Exactness)> {
        let mut span = span;
        let mut exactness = Exactness::Verbatim;
        for _ in 0..RESOLVE_STEPS_MAX {
            let Source::Derived { pieces, .. } = &self.get(span.text)?.source else {
                return Some((span, exactness));
            };
            let (origin, step) = pieces.resolve(span.start..span.end)?;
            if step == Exactness::Computed {
                exactness = Exactness::Computed;
            }
            span = origin;
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn resolves_through_two_derived_texts() {
        let mut texts = Texts::new();
        let file = texts.add(Source::File { path: "a.yaml".into() });
        let mut outer = PieceMap::new();
        outer.push(10, Span::new(file, 100..110), Exactness::Verbatim);
        let decoded = texts.add(Source::Derived { name: "decoded".into(), pieces: outer });
        let mut inner = PieceMap::new();
        inner.push(4, Span::new(decoded, 2..6), Exactness::Verbatim);
        let nested = texts.add(Source::Derived { name: "nested".into(), pieces: inner });
        assert_eq!(
            texts.resolve(Span::new(nested, 1..3)),
            Some((Span::new(file, 103..105), Exactness::Verbatim))
        );
        assert_eq!(texts.path(file), Some("a.yaml"));
        assert_eq!(texts.path(nested), None);
    }

    #[test]
    fn a_byte_order_mark_counts_in_the_file_and_not_in_its_spans() {
        let mut texts = Texts::new();
        let plain = texts.add(Source::File { path: "a.yaml".into() });
        let marked = texts.add_behind(Source::File { path: "b.yaml".into() }, 3);
        assert_eq!(texts.range_in_file(Span::new(plain, 1..2)), 1..2);
        assert_eq!(texts.range_in_file(Span::new(marked, 1..2)), 4..5);
    }

    #[test]
    fn gives_up_on_a_cycle() {
        let mut texts = Texts::new();
        let mut pieces = PieceMap::new();
        pieces.push(4, Span::new(TextId(0), 0..4), Exactness::Verbatim);
        let id = texts.add(Source::Derived { name: "self".into(), pieces });
        assert_eq!(texts.resolve(Span::new(id, 0..1)), None);
    }
}
