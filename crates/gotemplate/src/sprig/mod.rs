//! The functions of sprig 3.3.0, one file per family.
//!
//! Each takes arguments that were checked against its signature and answers as the original does, error texts included:
//! a Go panic is an error with the panic's text, because text/template recovers it. Strings keep the pieces they were cut
//! from; what was computed has one origin made by the function's name. Never asks the world but through [`crate::Ports`].

mod arguments;
mod casts;
mod certificates;
mod ciphers;
mod dates;
mod decimals;
mod dicts;
mod draw;
mod encoding;
mod flow;
mod hashes;
mod json;
mod lists;
mod merge;
mod numbers;
mod passwords;
mod paths;
mod random;
mod regex;
mod rope;
mod show;
mod strings;
mod strings_case;
mod strings_cut;
mod strings_split;
mod types;
mod urls;
mod versions;
mod words;

use crate::Function;

pub(crate) use encoding::to_base64;
pub(crate) use rope::Rope;

/// All functions, family by family.
pub const FAMILIES: &[&[Function]] = &[
    certificates::FUNCTIONS,
    ciphers::FUNCTIONS,
    dates::FUNCTIONS,
    decimals::FUNCTIONS,
    dicts::FUNCTIONS,
    encoding::FUNCTIONS,
    flow::FUNCTIONS,
    hashes::FUNCTIONS,
    json::FUNCTIONS,
    lists::FUNCTIONS,
    merge::FUNCTIONS,
    numbers::FUNCTIONS,
    passwords::FUNCTIONS,
    paths::FUNCTIONS,
    random::FUNCTIONS,
    regex::FUNCTIONS,
    strings::FUNCTIONS,
    strings_case::FUNCTIONS,
    strings_cut::FUNCTIONS,
    strings_split::FUNCTIONS,
    types::FUNCTIONS,
    urls::FUNCTIONS,
    versions::FUNCTIONS,
];
