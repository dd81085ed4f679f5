//! The keys and values that ConfigMaps and Secrets are made of: from literals, files and files of lines.
//!
//! Takes what a generator names, gives pairs in the original's order: lines, literals, files. Each knows the bytes that it
//! was written in. Nothing is taken from the environment: a line without a value has an empty one, as in the original.

use compact_str::CompactString;
use text::{Span, TextId, Track};

use crate::kustomization::{GeneratorArguments, Text};
use crate::load::Loader;
use crate::{Failure, Work};

/// Why keys and values cannot be had.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum LoadKeyValues {
    /// A literal without `=` or without a key.
    #[error("invalid literal source, expected key=value")]
    SplitLiteral,
    /// A file source that begins with `=`.
    #[error("missing key name for file path \"{path}\"")]
    MissKey {
        /// What is behind it.
        path: String,
    },
    /// A file source that ends in `=`.
    #[error("missing file path for key name \"{key}\"")]
    MissPath {
        /// What is before it.
        key: String,
    },
    /// A file source with more than one `=`.
    #[error("source \"{source_text}\" key name or file path contains '='")]
    SplitFile {
        /// The source.
        source_text: String,
    },
    /// Bytes in a file of lines that are no UTF-8.
    #[error("line {line} has invalid utf8 bytes")]
    ReadLine {
        /// The line, from 1.
        line: usize,
    },
    /// A line that the original would stop at without a word, and leave out with all behind it.
    #[error("line {line} is longer than {LINE_BYTES_MAX} bytes")]
    EndLine {
        /// The line, from 1.
        line: usize,
    },
    /// A key that stands twice.
    #[error("configmap {name} illegally repeats the key `{key}`")]
    RepeatKey {
        /// The name of the ConfigMap or Secret.
        name: String,
        /// The key.
        key: String,
    },
}

/// Bytes in one line of a file of lines: what Go's scanner holds at a time, less the line's end.
const LINE_BYTES_MAX: usize = (64 << 10) - 1;

const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";

/// A key with its value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct KeyValue<O> {
    pub(crate) key: CompactString,
    pub(crate) key_origin: O,
    pub(crate) value: Vec<u8>,
    pub(crate) value_origin: O,
    /// The entry of the generator that brought it.
    pub(crate) source: O,
}

/// Loads all pairs that a generator names, sorted by key.
pub(crate) fn load<T: Track>(
    work: &mut Work<T>,
    loader: &Loader,
    arguments: &GeneratorArguments<T::Origin>,
) -> Result<Vec<KeyValue<T::Origin>>, Failure> {
    let mut pairs = Vec::new();
    for env in &arguments.envs {
        let file = loader.load(&mut work.files, &env.text).map_err(|error| at(work, error, env.origin))?;
        push_lines::<T>(&mut pairs, file.id, &file.bytes, env.origin)?;
    }
    for literal in &arguments.literals {
        let literal = with_content(work, literal);
        pairs.push(of_literal::<T>(&literal).map_err(|error| at(work, error, literal.origin))?);
    }
    for source in &arguments.files {
        let source = &with_content(work, source);
        let (key, path) = split_file(&source.text).map_err(|error| at(work, error, source.origin))?;
        let file = loader.load(&mut work.files, path).map_err(|error| at(work, error, source.origin))?;
        pairs.push(KeyValue {
            key: key.text.into(),
            key_origin: within::<T>(source, key.start..key.start + key.text.len()),
            value: file.bytes.clone(),
            value_origin: T::written(span(file.id, 0..file.bytes.len())),
            source: source.origin,
        });
    }
    pairs.sort_by(|one, two| one.key.cmp(&two.key));
    if let Some([_, second]) = pairs.windows(2).find(|pair| pair[0].key == pair[1].key) {
        let (name, key) = (arguments.name.text.to_string(), second.key.to_string());
        return Err(at(work, LoadKeyValues::RepeatKey { name, key }, second.source));
    }
    Ok(pairs)
}

fn at<T: Track>(work: &Work<T>, cause: impl Into<crate::Cause>, origin: T::Origin) -> Failure {
    Failure::new(cause).at_origin(&work.tracker, origin)
}

/// The text with places of its own, where anybody asks for places.
fn with_content<T: Track>(work: &mut Work<T>, text: &Text<T::Origin>) -> Text<T::Origin> {
    let mut text = text.clone();
    if work.tracker.place(text.origin).is_some() {
        text.content = Some(work.content_of(&text));
    }
    text
}

fn span(text: TextId, range: std::ops::Range<usize>) -> Span {
    let offset = |offset: usize| u32::try_from(offset).unwrap_or(u32::MAX);
    Span::new(text, offset(range.start)..offset(range.end))
}

