//! What units have of decrypted values, judged by what it is and told by what may be seen of it.
//!
//! Takes what was found in the text that is shown, where `***` stands for what was decrypted, and in the one that the cluster gets; gives what is so in the
//! cluster, at spans of the text that is shown. What both texts have is told as the shown one has it. What only the other one has is told in the words of its
//! check, since a message may hold what was decrypted. Nothing of the clear text comes out of here.

use std::collections::BTreeMap;

use checks::{Finding, ObjectName, Severity};
use gitops::RenderedObject;
use inventory::{NotAssessed, Reason};
use resource::{FieldPath, ObjectKey};
use text::Span;
use version::Minor;

use crate::rendering::output::{Judged, OUTPUT, Output};

/// What objects are as one text with `***` for what nobody may see, and what the cluster gets, where that is another one.
pub(super) fn outputs_of(objects: &[RenderedObject]) -> (Output, Option<Output>) {
    let shown = Output::of(objects.iter().map(|object| &*object.text));
    let is_masked = objects.iter().any(RenderedObject::is_masked);
    (shown, is_masked.then(|| Output::of(objects.iter().map(RenderedObject::exposed_text))))
}

/// The two texts of one unit.
pub(super) struct TwoTexts<'t> {
    pub(super) objects: &'t [RenderedObject],
    pub(super) shown: &'t Output,
    pub(super) clear: &'t Output,
}

/// By what a finding in one text is the same as one in the other, with its place in the text that is shown.
type Key = (&'static str, Severity, Option<Minor>, Option<Span>);

impl TwoTexts<'_> {
    /// What is so in the cluster, of what was found in both texts.
    pub(super) fn told(&self, in_shown: Judged, in_clear: Judged) -> Judged {
        let mut known: BTreeMap<Key, Vec<Finding>> = BTreeMap::new();
        for finding in in_shown.findings.into_iter().rev() {
            let place = self.as_placed(finding.span);
            known.entry(key(&finding, place)).or_default().push(finding);
        }
        let findings = in_clear.findings.into_iter().map(|finding| {
            let place = self.placed(finding.span);
            let same = known.get_mut(&key(&finding, place)).and_then(Vec::pop);
            same.unwrap_or_else(|| self.in_own_words(finding, place))
        });
        let findings = findings.collect();
        let mut open: BTreeMap<(Reason, Option<Span>), Vec<NotAssessed>> = BTreeMap::new();
        for item in in_shown.not_assessed.into_iter().rev() {
            let place = item.span.and_then(|span| self.as_placed(span));
            open.entry((item.reason, place)).or_default().push(item);
        }
        let not_assessed = in_clear.not_assessed.into_iter().map(|item| {
            let span = item.span.and_then(|span| self.placed(span));
            let same = open.get_mut(&(item.reason, span)).and_then(Vec::pop);
            let detail = "what it says is decrypted and not shown".to_owned();
            same.unwrap_or(NotAssessed { span, detail, ..item })
        });
        Judged { findings, not_assessed: not_assessed.collect() }
    }

    /// A finding that only the decrypted values give. The check's own words are the same for everybody.
    fn in_own_words(&self, finding: Finding, place: Option<Span>) -> Finding {
        let (title, remedy) = checks::find(finding.check)
            .map_or((finding.check, ""), |check| (check.meta().title, check.meta().remedy));
        // Without a place it is one of the unit.
        let span = place.unwrap_or_else(|| Span::new(OUTPUT, 0..0));
        let position = self.shown.within(span).map(|(position, _)| position);
        Finding {
            span,
            object: position.and_then(|position| self.objects.get(position)).map(name_of),
            path: FieldPath::default(),
            message: format!("a decrypted value that is not shown is at fault here: {title}"),
            remedy: remedy.to_owned(),
            related: Vec::new(),
            fix: None,
            ..finding
        }
    }

    /// The place in the text that is shown of a span of the clear one.
    fn placed(&self, span: Span) -> Option<Span> {
        let (position, range) = self.clear.within(span)?;
        self.shown.span_in(position, self.objects.get(position)?.to_shown(range))
    }

    /// The same of a span of the text that is shown: as wide as the clear text would have it.
    fn as_placed(&self, span: Span) -> Option<Span> {
        let (position, range) = self.shown.within(span)?;
        let object = self.objects.get(position)?;
        self.shown.span_in(position, object.to_shown(object.to_clear(range)))
    }
}

/// What an object is called as far as that may be seen.
fn name_of(object: &RenderedObject) -> ObjectName {
    let RenderedObject { id, api_version, .. } = object;
    let key = ObjectKey { namespace: id.namespace.clone(), name: id.name.clone() };
    ObjectName { api_version: api_version.clone(), kind: id.kind.clone(), key }
}

fn key(finding: &Finding, place: Option<Span>) -> Key {
    (finding.check, finding.severity, finding.minor, place)
}
