//! The words and signs of a selector of labels.

/// A word or a sign.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Token<'s> {
    /// A key, a value, `in` or `notin`.
    Word(&'s str),
    /// `!`
    Not,
    /// `=` or `==`.
    Equal,
    /// `!=`
    NotEqual,
    /// `>`
    Above,
    /// `<`
    Below,
    /// `(`
    Open,
    /// `)`
    Close,
    /// `,`
    Comma,
    /// The end of the text.
    End,
}

impl<'s> Token<'s> {
    /// The text that it is shown as.
    pub(super) fn text(self) -> &'s str {
        match self {
            Self::Word(word) => word,
            Self::Not => "!",
            Self::Equal => "=",
            Self::NotEqual => "!=",
            Self::Above => ">",
            Self::Below => "<",
            Self::Open => "(",
            Self::Close => ")",
            Self::Comma => ",",
            Self::End => "",
        }
    }
}

/// Takes a selector apart. Whatever is neither white space nor a sign is part of a word.
pub(super) fn tokens(selector: &str) -> Vec<Token<'_>> {
    let is_space = |character| matches!(character, ' ' | '\t' | '\r' | '\n');
    let is_sign = |character| matches!(character, '=' | '!' | '(' | ')' | ',' | '>' | '<');
    let mut tokens = Vec::new();
    let mut rest = selector.trim_start_matches(is_space);
    while !rest.is_empty() {
        let (token, length) = match rest.as_bytes() {
            [b'=', b'=', ..] => (Token::Equal, 2),
            [b'!', b'=', ..] => (Token::NotEqual, 2),
            [b'=', ..] => (Token::Equal, 1),
            [b'!', ..] => (Token::Not, 1),
            [b'>', ..] => (Token::Above, 1),
            [b'<', ..] => (Token::Below, 1),
            [b'(', ..] => (Token::Open, 1),
            [b')', ..] => (Token::Close, 1),
            [b',', ..] => (Token::Comma, 1),
            _ => {
                let length = rest.find(|next| is_space(next) || is_sign(next)).unwrap_or(rest.len());
                (Token::Word(&rest[..length]), length)
            }
        };
        tokens.push(token);
        rest = rest[length..].trim_start_matches(is_space);
    }
    tokens
}