/// The origin of a part of a text: exact where the text has places of its own.
fn within<T: Track>(text: &Text<T::Origin>, range: std::ops::Range<usize>) -> T::Origin {
    text.content.map_or(text.origin, |content| T::written(span(content, range)))
}

fn of_literal<T: Track>(literal: &Text<T::Origin>) -> Result<KeyValue<T::Origin>, LoadKeyValues> {
    let text = literal.text.as_str();
    let end = text.find('=').filter(|end| *end > 0).ok_or(LoadKeyValues::SplitLiteral)?;
    let quoted = &text[end + 1..];
    let value = without_quotes(quoted);
    let start = end + 1 + (quoted.len() - value.len()) / 2;
    Ok(KeyValue {
        key: text[..end].into(),
        key_origin: within::<T>(literal, 0..end),
        value: value.as_bytes().to_vec(),
        value_origin: within::<T>(literal, start..start + value.len()),
        source: literal.origin,
    })
}

/// Takes off quotes of one kind that stand on both sides.
fn without_quotes(text: &str) -> &str {
    let inner = |quote| text.strip_prefix(quote).and_then(|rest| rest.strip_suffix(quote));
    inner('"').or_else(|| inner('\'')).unwrap_or(text)
}

/// A key, and where it begins in its source.
#[derive(Debug, PartialEq, Eq)]
struct Key<'s> {
    text: &'s str,
    start: usize,
}

/// `key=path`, or a path whose last part is the key.
fn split_file(source: &str) -> Result<(Key<'_>, &str), LoadKeyValues> {
    let Some((key, path)) = source.split_once('=') else { return Ok((last_part(source), source)) };
    if path.contains('=') {
        return Err(LoadKeyValues::SplitFile { source_text: source.to_owned() });
    }
    match (key, path) {
        ("", path) => Err(LoadKeyValues::MissKey { path: path.to_owned() }),
        (key, "") => Err(LoadKeyValues::MissPath { key: key.to_owned() }),
        (key, path) => Ok((Key { text: key, start: 0 }, path)),
    }
}

/// The last part of a path as Go's `path.Base` gives it.
fn last_part(path: &str) -> Key<'_> {
    let trimmed = path.trim_end_matches('/');
    match (path, trimmed) {
        ("", _) => Key { text: ".", start: 0 },
        (_, "") => Key { text: &path[..1], start: 0 },
        (_, trimmed) => {
            let start = trimmed.rfind('/').map_or(0, |slash| slash + 1);
            Key { text: &trimmed[start..], start }
        }
    }
}

