//! Hides the actions of a template behind bytes of equal length, so that the rest can be parsed as YAML.
//!
//! Knows Go's `{{ }}`, Jinja's `{% %}` and `{# #}`, and ERB's `<% %>`; what an action means is nobody's
//! business here. Line ends stay where they are, so lines and columns hold.
//!
//! - A line of nothing but actions becomes a comment: whatever it prints brings its own lines.
//! - An action within a line becomes a word (`TTTT`), since it prints a part of a value or key; one that
//!   prints nothing (`if`, `end`, an assignment) becomes a comment at the end of its line, else blanks.
//! - Inside a block scalar everything is text: an action becomes a word there, so that the scalar neither
//!   ends nor loses a line; a line of actions left of its text is blank up to where that begins.

use std::ops::Range;

use memchr::{memchr, memmem};

use crate::Mask;
use crate::offset::offset;

/// Actions of one template: a generated chart has some thousands; the bound ends hostile input.
const ACTIONS_MAX: usize = 1_000_000;

/// Hides the actions of a template. None if one of them does not end, or there are too many.
#[must_use]
pub fn mask_template(bytes: &[u8]) -> Option<Mask> {
    let actions = find_actions(bytes)?;
    let mut masked = bytes.to_vec();
    let mut block = BlockScalar::default();
    let mut next_action = 0;
    let mut start = 0;
    while start < bytes.len() {
        let end = memchr(b'\n', bytes.get(start..)?).map_or(bytes.len(), |length| start + length);
        while actions.get(next_action).is_some_and(|action| action.range.end <= start) {
            next_action += 1;
        }
        let line = Line { bytes, range: start..end, actions: actions.get(next_action..)? };
        block.enter(&line);
        line.hide(&mut masked, block.holds(&line));
        block.leave_or_begin(&line, masked.get(start..end)?);
        start = end + 1;
    }
    let ranges =
        actions.into_iter().map(|action| offset(action.range.start)..offset(action.range.end)).collect();
    Some(Mask::new(masked, ranges))
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Action {
    pub(crate) range: Range<usize>,
    /// Whether it prints nothing by itself.
    silent: bool,
}

/// The actions in the order of the text. None if one of them does not end, or there are too many.
pub(crate) fn find_actions(bytes: &[u8]) -> Option<Vec<Action>> {
    let mut actions = Vec::new();
    let mut at = 0;
    while let Some((start, kind)) = next_opening(bytes, at) {
        let end = kind.end(bytes, start)?;
        actions.push(Action { range: start..end, silent: kind.is_silent(bytes.get(start..end)?) });
        at = end;
        if actions.len() > ACTIONS_MAX {
            return None;
        }
    }
    Some(actions)
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum ActionKind {
    /// `{{ … }}`, which prints unless it is control flow.
    Print,
    /// `{% … %}`.
    Statement,
    /// `{# … #}`.
    Comment,
    /// `<% … %>`.
    Ruby,
}

fn next_opening(bytes: &[u8], from: usize) -> Option<(usize, ActionKind)> {
    let mut at = from;
    loop {
        at += memchr::memchr2(b'{', b'<', bytes.get(at..)?)?;
        let kind = match bytes.get(at..at + 2)? {
            b"{{" => Some(ActionKind::Print),
            b"{%" => Some(ActionKind::Statement),
            b"{#" => Some(ActionKind::Comment),
            b"<%" => Some(ActionKind::Ruby),
            _ => None,
        };
        match kind {
            Some(kind) => return Some((at, kind)),
            None => at += 1,
        }
    }
}

impl ActionKind {
    /// One past the end of the action that begins at `start`.
    fn end(self, bytes: &[u8], start: usize) -> Option<usize> {
        let closing: &[u8] = match self {
            Self::Print => b"}}",
            Self::Statement => b"%}",
            Self::Comment => b"#}",
            Self::Ruby => b"%>",
        };
        let inside = bytes.get(start + 2..)?;
        let trimmed = inside.strip_prefix(b"-").unwrap_or(inside).trim_ascii_start();
        if self == Self::Print && trimmed.starts_with(b"/*") {
            let comment = bytes.len() - trimmed.len();
            let end = comment + memmem::find(trimmed, b"*/")?;
            return Some(end + memmem::find(bytes.get(end..)?, closing)? + closing.len());
        }
        if self == Self::Comment {
            return Some(start + 2 + memmem::find(inside, closing)? + closing.len());
        }
        end_outside_strings(bytes, start + 2, closing)
    }

    fn is_silent(self, action: &[u8]) -> bool {
        match self {
            Self::Statement | Self::Comment => true,
            Self::Ruby => !action.starts_with(b"<%="),
            Self::Print => {
                let inside = action.get(2..).unwrap_or_default();
                let inside = inside.strip_prefix(b"-").unwrap_or(inside).trim_ascii_start();
                let word_end =
                    inside.iter().position(|byte| !byte.is_ascii_alphabetic()).unwrap_or(inside.len());
                let word = inside.get(..word_end).unwrap_or_default();
                is_control(word) || inside.starts_with(b"/*") || is_assignment(inside)
            }
        }
    }
}

fn is_control(word: &[u8]) -> bool {
    matches!(
        word,
        b"if" | b"else" | b"end" | b"with" | b"range" | b"define" | b"block" | b"break" | b"continue"
    )
}

fn is_assignment(inside: &[u8]) -> bool {
    let name_end = inside.iter().position(|byte| !(byte.is_ascii_alphanumeric() || b"_$".contains(byte)));
    let rest = inside.get(name_end.unwrap_or(inside.len())..).unwrap_or_default().trim_ascii_start();
    inside.starts_with(b"$")
        && (rest.starts_with(b":=") || (rest.starts_with(b"=") && !rest.starts_with(b"==")))
}

/// The end of an action whose strings (`"…"`, `'…'`, `` `…` ``) may hold its closing.
fn end_outside_strings(bytes: &[u8], from: usize, closing: &[u8]) -> Option<usize> {
    let mut at = from;
    loop {
        match *bytes.get(at)? {
            quote @ (b'"' | b'\'' | b'`') => match string_end(bytes, at, quote) {
                Some(end) => at = end,
                // A lone apostrophe, as in prose of another engine: no string after all.
                None => at += 1,
            },
            _ if bytes.get(at..)?.starts_with(closing) => return Some(at + closing.len()),
            _ => at += 1,
        }
    }
}

fn string_end(bytes: &[u8], start: usize, quote: u8) -> Option<usize> {
    let mut at = start + 1;
    loop {
        match *bytes.get(at)? {
            b'\\' if quote != b'`' => at += 2,
            b'\n' if quote != b'`' => return None,
            byte if byte == quote => return Some(at + 1),
            _ => at += 1,
        }
    }
}

/// A line with the actions that are not over before it.
struct Line<'b> {
    bytes: &'b [u8],
    range: Range<usize>,
    actions: &'b [Action],
}

impl Line<'_> {
    /// The parts of the line that actions cover, with whether the action is silent.
    fn covered(&self) -> impl Iterator<Item = (Range<usize>, bool)> {
        let line = self.range.clone();
        self.actions.iter().take_while(move |action| action.range.start < line.end).map({
            let line = self.range.clone();
            move |action| (action.range.start.max(line.start)..action.range.end.min(line.end), action.silent)
        })
    }

    fn text(&self) -> &[u8] {
        self.bytes.get(self.range.clone()).unwrap_or_default()
    }

    fn indent(&self) -> usize {
        self.text().iter().take_while(|byte| **byte == b' ').count()
    }

    fn is_blank(&self) -> bool {
        self.text().trim_ascii().is_empty()
    }

    /// Whether nothing but actions and white space stands in it, and at least one action.
    fn is_only_actions(&self) -> bool {
        let mut at = self.range.start;
        let mut any = false;
        for (part, _) in self.covered() {
            any |= !part.is_empty();
            if !self.bytes.get(at..part.start).unwrap_or_default().trim_ascii().is_empty() {
                return false;
            }
            at = part.end;
        }
        any && self.bytes.get(at..self.range.end).unwrap_or_default().trim_ascii().is_empty()
    }

    fn hide(&self, masked: &mut [u8], in_block: Holding) {
        let only_actions = self.is_only_actions();
        for (part, silent) in self.covered() {
            let at_end = self.bytes.get(part.end..self.range.end).unwrap_or_default().trim_ascii().is_empty();
            let after_blank = part.start == self.range.start
                || self.bytes.get(part.start - 1).is_some_and(|byte| matches!(byte, b' ' | b'\t'));
            let filler = match in_block {
                Holding::Text => b'T',
                Holding::LeftOfText { column } => {
                    // Blank up to where the text stands: a line that begins a scalar may not be wider than its text.
                    let text = part.end.min(self.range.start.saturating_add(column)).max(part.start);
                    fill(masked, part.start..text, b' ');
                    fill(masked, text..part.end, b'T');
                    continue;
                }
                Holding::No if only_actions => b'#',
                Holding::No if silent && at_end && after_blank => b'#',
                Holding::No if silent => b' ',
                Holding::No if at_end && after_blank && self.begins_collection(part.start) => b'#',
                Holding::No => b'T',
            };
            fill(masked, part, filler);
        }
    }
}

