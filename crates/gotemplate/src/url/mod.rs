//! URLs as Go's package `net/url` takes them apart and puts them together.
//!
//! Takes bytes and gives parts, each as it stands in the text where no escape is in it. Never resolves a name.

mod address;
mod escape;
mod join;
mod parse;

use std::borrow::Cow;

pub(crate) use join::{Part, joined, userinfo};
pub(crate) use parse::{hostname, parse};

/// The parts of a URL.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Url<'t> {
    /// In small letters, without its colon.
    pub(crate) scheme: Cow<'t, [u8]>,
    /// What follows the scheme where no slash does.
    pub(crate) opaque: Cow<'t, [u8]>,
    /// Who asks; none where the text does not say.
    pub(crate) user: Option<User<'t>>,
    /// The host with its port.
    pub(crate) host: Cow<'t, [u8]>,
    /// The path.
    pub(crate) path: Cow<'t, [u8]>,
    /// The query as it is written, without its question mark.
    pub(crate) query: Cow<'t, [u8]>,
    /// The fragment, without its hash.
    pub(crate) fragment: Cow<'t, [u8]>,
}

/// A name and, behind a colon, a password.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct User<'t> {
    /// The name.
    pub(crate) name: Cow<'t, [u8]>,
    /// The password.
    pub(crate) password: Option<Cow<'t, [u8]>>,
}

/// The position of a byte.
fn position(text: &[u8], wanted: u8) -> Option<usize> {
    memchr::memchr(wanted, text)
}

/// The texts before and behind the first such byte; none where it is not there.
fn cut(text: &[u8], at: u8) -> Option<(&[u8], &[u8])> {
    let (before, from) = text.split_at_checked(position(text, at)?)?;
    Some((before, from.get(1..)?))
}