fn push_lines<T: Track>(
    pairs: &mut Vec<KeyValue<T::Origin>>,
    text: TextId,
    bytes: &[u8],
    source: T::Origin,
) -> Result<(), Failure> {
    let mut start = 0;
    for (index, line) in bytes.split_inclusive(|byte| *byte == b'\n').enumerate() {
        let content = line.strip_suffix(b"\n").unwrap_or(line);
        let content_start = start;
        start += line.len();
        let refuse = |cause: LoadKeyValues| {
            Err(Failure::new(cause).at(span(text, content_start..content_start + content.len())))
        };
        if content.len() > LINE_BYTES_MAX {
            return refuse(LoadKeyValues::EndLine { line: index + 1 });
        }
        let content = content.strip_suffix(b"\r").unwrap_or(content);
        let Ok(mut rest) = std::str::from_utf8(content) else {
            return refuse(LoadKeyValues::ReadLine { line: index + 1 });
        };
        if index == 0 && content.starts_with(BYTE_ORDER_MARK) {
            rest = &rest[BYTE_ORDER_MARK.len()..];
        }
        let rest = rest.trim_start();
        let key_start = content_start + content.len() - rest.len();
        let (key, value) = rest.split_once('=').unwrap_or((rest, ""));
        if key.is_empty() || rest.starts_with('#') {
            continue;
        }
        let value_start = content_start + content.len() - value.len();
        pairs.push(KeyValue {
            key: key.into(),
            key_origin: T::written(span(text, key_start..key_start + key.len())),
            value: value.as_bytes().to_vec(),
            value_origin: T::written(span(text, value_start..value_start + value.len())),
            source,
        });
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use text::{NoOrigins, Origin, Origins};

    use super::*;

    fn literal(text: &str) -> Result<(String, String), LoadKeyValues> {
        let text = Text { text: text.into(), origin: (), content: None };
        of_literal::<NoOrigins>(&text)
            .map(|pair| (pair.key.to_string(), String::from_utf8(pair.value).unwrap()))
    }

    #[test]
    fn literals_lose_quotes_of_one_kind() {
        let pair = |key: &str, value: &str| Ok((key.to_owned(), value.to_owned()));
        for (text, value) in [
            ("a=b", "b"),
            ("a=", ""),
            ("a=b=c", "b=c"),
            ("a='b'", "b"),
            ("a=\"b\"", "b"),
            ("a=\"b'", "\"b'"),
            ("a='", "'"),
            ("a=''", ""),
            ("a='\"b\"'", "\"b\""),
            ("a= b ", " b "),
            ("a=b\nc", "b\nc"),
        ] {
            assert_eq!(literal(text), pair("a", value), "{text}");
        }
        assert_eq!(literal("a b=c"), pair("a b", "c"));
        assert_eq!(literal("a"), Err(LoadKeyValues::SplitLiteral));
        assert_eq!(literal("=a"), Err(LoadKeyValues::SplitLiteral));
        assert_eq!(literal(""), Err(LoadKeyValues::SplitLiteral));
    }

    #[test]
    fn values_of_literals_have_places_in_the_content() {
        let content = TextId(7);
        for (text, key, value) in [("ab=cd", 0..2, 3..5), ("a='cd'", 0..1, 3..5), ("a=''", 0..1, 3..3)] {
            let literal = Text {
                text: text.into(),
                origin: Origins::written(span(TextId(0), 0..9)),
                content: Some(content),
            };
            let pair = of_literal::<Origins>(&literal).unwrap();
            assert_eq!(pair.key_origin, Origin::Written(span(content, key)), "{text}");
            assert_eq!(pair.value_origin, Origin::Written(span(content, value)), "{text}");
        }
    }

    #[test]
    fn files_are_named_by_a_key_or_by_their_last_part() {
        let split = |source: &str| {
            split_file(source).map(|(key, path)| (key.text.to_owned(), key.start, path.to_owned()))
        };
        let found = |key: &str, start, path: &str| Ok((key.to_owned(), start, path.to_owned()));
        assert_eq!(split("a/b.txt"), found("b.txt", 2, "a/b.txt"));
        assert_eq!(split("k=a/b.txt"), found("k", 0, "a/b.txt"));
        assert_eq!(split("a/b/"), found("b", 2, "a/b/"));
        assert_eq!(split("//"), found("/", 0, "//"));
        assert_eq!(split(""), found(".", 0, ""));
        assert_eq!(split("=a"), Err(LoadKeyValues::MissKey { path: "a".to_owned() }));
        assert_eq!(split("a="), Err(LoadKeyValues::MissPath { key: "a".to_owned() }));
        assert_eq!(split("="), Err(LoadKeyValues::MissKey { path: String::new() }));
        assert_eq!(split("a=b=c"), Err(LoadKeyValues::SplitFile { source_text: "a=b=c".to_owned() }));
    }

    fn lines(bytes: &[u8]) -> Result<Vec<(String, String)>, String> {
        let mut pairs = Vec::new();
        push_lines::<Origins>(&mut pairs, TextId(0), bytes, Origins::written(span(TextId(1), 0..0)))
            .map_err(|failure| failure.to_string())?;
        let text = |origin: Origin| match origin {
            Origin::Written(span) => String::from_utf8(bytes[span.range()].to_vec()).unwrap(),
            other => panic!("{other:?}"),
        };
        for pair in &pairs {
            assert_eq!(text(pair.key_origin), pair.key);
            assert_eq!(text(pair.value_origin).as_bytes(), pair.value);
        }
        Ok(pairs.into_iter().map(|pair| (pair.key.into(), String::from_utf8(pair.value).unwrap())).collect())
    }

    #[test]
    fn lines_are_read_as_they_stand() {
        let found =
            lines(b"\xef\xbb\xbf# c\n\n  a=1\r\n\tb = 2 \nc\n=d\n export e='f'\ng=#h\n\xc2\xa0i=j").unwrap();
        let expected = [("a", "1"), ("b ", " 2 "), ("c", ""), ("export e", "'f'"), ("g", "#h"), ("i", "j")];
        let found: Vec<_> = found.iter().map(|(key, value)| (key.as_str(), value.as_str())).collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn lines_that_are_no_text_or_too_long_are_refused() {
        assert_eq!(lines(b"a=1\nb=\xff\n"), Err("line 2 has invalid utf8 bytes".to_owned()));
        let longest = format!("a={}\n", "b".repeat(LINE_BYTES_MAX - 2));
        assert!(lines(longest.as_bytes()).is_ok());
        assert_eq!(
            lines(format!("a{longest}").as_bytes()),
            Err("line 1 is longer than 65535 bytes".to_owned())
        );
    }
}