impl Line<'_> {
    /// Whether what an action at the line's end prints is the beginning of a mapping or sequence: it follows a key or
    /// dash, and the next line that holds something stands deeper (`labels: {{- include … }}` above more labels).
    fn begins_collection(&self, action: usize) -> bool {
        let before = self.bytes.get(self.range.start..action).unwrap_or_default().trim_ascii_end();
        let column = before.iter().take_while(|byte| matches!(byte, b' ' | b'-')).count();
        let is_key = before.ends_with(b":");
        let is_dash = before.ends_with(b"-") && column == before.len();
        let column = if is_dash { column.saturating_sub(1) } else { column };
        if !is_key && !is_dash {
            return false;
        }
        next_text(self, Comments::Skipped).is_some_and(|next| {
            let is_item = next.text().trim_ascii_start().starts_with(b"- ");
            next.indent() > column || (is_key && is_item && next.indent() == column)
        })
    }
}

/// Overwrites a part; a carriage return at a line's end stays.
fn fill(masked: &mut [u8], part: Range<usize>, filler: u8) {
    for byte in masked.get_mut(part).unwrap_or_default() {
        if *byte != b'\r' {
            *byte = filler;
        }
    }
}

/// How a line stands to an open block scalar.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Holding {
    No,
    Text,
    /// A line of actions whose indentation would end the scalar, although its text goes on after it.
    LeftOfText {
        /// Where the text after it begins.
        column: usize,
    },
}

