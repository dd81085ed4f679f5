//! Events on their way to the emitter, where values have no comments, anchors or tags.

use std::borrow::Cow;

use super::event::{Event, EventKind, Properties};
use crate::{ScalarStyle, Structure};

/// An event that owns its text where it had to be made.
pub(super) enum Step<'v> {
    DocumentStart,
    DocumentEnd,
    MappingStart,
    MappingEnd,
    SequenceStart,
    SequenceEnd,
    Scalar(Cow<'v, str>, ScalarStyle),
    /// A scalar with a tag before it.
    Tagged(&'static str, Cow<'v, str>, ScalarStyle),
}

impl Step<'_> {
    /// As the emitter takes it.
    pub(super) fn event(&self) -> Event<'_> {
        let (structure, properties) = (Structure::Block, Properties::default());
        Event::new(match self {
            Self::DocumentStart => EventKind::DocumentStart,
            Self::DocumentEnd => EventKind::DocumentEnd,
            Self::MappingStart => EventKind::MappingStart { structure, properties },
            Self::MappingEnd => EventKind::MappingEnd,
            Self::SequenceStart => EventKind::SequenceStart { structure, properties },
            Self::SequenceEnd => EventKind::SequenceEnd,
            Self::Tagged(tag, text, style) => {
                let properties = Properties { tag, ..properties };
                EventKind::Scalar { text, style: *style, properties }
            }
            Self::Scalar(text, style) => EventKind::Scalar { text, style: *style, properties },
        })
    }
}
