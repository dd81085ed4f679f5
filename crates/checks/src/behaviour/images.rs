//! Container images wherever a repository names them.
//!
//! Takes a node; gives each image with its parts and the nodes they stand in: `image:` scalars, Helm
//! values that part registry, repository and tag, and `images` of a kustomization. Judges nothing.

use manifest::{Document, NodeId};
use version::Minor;

use super::walk::nodes;

/// The parts of an image reference, as written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Reference<'t> {
    /// Registry and path: everything before tag and digest.
    pub(crate) name: &'t str,
    /// The tag; empty if there is none.
    pub(crate) tag: &'t str,
    /// The digest; empty if there is none.
    pub(crate) digest: &'t str,
}

impl<'t> Reference<'t> {
    /// Reads `registry:port/path:tag@digest`. A colon before the last slash belongs to the port.
    pub(crate) fn parse(text: &'t str) -> Self {
        let (rest, digest) = text.split_once('@').unwrap_or((text, ""));
        let after_slash = rest.rfind('/').map_or(0, |slash| slash + 1);
        let colon = rest.get(after_slash..).and_then(|last| last.find(':')).map(|at| after_slash + at);
        let (name, tag) = match colon {
            Some(colon) => (rest.get(..colon).unwrap_or(rest), rest.get(colon + 1..).unwrap_or_default()),
            None => (rest, ""),
        };
        Self { name, tag, digest }
    }

    /// The last part of the path: `kube-proxy`.
    pub(crate) fn base_name(&self) -> &'t str {
        self.name.rsplit('/').next().unwrap_or(self.name)
    }
}

/// An image in a document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Image {
    /// Registry and path, joined where they are written apart.
    pub(crate) name: String,
    /// The tag; empty if there is none.
    pub(crate) tag: String,
    /// Whether it is pinned by a digest.
    pub(crate) has_digest: bool,
    /// The node that names it.
    pub(crate) node: NodeId,
    /// The node that holds the tag; the one that names it if it stands there.
    pub(crate) tag_node: NodeId,
}

impl Image {
    /// The last part of the path.
    pub(crate) fn base_name(&self) -> &str {
        self.name.rsplit('/').next().unwrap_or(&self.name)
    }

    /// The Kubernetes minor that its tag says; none without a tag or for tags that say none.
    pub(crate) fn minor(&self) -> Option<Minor> {
        minor_of(&self.tag)
    }
}

/// The Kubernetes minor of a tag such as `v1.29.0-eksbuild.1`, by its numbers.
pub(crate) fn minor_of(tag: &str) -> Option<Minor> {
    let version: version::AddonVersion = tag.parse().ok()?;
    let [major, minor, _] = version.numbers();
    // A tag such as `1` names no minor, and `19.03` is another program's version.
    (major == 1 && tag.contains('.')).then(|| u16::try_from(minor).ok().map(Minor::new))?
}

/// All images under `root`, in the order of the text.
pub(crate) fn images(document: &Document<'_>, root: NodeId) -> Vec<Image> {
    let mut found = Vec::new();
    for node in nodes(document, root) {
        if !document.is_mapping(node) {
            continue;
        }
        for entry in document.entries(node) {
            let value = document.dereference(entry.value);
            match document.text(entry.key) {
                Some("image" | "imageName") => found.extend(image_at(document, value)),
                Some("images") => found.extend(kustomize_images(document, value)),
                _ => {}
            }
        }
        found.extend(split_image(document, node));
    }
    found
}

fn image_at(document: &Document<'_>, node: NodeId) -> Option<Image> {
    if document.is_opaque(node) {
        return None;
    }
    let reference = Reference::parse(document.text(node)?.trim());
    (!reference.name.is_empty()).then(|| Image {
        name: reference.name.to_owned(),
        tag: reference.tag.to_owned(),
        has_digest: !reference.digest.is_empty(),
        node,
        tag_node: node,
    })
}

/// `registry`, `repository`, `tag` and `digest` beside each other, as Helm values have them.
fn split_image(document: &Document<'_>, mapping: NodeId) -> Option<Image> {
    let node = document.get(mapping, "repository")?;
    let repository = document.text(node).filter(|_| !document.is_opaque(node))?;
    // A `repository` alone may be a chart's or a Git repository's.
    let tag_node = document.get(mapping, "tag").or_else(|| document.get(mapping, "digest"))?;
    if document.is_opaque(tag_node) {
        return None;
    }
    let registry = document.text_at(mapping, &["registry"]).unwrap_or_default();
    let name = if registry.is_empty() { repository.to_owned() } else { format!("{registry}/{repository}") };
    let digest = document.text_at(mapping, &["digest"]).unwrap_or_default();
    let written = document.text_at(mapping, &["tag"]).unwrap_or_default();
    let reference = Reference::parse(&name);
    let tag = if written.is_empty() { reference.tag } else { written };
    Some(Image {
        name: reference.name.to_owned(),
        tag: tag.to_owned(),
        has_digest: !digest.is_empty(),
        node,
        tag_node,
    })
}

fn kustomize_images(document: &Document<'_>, list: NodeId) -> Vec<Image> {
    let image = |item: &NodeId| {
        let item = document.dereference(*item);
        let node = document.get(item, "newName").or_else(|| document.get(item, "name"))?;
        let name = document.text(node).filter(|_| !document.is_opaque(node))?.to_owned();
        let tag_node = document.get(item, "newTag").or_else(|| document.get(item, "digest"))?;
        Some(Image {
            name,
            tag: document.text_at(item, &["newTag"]).unwrap_or_default().to_owned(),
            has_digest: document.get(item, "digest").is_some(),
            node,
            tag_node,
        })
    };
    document.items(list).iter().filter_map(image).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_port_is_no_tag_and_a_digest_is_no_version() {
        let cases = [
            ("reg:5000/kube-proxy@sha256:abc", "reg:5000/kube-proxy", "", "kube-proxy"),
            ("reg:5000/kube-proxy:v1.29.1@sha256:abc", "reg:5000/kube-proxy", "v1.29.1", "kube-proxy"),
            (
                "registry.k8s.io/autoscaling/cluster-autoscaler:v1.30.2",
                "registry.k8s.io/autoscaling/cluster-autoscaler",
                "v1.30.2",
                "cluster-autoscaler",
            ),
            ("nginx", "nginx", "", "nginx"),
            ("", "", "", ""),
        ];
        for (text, name, tag, base) in cases {
            let reference = Reference::parse(text);
            assert_eq!((reference.name, reference.tag, reference.base_name()), (name, tag, base), "{text}");
        }
    }

    #[test]
    fn minors_are_numbers_and_not_beginnings_of_words() {
        assert_eq!(minor_of("v1.3.9"), Some(Minor::new(3)));
        assert_eq!(minor_of("v1.31.0-eksbuild.2"), Some(Minor::new(31)));
        assert_eq!(minor_of("1.29-alpine"), Some(Minor::new(29)));
        for tag in ["latest", "", "1", "2.1.0", "v1", "stable-1.2"] {
            assert_eq!(minor_of(tag), None, "{tag}");
        }
    }
}
