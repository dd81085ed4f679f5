//! A text to its values.

use std::borrow::Cow;

use super::{Json, JsonData, Member, ReadJson};
use crate::limits::JSON_DEPTH_MAX;

/// The one value that a text is.
pub(crate) fn read(text: &str) -> Result<Json<'_>, ReadJson> {
    let (value, end) = read_first(text, 0)?;
    let mut reader = Reader { text, at: end };
    reader.skip_blanks();
    match reader.peek() {
        None => Ok(value),
        Some(_) => Err(ReadJson::Unexpected(reader.at)),
    }
}

/// The value that begins at `start`, and where it ends; what stands behind it may be anything.
pub(crate) fn read_first(text: &str, start: usize) -> Result<(Json<'_>, usize), ReadJson> {
    let mut reader = Reader { text, at: start };
    reader.skip_blanks();
    let value = reader.value(0)?;
    Ok((value, reader.at))
}

struct Reader<'t> {
    text: &'t str,
    at: usize,
}

impl<'t> Reader<'t> {
    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn skip_blanks(&mut self) {
        while let Some(b' ' | b'\t' | b'\n' | b'\r') = self.peek() {
            self.at += 1;
        }
    }

    fn fault(&self) -> ReadJson {
        if self.at < self.text.len() { ReadJson::Unexpected(self.at) } else { ReadJson::End }
    }

    /// Goes past one byte that has to stand here.
    fn take(&mut self, wanted: u8) -> Result<(), ReadJson> {
        if self.peek() != Some(wanted) {
            return Err(self.fault());
        }
        self.at += 1;
        Ok(())
    }

