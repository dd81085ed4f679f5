//! What the tests of this crate share: objects out of a text, and the text that they are printed as.

use std::sync::Arc;

use text::{Origin, Origins};
use tree::Memory;

use crate::kustomization::Text;
use crate::load::{Files, Restriction, objects_of_text};
use crate::res_map::ResMap;
use crate::resource::Resource;
use crate::{Failure, Work};

/// A build without files, and the objects of a text as if one file held them.
pub(crate) fn objects(text: &str) -> (Work<Origins>, ResMap<Origin>) {
    let files = Files::new(Arc::new(Memory::new()), Restriction::RootOnly, None);
    let work = Work::new(files);
    let mut map = ResMap::default();
    for graph in objects_of_text::<Origins>(text::TextId(0), text.as_bytes()).unwrap() {
        map.append(&work.schema, Resource::new(Arc::new(graph))).unwrap();
    }
    (work, map)
}

/// The objects as a build prints them, without what it remembers of them.
pub(crate) fn printed(map: &ResMap<Origin>) -> String {
    let mut texts = Vec::new();
    for resource in map.resources() {
        let mut resource = resource.clone();
        let origin = resource.origin;
        resource.remove_build_annotations(origin).unwrap();
        let value = resource.graph().value().unwrap();
        texts.push(manifest::emit::marshal_as_kubectl(&value).unwrap());
    }
    texts.join("---\n")
}

/// A text that stands nowhere else.
pub(crate) fn text(text: &str) -> Text<Origin> {
    let span = text::Span::new(text::TextId(1), 0..u32::try_from(text.len()).unwrap());
    Text { text: text.into(), origin: Origin::Written(span), content: None }
}

/// Applies something to the objects of a text and gives what they are then.
pub(crate) fn applied(
    objects_text: &str,
    apply: impl FnOnce(&mut Work<Origins>, &mut ResMap<Origin>) -> Result<(), Failure>,
) -> Result<String, String> {
    let (mut work, mut map) = objects(objects_text);
    apply(&mut work, &mut map).map_err(|failure| text::with_causes(&failure))?;
    Ok(printed(&map))
}
