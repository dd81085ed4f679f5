//! The text that names an image: whether it is of a name, and its parts.

use std::ops::Range;

use regex::bytes::Regex;

use regexp::{CompilePattern, compile};

/// Why images cannot be set.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SetImage {
    /// A name that is no regular expression.
    #[error("image name '{name}' is no regular expression")]
    NamePattern {
        /// The name.
        name: String,
        /// What is wrong with it.
        source: CompilePattern,
    },
}

/// Which digests images may have to be those of a name, and whether a broken name is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Digests {
    /// As up to 5.8.1. A broken name fails the build.
    OfSha256,
    /// As since 5.8.2. A broken name matches nothing.
    OfAnyAlgorithm,
}

/// Tells the images of a name. Names are regular expressions, whose dots people mean as dots.
#[derive(Debug, Clone)]
pub(super) enum ImageMatcher {
    /// Nothing in it is special but dots, which stand for any character.
    Plain(Box<str>, Digests),
    Compiled(Box<Regex>),
    /// No image is of it.
    Nothing,
    /// Nobody is told before there is an image to compare.
    Broken(SetImage),
}

impl ImageMatcher {
    pub(super) fn new(name: &str, digests: Digests) -> Self {
        let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"_/:@-.".contains(&byte);
        if name.bytes().all(is_plain) {
            return Self::Plain(name.into(), digests);
        }
        let algorithm = match digests {
            Digests::OfSha256 => "sha256",
            Digests::OfAnyAlgorithm => "[a-zA-Z0-9]+([.+_-][a-zA-Z0-9]+)*",
        };
        match compile(&format!("^{name}(:[a-zA-Z0-9_.{{}}-]*)?(@{algorithm}:[a-zA-Z0-9_.{{}}-]*)?$")) {
            Ok(regex) => Self::Compiled(Box::new(regex)),
            Err(_) if digests == Digests::OfAnyAlgorithm => Self::Nothing,
            Err(source) => Self::Broken(SetImage::NamePattern { name: name.to_owned(), source }),
        }
    }

    /// Whether an image is of the name, whatever its tag and digest.
    pub(super) fn matches(&self, image: &str) -> Result<bool, SetImage> {
        match self {
            Self::Plain(name, digests) => {
                Ok(behind_name(name, image).is_some_and(|rest| is_tag_and_digest(rest, *digests)))
            }
            Self::Nothing => Ok(false),
            Self::Compiled(regex) => Ok(regex.is_match(image.as_bytes())),
            Self::Broken(reason) => Err(reason.clone()),
        }
    }
}

fn behind_name<'i>(name: &str, image: &'i str) -> Option<&'i str> {
    let mut rest = image.chars();
    for wanted in name.chars() {
        let found = rest.next()?;
        let is_met = if wanted == '.' { found != '\n' } else { wanted == found };
        if !is_met {
            return None;
        }
    }
    Some(rest.as_str())
}

fn is_tag_and_digest(rest: &str, digests: Digests) -> bool {
    let behind = |text: &str| {
        let is_part = |byte: &u8| byte.is_ascii_alphanumeric() || b"_.{}-".contains(byte);
        text.bytes().take_while(|byte| is_part(byte)).count()
    };
    let rest = match rest.strip_prefix(':') {
        Some(tag) => &tag[behind(tag)..],
        None => rest,
    };
    match rest.strip_prefix('@').and_then(|digest| digest.split_once(':')) {
        Some((algorithm, digest)) => is_algorithm(algorithm, digests) && behind(digest) == digest.len(),
        None => rest.is_empty(),
    }
}

/// Words of letters and digits, parted by one sign each.
fn is_algorithm(algorithm: &str, digests: Digests) -> bool {
    let is_word = |word: &str| !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_alphanumeric());
    match digests {
        Digests::OfSha256 => algorithm == "sha256",
        Digests::OfAnyAlgorithm => algorithm.split(['.', '+', '_', '-']).all(is_word),
    }
}

/// Where the parts of an image stand in its text. Tag and digest are empty where there is none.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct ImageParts {
    pub(super) name: Range<usize>,
    pub(super) tag: Range<usize>,
    pub(super) digest: Range<usize>,
}