/// The block scalar that is open, if one is.
#[derive(Debug, Default)]
struct BlockScalar {
    /// The column that its text must be right of.
    parent_column: Option<usize>,
}

impl BlockScalar {
    /// Ends the scalar if the line is text at or left of its parent.
    fn enter(&mut self, line: &Line<'_>) {
        let Some(column) = self.parent_column else { return };
        if !line.is_blank() && !line.is_only_actions() && line.indent() <= column {
            self.parent_column = None;
        }
        if line.is_only_actions() && line.indent() <= column && !continues_after(line, column) {
            self.parent_column = None;
        }
    }

    fn holds(&self, line: &Line<'_>) -> Holding {
        match self.parent_column {
            None => Holding::No,
            Some(column) if line.indent() > column || line.is_blank() => Holding::Text,
            Some(_) => Holding::LeftOfText {
                column: next_text(line, Comments::Kept).map_or(usize::MAX, |next| next.indent()),
            },
        }
    }

    /// Begins a scalar if the masked line ends in a block header.
    fn leave_or_begin(&mut self, line: &Line<'_>, masked: &[u8]) {
        if self.parent_column.is_none() {
            self.parent_column = header_parent(masked).filter(|_| !line.is_only_actions());
        }
    }
}

/// Lines that are looked ahead for the text that follows a run of actions.
const LOOK_AHEAD_LINES: usize = 50;

/// Whether the next line that is more than actions stands right of `column`.
fn continues_after(line: &Line<'_>, column: usize) -> bool {
    next_text(line, Comments::Kept).is_some_and(|next| next.indent() > column)
}

