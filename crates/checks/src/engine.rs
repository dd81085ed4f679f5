//! Runs checks over one document or over the rows of an inventory.
//!
//! Takes what to run and on what; gives findings in the order of the text, with the clusters that each reaches, and
//! what was not assessed. What a file's origin means for a fix is decided here, once for all checks.

use inventory::{FileContext, Inventory, NotAssessed, Origin};
use manifest::{Document, Object};

use crate::{Check, Context, Finding, Sink, Subject, embedded};

/// What came out of a run.
#[derive(Debug, Default)]
pub struct Outcome {
    /// The findings, by place and check.
    pub findings: Vec<Finding>,
    /// What no check could judge.
    pub not_assessed: Vec<NotAssessed>,
}

/// Runs `checks` over one document of `file`.
#[must_use]
pub fn run_document(
    context: &Context<'_>,
    file: &FileContext,
    document: &Document<'_>,
    checks: &[&'static dyn Check],
) -> Outcome {
    let Some(root) = document.root() else { return Outcome::default() };
    let mut sink = Sink::new();
    let objects = manifest::objects(document);
    for object in &objects {
        let subject = Subject { file, document, object: Some(*object), node: object.node };
        for check in checks {
            check.object(context, &subject, &mut sink);
        }
        run_embedded(context, &subject, object, checks, &mut sink);
    }
    if objects.is_empty() {
        let subject = Subject { file, document, object: None, node: root };
        for check in checks {
            check.document(context, &subject, &mut sink);
        }
    }
    let (findings, not_assessed) = sink.into_parts();
    let findings = findings.into_iter().map(|finding| at_its_source(finding, file.origin)).collect();
    Outcome { findings: finished(context, findings), not_assessed }
}

/// Runs `checks` over the rows of everything that was seen.
#[must_use]
pub fn run_inventory(context: &Context<'_>, inventory: &Inventory, checks: &[&'static dyn Check]) -> Outcome {
    let mut sink = Sink::new();
    for check in checks {
        check.inventory(context, inventory, &mut sink);
    }
    let (findings, not_assessed) = sink.into_parts();
    Outcome { findings: finished(context, findings), not_assessed }
}

fn run_embedded(
    context: &Context<'_>,
    outer: &Subject<'_>,
    object: &Object<'_>,
    checks: &[&'static dyn Check],
    sink: &mut Sink,
) {
    for string in embedded::embedded_in(outer.document, object) {
        let documents = match string.documents() {
            Ok(documents) => documents,
            Err(error) => {
                embedded::note_broken(outer, &string, &error, sink);
                continue;
            }
        };
        let mut inside = Sink::new();
        for document in &documents {
            for object in manifest::objects(document) {
                let inner = Subject { file: outer.file, document, object: Some(object), node: object.node };
                for check in checks {
                    check.embedded(context, &inner, &mut inside);
                }
            }
        }
        let (findings, not_assessed) = inside.into_parts();
        for finding in findings {
            sink.report(string.carry_out(outer, finding));
        }
        for missed in not_assessed {
            sink.cannot_assess(outer, string.value, missed.reason, missed.detail);
        }
    }
}

/// A copy of somebody else's chart is replaced by a newer one, and a generated file is made again: an edit of either
/// would be lost, so the finding stays and its fix goes.
fn at_its_source(mut finding: Finding, origin: Origin) -> Finding {
    match origin {
        Origin::Own => return finding,
        Origin::Vendored => {
            finding.remedy =
                "upgrade the chart version: this file is a copy, and the next copy would undo an edit"
                    .to_owned();
        }
        Origin::Generated => {
            finding.remedy =
                format!("edit the source that this file is made from and make it again: {}", finding.remedy);
        }
    }
    finding.fix = None;
    finding
}

/// Puts findings in order and names the clusters that each reaches.
fn finished(context: &Context<'_>, mut findings: Vec<Finding>) -> Vec<Finding> {
    for finding in &mut findings {
        let reached = context
            .journeys
            .iter()
            .filter(|journey| finding.minor.is_none_or(|minor| journey.reaches(minor)));
        finding.clusters = reached.filter_map(|journey| journey.cluster.clone()).collect();
        finding.clusters.sort_unstable();
        finding.clusters.dedup();
    }
    findings.sort_by(|left, right| {
        (left.span, left.check, &left.message).cmp(&(right.span, right.check, &right.message))
    });
    findings.dedup();
    findings
}