impl ImageParts {
    /// Splits behind the first slash, so that the port of a registry is no tag.
    pub(super) fn of(image: &str) -> Self {
        let searched = match image.find('/') {
            Some(slash) if slash > 0 => slash,
            _ => 0,
        };
        let find = |wanted: char| image[searched..].find(wanted).map(|position| searched + position);
        let none = image.len()..image.len();
        match (find(':'), find('@')) {
            (None, None) => Self { name: 0..image.len(), tag: none.clone(), digest: none },
            (Some(colon), Some(at)) if colon < at => {
                Self { name: 0..colon, tag: colon + 1..at, digest: at + 1..image.len() }
            }
            (_, Some(at)) => Self { name: 0..at, tag: none, digest: at + 1..image.len() },
            (Some(colon), None) => Self { name: 0..colon, tag: colon + 1..image.len(), digest: none },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_matches_whatever_the_tag_and_the_digest() {
        let cases = [
            ("nginx", "nginx", true),
            ("nginx", "nginx:1.2", true),
            ("nginx", "nginx:", true),
            ("nginx", "nginx:{TAG}", true),
            ("nginx", "nginx@sha256:abc", true),
            ("nginx", "nginx:1@sha256:abc", true),
            ("nginx", "nginx@md5:abc", false),
            ("nginx", "nginx:a/b", false),
            ("nginx", "my-nginx", false),
            ("nginx", "nginx2", false),
            ("r.io/a", "r.io/a:1", true),
            ("r.io/a", "rxio/a:1", true),
            ("r.io/a", "réio/a:1", true),
            ("r.a", "r\na", false),
            ("a:1", "a:1", true),
            ("a:1", "a:1:2", true),
            ("", ":x", true),
            ("", "", true),
            ("nginx|redis", "nginx-whatever", true),
            ("nginx|redis", "my-redis:1", true),
            ("nginx|redis", "my-nginx", false),
            (".*/nginx", "r.io/nginx:1", true),
            ("ngin(x|y)", "nginy:1", true),
        ];
        for (name, image, expected) in cases {
            assert_eq!(
                ImageMatcher::new(name, Digests::OfSha256).matches(image),
                Ok(expected),
                "{name} {image}"
            );
            let pattern = format!("^{name}(:[a-zA-Z0-9_.{{}}-]*)?(@sha256:[a-zA-Z0-9_.{{}}-]*)?$");
            assert_eq!(compile(&pattern).unwrap().is_match(image.as_bytes()), expected, "{pattern} {image}");
        }
    }

    #[test]
    fn a_broken_name_is_told_when_there_is_an_image() {
        assert!(ImageMatcher::new("a(", Digests::OfSha256).matches("b").is_err());
        assert_eq!(ImageMatcher::new("a(", Digests::OfAnyAlgorithm).matches("b"), Ok(false));
    }

    #[test]
    fn later_versions_know_digests_of_any_algorithm() {
        for (image, expected) in [
            ("nginx@sha256:abc", true),
            ("nginx:1@sha512:abc", true),
            ("nginx@multihash+base58:abc", true),
            ("nginx@md5+:abc", false),
            ("nginx@:abc", false),
            ("nginx@sha256", false),
        ] {
            for name in ["nginx", "ngin[x]"] {
                let matcher = ImageMatcher::new(name, Digests::OfAnyAlgorithm);
                assert_eq!(matcher.matches(image), Ok(expected), "{name} {image}");
            }
        }
    }

    #[test]
    fn splits_into_name_tag_and_digest() {
        let cases = [
            ("nginx", "nginx", "", ""),
            ("nginx:1", "nginx", "1", ""),
            ("nginx@sha256:a", "nginx", "", "sha256:a"),
            ("nginx:1@sha256:a", "nginx", "1", "sha256:a"),
            ("r.io:80/nginx", "r.io:80/nginx", "", ""),
            ("r.io:80/nginx:1", "r.io:80/nginx", "1", ""),
            ("/a:1", "/a", "1", ""),
            ("a:", "a", "", ""),
        ];
        for (image, name, tag, digest) in cases {
            let parts = ImageParts::of(image);
            assert_eq!(
                (&image[parts.name], &image[parts.tag], &image[parts.digest]),
                (name, tag, digest),
                "{image}"
            );
        }
    }
}
