//! The field specs that the original has compiled in, as constants: they cost nothing until they are used.
//!
//! They stand in the order in which the original has them once it has loaded and sorted them, so that merging them with
//! themselves changes nothing.

mod labels;
mod names;
mod vars;

use std::borrow::Cow;

use compact_str::CompactString;

use super::Configuration;
use crate::identity::Gvk;
use crate::kustomization::FieldSpec;

/// Every field spec that holds without any file.
pub(super) const fn configuration() -> Configuration {
    Configuration {
        name_prefix: Cow::Borrowed(&NAME),
        name_suffix: Cow::Borrowed(&NAME),
        namespace: Cow::Borrowed(&NAMESPACE),
        common_labels: Cow::Borrowed(&labels::COMMON_LABELS),
        labels: Cow::Borrowed(&[]),
        template_labels: Cow::Borrowed(&labels::TEMPLATE_LABELS),
        common_annotations: Cow::Borrowed(&labels::COMMON_ANNOTATIONS),
        name_reference: Cow::Borrowed(&names::NAME_REFERENCE),
        var_reference: Cow::Borrowed(&vars::VAR_REFERENCE),
        images: Cow::Borrowed(&IMAGES),
        replicas: Cow::Borrowed(&REPLICAS),
    }
}

/// A place that is changed where it is there.
const fn spec(
    group: &'static str,
    version: &'static str,
    kind: &'static str,
    path: &'static str,
) -> FieldSpec {
    let gvk = Gvk {
        group: CompactString::const_new(group),
        version: CompactString::const_new(version),
        kind: CompactString::const_new(kind),
    };
    FieldSpec { gvk, path: CompactString::const_new(path), create: false }
}

/// A place that is made where it is missing.
const fn created(
    group: &'static str,
    version: &'static str,
    kind: &'static str,
    path: &'static str,
) -> FieldSpec {
    let gvk = Gvk {
        group: CompactString::const_new(group),
        version: CompactString::const_new(version),
        kind: CompactString::const_new(kind),
    };
    FieldSpec { gvk, path: CompactString::const_new(path), create: true }
}

static NAME: [FieldSpec; 1] = [spec("", "", "", "metadata/name")];

static NAMESPACE: [FieldSpec; 3] = [
    created("", "", "Namespace", "metadata/name"),
    spec(
        "apiextensions.k8s.io",
        "",
        "CustomResourceDefinition",
        "spec/conversion/webhook/clientConfig/service/namespace",
    ),
    created("apiregistration.k8s.io", "", "APIService", "spec/service/namespace"),
];

static IMAGES: [FieldSpec; 6] = [
    created("", "", "", "spec/containers[]/image"),
    created("", "", "", "spec/initContainers[]/image"),
    created("", "", "", "spec/volumes[]/image/reference"),
    created("", "", "", "spec/template/spec/containers[]/image"),
    created("", "", "", "spec/template/spec/initContainers[]/image"),
    created("", "", "", "spec/template/spec/volumes[]/image/reference"),
];

static REPLICAS: [FieldSpec; 4] = [
    created("", "", "Deployment", "spec/replicas"),
    created("", "", "StatefulSet", "spec/replicas"),
    created("", "", "ReplicaSet", "spec/replicas"),
    created("", "", "ReplicationController", "spec/replicas"),
];
