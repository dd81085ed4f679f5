//! Tokens of a template, as Go's lexer cuts them: white space inside of actions is one of them.

/// What a token is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum TokenKind {
    /// The text cannot go on; the lexer knows why.
    Error,
    Bool,
    /// A character of no other meaning, such as a comma.
    Char,
    CharConstant,
    Complex,
    Assign,
    Declare,
    End,
    Field,
    Identifier,
    LeftDelimiter,
    LeftParenthesis,
    Number,
    Pipe,
    RawString,
    RightDelimiter,
    RightParenthesis,
    Space,
    String,
    Text,
    Variable,
    Dot,
    Nil,
    Keyword(Keyword),
}

/// A word that begins a control structure.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Keyword {
    Block,
    Break,
    Continue,
    Define,
    Else,
    End,
    If,
    Range,
    Template,
    With,
}

/// A token and where it stands.
#[derive(Debug, Clone, Copy)]
pub(super) struct Token {
    pub(super) kind: TokenKind,
    /// First byte and the one behind the last. An error and the end are empty, and stand in the line that Go names.
    pub(super) start: usize,
    pub(super) end: usize,
}

impl Keyword {
    pub(super) fn of(word: &[u8]) -> Option<Self> {
        Some(match word {
            b"block" => Self::Block,
            b"break" => Self::Break,
            b"continue" => Self::Continue,
            b"define" => Self::Define,
            b"else" => Self::Else,
            b"end" => Self::End,
            b"if" => Self::If,
            b"range" => Self::Range,
            b"template" => Self::Template,
            b"with" => Self::With,
            _ => return None,
        })
    }
}

impl Token {
    /// The token as error texts name it; `failure` is why the text could not go on, if it could not.
    pub(super) fn told(self, text: &[u8], failure: &str) -> String {
        let bytes = text.get(self.start..self.end).unwrap_or_default();
        match self.kind {
            TokenKind::End => "EOF".to_owned(),
            TokenKind::Error => failure.to_owned(),
            TokenKind::Keyword(_) | TokenKind::Dot | TokenKind::Nil => {
                format!("<{}>", String::from_utf8_lossy(bytes))
            }
            _ if bytes.len() > TOLD_CHARACTERS_MAX => {
                let shown: String =
                    String::from_utf8_lossy(bytes).chars().take(TOLD_CHARACTERS_MAX).collect();
                format!("{}...", crate::format::quote(shown.as_bytes()))
            }
            _ => crate::format::quote(bytes),
        }
    }
}

/// Characters of a token that an error shows (`%.10q` of text/template/parse).
const TOLD_CHARACTERS_MAX: usize = 10;
