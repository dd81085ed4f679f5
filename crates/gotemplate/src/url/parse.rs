//! A text to the parts of a URL: `url.Parse`.

use std::borrow::Cow;

use super::address;
use super::escape::{Place, unescaped};
use super::{Url, User, cut, position};
use crate::format::quote;

/// Takes a URL apart.
///
/// # Errors
/// In the words of Go's `url.Error`.
pub(crate) fn parse(text: &[u8]) -> Result<Url<'_>, String> {
    let (before, fragment) = cut(text, b'#').unwrap_or((text, b""));
    let told = |text: &[u8], error: String| format!("parse {}: {error}", quote(text));
    let url = without_fragment(before).map_err(|error| told(before, error))?;
    let fragment = unescaped(fragment, Place::Fragment).map_err(|error| told(text, error))?;
    Ok(Url { fragment, ..url })
}

fn without_fragment(text: &[u8]) -> Result<Url<'_>, String> {
    if text.iter().any(u8::is_ascii_control) {
        return Err("net/url: invalid control character in URL".to_owned());
    }
    if text == b"*" {
        return Ok(Url { path: Cow::Borrowed(text), ..Url::default() });
    }
    let (scheme, rest) = scheme_of(text)?;
    let (rest, query) = cut(rest, b'?').unwrap_or((rest, b""));
    let mut url = Url { scheme: in_small_letters(scheme), query: Cow::Borrowed(query), ..Url::default() };
    if !rest.starts_with(b"/") {
        if !scheme.is_empty() {
            return Ok(Url { opaque: Cow::Borrowed(rest), ..url });
        }
        let segment = cut(rest, b'/').map_or(rest, |(segment, _)| segment);
        if segment.contains(&b':') {
            return Err("first path segment in URL cannot contain colon".to_owned());
        }
    }
    let mut path = rest;
    if let Some(authority) =
        rest.strip_prefix(b"//").filter(|_| !scheme.is_empty() || !rest.starts_with(b"///"))
    {
        let end = position(authority, b'/').unwrap_or(authority.len());
        let (authority, behind) = authority.split_at_checked(end).unwrap_or((authority, b""));
        (url.user, url.host) = authority_of(&url.scheme, authority)?;
        path = behind;
    }
    Ok(Url { path: unescaped(path, Place::Path)?, ..url })
}

/// The scheme, empty where there is none, and what follows its colon.
fn scheme_of(text: &[u8]) -> Result<(&[u8], &[u8]), String> {
    let is_part = |byte: &u8| byte.is_ascii_alphanumeric() || b"+-.".contains(byte);
    let length = text.iter().take_while(|byte| is_part(byte)).count();
    match text.split_at_checked(length) {
        Some(([], [b':', ..])) => Err("missing protocol scheme".to_owned()),
        Some((scheme @ [first, ..], [b':', rest @ ..])) if first.is_ascii_alphabetic() => Ok((scheme, rest)),
        _ => Ok((b"", text)),
    }
}

fn in_small_letters(text: &[u8]) -> Cow<'_, [u8]> {
    if text.iter().any(u8::is_ascii_uppercase) {
        Cow::Owned(text.to_ascii_lowercase())
    } else {
        Cow::Borrowed(text)
    }
}

type Authority<'t> = (Option<User<'t>>, Cow<'t, [u8]>);

fn authority_of<'t>(scheme: &[u8], authority: &'t [u8]) -> Result<Authority<'t>, String> {
    let Some(at) = memchr::memrchr(b'@', authority) else { return Ok((None, host_of(scheme, authority)?)) };
    let (user, host) = authority.split_at_checked(at).unwrap_or((b"", authority));
    let host = host_of(scheme, host.get(1..).unwrap_or_default())?;
    let is_allowed = |byte: &u8| byte.is_ascii_alphanumeric() || b"-._:~!$&'()*+,;=%@".contains(byte);
    if !user.iter().all(is_allowed) {
        return Err("net/url: invalid userinfo".to_owned());
    }
    let (name, password) = match cut(user, b':') {
        Some((name, password)) => (name, Some(password)),
        None => (user, None),
    };
    let name = unescaped(name, Place::User)?;
    let password = password.map(|password| unescaped(password, Place::User)).transpose()?;
    Ok((Some(User { name, password }), host))
}

fn host_of<'t>(scheme: &[u8], host: &'t [u8]) -> Result<Cow<'t, [u8]>, String> {
    match memchr::memrchr(b'[', host) {
        Some(0) => return literal(host),
        Some(_) => return Err("invalid IP-literal".to_owned()),
        None => {}
    }
    // All that follows the first colon is the port of a web address; elsewhere there may be others before it.
    let is_web = matches!(scheme, b"http" | b"https");
    let colon = if is_web { position(host, b':') } else { memchr::memrchr(b':', host) };
    if let Some(colon) = colon {
        check_port(host.get(colon..).unwrap_or_default())?;
    }
    unescaped(host, Place::Host)
}

fn check_port(port: &[u8]) -> Result<(), String> {
    match port {
        [] => Ok(()),
        [b':', digits @ ..] if digits.iter().all(u8::is_ascii_digit) => Ok(()),
        _ => Err(format!("invalid port {} after host", quote(port))),
    }
}

/// An address in brackets, with its port.
fn literal(host: &[u8]) -> Result<Cow<'_, [u8]>, String> {
    let close = memchr::memrchr(b']', host).ok_or("missing ']' in host")?;
    let (inner, port) = (host.get(1..close).unwrap_or_default(), host.get(close + 1..).unwrap_or_default());
    check_port(port)?;
    let zone = memchr::memmem::find(inner, b"%25");
    let (before, zone) = inner.split_at_checked(zone.unwrap_or(inner.len())).unwrap_or((inner, b""));
    let address = unescaped(before, Place::Host)?;
    let zone = unescaped(zone, Place::Zone)?;
    let address = if zone.is_empty() { address } else { Cow::Owned([address, zone].concat()) };
    match address::check(&address).map_err(|error| format!("invalid host: {error}"))? {
        address::Family::Four => Err("invalid IP-literal".to_owned()),
        address::Family::Six => Ok(match address {
            Cow::Borrowed(_) if before.len() == inner.len() => Cow::Borrowed(host),
            address => Cow::Owned([&b"["[..], &address, b"]", port].concat()),
        }),
    }
}

/// The host without its port and brackets.
pub(crate) fn hostname(host: &[u8]) -> &[u8] {
    let colon = memchr::memrchr(b':', host).and_then(|colon| host.split_at_checked(colon));
    let host = match colon {
        Some((before, port)) if check_port(port).is_ok() => before,
        _ => host,
    };
    host.strip_prefix(b"[").and_then(|inner| inner.strip_suffix(b"]")).unwrap_or(host)
}
