//! From Go's syntax of regular expressions to the matcher's.
//!
//! Both come from RE2 and mostly agree. What differs is brought over here: `\d`, `\w`, `\s` and `\b` know ASCII only,
//! `{` is a text where no count follows, `\Q…\E` and octal escapes exist, `a**` does not, and in a class `[`, `&&`, `--`
//! and `~~` mean nothing. Matching is not done here.

/// Why a pattern is none of Go's. The words are Go's own.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TranslatePattern {
    /// A backslash at the end.
    #[error("trailing backslash at end of expression")]
    EndInBackslash,
    /// An escape that Go does not know.
    #[error("invalid escape sequence")]
    Escape,
    /// `a**`.
    #[error("invalid nested repetition operator")]
    RepeatTwice,
    /// A count above 1,000, or one below its own minimum.
    #[error("invalid repeat count")]
    RepeatTooOften,
    /// `(?` with what Go does not know behind it.
    #[error("invalid or unsupported Perl syntax")]
    OpenGroup,
    /// A group whose name is no word.
    #[error("invalid named capture")]
    NameGroup,
    /// A class without an end.
    #[error("missing closing ]")]
    CloseClass,
    /// A range whose end is before its start.
    #[error("invalid character class range")]
    Range,
    /// `[[:what:]]` of no known name.
    #[error("invalid character class range")]
    NameClass,
}

/// How often something may be repeated, in Go.
const REPEATS_MAX: u32 = 1_000;

/// Gives the same pattern in the matcher's syntax.
pub(crate) fn translate(pattern: &str) -> Result<String, TranslatePattern> {
    let mut translator =
        Translator { rest: pattern, out: String::with_capacity(pattern.len() + 8), follows_repeat: false };
    while !translator.rest.is_empty() {
        translator.step()?;
    }
    Ok(translator.out)
}

struct Translator<'p> {
    rest: &'p str,
    out: String,
    follows_repeat: bool,
}

impl<'p> Translator<'p> {
    fn step(&mut self) -> Result<(), TranslatePattern> {
        let follows_repeat = std::mem::take(&mut self.follows_repeat);
        let Some(character) = self.next() else { return Ok(()) };
        match character {
            '*' | '+' | '?' => {
                self.out.push(character);
                self.end_repeat(follows_repeat)?;
            }
            '{' => match counts(self.rest)? {
                Some(length) => {
                    self.out.push('{');
                    let counts = self.take(length);
                    self.out.push_str(counts);
                    self.end_repeat(follows_repeat)?;
                }
                None => self.out.push_str("\\{"),
            },
            '(' if self.rest.starts_with('?') => self.group()?,
            '[' => self.class()?,
            '\\' => self.escape()?,
            '(' | ')' | '|' | '^' | '$' | '.' => self.out.push(character),
            _ => self.literal(character),
        }
        Ok(())
    }

    fn next(&mut self) -> Option<char> {
        let mut characters = self.rest.chars();
        let character = characters.next()?;
        self.rest = characters.as_str();
        Some(character)
    }

