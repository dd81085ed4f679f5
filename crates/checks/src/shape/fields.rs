//! The fields that tell for which version a body was written.

use manifest::{Document, Object};

use crate::walk::entries_at;

/// A field that the versions of a header do not have.
pub(crate) struct ForeignField {
    /// The group of the header.
    group: &'static str,
    /// The kinds; empty for every kind of the group.
    kinds: &'static [&'static str],
    /// The versions of the header in which the field is foreign.
    versions: &'static [&'static str],
    /// Where the field is; `*` stands for every item.
    path: &'static [&'static str],
    /// What to do about it.
    pub(crate) remedy: Remedy,
}

/// What to do about a foreign field.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Remedy {
    /// The field has another name in the header's version.
    Rename(&'static str),
    /// The body must be written as the header's version has it.
    Rewrite,
    /// The header must name this version.
    Header(&'static str),
}

const fn foreign(
    group: &'static str,
    kinds: &'static [&'static str],
    versions: &'static [&'static str],
    path: &'static [&'static str],
) -> ForeignField {
    ForeignField { group, kinds, versions, path, remedy: Remedy::Rewrite }
}

impl ForeignField {
    const fn renamed(mut self, to: &'static str) -> Self {
        self.remedy = Remedy::Rename(to);
        self
    }

    const fn header(mut self, to: &'static str) -> Self {
        self.remedy = Remedy::Header(to);
        self
    }

    /// The keys at which the field stands in an object of one of the versions.
    pub(crate) fn keys_in(&self, document: &Document<'_>, object: &Object<'_>) -> Vec<manifest::NodeId> {
        let gvk = object.gvk;
        let is_of_kind = self.kinds.is_empty() || self.kinds.contains(&gvk.kind);
        if self.group != gvk.group || !is_of_kind || !self.versions.contains(&gvk.version) {
            return Vec::new();
        }
        entries_at(document, object.node, self.path).iter().map(|entry| entry.key).collect()
    }
}

const NETWORKING: &str = "networking.k8s.io";
const INGRESS: &[&str] = &["Ingress"];
const AUTOSCALER: &[&str] = &["HorizontalPodAutoscaler"];
const METRIC_VERSIONS: &[&str] = &["v2", "v2beta2"];
const DEFINITION_GROUP: &str = "apiextensions.k8s.io";
const DEFINITION: &[&str] = &["CustomResourceDefinition"];
const FLOW_CONTROL: &str = "flowcontrol.apiserver.k8s.io";
const PRIORITY_LEVEL: &[&str] = &["PriorityLevelConfiguration"];
const SLICE: &[&str] = &["EndpointSlice"];

/// Fields of older versions, under headers of newer ones.
pub(crate) static OLD_FIELDS: &[ForeignField] = &[
    foreign(NETWORKING, INGRESS, &["v1"], &["spec", "backend"]),
    foreign(NETWORKING, INGRESS, &["v1"], &["spec", "defaultBackend", "serviceName"]),
    foreign(NETWORKING, INGRESS, &["v1"], &["spec", "defaultBackend", "servicePort"]),
    foreign(
        NETWORKING,
        INGRESS,
        &["v1"],
        &["spec", "rules", "*", "http", "paths", "*", "backend", "serviceName"],
    ),
    foreign(
        NETWORKING,
        INGRESS,
        &["v1"],
        &["spec", "rules", "*", "http", "paths", "*", "backend", "servicePort"],
    ),
    foreign("autoscaling", AUTOSCALER, METRIC_VERSIONS, &["spec", "targetCPUUtilizationPercentage"]),
    foreign(
        "autoscaling",
        AUTOSCALER,
        METRIC_VERSIONS,
        &["spec", "metrics", "*", "resource", "targetAverageUtilization"],
    ),
    foreign(
        "autoscaling",
        AUTOSCALER,
        METRIC_VERSIONS,
        &["spec", "metrics", "*", "resource", "targetAverageValue"],
    ),
    foreign(
        "autoscaling",
        AUTOSCALER,
        METRIC_VERSIONS,
        &["spec", "metrics", "*", "containerResource", "targetAverageUtilization"],
    ),
    foreign(
        "autoscaling",
        AUTOSCALER,
        METRIC_VERSIONS,
        &["spec", "metrics", "*", "containerResource", "targetAverageValue"],
    ),
    foreign("autoscaling", AUTOSCALER, METRIC_VERSIONS, &["spec", "metrics", "*", "pods", "metricName"]),
    foreign(
        "autoscaling",
        AUTOSCALER,
        METRIC_VERSIONS,
        &["spec", "metrics", "*", "pods", "targetAverageValue"],
    ),
    foreign("autoscaling", AUTOSCALER, METRIC_VERSIONS, &["spec", "metrics", "*", "object", "metricName"]),
    foreign("autoscaling", AUTOSCALER, METRIC_VERSIONS, &["spec", "metrics", "*", "object", "targetValue"]),
    foreign("autoscaling", AUTOSCALER, METRIC_VERSIONS, &["spec", "metrics", "*", "object", "averageValue"]),
    foreign("autoscaling", AUTOSCALER, METRIC_VERSIONS, &["spec", "metrics", "*", "external", "metricName"]),
    foreign(
        "autoscaling",
        AUTOSCALER,
        METRIC_VERSIONS,
        &["spec", "metrics", "*", "external", "metricSelector"],
    ),
    foreign("autoscaling", AUTOSCALER, METRIC_VERSIONS, &["spec", "metrics", "*", "external", "targetValue"]),
    foreign(
        "autoscaling",
        AUTOSCALER,
        METRIC_VERSIONS,
        &["spec", "metrics", "*", "external", "targetAverageValue"],
    ),
    foreign(DEFINITION_GROUP, DEFINITION, &["v1"], &["spec", "version"]),
    foreign(DEFINITION_GROUP, DEFINITION, &["v1"], &["spec", "validation"]),
    foreign(DEFINITION_GROUP, DEFINITION, &["v1"], &["spec", "subresources"]),
    foreign(DEFINITION_GROUP, DEFINITION, &["v1"], &["spec", "additionalPrinterColumns"]),
    foreign(DEFINITION_GROUP, DEFINITION, &["v1"], &["spec", "conversion", "webhookClientConfig"]),
    foreign(DEFINITION_GROUP, DEFINITION, &["v1"], &["spec", "conversion", "conversionReviewVersions"]),
    foreign(
        DEFINITION_GROUP,
        DEFINITION,
        &["v1"],
        &["spec", "versions", "*", "additionalPrinterColumns", "*", "JSONPath"],
    )
    .renamed("jsonPath"),
    foreign(
        FLOW_CONTROL,
        PRIORITY_LEVEL,
        &["v1", "v1beta3"],
        &["spec", "limited", "assuredConcurrencyShares"],
    )
    .renamed("nominalConcurrencyShares"),
    foreign("discovery.k8s.io", SLICE, &["v1"], &["endpoints", "*", "topology"]),
    foreign("apps", &["Deployment"], &["v1"], &["spec", "rollbackTo"]),
    foreign("apps", &["DaemonSet"], &["v1"], &["spec", "templateGeneration"]),
    foreign("node.k8s.io", &["RuntimeClass"], &["v1", "v1beta1"], &["spec", "runtimeHandler"]),
    foreign(
        "authorization.k8s.io",
        &["SubjectAccessReview", "LocalSubjectAccessReview"],
        &["v1"],
        &["spec", "group"],
    )
    .renamed("groups"),
    foreign(
        "rbac.authorization.k8s.io",
        &["RoleBinding", "ClusterRoleBinding"],
        &["v1", "v1beta1"],
        &["subjects", "*", "apiVersion"],
    ),
];

