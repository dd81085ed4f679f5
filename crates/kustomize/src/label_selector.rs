//! Selectors of labels and annotations as kubectl writes them: `app=web,tier in (a, b),!canary,weight>5`.
//!
//! Takes the text of a selector; gives requirements that are asked of a lookup. Refuses what kubectl's own parser
//! refuses, keys and values that no label could have included.

mod lex;

use compact_str::CompactString;

use lex::{Token, tokens};

/// Why a text is no selector of labels.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ParseLabelSelector {
    /// Something stands where something else is needed.
    #[error("unable to parse requirement: found '{found}', expected: {expected}")]
    Expect {
        /// What stands there; empty at the end.
        found: String,
        /// What is needed.
        expected: &'static str,
    },
    /// A key that no label can have.
    #[error("unable to parse requirement: invalid label key \"{key}\": {reason}")]
    UseKey {
        /// The key.
        key: String,
        /// What is wrong with it.
        reason: &'static str,
    },
    /// A value that no label can have.
    #[error("unable to parse requirement: invalid label value: \"{value}\": at key: \"{key}\": {reason}")]
    UseValue {
        /// The key.
        key: String,
        /// The value.
        value: String,
        /// What is wrong with it.
        reason: &'static str,
    },
    /// `>` or `<` with something else than a number.
    #[error("unable to parse requirement: for 'Gt', 'Lt' operators, the value must be an integer")]
    CompareText {
        /// The key.
        key: String,
    },
}

/// What a set of labels has to be.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct LabelSelector(Vec<Requirement>);

#[derive(Debug, Clone, PartialEq, Eq)]
struct Requirement {
    key: CompactString,
    demand: Demand,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Demand {
    Exists,
    Absent,
    In(Vec<CompactString>),
    NotIn(Vec<CompactString>),
    Above(i64),
    Below(i64),
}

impl LabelSelector {
    /// Reads a selector. The empty one asks for nothing.
    pub(crate) fn parse(selector: &str) -> Result<Self, ParseLabelSelector> {
        let mut parser = Parser { tokens: tokens(selector), at: 0 };
        let mut requirements = Vec::new();
        while parser.peek() != Token::End {
            requirements.push(parser.requirement()?);
            match parser.next() {
                Token::End => break,
                Token::Comma if matches!(parser.peek(), Token::Word(_) | Token::Not) => {}
                Token::Comma => return Err(parser.unexpected("identifier after ','")),
                other => return Err(expect(other, "',' or 'end of string'")),
            }
        }
        Ok(Self(requirements))
    }

    /// Whether it asks for nothing.
    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether labels meet every requirement; `lookup` gives the value of a label.
    pub(crate) fn matches<'l>(&self, lookup: impl Fn(&str) -> Option<&'l str>) -> bool {
        self.0.iter().all(|requirement| requirement.demand.is_met_by(lookup(&requirement.key)))
    }
}

impl Demand {
    fn is_met_by(&self, value: Option<&str>) -> bool {
        let number = || value.and_then(|value| value.parse::<i64>().ok());
        let is_among =
            |values: &[CompactString]| value.is_some_and(|value| values.iter().any(|v| v == value));
        match self {
            Self::Exists => value.is_some(),
            Self::Absent => value.is_none(),
            Self::In(values) => is_among(values),
            Self::NotIn(values) => !is_among(values),
            Self::Above(bound) => number().is_some_and(|number| number > *bound),
            Self::Below(bound) => number().is_some_and(|number| number < *bound),
        }
    }
}

struct Parser<'s> {
    tokens: Vec<Token<'s>>,
    at: usize,
}