    fn take(&mut self, length: usize) -> &'p str {
        let (taken, rest) = self.rest.split_at_checked(length).unwrap_or((self.rest, ""));
        self.rest = rest;
        taken
    }

    fn strip(&mut self, prefix: char) -> bool {
        match self.rest.strip_prefix(prefix) {
            Some(rest) => {
                self.rest = rest;
                true
            }
            None => false,
        }
    }

    /// Everything but letters and digits is written by its number, so that it can mean nothing else.
    fn literal(&mut self, character: char) {
        if character.is_alphanumeric() || matches!(character, '_' | ' ' | '/') {
            self.out.push(character);
        } else {
            self.out.push_str(&format!("\\x{{{:X}}}", u32::from(character)));
        }
    }

    fn end_repeat(&mut self, follows_repeat: bool) -> Result<(), TranslatePattern> {
        if self.strip('?') {
            self.out.push('?');
        }
        self.follows_repeat = true;
        if follows_repeat { Err(TranslatePattern::RepeatTwice) } else { Ok(()) }
    }

    /// Behind `(`, at `?`. A name of digits is no name for the matcher, and the group has that number or nobody asks for it.
    fn group(&mut self) -> Result<(), TranslatePattern> {
        let named = self.rest.strip_prefix("?P<").or_else(|| self.rest.strip_prefix("?<"));
        if let Some(named) = named {
            let (name, rest) = named.split_once('>').ok_or(TranslatePattern::NameGroup)?;
            if name.is_empty() || !name.chars().all(|letter| letter == '_' || letter.is_ascii_alphanumeric())
            {
                return Err(TranslatePattern::NameGroup);
            }
            self.rest = rest;
            self.out.push('(');
            if !name.starts_with(|first: char| first.is_ascii_digit()) {
                self.out.push_str("?P<");
                self.out.push_str(name);
                self.out.push('>');
            }
            return Ok(());
        }
        let length = self.rest.find([':', ')']).ok_or(TranslatePattern::OpenGroup)?;
        let flags = self.take(length);
        let (on, off) = flags.get(1..).unwrap_or_default().split_once('-').unwrap_or((&flags[1..], "i"));
        let is_known = |flags: &str| flags.chars().all(|flag| matches!(flag, 'i' | 'm' | 's' | 'U'));
        if !is_known(on) || !is_known(off) || off.is_empty() {
            return Err(TranslatePattern::OpenGroup);
        }
        let end = self.next().unwrap_or(')');
        if flags == "?" && end == ')' {
            return Ok(());
        }
        self.out.push('(');
        self.out.push_str(flags);
        self.out.push(end);
        Ok(())
    }

    fn escape(&mut self) -> Result<(), TranslatePattern> {
        let escaped = self.rest.chars().next().ok_or(TranslatePattern::EndInBackslash)?;
        if let Some(set) = perl_class(escaped) {
            self.next();
            self.out.push_str(set);
            return Ok(());
        }
        match escaped {
            'A' | 'z' => self.out.push_str(&format!("\\{escaped}")),
            'b' | 'B' => self.out.push_str(&format!("(?-u:\\{escaped})")),
            'C' => return Err(TranslatePattern::Escape),
            'Q' => {
                self.next();
                let (text, rest) = self.rest.split_once("\\E").unwrap_or((self.rest, ""));
                self.rest = rest;
                text.chars().for_each(|character| self.literal(character));
                return Ok(());
            }
            'p' | 'P' => return self.unicode_class(),
            _ => {
                let character = self.escaped_character()?;
                self.literal(character);
                return Ok(());
            }
        }
        self.next();
        Ok(())
    }

    /// `\pN` or `\p{Name}`, at the `p`.
    fn unicode_class(&mut self) -> Result<(), TranslatePattern> {
        let length = match self.rest.get(1..).unwrap_or_default().chars().next() {
            Some('{') => self.rest.find('}').map(|end| end + 1).ok_or(TranslatePattern::Range)?,
            Some(letter) => 1 + letter.len_utf8(),
            None => return Err(TranslatePattern::Escape),
        };
        self.out.push('\\');
        let class = self.take(length);
        self.out.push_str(class);
        Ok(())
    }

    /// Behind the backslash.
    fn escaped_character(&mut self) -> Result<char, TranslatePattern> {
        let character = self.next().ok_or(TranslatePattern::EndInBackslash)?;
        let is_octal = |text: &str| text.starts_with(|digit: char| digit.is_digit(8));
        match character {
            '0' => Ok(self.octal(0)),
            '1'..='7' if is_octal(self.rest) => Ok(self.octal(character.to_digit(8).unwrap_or(0))),
            'x' => self.hexadecimal(),
            'a' => Ok('\u{7}'),
            'f' => Ok('\u{c}'),
            'n' => Ok('\n'),
            'r' => Ok('\r'),
            't' => Ok('\t'),
            'v' => Ok('\u{b}'),
            _ if character.is_ascii() && !character.is_ascii_alphanumeric() => Ok(character),
            _ => Err(TranslatePattern::Escape),
        }
    }

    fn octal(&mut self, first: u32) -> char {
        let mut code = first;
        for _ in 1..3 {
            let Some(digit) = self.rest.chars().next().and_then(|digit| digit.to_digit(8)) else { break };
            code = code * 8 + digit;
            self.next();
        }
        char::from_u32(code).unwrap_or_default()
    }

    fn hexadecimal(&mut self) -> Result<char, TranslatePattern> {
        let digits = if self.strip('{') {
            let (digits, rest) = self.rest.split_once('}').ok_or(TranslatePattern::Escape)?;
            self.rest = rest;
            digits
        } else if self.rest.is_char_boundary(2) && self.rest.len() >= 2 {
            self.take(2)
        } else {
            return Err(TranslatePattern::Escape);
        };
        if digits.is_empty() || !digits.chars().all(|digit| digit.is_ascii_hexdigit()) {
            return Err(TranslatePattern::Escape);
        }
        let code = u32::from_str_radix(digits, 16).ok().and_then(char::from_u32);
        code.ok_or(TranslatePattern::Escape)
    }

    /// Behind `[`.
    fn class(&mut self) -> Result<(), TranslatePattern> {
        self.out.push('[');
        if self.strip('^') {
            self.out.push('^');
        }
        let mut is_first = true;
        while is_first || !self.rest.starts_with(']') {
            if self.rest.is_empty() {
                return Err(TranslatePattern::CloseClass);
            }
            is_first = false;
            self.class_item()?;
        }
        self.next();
        self.out.push(']');
        Ok(())
    }

    fn class_item(&mut self) -> Result<(), TranslatePattern> {
        if let Some(end) = self.rest.strip_prefix("[:").and_then(|rest| rest.find(":]")) {
            let class = self.take(end + 4);
            let name = class.trim_start_matches("[:").trim_start_matches('^').trim_end_matches(":]");
            if !POSIX_CLASSES.contains(&name) {
                return Err(TranslatePattern::NameClass);
            }
            self.out.push_str(class);
            return Ok(());
        }
        if let Some(escaped) = self.rest.strip_prefix('\\').and_then(|rest| rest.chars().next()) {
            if let Some(set) = perl_class(escaped) {
                self.take(2);
                self.out.push_str(set);
                return Ok(());
            }
            if matches!(escaped, 'p' | 'P') {
                self.take(1);
                return self.unicode_class();
            }
        }
        let low = self.class_character()?;
        let is_range = self.rest.starts_with('-') && self.rest.len() >= 2 && !self.rest.starts_with("-]");
        self.literal(low);
        if is_range {
            self.next();
            let high = self.class_character()?;
            if high < low {
                return Err(TranslatePattern::Range);
            }
            self.out.push('-');
            self.literal(high);
        }
        Ok(())
    }

    fn class_character(&mut self) -> Result<char, TranslatePattern> {
        if self.strip('\\') {
            return self.escaped_character();
        }
        self.next().ok_or(TranslatePattern::CloseClass)
    }
}