/// Whether lines of comments count as text: inside a block scalar they are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Comments {
    Kept,
    Skipped,
}

/// The next line that is more than white space and actions.
fn next_text<'b>(line: &Line<'b>, comments: Comments) -> Option<Line<'b>> {
    let mut start = line.range.end + 1;
    for _ in 0..LOOK_AHEAD_LINES {
        let rest = line.bytes.get(start..).filter(|rest| !rest.is_empty())?;
        let end = memchr(b'\n', rest).map_or(line.bytes.len(), |length| start + length);
        let first = line.actions.partition_point(|action| action.range.end <= start);
        let next = Line {
            bytes: line.bytes,
            range: start..end,
            actions: line.actions.get(first..).unwrap_or_default(),
        };
        let is_comment = comments == Comments::Skipped && next.text().trim_ascii_start().starts_with(b"#");
        if !next.is_blank() && !next.is_only_actions() && !is_comment {
            return Some(next);
        }
        start = end + 1;
    }
    None
}

/// The column of the node that a block scalar's header in this line belongs to; none if the line has none.
fn header_parent(masked: &[u8]) -> Option<usize> {
    let code = match memmem::find(masked, b" #") {
        Some(comment) => masked.get(..comment)?,
        None => masked,
    };
    let code = code.trim_ascii_end();
    let indicators =
        code.iter().rev().take_while(|byte| byte.is_ascii_digit() || b"+-".contains(byte)).count();
    let header = code.get(..code.len().checked_sub(indicators)?)?;
    let before = header.strip_suffix(b"|").or_else(|| header.strip_suffix(b">"))?;
    let is_value = before.trim_ascii_end().ends_with(b":") && before.ends_with(b" ");
    let is_item =
        before.trim_ascii().iter().all(|byte| matches!(byte, b'-' | b' ')) && before.ends_with(b"- ");
    let dashes = code.iter().take_while(|byte| matches!(byte, b' ' | b'-')).count();
    match (is_value, is_item) {
        (true, _) => Some(dashes),
        (_, true) => before.iter().rposition(|byte| *byte == b'-'),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use text::TextId;

    use super::*;

    /// Masks `template` and parses the result; gives the masked text.
    fn masked(template: &str) -> String {
        let mask = mask_template(template.as_bytes()).unwrap();
        assert_eq!(mask.bytes().len(), template.len());
        let text = String::from_utf8(mask.bytes().to_vec()).unwrap();
        assert_eq!(text.matches('\n').count(), template.matches('\n').count());
        if let Err(error) = crate::parse_all(TextId(0), text.as_bytes()) {
            panic!("{error}\n{text}");
        }
        text
    }

    #[test]
    fn lines_of_actions_become_comments_and_words_stay_words() {
        assert_eq!(
            masked("{{- if .a }}\nname: {{ .n }}-x\n{{- end }}\n"),
            "############\nname: TTTTTTTT-x\n##########\n"
        );
        assert_eq!(masked("a: \"{{ .b | quote }}\"\n"), "a: \"TTTTTTTTTTTTTTTT\"\n");
        assert_eq!(masked("{{ .key }}: v\n"), "TTTTTTTTTT: v\n");
        assert_eq!(
            masked("labels:\n  {{- include \"x\" . | nindent 2 }}\nb: 1\n"),
            format!("labels:\n  {}\nb: 1\n", "#".repeat(32))
        );
    }

    #[test]
    fn what_prints_nothing_leaves_no_word_behind() {
        assert_eq!(
            masked("env: {{ if .x }}\n  - a: b\n{{ end }}\n"),
            "env: ###########\n  - a: b\n#########\n"
        );
        let alternatives = format!("a: {}b{}c{}\n", " ".repeat(11), " ".repeat(10), " ".repeat(9));
        assert_eq!(masked("a: {{ if .x }}b{{ else }}c{{ end }}\n"), alternatives);
        assert_eq!(
            masked("{{ $x := 1 }}\na: 1 {{- /* note }} */}}\n"),
            "#############\na: 1 ###################\n"
        );
    }

    #[test]
    fn strings_and_comments_may_hold_the_closing() {
        for template in [
            "a: {{ \"}}\" }}\n",
            "a: {{ `}}` }}\n",
            "{{/* }} */}}\na: 1\n",
            "{{- /* a\nb */ -}}\na: 1\n",
            "a: {{ dict\n  \"k\" 1 }}\nb: 2\n",
        ] {
            masked(template);
        }
        assert_eq!(mask_template(b"a: {{ .x\n"), None);
        assert_eq!(mask_template(b"a: {{ \"open }}\n").map(|mask| mask.ranges().len()), Some(1));
    }

    #[test]
    fn inside_a_block_scalar_actions_are_text() {
        let text = masked("script: |\n  a {{ .b }}\n  {{ if .c }}\n  d\n{{- end }}\n  e\nnext: {{ .f }}\n");
        assert_eq!(text, "script: |\n  a TTTTTTTT\n  TTTTTTTTTTT\n  d\n  TTTTTTTT\n  e\nnext: TTTTTTTT\n");
        let text =
            masked("- |\n  x\n- b: >-\n    {{ y }}\n{{ end }}\nc: 1\n".replace("c: 1", "- c: 1").as_str());
        assert!(text.contains("\n#########\n"), "{text}");
    }

    #[test]
    fn an_action_that_begins_a_collection_is_a_comment_and_one_that_is_a_value_a_word() {
        let hidden = |line: &str| line.replace("{{- .l | nindent 2 }}", &"#".repeat(21));
        for template in [
            "l: {{- .l | nindent 2 }}\n  a: b\n",
            "l: {{- .l | nindent 2 }}\n  {{- if .x }}\n  # c\n\n  a: b\n  {{- end }}\n",
            "l: {{- .l | nindent 2 }}\n- a\n",
            "m:\n  - {{- .l | nindent 2 }}\n    a: b\n",
        ] {
            assert!(masked(template).starts_with(&hidden(template)[..10]), "{template}");
        }
        assert_eq!(masked("l: {{ .l }}\nm: 1\n"), "l: TTTTTTTT\nm: 1\n");
        assert_eq!(masked("- l: {{ .l }}\n  m: 1\n"), "- l: TTTTTTTT\n  m: 1\n");
        assert_eq!(masked("- {{ .l }}\n- m\n"), "- TTTTTTTT\n- m\n");
        assert_eq!(
            masked("a: |\n{{ if .x }}\n    t\n{{ end }}\nb: 1\n"),
            "a: |\n    TTTTTTT\n    t\n#########\nb: 1\n"
        );
    }

    #[test]
    fn other_engines_are_known() {
        assert_eq!(
            masked("{% if a %}\na: {{ b }}\n{% endif %}\n{# note #}\n"),
            "##########\na: TTTTTTT\n###########\n##########\n"
        );
        assert_eq!(masked("<% if a %>\na: <%= b %>\n<% end %>\n"), "##########\na: TTTTTTTT\n#########\n");
    }

    #[test]
    fn crlf_and_texts_without_a_final_line_end_hold() {
        assert_eq!(masked("{{ if a }}\r\na: {{ b }}\r\n{{ end }}"), "##########\r\na: TTTTTTT\r\n#########");
    }

    #[test]
    fn nodes_beside_actions_are_opaque_and_others_are_not() {
        let template = "a: {{ .x }}-b\nkind: CronJob\nc: pre{{ .y }}\n{{ .k }}: v\n";
        let mask = mask_template(template.as_bytes()).unwrap();
        let document = crate::parse(TextId(0), template.as_bytes(), 0..template.len(), Some(&mask)).unwrap();
        let root = document.root().unwrap();
        let opaque: Vec<bool> =
            document.entries(root).iter().map(|entry| document.is_opaque(entry.value)).collect();
        assert_eq!(opaque, [true, false, true, false]);
        assert!(document.is_opaque(document.entries(root)[3].key));
        assert!(document.is_masked());
        assert_eq!(document.text_at(root, &["kind"]), Some("CronJob"));
    }
}
