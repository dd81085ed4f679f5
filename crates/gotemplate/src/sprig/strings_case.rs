//! Strings in another case: `upper`, `title`, `snakecase` and the like.
//!
//! Each gives one made value, by the rules of Go's `strings`, goutils and xstrings.

use super::arguments::{fixed, string};
use super::words::{is_space, to_lower, to_title, to_upper};
use crate::Parameter::String as Text;
use crate::characters::{Class, is};
use crate::{Call, Fault, Function, Value};

/// The family.
pub(super) const FUNCTIONS: &[Function] = &[
    fixed("upper", &[Text], |call, arguments| {
        mapped(call, arguments, |text| text.chars().map(to_upper).collect())
    }),
    fixed("lower", &[Text], |call, arguments| {
        mapped(call, arguments, |text| text.chars().map(to_lower).collect())
    }),
    fixed("title", &[Text], |call, arguments| mapped(call, arguments, title)),
    fixed("untitle", &[Text], |call, arguments| mapped(call, arguments, untitle)),
    fixed("swapcase", &[Text], |call, arguments| mapped(call, arguments, swap_case)),
    fixed("snakecase", &[Text], |call, arguments| mapped(call, arguments, |text| separated(text, '_'))),
    fixed("kebabcase", &[Text], |call, arguments| mapped(call, arguments, |text| separated(text, '-'))),
    fixed("camelcase", &[Text], |call, arguments| mapped(call, arguments, pascal_case)),
];

fn mapped(call: &Call<'_>, arguments: &[Value], map: fn(&str) -> String) -> Result<Value, Fault> {
    Ok(Value::string(map(&string(call, arguments, 0)?), call.made(arguments)))
}

/// `strings.Title`: the first letter of each word, words being letters, digits and `_`.
fn title(text: &str) -> String {
    let mut before = ' ';
    text.chars()
        .map(|character| {
            let begins = is_word_separator(before);
            before = character;
            if begins { to_title(character) } else { character }
        })
        .collect()
}

fn is_word_separator(character: char) -> bool {
    if character.is_ascii() {
        return !character.is_ascii_alphanumeric() && character != '_';
    }
    !is(Class::Letter, character) && !is(Class::Digit, character) && is_space(character)
}

fn untitle(text: &str) -> String {
    let mut begins = true;
    text.chars()
        .map(|character| {
            if is_space(character) {
                begins = true;
                return character;
            }
            if std::mem::take(&mut begins) { to_lower(character) } else { character }
        })
        .collect()
}

fn swap_case(text: &str) -> String {
    let mut after_space = true;
    text.chars()
        .map(|character| {
            if is(Class::Upper, character) || is(Class::Title, character) {
                after_space = false;
                to_lower(character)
            } else if is(Class::Lower, character) {
                if std::mem::take(&mut after_space) { to_title(character) } else { to_upper(character) }
            } else {
                after_space = is_space(character);
                character
            }
        })
        .collect()
}

fn is_connector(character: char) -> bool {
    character == '-' || character == '_' || is_space(character)
}

/// `xstrings.ToPascalCase`: connectors go, what follows them is upper case; a word all in capitals keeps the first only.
fn pascal_case(text: &str) -> String {
    let mut out = String::new();
    let mut characters = text.chars();
    let Some(first) = characters.by_ref().find(|character| {
        let connector = is_connector(*character);
        if connector {
            out.push(*character);
        }
        !connector
    }) else {
        // A text of connectors alone ends with its last one twice, as the original's does.
        out.extend(text.chars().last());
        return out;
    };
    let mut in_capitals = is(Class::Upper, first);
    let mut pending = to_upper(first);
    if characters.as_str().is_empty() {
        out.push(pending);
        return out;
    }
    for character in characters {
        let before = std::mem::replace(&mut pending, character);
        if is_connector(before) {
            if is_connector(character) {
                out.push(before);
                continue;
            }
            in_capitals = is(Class::Upper, character);
            pending = to_upper(character);
            continue;
        }
        if is_connector(character) {
            in_capitals = in_capitals && is(Class::Upper, character);
        } else if in_capitals {
            if is(Class::Upper, character) {
                pending = to_lower(character);
            } else {
                in_capitals = false;
            }
        }
        out.push(before);
    }
    out.push(pending);
    out
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Word {
    None,
    Number,
    Upper,
    Alphabet,
    Connector,
    Punctuation,
    Other,
}

fn separated(text: &str, connector: char) -> String {
    let mut out = Separated { out: String::new(), connector, rest: text };
    let (mut kind, mut word) = out.next();
    while !out.rest.is_empty() {
        if kind != Word::Connector {
            out.push(kind, word);
        }
        let (before, last) = (kind, word);
        (kind, word) = out.next();
        match before {
            Word::Number => {
                (kind, word) = out.push_alphanumeric(kind, word);
                out.connect_unless(kind, &[Word::None, Word::Punctuation, Word::Connector]);
            }
            Word::Connector => out.push(before, last),
            Word::Punctuation => {}
            _ if kind != Word::Number => out.connect_unless(kind, &[Word::Connector, Word::Punctuation]),
            _ if out.rest.is_empty() => {}
            _ => (kind, word) = out.push_number(word),
        }
    }
    out.push(kind, word);
    out.out
}

/// A text on its way to words in lower case with a connector between them.
struct Separated<'t> {
    out: String,
    connector: char,
    rest: &'t str,
}