/// The length of `m}`, `m,}` or `m,n}` at the start of a text; none if it is no count.
fn counts(text: &str) -> Result<Option<usize>, TranslatePattern> {
    let Some((inside, _)) = text.split_once('}') else { return Ok(None) };
    let (low, high) = inside.split_once(',').unwrap_or((inside, inside));
    // A leading zero makes it a text, except for zero itself.
    let is_number = |digits: &str| {
        !digits.is_empty()
            && digits.bytes().all(|digit| digit.is_ascii_digit())
            && (digits == "0" || !digits.starts_with('0'))
    };
    if !is_number(low) || !(high.is_empty() || is_number(high)) {
        return Ok(None);
    }
    let number = |digits: &str| digits.parse::<u32>().unwrap_or(u32::MAX);
    let (low, high) = (number(low), if high.is_empty() { REPEATS_MAX } else { number(high) });
    if low > REPEATS_MAX || high > REPEATS_MAX || low > high {
        return Err(TranslatePattern::RepeatTooOften);
    }
    Ok(Some(inside.len() + 1))
}

/// The set of characters that one letter behind a backslash stands for. It may stand in another set.
fn perl_class(letter: char) -> Option<&'static str> {
    Some(match letter {
        'd' => "[0-9]",
        'D' => "[^0-9]",
        's' => "[\\t\\n\\x0C\\r\\x20]",
        'S' => "[^\\t\\n\\x0C\\r\\x20]",
        'w' => "[0-9A-Za-z_]",
        'W' => "[^0-9A-Za-z_]",
        _ => return None,
    })
}

const POSIX_CLASSES: [&str; 14] = [
    "alnum", "alpha", "ascii", "blank", "cntrl", "digit", "graph", "lower", "print", "punct", "space",
    "upper", "word", "xdigit",
];
