//! What a server wants to know of who asks: the header `WWW-Authenticate`.
//!
//! Takes the header's values; gives the challenges in them (RFC 9110, 11.6.1). Sends nothing.

/// Bytes of one header that are looked at: more than any server sends.
const CHALLENGE_BYTES_MAX: usize = 8 * 1024;

/// One way to say who asks.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Challenge {
    /// The scheme, in lower case.
    pub(crate) scheme: String,
    /// Its parameters, the names in lower case.
    pub(crate) parameters: Vec<(String, String)>,
}

impl Challenge {
    /// A parameter.
    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        self.parameters.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }
}

/// The challenges of one header.
pub(crate) fn challenges(header: &str) -> Vec<Challenge> {
    let mut found: Vec<Challenge> = Vec::new();
    let mut rest = header.get(..CHALLENGE_BYTES_MAX).unwrap_or(header);
    loop {
        rest = rest.trim_start_matches([' ', '\t', ',']);
        let end = rest.find([' ', '\t', ',', '=']).unwrap_or(rest.len());
        let (word, behind) = rest.split_at(end);
        if word.is_empty() {
            // A sign where a word belongs: nothing behind it can be told apart.
            return found;
        }
        match (behind.strip_prefix('='), found.last_mut()) {
            (Some(value), Some(challenge)) => {
                let (value, behind) = take_value(value);
                challenge.parameters.push((word.to_ascii_lowercase(), value));
                rest = behind;
            }
            (Some(_), None) => return found,
            (None, _) => {
                found.push(Challenge { scheme: word.to_ascii_lowercase(), parameters: Vec::new() });
                rest = behind;
            }
        }
    }
}

/// A value, quoted or not, and what stands behind it.
fn take_value(text: &str) -> (String, &str) {
    let Some(quoted) = text.strip_prefix('"') else {
        let end = text.find([',', ' ', '\t']).unwrap_or(text.len());
        let (value, behind) = text.split_at(end);
        return (value.to_owned(), behind);
    };
    let mut value = String::new();
    let mut characters = quoted.char_indices();
    while let Some((at, character)) = characters.next() {
        match character {
            '"' => return (value, quoted.get(at + 1..).unwrap_or_default()),
            '\\' => value.extend(characters.next().map(|(_, character)| character)),
            character => value.push(character),
        }
    }
    (value, "")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(header: &str) -> String {
        let one = |challenge: &Challenge| {
            let parameters = challenge.parameters.iter().map(|(key, value)| format!("{key}={value}"));
            format!("{}({})", challenge.scheme, parameters.collect::<Vec<_>>().join(";"))
        };
        challenges(header).iter().map(one).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn challenges_are_taken_apart() {
        for (header, expected) in [
            (
                r#"Bearer realm="https://a/token",service="r",scope="repository:a/b:pull,push""#,
                "bearer(realm=https://a/token;service=r;scope=repository:a/b:pull,push)",
            ),
            (
                r#"Basic realm="x", Bearer realm=y , Service="a\"b""#,
                r#"basic(realm=x) bearer(realm=y;service=a"b)"#,
            ),
            ("Basic", "basic()"),
            ("Negotiate, Basic realm=\"x\"", "negotiate() basic(realm=x)"),
            (r#"Bearer realm="unended"#, "bearer(realm=unended)"),
            ("=,=,=", ""),
            ("", ""),
        ] {
            assert_eq!(shown(header), expected, "{header}");
        }
    }
}