impl<'s> Parser<'s> {
    fn peek(&self) -> Token<'s> {
        self.tokens.get(self.at).copied().unwrap_or(Token::End)
    }

    fn next(&mut self) -> Token<'s> {
        let token = self.peek();
        self.at += 1;
        token
    }

    fn unexpected(&self, expected: &'static str) -> ParseLabelSelector {
        expect(self.peek(), expected)
    }

    fn requirement(&mut self) -> Result<Requirement, ParseLabelSelector> {
        let is_negated = match self.peek() {
            Token::Not => {
                self.at += 1;
                true
            }
            Token::Word(_) => false,
            _ => return Err(self.unexpected("!, identifier, or 'end of string'")),
        };
        let key = match self.next() {
            Token::Word(key) => key,
            other => return Err(expect(other, "identifier")),
        };
        check_key(key)?;
        let is_done = matches!(self.peek(), Token::End | Token::Comma);
        let demand = match (is_negated, is_done) {
            (true, _) => Demand::Absent,
            (false, true) => Demand::Exists,
            (false, false) => self.demand(key)?,
        };
        Ok(Requirement { key: key.into(), demand })
    }

    fn demand(&mut self, key: &str) -> Result<Demand, ParseLabelSelector> {
        let operator = self.next();
        let values = match operator {
            Token::Word("in" | "notin") => self.values()?,
            Token::Equal | Token::NotEqual | Token::Above | Token::Below => vec![self.exact_value()?],
            other => return Err(expect(other, "'=', '!=', '==', 'in', notin'")),
        };
        let number = || {
            let number = values.first().and_then(|value| value.parse::<i64>().ok());
            number.ok_or_else(|| ParseLabelSelector::CompareText { key: key.to_owned() })
        };
        let bounds = match operator {
            Token::Above => Some(Demand::Above(number()?)),
            Token::Below => Some(Demand::Below(number()?)),
            _ => None,
        };
        for value in &values {
            check_value(key, value)?;
        }
        let values = values.into_iter().map(CompactString::from).collect();
        Ok(bounds.unwrap_or(match operator {
            Token::Word("notin") | Token::NotEqual => Demand::NotIn(values),
            _ => Demand::In(values),
        }))
    }

    /// `(a, b)`. Nothing between two commas, or at an end, is the empty value; kubectl takes commas in pairs there, and
    /// refuses a bracket that closes behind a pair.
    fn values(&mut self) -> Result<Vec<&'s str>, ParseLabelSelector> {
        match self.next() {
            Token::Open => {}
            other => return Err(expect(other, "'('")),
        }
        match self.peek() {
            Token::Close => {
                self.at += 1;
                return Ok(vec![""]);
            }
            Token::Word(_) | Token::Comma => {}
            _ => return Err(self.unexpected("',', ')' or identifier")),
        }
        let mut values = Vec::new();
        while !self.ends_values(&mut values)? {}
        self.at += 1;
        Ok(values)
    }

    /// Takes a value or a comma; says whether `)` follows.
    fn ends_values(&mut self, values: &mut Vec<&'s str>) -> Result<bool, ParseLabelSelector> {
        match self.next() {
            Token::Word(value) => {
                values.push(value);
                match self.peek() {
                    Token::Close => return Ok(true),
                    Token::Comma => {}
                    _ => return Err(self.unexpected("',' or ')'")),
                }
            }
            Token::Comma => {
                if values.is_empty() {
                    values.push("");
                }
                match self.peek() {
                    Token::Close => {
                        values.push("");
                        return Ok(true);
                    }
                    Token::Comma => {
                        self.at += 1;
                        values.push("");
                    }
                    _ => {}
                }
            }
            other => return Err(expect(other, "',', or identifier")),
        }
        Ok(false)
    }

    fn exact_value(&mut self) -> Result<&'s str, ParseLabelSelector> {
        match self.peek() {
            Token::End | Token::Comma => Ok(""),
            Token::Word(value) => {
                self.at += 1;
                Ok(value)
            }
            _ => Err(self.unexpected("identifier")),
        }
    }
}

fn expect(found: Token<'_>, expected: &'static str) -> ParseLabelSelector {
    ParseLabelSelector::Expect { found: found.text().to_owned(), expected }
}

/// Longest name and longest value of a label.
const NAME_BYTES_MAX: usize = 63;

/// Longest DNS subdomain.
const PREFIX_BYTES_MAX: usize = 253;

fn check_key(key: &str) -> Result<(), ParseLabelSelector> {
    let (prefix, name) = match key.split_once('/') {
        Some((prefix, name)) => (Some(prefix), name),
        None => (None, key),
    };
    let reason = if name.contains('/') {
        "a qualified name must be a name with an optional DNS subdomain prefix and '/'"
    } else if prefix.is_some_and(|prefix| !is_subdomain(prefix)) {
        "prefix part must be a lower case DNS subdomain"
    } else if name.len() > NAME_BYTES_MAX {
        "name part must be no more than 63 characters"
    } else if name.is_empty() || !is_qualified_name(name) {
        "name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric \
         character"
    } else {
        return Ok(());
    };
    Err(ParseLabelSelector::UseKey { key: key.to_owned(), reason })
}

fn check_value(key: &str, value: &str) -> Result<(), ParseLabelSelector> {
    let reason = if value.len() > NAME_BYTES_MAX {
        "must be no more than 63 characters"
    } else if !value.is_empty() && !is_qualified_name(value) {
        "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start \
         and end with an alphanumeric character"
    } else {
        return Ok(());
    };
    Err(ParseLabelSelector::UseValue { key: key.to_owned(), value: value.to_owned(), reason })
}

fn is_qualified_name(name: &str) -> bool {
    let is_inner = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.');
    let ends = [name.bytes().next(), name.bytes().last()];
    name.bytes().all(is_inner) && ends.iter().flatten().all(u8::is_ascii_alphanumeric)
}

fn is_subdomain(prefix: &str) -> bool {
    let is_label = |label: &str| {
        let is_inner = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
        !label.is_empty() && label.bytes().all(is_inner) && !label.starts_with('-') && !label.ends_with('-')
    };
    prefix.len() <= PREFIX_BYTES_MAX && prefix.split('.').all(is_label)
}

#[cfg(test)]
mod tests;