/// Fields of newer versions, under headers of older ones.
pub(crate) static NEW_FIELDS: &[ForeignField] = &[
    foreign("extensions", INGRESS, &["v1beta1"], &["spec", "defaultBackend"]).header("networking.k8s.io/v1"),
    foreign(
        "extensions",
        INGRESS,
        &["v1beta1"],
        &["spec", "rules", "*", "http", "paths", "*", "backend", "service"],
    )
    .header("networking.k8s.io/v1"),
    foreign(NETWORKING, INGRESS, &["v1beta1"], &["spec", "defaultBackend"]).header("networking.k8s.io/v1"),
    foreign(
        NETWORKING,
        INGRESS,
        &["v1beta1"],
        &["spec", "rules", "*", "http", "paths", "*", "backend", "service"],
    )
    .header("networking.k8s.io/v1"),
    foreign("autoscaling", AUTOSCALER, &["v1"], &["spec", "metrics"]).header("autoscaling/v2"),
    foreign("autoscaling", AUTOSCALER, &["v1", "v2beta1"], &["spec", "behavior"]).header("autoscaling/v2"),
    foreign("autoscaling", AUTOSCALER, &["v2beta1"], &["spec", "metrics", "*", "resource", "target"])
        .header("autoscaling/v2"),
    foreign("autoscaling", AUTOSCALER, &["v2beta1"], &["spec", "metrics", "*", "pods", "metric"])
        .header("autoscaling/v2"),
    foreign("autoscaling", AUTOSCALER, &["v2beta1"], &["spec", "metrics", "*", "object", "metric"])
        .header("autoscaling/v2"),
    foreign("autoscaling", AUTOSCALER, &["v2beta1"], &["spec", "metrics", "*", "external", "metric"])
        .header("autoscaling/v2"),
    foreign(DEFINITION_GROUP, DEFINITION, &["v1beta1"], &["spec", "conversion", "webhook"])
        .header("apiextensions.k8s.io/v1"),
    foreign(
        DEFINITION_GROUP,
        DEFINITION,
        &["v1beta1"],
        &["spec", "versions", "*", "additionalPrinterColumns", "*", "jsonPath"],
    )
    .header("apiextensions.k8s.io/v1"),
    foreign(
        FLOW_CONTROL,
        PRIORITY_LEVEL,
        &["v1beta1", "v1beta2"],
        &["spec", "limited", "nominalConcurrencyShares"],
    )
    .header("flowcontrol.apiserver.k8s.io/v1beta3"),
    foreign("discovery.k8s.io", SLICE, &["v1beta1"], &["endpoints", "*", "zone"])
        .header("discovery.k8s.io/v1"),
    foreign("discovery.k8s.io", SLICE, &["v1beta1"], &["endpoints", "*", "deprecatedTopology"])
        .header("discovery.k8s.io/v1"),
    foreign("node.k8s.io", &["RuntimeClass"], &["v1alpha1"], &["handler"]).header("node.k8s.io/v1"),
    foreign(
        "authorization.k8s.io",
        &["SubjectAccessReview", "LocalSubjectAccessReview"],
        &["v1beta1"],
        &["spec", "groups"],
    )
    .header("authorization.k8s.io/v1"),
];
