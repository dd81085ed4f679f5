//! Addresses: taken apart, and one resolved against another.
//!
//! Takes texts of RFC 3986 as Go's `net/url` does, and refuses the common ones that it refuses, in its words. Never fetches.

/// An address without its fragment.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Url {
    /// In lower case; empty for a relative address.
    pub(crate) scheme: String,
    /// What stands behind `scheme:` where no `/` follows, as in `urn:x:y`.
    opaque: String,
    /// What stands behind `//`.
    pub(crate) authority: Option<String>,
    path: String,
    query: Option<String>,
}

/// A text before its `#`, and the fragment behind it.
pub(crate) fn split(text: &str) -> (&str, &str) {
    text.split_once('#').unwrap_or((text, ""))
}

/// Undoes percent escapes; an escape that is none is told in Go's words.
pub(crate) fn decode(text: &str) -> Result<String, String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let [first, tail @ ..] = rest {
        if *first != b'%' {
            bytes.push(*first);
            rest = tail;
            continue;
        }
        let digit = |at: usize| tail.get(at).and_then(|byte| char::from(*byte).to_digit(16));
        let (Some(high), Some(low)) = (digit(0), digit(1)) else {
            let shown = rest.get(..rest.len().min(3)).unwrap_or_default();
            return Err(format!("invalid URL escape {}", gotemplate::format::quote(shown)));
        };
        bytes.push(u8::try_from(high * 16 + low).unwrap_or_default());
        rest = tail.get(2..).unwrap_or_default();
    }
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

/// Takes an address apart.
pub(crate) fn parse(text: &str) -> Result<Url, String> {
    parts(text).map_err(|reason| format!("parse {}: {reason}", gotemplate::format::quote(text.as_bytes())))
}

fn parts(text: &str) -> Result<Url, String> {
    if text.chars().any(|character| character.is_ascii_control()) {
        return Err("net/url: invalid control character in URL".to_owned());
    }
    let (scheme, rest) = scheme(text)?;
    let (rest, query) =
        rest.split_once('?').map_or((rest, None), |(rest, query)| (rest, Some(query.to_owned())));
    let mut url = Url { scheme: scheme.to_ascii_lowercase(), query, ..Url::default() };
    if !rest.starts_with('/') {
        if !url.scheme.is_empty() {
            rest.clone_into(&mut url.opaque);
            return Ok(url);
        }
        if rest.split('/').next().is_some_and(|first| first.contains(':')) {
            return Err("first path segment in URL cannot contain colon".to_owned());
        }
    }
    let path = match rest.strip_prefix("//") {
        Some(behind) => {
            let end = behind.find('/').unwrap_or(behind.len());
            let (authority, path) = behind.split_at_checked(end).unwrap_or((behind, ""));
            url.authority = Some(checked_authority(authority)?.to_owned());
            path
        }
        None => rest,
    };
    decode(path)?;
    path.clone_into(&mut url.path);
    Ok(url)
}

/// The scheme before a colon, if what stands there is one.
fn scheme(text: &str) -> Result<(&str, &str), String> {
    for (at, character) in text.char_indices() {
        match character {
            'a'..='z' | 'A'..='Z' => {}
            '0'..='9' | '+' | '-' | '.' if at > 0 => {}
            ':' if at == 0 => return Err("missing protocol scheme".to_owned()),
            ':' => return Ok(text.split_once(':').unwrap_or((text, ""))),
            _ => break,
        }
    }
    Ok(("", text))
}

fn checked_authority(authority: &str) -> Result<&str, String> {
    let host = authority.rsplit_once('@').map_or(authority, |(_, host)| host);
    if host.starts_with('[') && !host.contains(']') {
        return Err("missing ']' in host".to_owned());
    }
    let port = host.rsplit_once(']').map_or(host, |(_, behind)| behind).rsplit_once(':');
    if let Some((_, port)) = port.filter(|(_, port)| !port.bytes().all(|byte| byte.is_ascii_digit())) {
        return Err(format!(
            "invalid port {} after host",
            gotemplate::format::quote(format!(":{port}").as_bytes())
        ));
    }
    match host.chars().find(|character| " \"<>\\^`{|}".contains(*character)) {
        Some(bad) => {
            let bad = gotemplate::format::quote(bad.to_string().as_bytes());
            Err(format!("invalid character {bad} in host name"))
        }
        None => Ok(authority),
    }
}

