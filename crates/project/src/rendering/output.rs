//! The text of all that was rendered together, judged as if it were a file.
//!
//! Takes the texts of objects and the route that they are on; gives findings whose spans are those of the text. Where they
//! lead is up to whoever rendered it.

use std::ops::Range;

use checks::{Check, Context, Finding};
use inventory::{Inventory, NotAssessed};
use text::{Source, Span, TextId, Texts};

use crate::assess::{Assessor, FileOutcome};
use crate::journeys::Route;

/// The id of an output while it is judged: the only text of an inventory of its own.
pub(crate) const OUTPUT: TextId = TextId(0);

/// What stands between two objects of an output.
const SEPARATOR: &str = "---\n";

/// The text of all objects, with where each begins.
#[derive(Debug, Default)]
pub(crate) struct Output {
    pub(crate) text: String,
    starts: Vec<usize>,
}

impl Output {
    pub(crate) fn of<'t>(texts: impl IntoIterator<Item = &'t str>) -> Self {
        let mut output = Self::default();
        for text in texts {
            if !output.text.is_empty() {
                if !output.text.ends_with('\n') {
                    output.text.push('\n');
                }
                output.text.push_str(SEPARATOR);
            }
            output.starts.push(output.text.len());
            output.text.push_str(text);
        }
        output
    }

    /// The object that holds a span, by its position, and the range of it there.
    pub(crate) fn within(&self, span: Span) -> Option<(usize, Range<u32>)> {
        let at = span.range().start;
        let position = self.starts.partition_point(|start| *start <= at).checked_sub(1)?;
        let start = u32::try_from(*self.starts.get(position)?).ok()?;
        Some((position, span.start - start..span.end.saturating_sub(start)))
    }

    /// The span of a range of an object.
    pub(crate) fn span_in(&self, position: usize, range: Range<u32>) -> Option<Span> {
        let start = u32::try_from(*self.starts.get(position)?).ok()?;
        Some(Span::new(OUTPUT, start + range.start..start + range.end))
    }
}

/// What judging an output gave.
#[derive(Debug, Default)]
pub(crate) struct Judged {
    pub(crate) findings: Vec<Finding>,
    pub(crate) not_assessed: Vec<NotAssessed>,
}

/// Judges an output on its own, as rendered by the file at `path`.
pub(crate) fn judge(
    (assessor, checks): (&Assessor<'_>, &[&'static dyn Check]),
    (route, path): (&Route, &str),
    text: &str,
) -> Judged {
    let judged = assessor.assess_output(OUTPUT, (route, path), text.as_bytes());
    let FileOutcome { mut findings, mut not_assessed, rows, .. } = judged;
    let mut inventory = Inventory { texts: Texts::new(), ..Inventory::default() };
    inventory.texts.add(Source::File { path: path.to_owned() });
    rows.into_iter().for_each(|row| inventory.add_row(row));
    if !inventory.budgets.is_empty() {
        // Documents without a word of a check were not parsed, and budgets need every workload.
        inventory.workloads.clear();
        inventory.scalers.clear();
        let workloads = assessor.workloads_in(OUTPUT, text.as_bytes());
        workloads.into_iter().for_each(|row| inventory.add_workload(row));
    }
    let context = Context { journeys: &route.journeys, overlay: &route.overlay };
    let over_all = checks::run_inventory(&context, &inventory, checks);
    findings.extend(over_all.findings);
    not_assessed.extend(over_all.not_assessed);
    Judged { findings, not_assessed }
}
