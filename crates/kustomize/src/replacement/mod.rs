//! `replacements`: the value of one object's field, or a text, put into fields of others.
//!
//! Each replacement finds its one source object, takes a field of it or a part of that, and sets it in every field that
//! its targets name, whole or as one of the parts between delimiters. A later replacement sees what an earlier one did.

mod embedded;
mod path;
mod source;
mod target;

use text::{TextId, Track};

pub(crate) use source::TakeSource;
pub(crate) use target::SetTarget;

use crate::kustomization::read::{Fault, Read, Value, read_text};
use crate::kustomization::{Replacement, ReplacementSource};
use crate::load::Loader;
use crate::res_map::ResMap;
use crate::{Failure, Work};

/// Why replacements cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum UseReplacements {
    /// A path and a replacement in one entry.
    #[error("cannot specify both path and inline replacement")]
    BeBoth,
    /// A file that holds something else than replacements.
    #[error("unsupported replacement type encountered within replacement path: {found}")]
    HoldOther {
        /// What it holds.
        found: &'static str,
    },
    /// No source, or no target.
    #[error("replacements must specify a source and at least one target")]
    NameNothing,
    /// A source and a text.
    #[error("value and resource selectors are mutually exclusive")]
    NameTwoSources,
}

/// The replacements of one kustomization.
#[derive(Debug, Clone)]
pub(crate) struct ReplacementTransform<O> {
    replacements: Vec<Replacement<O>>,
}

impl<O: Copy> ReplacementTransform<O> {
    /// Reads the files that are named.
    pub(crate) fn load<T: Track<Origin = O>>(
        work: &mut Work<T>,
        loader: &Loader,
        sources: &[ReplacementSource<O>],
    ) -> Result<Self, Failure> {
        let mut replacements = Vec::with_capacity(sources.len());
        for source in sources {
            match source {
                ReplacementSource::Inline(replacement) => replacements.push((**replacement).clone()),
                ReplacementSource::Both(_) => return Err(UseReplacements::BeBoth.into()),
                ReplacementSource::Path(path) => {
                    let file = loader.load(&mut work.files, &path.text);
                    let placed = |cause| Failure::new(cause).at_origin(&work.tracker, path.origin);
                    let file = file.map_err(placed)?;
                    replacements.extend(read_file(work, file.id, &file.bytes)?);
                }
            }
        }
        Ok(Self { replacements })
    }

    /// Carries them out in their order.
    pub(crate) fn transform<T: Track<Origin = O>>(
        &self,
        work: &mut Work<T>,
        map: &mut ResMap<O>,
    ) -> Result<(), Failure> {
        for replacement in &self.replacements {
            carry_out(replacement, work, map)
                .map_err(|failure| failure.at_origin(&work.tracker, replacement.origin))?;
        }
        Ok(())
    }
}

fn carry_out<T: Track>(
    replacement: &Replacement<T::Origin>,
    work: &mut Work<T>,
    map: &mut ResMap<T::Origin>,
) -> Result<(), Failure> {
    if replacement.targets.is_empty() {
        return Err(UseReplacements::NameNothing.into());
    }
    let value = match (&replacement.source, &replacement.source_value) {
        (None, None) => return Err(UseReplacements::NameNothing.into()),
        (Some(_), Some(_)) => return Err(UseReplacements::NameTwoSources.into()),
        (None, Some(text)) => source::Source::of_text(text),
        (Some(field), None) => source::find(field, replacement.origin, work, map)?,
    };
    for target in &replacement.targets {
        target::set(target, (&value, replacement.origin), work, map)?;
    }
    Ok(())
}

/// One replacement, or a list of them.
struct File<O> {
    replacements: Vec<Replacement<O>>,
    /// What stands there instead.
    other: Option<&'static str>,
}

impl<O: Copy> Read<O> for File<O> {
    fn absent(_: O) -> Self {
        Self { replacements: Vec::new(), other: Some("invalid") }
    }

    fn read(&mut self, value: Value<'_, O>) -> Result<(), Fault<O>> {
        self.other = None;
        if value.graph.is_mapping(value.node) {
            self.replacements.push(value.get()?);
        } else if value.graph.is_sequence(value.node) {
            self.replacements.read(value)?;
        } else {
            self.other = Some(if value.is_null() { "invalid" } else { "scalar" });
        }
        Ok(())
    }
}

fn read_file<T: Track>(
    work: &Work<T>,
    text: TextId,
    bytes: &[u8],
) -> Result<Vec<Replacement<T::Origin>>, Failure> {
    let file: File<T::Origin> = read_text(&work.tracker, text, bytes)?;
    match file.other {
        Some(found) => Err(Failure::from(UseReplacements::HoldOther { found }).at(text::whole_of(text))),
        None => Ok(file.replacements),
    }
}

#[cfg(test)]
mod tests;