    fn value(&mut self, depth: usize) -> Result<Json<'t>, ReadJson> {
        let start = self.at;
        let data = match self.peek() {
            Some(b'{') => JsonData::Object(self.nested(depth, b'}', Self::member)?),
            Some(b'[') => JsonData::Array(self.nested(depth, b']', Self::value)?),
            Some(b'"') => JsonData::String(self.string()?),
            Some(b'-' | b'0'..=b'9') => JsonData::Number(Cow::Borrowed(self.number()?)),
            Some(b'n') => self.word("null", JsonData::Null)?,
            Some(b't') => self.word("true", JsonData::Bool(true))?,
            Some(b'f') => self.word("false", JsonData::Bool(false))?,
            _ => return Err(self.fault()),
        };
        Ok(Json { range: start..self.at, data })
    }

    fn word(&mut self, word: &str, data: JsonData<'t>) -> Result<JsonData<'t>, ReadJson> {
        for byte in word.bytes() {
            self.take(byte)?;
        }
        Ok(data)
    }

    /// What stands between two brackets, with commas between one and the next.
    fn nested<T>(
        &mut self,
        depth: usize,
        close: u8,
        read: impl Fn(&mut Self, usize) -> Result<T, ReadJson>,
    ) -> Result<Vec<T>, ReadJson> {
        if depth >= JSON_DEPTH_MAX {
            return Err(ReadJson::TooDeep);
        }
        self.at += 1;
        self.skip_blanks();
        let mut found = Vec::new();
        if self.peek() == Some(close) {
            self.at += 1;
            return Ok(found);
        }
        loop {
            self.skip_blanks();
            found.push(read(self, depth + 1)?);
            self.skip_blanks();
            if self.peek() == Some(close) {
                self.at += 1;
                return Ok(found);
            }
            self.take(b',')?;
        }
    }

    fn member(&mut self, depth: usize) -> Result<Member<'t>, ReadJson> {
        let start = self.at;
        let key = self.string()?;
        let key_range = start..self.at;
        self.skip_blanks();
        self.take(b':')?;
        self.skip_blanks();
        Ok(Member { key, key_range, value: self.value(depth)? })
    }

    fn number(&mut self) -> Result<&'t str, ReadJson> {
        let start = self.at;
        if self.peek() == Some(b'-') {
            self.at += 1;
        }
        match self.peek() {
            Some(b'0') => self.at += 1,
            _ => self.digits()?,
        }
        if self.peek() == Some(b'.') {
            self.at += 1;
            self.digits()?;
        }
        if let Some(b'e' | b'E') = self.peek() {
            self.at += 1;
            if let Some(b'+' | b'-') = self.peek() {
                self.at += 1;
            }
            self.digits()?;
        }
        Ok(self.text.get(start..self.at).unwrap_or_default())
    }

    /// One digit or more.
    fn digits(&mut self) -> Result<(), ReadJson> {
        let start = self.at;
        while let Some(b'0'..=b'9') = self.peek() {
            self.at += 1;
        }
        if self.at == start { Err(self.fault()) } else { Ok(()) }
    }

    fn string(&mut self) -> Result<Cow<'t, str>, ReadJson> {
        self.take(b'"')?;
        let mut text = Cow::Borrowed("");
        loop {
            let run = self.plain_run();
            if text.is_empty() {
                text = Cow::Borrowed(run);
            } else {
                text.to_mut().push_str(run);
            }
            match self.peek() {
                Some(b'"') => {
                    self.at += 1;
                    return Ok(text);
                }
                Some(b'\\') => text.to_mut().push(self.escape()?),
                _ => return Err(self.fault()),
            }
        }
    }

    /// Characters up to a quote, a backslash or a control character.
    fn plain_run(&mut self) -> &'t str {
        let rest = self.text.as_bytes().get(self.at..).unwrap_or_default();
        let length = rest.iter().position(|byte| matches!(byte, b'"' | b'\\' | 0..0x20));
        let end = self.at + length.unwrap_or(rest.len());
        let run = self.text.get(self.at..end).unwrap_or_default();
        self.at = end;
        run
    }

    fn escape(&mut self) -> Result<char, ReadJson> {
        self.at += 1;
        let plain = match self.peek() {
            Some(plain @ (b'"' | b'\\' | b'/')) => char::from(plain),
            Some(b'b') => '\u{8}',
            Some(b'f') => '\u{c}',
            Some(b'n') => '\n',
            Some(b'r') => '\r',
            Some(b't') => '\t',
            Some(b'u') => {
                self.at += 1;
                return self.unicode();
            }
            _ => return Err(self.fault()),
        };
        self.at += 1;
        Ok(plain)
    }

    /// What `\u` stands for; half a pair is U+FFFD, as in Go.
    fn unicode(&mut self) -> Result<char, ReadJson> {
        let unit = self.unit()?;
        if !(0xd800..0xdc00).contains(&unit) {
            return Ok(char::from_u32(unit).unwrap_or(char::REPLACEMENT_CHARACTER));
        }
        let after = self.at;
        let is_escape = self.text.as_bytes().get(after..after + 2) == Some(br"\u");
        if is_escape {
            self.at += 2;
            let low = self.unit()?;
            if (0xdc00..0xe000).contains(&low) {
                let scalar = 0x10000 + ((unit - 0xd800) << 10) + (low - 0xdc00);
                return Ok(char::from_u32(scalar).unwrap_or(char::REPLACEMENT_CHARACTER));
            }
            self.at = after;
        }
        Ok(char::REPLACEMENT_CHARACTER)
    }

    /// Four hexadecimal digits.
    fn unit(&mut self) -> Result<u32, ReadJson> {
        let mut unit = 0;
        for _ in 0..4 {
            let digit = self.peek().and_then(|byte| char::from(byte).to_digit(16));
            unit = unit * 16 + digit.ok_or_else(|| self.fault())?;
            self.at += 1;
        }
        Ok(unit)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text_of(text: &str) -> Option<String> {
        read(text).ok().and_then(|json| json.as_text().map(str::to_owned))
    }

    #[test]
    fn texts_are_those_of_go() {
        assert_eq!(text_of(r#""a\"\\\/\b\f\n\r\t\u00e9""#).as_deref(), Some("a\"\\/\u{8}\u{c}\n\r\t\u{e9}"));
        assert_eq!(
            text_of(r#""\ud83d\ude00\ud83dx\ude00\ud83d\u0041""#).as_deref(),
            Some("😀\u{fffd}x\u{fffd}\u{fffd}A")
        );
        assert_eq!((text_of("\"a\nb\""), text_of(r#""\x""#), text_of(r#""a"#)), (None, None, None));
    }

    #[test]
    fn numbers_have_the_grammar_of_json() {
        for good in ["0", "-0", "10", "1.5", "1e3", "-1.5E-07"] {
            assert_eq!(read(good).map(|json| json.data), Ok(JsonData::Number(Cow::Borrowed(good))), "{good}");
        }
        for bad in ["01", "-", "1.", ".5", "+1", "1e", "0x1", "NaN"] {
            assert!(read(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn values_know_their_places_and_the_last_of_equal_keys_counts() {
        let text = r#" { "a" : [ 1 , {} ] , "a" : "é" } "#;
        let json = read(text).unwrap();
        assert_eq!(json.get("a").and_then(Json::as_text), Some("é"));
        let places: Vec<&str> =
            json.members().iter().map(|member| &text[member.value.range.clone()]).collect();
        assert_eq!(places, ["[ 1 , {} ]", "\"é\""]);
        assert_eq!(&text[json.members()[0].key_range.clone()], "\"a\"");
    }

    #[test]
    fn depth_is_bounded_and_ends_are_told_apart() {
        let deep = |depth: usize| "[".repeat(depth) + &"]".repeat(depth);
        assert!(read(&deep(JSON_DEPTH_MAX)).is_ok());
        assert_eq!(read(&deep(JSON_DEPTH_MAX + 1)), Err(ReadJson::TooDeep));
        assert_eq!(read(&"[{\"a\":".repeat(100_000)), Err(ReadJson::TooDeep));
        assert_eq!(
            (read("[1,"), read("[1 2]"), read("1 2")),
            (Err(ReadJson::End), Err(ReadJson::Unexpected(3)), Err(ReadJson::Unexpected(2)),)
        );
    }
}
