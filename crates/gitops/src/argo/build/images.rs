//! Images as `kustomize edit set image` reads and writes them.

use std::collections::BTreeMap;

use manifest::value::Value;

use super::edits::refused;
use crate::graph::Missing;

/// What stands for what is there already.
const KEPT: &str = "*";

/// An entry of `images`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct Image {
    new_name: String,
    new_tag: String,
    digest: String,
}

/// The images that are there with those that are asked for, by their names.
pub(super) fn set(there: &[Value], asked: &[String]) -> Result<Vec<Value>, Missing> {
    let mut images: BTreeMap<String, Image> = BTreeMap::new();
    for image in asked {
        let (name, image) =
            parsed(image).ok_or_else(|| refused(&format!("invalid format of image '{image}'")))?;
        images.insert(name, image);
    }
    for value in there {
        let text = |field: &str| value.get(field).and_then(Value::as_str).unwrap_or_default().to_owned();
        let known = Image { new_name: text("newName"), new_tag: text("newTag"), digest: text("digest") };
        match images.get_mut(&text("name")) {
            Some(image) => image.keep(known),
            None => {
                images.insert(text("name"), known);
            }
        }
    }
    Ok(images.into_iter().map(|(name, image)| image.value(&name)).collect())
}

impl Image {
    /// Takes over what is to be kept of what is there.
    fn keep(&mut self, known: Self) {
        let kept = [
            (&mut self.new_name, known.new_name),
            (&mut self.new_tag, known.new_tag),
            (&mut self.digest, known.digest),
        ];
        for (field, known) in kept {
            if field == KEPT {
                *field = known;
            }
        }
    }

    fn value(self, name: &str) -> Value {
        let mut entries = vec![(Value::from("name"), Value::from(name))];
        for (field, text) in [("newName", self.new_name), ("newTag", self.new_tag), ("digest", self.digest)] {
            if !text.is_empty() && text != KEPT {
                entries.push((Value::from(field), Value::String(text)));
            }
        }
        Value::Mapping(entries)
    }
}

/// `name=new:tag`, `name=new@digest`, `name=new`, `name:tag` or `name@digest`.
fn parsed(text: &str) -> Option<(String, Image)> {
    if let Some((name, new)) = text.split_once('=') {
        let (new_name, image) =
            overwritten(new).or_else(|| (!new.is_empty()).then(|| (new, Image::default())))?;
        return Some((name.to_owned(), Image { new_name: new_name.to_owned(), ..image }));
    }
    let (name, image) = overwritten(text)?;
    Some((name.to_owned(), image))
}

/// A name with what stands behind it: a digest or a tag.
fn overwritten(text: &str) -> Option<(&str, Image)> {
    if let Some((name, digest)) = text.split_once('@') {
        return Some((name, Image { digest: digest.to_owned(), ..Image::default() }));
    }
    let (name, tag) = text.rsplit_once(':')?;
    let is_tag = |byte: u8| byte.is_ascii_alphanumeric() || b"._-".contains(&byte);
    (tag == KEPT || tag.bytes().all(is_tag))
        .then(|| (name, Image { new_tag: tag.to_owned(), ..Image::default() }))
}
