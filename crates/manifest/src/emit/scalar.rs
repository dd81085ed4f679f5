//! Which style a scalar can be written in, and which it gets.

use crate::ScalarStyle;
use crate::resolve::Dialect;

/// Where a scalar stands, as far as its style depends on it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Place {
    pub(super) in_flow: bool,
    pub(super) is_simple_key: bool,
}

/// Characters that YAML breaks lines at.
pub(super) fn is_break(character: char) -> bool {
    matches!(character, '\r' | '\n' | '\u{85}' | '\u{2028}' | '\u{2029}')
}

/// Characters that may stand in a text as they are. goyaml takes nothing beyond the basic plane for printable.
pub(super) fn is_printable(character: char) -> bool {
    matches!(character,
        '\n' | ' '..='~' | '\u{a0}'..='\u{d7ff}' | '\u{e000}'..='\u{fefe}' | '\u{ff00}'..='\u{fffd}')
}

/// The style in which goyaml v3 prints a text in a block collection, if it is asked for `asked`.
pub(crate) fn printed_style(content: &str, asked: ScalarStyle) -> ScalarStyle {
    let place = Place { in_flow: false, is_simple_key: false };
    Allowed::by(content, Dialect::GoYaml3).style(asked, content, place)
}

/// What a scalar's content allows.
#[derive(Debug, Clone, Copy)]
pub(super) struct Allowed {
    pub(super) multiline: bool,
    plain_in_flow: bool,
    plain_in_block: bool,
    single_quoted: bool,
    block: bool,
}

impl Allowed {
    pub(super) fn by(content: &str, dialect: Dialect) -> Self {
        if content.is_empty() {
            return Self {
                multiline: false,
                plain_in_flow: false,
                plain_in_block: true,
                single_quoted: true,
                block: false,
            };
        }
        let Survey { at_an_end, space_before_break, space_after_break, has_tab, has_special, multiline } =
            Survey::of(content);
        let escapes = space_before_break || has_tab || has_special;
        let plain = !(at_an_end || space_after_break || escapes || multiline);
        let indicators = if plain { Indicators::of(content) } else { Indicators::default() };
        // v2 escapes whatever has a tab; v3 leaves tabs in blocks.
        let needs_escape = has_special || has_tab && dialect == Dialect::GoYaml2;
        Self {
            multiline,
            plain_in_flow: plain && !indicators.in_flow,
            plain_in_block: plain && !indicators.in_block,
            single_quoted: !(space_after_break || escapes),
            block: !(content.ends_with(' ') || space_before_break || needs_escape),
        }
    }

    /// The style that comes nearest to the one asked for.
    pub(super) fn style(&self, asked: ScalarStyle, content: &str, place: Place) -> ScalarStyle {
        let mut style = asked;
        if place.is_simple_key && self.multiline {
            style = ScalarStyle::DoubleQuoted;
        }
        if style == ScalarStyle::Plain && !self.is_plain_at(content, place) {
            style = ScalarStyle::SingleQuoted;
        }
        match style {
            ScalarStyle::SingleQuoted if !self.single_quoted => ScalarStyle::DoubleQuoted,
            ScalarStyle::Literal | ScalarStyle::Folded
                if !self.block || place.in_flow || place.is_simple_key =>
            {
                ScalarStyle::DoubleQuoted
            }
            style => style,
        }
    }

    fn is_plain_at(&self, content: &str, place: Place) -> bool {
        let allowed = if place.in_flow { self.plain_in_flow } else { self.plain_in_block };
        allowed && !(content.is_empty() && (place.in_flow || place.is_simple_key))
    }
}

/// White space that some styles would lose, and characters that some cannot have.
#[derive(Debug, Default)]
struct Survey {
    /// A space or line break at the start or the end.
    at_an_end: bool,
    space_before_break: bool,
    space_after_break: bool,
    has_tab: bool,
    /// Something but tabs that is written as an escape.
    has_special: bool,
    multiline: bool,
}

impl Survey {
    fn of(content: &str) -> Self {
        let is_blank = |character: char| character == ' ' || is_break(character);
        // Whole files stand in scalars, and most are ASCII.
        let survey = match content.is_ascii() {
            true => Self::of_all(content.bytes().map(char::from)),
            false => Self::of_all(content.chars()),
        };
        Self { at_an_end: content.starts_with(is_blank) || content.ends_with(is_blank), ..survey }
    }

    fn of_all(characters: impl Iterator<Item = char>) -> Self {
        let mut survey = Self::default();
        let (mut after_space, mut after_break) = (false, false);
        for character in characters {
            let is_break = is_break(character);
            survey.multiline |= is_break;
            survey.space_before_break |= is_break && after_space;
            survey.space_after_break |= character == ' ' && after_break;
            survey.has_tab |= character == '\t';
            survey.has_special |= character != '\t' && !is_printable(character);
            (after_space, after_break) = (character == ' ', is_break);
        }
        survey
    }
}

/// Characters that would be read as syntax.
#[derive(Debug, Default)]
struct Indicators {
    in_flow: bool,
    in_block: bool,
}

impl Indicators {
    fn of(content: &str) -> Self {
        let mut indicators = Self::default();
        if content.starts_with("---") || content.starts_with("...") {
            indicators.in_both();
        }
        let mut previous = None;
        let mut characters = content.chars().peekable();
        while let Some(character) = characters.next() {
            let before_blank = characters.peek().is_none_or(|next| matches!(next, ' ' | '\t'));
            match previous {
                None => indicators.first(character, before_blank),
                Some(previous) => indicators.later(previous, character, before_blank),
            }
            previous = Some(character);
        }
        indicators
    }

    fn in_both(&mut self) {
        self.in_flow = true;
        self.in_block = true;
    }

    fn first(&mut self, character: char, before_blank: bool) {
        match character {
            '#' | ',' | '[' | ']' | '{' | '}' | '&' | '*' | '!' | '|' | '>' | '\'' | '"' | '%' | '@'
            | '`' => {
                self.in_both();
            }
            '?' | ':' => {
                self.in_flow = true;
                self.in_block |= before_blank;
            }
            '-' if before_blank => self.in_both(),
            _ => {}
        }
    }

    fn later(&mut self, previous: char, character: char, before_blank: bool) {
        match character {
            ',' | '?' | '[' | ']' | '{' | '}' => self.in_flow = true,
            ':' => {
                self.in_flow = true;
                self.in_block |= before_blank;
            }
            '#' if matches!(previous, ' ' | '\t' | '\0') || is_break(previous) => self.in_both(),
            _ => {}
        }
    }
}
