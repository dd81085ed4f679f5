//! Changes of collections in brackets, as patches.
//!
//! Takes what becomes of the children of one collection; gives the patches that make it so, commas included.

use std::ops::Range;

use super::context::Context;
use super::flow_write::FlowWriter;
use super::layout::{Child, child_at, child_of, count_of};
use super::patch::{Chunk, Patch};
use super::plan::{Addition, Collection};
use super::style::FlowStyle;
use super::{Fresh, Reason, Refusal};
use crate::NodeId;

const NO_BRACES: Reason = Reason::MeetRareSyntax { what: "a pair without braces" };

/// Puts `value` in place of a value within brackets.
pub(super) fn replace_value(
    context: &Context<'_, '_>,
    node: NodeId,
    change: usize,
    value: &Fresh,
) -> Result<Patch, Reason> {
    let layout = context.layout;
    let around = context.document.node(node).parent.unwrap_or(node);
    let style = FlowStyle::of(layout, around);
    let mut writer = FlowWriter::new(context, &style);
    let (range, gap) = match child_of(context.document, node) {
        Some(Child::Entry(entry)) => {
            let colon = layout.colon_end(entry).ok_or(NO_BRACES)?;
            let range = layout.value_range(colon, node);
            let needs_gap = range.is_empty() && range.start == colon;
            (range, if needs_gap { style.colon_gap } else { "" })
        }
        Some(Child::Item(_)) | None => (layout.range(node), ""),
    };
    writer.text(gap);
    if let Some(anchor) = context.document.anchor(node).filter(|_| context.is_shared(node)) {
        writer.text(&format!("&{anchor} "));
    }
    let indentation = String::from_utf8_lossy(layout.indentation(range.start)).into_owned();
    writer.value(value, &indentation)?;
    Ok(Patch::new(range, change, writer.chunks))
}

/// The patches of a collection in brackets.
pub(super) fn collection(
    context: &Context<'_, '_>,
    node: NodeId,
    plan: &Collection<'_>,
    patches: &mut Vec<Patch>,
) -> Result<(), Refusal> {
    let style = FlowStyle::of(context.layout, node);
    let count = count_of(context.document, node);
    let brackets = Brackets { context, node, plan, style: &style, count };
    brackets.check_syntax()?;
    let remaining: Vec<usize> = (0..count).filter(|index| !plan.removed.contains_key(index)).collect();
    let Some(last) = remaining.last().copied() else { return brackets.refill(patches) };
    brackets.replacements(patches)?;
    brackets.removals(last, patches)?;
    brackets.additions_before(&remaining, patches)?;
    brackets.additions_at_end(last, patches)
}

struct Brackets<'w, 'd, 't, 'c> {
    context: &'w Context<'d, 't>,
    node: NodeId,
    plan: &'w Collection<'c>,
    style: &'w FlowStyle,
    count: usize,
}

impl<'w, 'd, 't, 'c> Brackets<'w, 'd, 't, 'c> {
    fn any_change(&self) -> usize {
        let added = self.plan.additions().map(|addition| addition.change).next();
        added.or(self.plan.removed.values().next().copied()).unwrap_or(0)
    }

    /// `[a: 1]` holds a mapping without braces, and `{a}` an entry without a colon.
    fn check_syntax(&self) -> Result<(), Refusal> {
        if self.context.layout.is_pair_without_braces(self.node) {
            return Err(Refusal { change: self.any_change(), reason: NO_BRACES });
        }
        Ok(())
    }

    fn child_range(&self, index: usize) -> Range<usize> {
        let layout = self.context.layout;
        match child_at(self.context.document, self.node, index) {
            Some(Child::Entry(entry)) => {
                let key = layout.range(entry.key);
                let colon = layout.colon_end(entry).unwrap_or(key.end);
                key.start..layout.value_range(colon, entry.value).end
            }
            Some(Child::Item(item)) => layout.range(item),
            None => 0..0,
        }
    }

