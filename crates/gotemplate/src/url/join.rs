//! The parts of a URL to a text: `URL.String`.

use super::Url;
use super::escape::{Place, escaped};

/// Whose bytes of a joined URL are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Part {
    /// What stands between the parts.
    Between,
    Scheme,
    Opaque,
    User,
    Host,
    Path,
    Query,
    Fragment,
}

/// The text, part by part.
pub(crate) fn joined(url: &Url<'_>) -> Vec<(Part, Vec<u8>)> {
    let mut parts = Vec::new();
    let mut push = |part, bytes: &[u8]| parts.push((part, bytes.to_vec()));
    let has_scheme = !url.scheme.is_empty();
    if has_scheme {
        push(Part::Scheme, &url.scheme);
        push(Part::Between, b":");
    }
    if url.opaque.is_empty() {
        let has_authority = !url.host.is_empty() || url.user.is_some();
        if has_authority || has_scheme && !url.path.is_empty() {
            push(Part::Between, b"//");
        }
        if let Some(user) = &url.user {
            push(Part::User, &userinfo(user));
            push(Part::Between, b"@");
        }
        push(Part::Host, &escaped(&url.host, Place::Host));
        let path = path(&url.path);
        let segment = super::cut(&path, b'/').map_or(&path[..], |(segment, _)| segment);
        if !path.is_empty() && !path.starts_with(b"/") && !url.host.is_empty() {
            push(Part::Between, b"/");
        } else if !has_scheme && !has_authority && segment.contains(&b':') {
            // Else the segment would be taken for a scheme.
            push(Part::Between, b"./");
        }
        push(Part::Path, &path);
    } else {
        push(Part::Opaque, &url.opaque);
    }
    if !url.query.is_empty() {
        push(Part::Between, b"?");
        push(Part::Query, &url.query);
    }
    if !url.fragment.is_empty() {
        push(Part::Between, b"#");
        push(Part::Fragment, &escaped(&url.fragment, Place::Fragment));
    }
    parts
}

fn path(path: &[u8]) -> Vec<u8> {
    if path == b"*" { path.to_vec() } else { escaped(path, Place::Path) }
}

/// The name and password as they stand in a URL.
pub(crate) fn userinfo(user: &super::User<'_>) -> Vec<u8> {
    let mut text = escaped(&user.name, Place::User);
    if let Some(password) = &user.password {
        text.push(b':');
        text.extend(escaped(password, Place::User));
    }
    text
}