impl<'t> Separated<'t> {
    fn connect_unless(&mut self, kind: Word, kinds: &[Word]) {
        if !kinds.contains(&kind) {
            self.out.push(self.connector);
        }
    }

    fn push_alphanumeric(&mut self, mut kind: Word, mut word: &'t str) -> (Word, &'t str) {
        while matches!(kind, Word::Alphabet | Word::Number) {
            self.push(kind, word);
            (kind, word) = self.next();
        }
        (kind, word)
    }

    /// A number behind a word belongs to it, unless lower case letters follow the number.
    fn push_number(&mut self, number: &'t str) -> (Word, &'t str) {
        let (kind, word) = self.next();
        if kind != Word::Alphabet {
            self.push(Word::Number, number);
            self.connect_unless(kind, &[Word::Connector, Word::Punctuation]);
            return (kind, word);
        }
        self.out.push(self.connector);
        self.push(Word::Number, number);
        let (kind, word) = self.push_alphanumeric(kind, word);
        self.connect_unless(kind, &[Word::None, Word::Connector, Word::Punctuation]);
        (kind, word)
    }

    fn push(&mut self, kind: Word, word: &str) {
        if !matches!(kind, Word::Upper | Word::Connector) {
            self.out.push_str(word);
            return;
        }
        for character in word.chars() {
            let character = if is_connector(character) {
                self.connector
            } else if is(Class::Upper, character) {
                to_lower(character)
            } else {
                character
            };
            self.out.push(character);
        }
    }

    fn next(&mut self) -> (Word, &'t str) {
        let Some(first) = self.rest.chars().next() else { return (Word::None, "") };
        let (kind, length) = match first {
            _ if is_connector(first) => (Word::Connector, self.run(is_connector)),
            _ if is(Class::Punctuation, first) => {
                (Word::Punctuation, self.run(|character| is(Class::Punctuation, character)))
            }
            _ if is(Class::Upper, first) => (Word::Upper, self.upper_word(first)),
            _ if is_alphabet(first) => (Word::Alphabet, self.run(is_small)),
            _ if is(Class::Number, first) => {
                (Word::Number, self.run(|character| is(Class::Number, character)))
            }
            _ => (Word::Other, self.run(is_other).max(first.len_utf8())),
        };
        let (word, rest) = self.rest.split_at(length);
        self.rest = rest;
        (kind, word)
    }

    fn run(&self, belongs: fn(char) -> bool) -> usize {
        self.rest.find(|character| !belongs(character)).unwrap_or(self.rest.len())
    }

    /// `HTTPStatus` is `HTTP` and `Status`; `Http` is one word.
    fn upper_word(&self, first: char) -> usize {
        let behind = self.rest.get(first.len_utf8()..).unwrap_or_default();
        match behind.chars().next() {
            Some(second) if is(Class::Upper, second) => {
                let capitals = self.run(|character| is(Class::Upper, character));
                let follower = self.rest.get(capitals..).and_then(|rest| rest.chars().next());
                match (follower, self.rest.get(..capitals).and_then(|word| word.chars().next_back())) {
                    (Some(follower), Some(last)) if is_alphabet(follower) => capitals - last.len_utf8(),
                    _ => capitals,
                }
            }
            Some(second) if is_alphabet(second) => {
                let small = behind.find(|character| !is_small(character)).unwrap_or(behind.len());
                first.len_utf8() + small
            }
            _ => first.len_utf8(),
        }
    }
}

fn is_small(character: char) -> bool {
    is_alphabet(character) && !is(Class::Upper, character)
}

fn is_other(character: char) -> bool {
    !is_connector(character)
        && !is_alphabet(character)
        && !is(Class::Number, character)
        && !is(Class::Punctuation, character)
}

/// Letters of alphabets, so without the ideographs of Chinese.
fn is_alphabet(character: char) -> bool {
    is(Class::Letter, character)
        && !matches!(character, '\u{4E00}'..='\u{9FCC}' | '\u{3400}'..='\u{4D85}' | '\u{20000}'..='\u{2B81D}')
}