    fn writer(&self) -> FlowWriter<'w, 'd, 't> {
        FlowWriter::new(self.context, self.style)
    }

    fn indentation(&self) -> &'w str {
        self.style.lines.as_ref().map_or("", |lines| lines.child.as_str())
    }

    /// Ends a child that has another one after it on the same line, or begins the line of the next.
    fn separate(&self, writer: &mut FlowWriter<'_, '_, '_>) {
        match &self.style.lines {
            Some(lines) => writer.line(&lines.child),
            None => writer.text(self.style.comma_gap),
        }
    }

    fn write(&self, writer: &mut FlowWriter<'_, '_, '_>, addition: &Addition<'_>) -> Result<(), Refusal> {
        writer
            .child(addition.key, addition.value, self.indentation())
            .map_err(|reason| Refusal { change: addition.change, reason })
    }

    fn join(&self, additions: &[&Addition<'_>]) -> Result<Vec<Chunk>, Refusal> {
        let mut writer = self.writer();
        for (position, addition) in additions.iter().enumerate() {
            if position > 0 {
                writer.text(",");
                self.separate(&mut writer);
            }
            self.write(&mut writer, addition)?;
        }
        Ok(writer.chunks)
    }

    /// Nothing old is left: new children, or none, between the brackets.
    fn refill(&self, patches: &mut Vec<Patch>) -> Result<(), Refusal> {
        let span = self.context.document.span(self.node).range();
        let inside = span.start + 1..span.end.saturating_sub(1).max(span.start + 1);
        let additions = self.additions_in((0..=self.count).collect());
        let mut content = self.join(&additions)?;
        if !content.is_empty() {
            let is_mapping = self.context.document.is_mapping(self.node);
            let (open, close) = match &self.style.lines {
                Some(lines) => {
                    let newline = self.context.style().newline;
                    (format!("{newline}{}", lines.child), format!("{newline}{}", lines.close))
                }
                None if is_mapping => (self.style.padding.to_owned(), self.style.padding.to_owned()),
                None => (String::new(), String::new()),
            };
            content.insert(0, Chunk::Text(open));
            content.push(Chunk::Text(close));
        }
        patches.push(Patch::new(inside, self.any_change(), content));
        Ok(())
    }

    fn replacements(&self, patches: &mut Vec<Patch>) -> Result<(), Refusal> {
        for (index, addition) in &self.plan.replaced {
            let mut writer = self.writer();
            self.write(&mut writer, addition)?;
            let range = self.child_range(*index);
            let patch = Patch::new(range, addition.change, writer.chunks);
            patches.push(Patch { is_within_value: true, ..patch });
        }
        Ok(())
    }

    /// A child goes with the comma after it; the last ones with the comma before them.
    fn removals(&self, last: usize, patches: &mut Vec<Patch>) -> Result<(), Refusal> {
        for (index, change) in &self.plan.removed {
            if *index > last {
                break;
            }
            let own = self.child_range(*index);
            let next = self.child_range(index + 1);
            let range = self.lines_of(&own, &next).unwrap_or(own.start..next.start);
            patches.push(Patch::new(range, *change, Vec::new()));
        }
        let mut tail = self.plan.removed.range(last + 1..);
        let Some((first_removed, change)) = tail.next() else { return Ok(()) };
        let end = self.child_range(self.count - 1).end;
        let additions = self.tail_additions(last);
        if !additions.is_empty() {
            let range = self.child_range(*first_removed).start..end;
            patches.push(Patch::new(range, *change, self.join(&additions)?));
            return Ok(());
        }
        let start = self.child_range(last).end;
        let comma = self.context.layout.comma_after(start);
        let has_comment = comma.and_then(|comma| self.context.layout.trailing_comment(comma + 1)).is_some();
        match comma {
            Some(comma) if has_comment => {
                let has_final_comma = self.context.layout.comma_after(end).is_some();
                if !has_final_comma {
                    patches.push(Patch::new(comma..comma + 1, *change, Vec::new()));
                }
                let after = self.context.layout.line_end(comma);
                let final_end = self.context.layout.comma_after(end).map_or(end, |comma| comma + 1);
                let next = self.context.layout.skip_blanks(final_end);
                let is_within_line = next < self.context.layout.line_end(final_end)
                    && self.context.layout.comment_at(next).is_none();
                let end_of_comment = is_within_line.then(|| self.context.style().newline.to_owned());
                let content = end_of_comment.into_iter().map(Chunk::Text).collect();
                patches.push(Patch::new(after..final_end, *change, content));
            }
            _ => patches.push(Patch::new(start..end, *change, Vec::new())),
        }
        Ok(())
    }

    /// The lines of a child that has them to itself, its trailing comment included.
    fn lines_of(&self, own: &Range<usize>, next: &Range<usize>) -> Option<Range<usize>> {
        let layout = self.context.layout;
        let comma = layout.comma_after(own.end)?;
        let end = layout.trailing_comment(comma + 1).map_or(comma + 1, |comment| comment.end);
        let next_line = layout.next_line(end);
        let has_lines =
            layout.begins_line(own.start) && layout.begins_line(next.start) && next_line <= next.start;
        has_lines.then(|| layout.line_start(own.start)..next_line)
    }

    /// The additions before the children of `indices`, and after those before them, in the order of the text.
    fn additions_in(&self, indices: Vec<usize>) -> Vec<&'w Addition<'c>> {
        let mut found = Vec::new();
        for index in indices {
            if let Some(before) = index.checked_sub(1) {
                found.extend(self.plan.after.get(&before).into_iter().flatten());
            }
            found.extend(self.plan.before.get(&index).into_iter().flatten());
        }
        found
    }

    fn tail_additions(&self, last: usize) -> Vec<&'w Addition<'c>> {
        self.additions_in((last + 1..=self.count).collect())
    }

    fn additions_before(&self, remaining: &[usize], patches: &mut Vec<Patch>) -> Result<(), Refusal> {
        let mut from = 0;
        for index in remaining {
            for addition in self.additions_in((from..=*index).collect()) {
                let mut writer = self.writer();
                self.write(&mut writer, addition)?;
                writer.text(",");
                self.separate(&mut writer);
                let at = self.child_range(*index).start;
                patches.push(Patch::new(at..at, addition.change, writer.chunks));
            }
            from = index + 1;
        }
        Ok(())
    }

    fn additions_at_end(&self, last: usize, patches: &mut Vec<Patch>) -> Result<(), Refusal> {
        if last + 1 < self.count {
            return Ok(());
        }
        let layout = self.context.layout;
        let end = self.child_range(last).end;
        let comma = layout.comma_after(end);
        let after_comma = comma.map_or(end, |comma| comma + 1);
        // Where children share lines, new ones share the last one's: they come before its comment.
        let comment = self.style.lines.as_ref().and_then(|_| layout.trailing_comment(after_comma));
        for (position, addition) in self.tail_additions(last).into_iter().enumerate() {
            let mut writer = self.writer();
            let needs_comma = comma.is_none();
            let at = comment.as_ref().map_or(after_comma, |comment| comment.end);
            if needs_comma && position == 0 && comment.is_some() {
                let content = vec![Chunk::Text(",".to_owned())];
                patches.push(Patch::new(end..end, addition.change, content));
            } else if needs_comma {
                writer.text(",");
            }
            self.separate(&mut writer);
            self.write(&mut writer, addition)?;
            if !needs_comma {
                writer.text(",");
            }
            patches.push(Patch::new(at..at, addition.change, writer.chunks));
        }
        Ok(())
    }
}