impl Url {
    /// Whether it has a scheme.
    pub(crate) fn is_absolute(&self) -> bool {
        !self.scheme.is_empty()
    }

    /// What `reference` means where this address stands.
    pub(crate) fn join(&self, reference: &Self) -> Self {
        if reference.is_absolute() {
            return Self { path: without_dots(&reference.path), ..reference.clone() };
        }
        let scheme = self.scheme.clone();
        if reference.authority.is_some() {
            return Self { scheme, path: without_dots(&reference.path), ..reference.clone() };
        }
        if reference.path.is_empty() {
            let query = reference.query.clone().or_else(|| self.query.clone());
            return Self { query, ..self.clone() };
        }
        let path = if reference.path.starts_with('/') {
            reference.path.clone()
        } else {
            let folder = self.path.rsplit_once('/').map_or("", |(folder, _)| folder);
            format!("{folder}/{}", reference.path)
        };
        Self { path: without_dots(&path), query: reference.query.clone(), ..self.clone() }
    }
}

impl std::fmt::Display for Url {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        if !self.scheme.is_empty() {
            write!(formatter, "{}:", self.scheme)?;
        }
        if let Some(authority) = &self.authority {
            write!(formatter, "//{authority}")?;
        }
        write!(formatter, "{}{}", self.opaque, self.path)?;
        match &self.query {
            Some(query) => write!(formatter, "?{query}"),
            None => Ok(()),
        }
    }
}

/// A path without its `.` and `..`.
fn without_dots(path: &str) -> String {
    if !path.contains('.') {
        return path.to_owned();
    }
    let mut kept: Vec<&str> = Vec::new();
    for part in path.split('/') {
        match part {
            "." => {}
            ".." => {
                if kept.len() > 1 {
                    kept.pop();
                }
            }
            part => kept.push(part),
        }
    }
    let ends_in_folder = path.ends_with("/.") || path.ends_with("/..");
    kept.join("/") + if ends_in_folder { "/" } else { "" }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn joined(base: &str, reference: &str) -> String {
        parse(base).unwrap().join(&parse(reference).unwrap()).to_string()
    }

    #[test]
    fn references_are_resolved_against_a_base() {
        let base = "http://a.example/b/c/d.json";
        assert_eq!(joined(base, "e.json"), "http://a.example/b/c/e.json");
        assert_eq!(joined(base, "../e.json"), "http://a.example/b/e.json");
        assert_eq!(joined(base, "/e/./f/../g"), "http://a.example/e/g");
        assert_eq!(joined(base, "//b.example/x"), "http://b.example/x");
        assert_eq!(joined(base, ""), base);
        assert_eq!(joined(base, "https://c.example/y?z"), "https://c.example/y?z");
        assert_eq!(joined("file:///values.schema.json", "defs.json"), "file:///defs.json");
        assert_eq!(joined("urn:x:y", ""), "urn:x:y");
    }

    #[test]
    fn what_go_refuses_is_told_in_its_words() {
        let told = |text| parse(text).unwrap_err();
        assert_eq!(told(":x"), r#"parse ":x": missing protocol scheme"#);
        assert_eq!(told("%zz"), r#"parse "%zz": invalid URL escape "%zz""#);
        assert_eq!(told("http://a b/"), r#"parse "http://a b/": invalid character " " in host name"#);
        assert_eq!(told("http://[x"), r#"parse "http://[x": missing ']' in host"#);
        assert_eq!(told("http://a:b/"), r#"parse "http://a:b/": invalid port ":b" after host"#);
        assert_eq!(decode("a%20b%2Fc").unwrap(), "a b/c");
    }
}
