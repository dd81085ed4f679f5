//! One finding as text: in full with an excerpt, or on a line.

use annotate_snippets::{AnnotationKind, Element, Level, Renderer, Snippet};
use checks::{Safety, Severity};
use version::Minor;

use super::Style;
use super::wrap::{hanging, wrapped};
use crate::json::severity_id;
use crate::scan::Located;
use crate::visible::visible;

/// The least room that a title is wrapped in, for the terminal's own wrapping is easier to read than a narrow column.
const TITLE_COLUMNS_MIN: usize = 40;

/// The finding with its excerpt, what to do about it and by what. `reached` is the minor that all clusters have reached.
pub(super) fn full(
    located: &Located<'_>,
    reached: Option<Minor>,
    (renderer, style): (&Renderer, Style),
) -> String {
    let found = &located.finding;
    let width = style.width;
    let level = level(found.severity);
    let title_indent = severity_id(found.severity).len() + found.check.len() + "[]: ".len();
    let title = match width.saturating_sub(title_indent) {
        room if room < TITLE_COLUMNS_MIN => visible(&found.message).into_owned(),
        room => wrapped(&visible(&found.message), room),
    };
    let mut group = level.primary_title(title).id(found.check).element(excerpt(located));
    for (name, text) in notes(located, reached) {
        // The gutter is as wide as the number of the line.
        let indent = located.place.start.line.to_string().len() + name.len() + " = : ".len();
        let text = wrapped(&visible(&text), width.saturating_sub(indent));
        group = group.element(Level::NOTE.with_name(name).message(text));
    }
    let mut text = renderer.render(&[group]);
    text.push('\n');
    text
}

/// The finding in one line, wrapped where it must. The first one of a file has its place in the header.
pub(super) fn write_short(output: &mut String, located: &Located<'_>, style: Style, is_first: bool) {
    let (found, place) = (&located.finding, &located.place);
    let at = match is_first {
        true => "  ".to_owned(),
        false => format!("  {}:{}  ", place.start.line, place.start.column),
    };
    let message = visible(&found.message);
    let mut text = format!("{}[{}]: {message}", severity_id(found.severity), found.check);
    let rendered_by = found.rendered_by();
    if !rendered_by.is_empty() {
        text.push_str(&format!(" (rendered by {})", visible(&rendered_by.join(", "))));
    }
    if found.is_deployed == Some(false) {
        text.push_str(" (nothing deploys this file)");
    }
    output.push_str(&hanging(&at, &text, style.width));
}

/// What is said below the excerpt, each with its name.
fn notes(located: &Located<'_>, reached: Option<Minor>) -> Vec<(&'static str, String)> {
    let found = &located.finding;
    let mut notes = Vec::new();
    for (place, what) in &located.related {
        notes.push(("see", format!("{what}: {}:{}:{}", place.path, place.start.line, place.start.column)));
    }
    if let Some(at) = when(located, reached) {
        notes.push(("when", at));
    }
    let rendered_by = found.rendered_by();
    if !rendered_by.is_empty() {
        notes.push(("rendered by", rendered_by.join(", ")));
    }
    if found.is_deployed == Some(false) {
        notes.push(("deployed", "nothing deploys this file".to_owned()));
    }
    notes.push(("help", found.remedy.clone()));
    match found.fix.as_ref().map(|fix| &fix.safety) {
        None => {}
        Some(Safety::Safe) if !found.charts.is_empty() => {
            notes.push(("fix", "`liftlock fix --helm` makes it if rendering proves it".to_owned()));
        }
        Some(Safety::Safe) if found.is_fixed_at_origin => {
            notes.push(("fix", "`liftlock fix` makes it if rendering proves it".to_owned()));
        }
        Some(Safety::Safe) => notes.push(("fix", "safe, `liftlock fix` makes it".to_owned())),
        Some(Safety::Ask(question)) => {
            notes.push(("fix", format!("`liftlock fix` asks first: {question}")));
        }
        Some(Safety::Later { reason, .. }) => notes.push(("fix", format!("not now: {reason}"))),
    }
    notes
}

fn excerpt<'a>(located: &'a Located<'a>) -> Element<'a> {
    let place = &located.place;
    let (from, to) = place.range_in_line;
    Snippet::source(place.line.as_str())
        .line_start(usize::try_from(place.start.line).unwrap_or(1))
        .annotation(AnnotationKind::Primary.span(from.min(to)..to))
        .into()
}

fn when(located: &Located<'_>, reached: Option<Minor>) -> Option<String> {
    let found = &located.finding;
    let names: Vec<&str> = found.clusters.iter().map(String::as_str).collect();
    let clusters = checks::listed(&names);
    let minor = found.minor.map(|minor| match reached {
        Some(reached) if minor <= reached => format!("since Kubernetes {minor}"),
        _ => format!("Kubernetes {minor}"),
    });
    match (minor, clusters.is_empty()) {
        (None, true) => None,
        (Some(minor), true) => Some(minor),
        (None, false) => Some(format!("on {clusters}")),
        (Some(minor), false) => Some(format!("{minor}, on {clusters}")),
    }
}

fn level(severity: Severity) -> Level<'static> {
    match severity {
        Severity::Breaks => Level::ERROR.with_name("breaks"),
        Severity::Silent => Level::ERROR.with_name("silent"),
        Severity::Warning => Level::WARNING,
        Severity::Info => Level::INFO,
    }
}
