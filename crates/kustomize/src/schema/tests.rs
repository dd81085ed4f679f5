use super::*;
use crate::identity::Gvk;

fn merge_at<'s>(schema: &'s Schema, kind: (&str, &str), path: &[&str]) -> Option<ListMerge<'s>> {
    let mut at = schema.of_kind(kind.0, kind.1)?;
    for step in path {
        at = if *step == "[]" { at.items()? } else { at.field(step)? };
    }
    Some(at.merge())
}

fn is_cluster_scoped(schema: &Schema, api_version: &str, kind: &str) -> bool {
    schema.is_cluster_scoped(&Gvk::new(api_version, kind))
}

#[test]
fn knows_by_which_keys_the_lists_of_a_pod_merge() {
    let schema = Schema::default();
    let containers = ["spec", "template", "spec", "containers"];
    let below = |rest: &[&'static str]| [&containers[..], rest].concat();
    let check = |path: &[&str], expected: &ListMerge<'_>| {
        assert_eq!(merge_at(&schema, ("apps/v1", "Deployment"), path).as_ref(), Some(expected), "{path:?}");
    };
    let keys = |keys: &[&'static str]| ListMerge::Keys(keys.to_vec());
    check(&containers, &keys(&["name"]));
    check(&below(&["[]", "ports"]), &keys(&["containerPort", "protocol"]));
    check(&below(&["[]", "volumeMounts"]), &keys(&["mountPath"]));
    check(&below(&["[]", "args"]), &ListMerge::Replace);
    check(&["metadata", "finalizers"], &ListMerge::Scalars);
    check(&["spec", "template", "spec", "volumes"], &keys(&["name"]));
    check(&["spec", "template", "spec", "tolerations"], &ListMerge::Replace);
}

#[test]
fn knows_nothing_of_fields_that_are_not_there() {
    let schema = Schema::default();
    let at = |path: &[&str]| merge_at(&schema, ("apps/v1", "Deployment"), path);
    assert_eq!(at(&["spec", "containers"]), None);
    assert_eq!(at(&["spec", "[]"]), None);
    assert_eq!(merge_at(&schema, ("apps/v2", "Deployment"), &[]), None);
    assert_eq!(merge_at(&schema, ("/v1", "Pod"), &[]), None);
    assert_eq!(at(&["metadata", "labels", "anything"]), Some(ListMerge::Replace));
}

#[test]
fn knows_the_kustomization_api_as_well() {
    let schema = Schema::default();
    let kind = ("kustomize.config.k8s.io/v1beta1", "Kustomization");
    assert_eq!(merge_at(&schema, kind, &["secretGenerator"]), Some(ListMerge::Keys(vec!["name"])));
}

#[test]
fn tells_the_scope_of_built_in_kinds_only() {
    let schema = Schema::default();
    for (api_version, kind, expected) in [
        ("v1", "Namespace", true),
        ("v1", "Pod", false),
        ("rbac.authorization.k8s.io/v1", "ClusterRole", true),
        ("rbac.authorization.k8s.io/v1alpha1", "ClusterRole", false),
        ("policy/v1beta1", "PodSecurityPolicy", true),
        ("autoscaling/v1", "Scale", false),
        ("example.com/v1", "Cluster", false),
        ("", "Namespace", false),
    ] {
        assert_eq!(is_cluster_scoped(&schema, api_version, kind), expected, "{api_version} {kind}");
    }
}

const CUSTOM: &[u8] = b"
definitions:
  com.example.Fleet:
    type: object
    properties:
      spec: {$ref: '#/definitions/com.example.Spec'}
      round: {$ref: '#/definitions/com.example.Round'}
      lost: {$ref: '#/definitions/nothing'}
      inner: {$ref: '#/definitions/com.example.Spec/properties/ships'}
    x-kubernetes-group-version-kind: [{group: example.com, version: v1, kind: Fleet}]
  com.example.Round: {$ref: '#/definitions/com.example.Round'}
  com.example.Spec:
    type: object
    additionalProperties: {type: string}
    properties:
      ships:
        type: array
        items: {type: object, properties: {crew: {type: [array], items: {type: string}, x-kubernetes-patch-strategy: merge}}}
        x-kubernetes-patch-strategy: merge,retainKeys
        x-kubernetes-patch-merge-key: name
      ports:
        type: array
        items: {type: object}
        x-kubernetes-patch-strategy: merge
        x-kubernetes-patch-merge-key: port
        x-kubernetes-list-map-keys: [port, protocol]
      odd: {type: [array, string], items: {type: string}, x-kubernetes-patch-merge-key: name}
paths:
  /apis/example.com/v1/fleets:
    get: {x-kubernetes-group-version-kind: {group: example.com, version: v1, kind: Fleet}}
  /apis/example.com/v1/namespaces/{namespace}/boats:
    get: {x-kubernetes-group-version-kind: {group: example.com, version: v1, kind: Boat}}
  /apis/example.com/v1/boats:
    get: {x-kubernetes-group-version-kind: {group: example.com, version: v1, kind: Boat}}
  /version/:
    get: {description: nothing}
    parameters: []
";

#[test]
fn takes_a_document_in_place_of_the_built_in_one() {
    let mut schema = Schema::default();
    schema.set_at_root(None, Some(CUSTOM)).expect("a document");
    let at = |path: &[&str]| merge_at(&schema, ("example.com/v1", "Fleet"), path);
    let keys = |keys: &[&'static str]| Some(ListMerge::Keys(keys.to_vec()));
    assert_eq!(at(&["spec", "ships"]), keys(&["name"]));
    assert_eq!(at(&["spec", "ships", "[]", "crew"]), Some(ListMerge::Scalars));
    assert_eq!(at(&["spec", "ports"]), keys(&["port", "protocol"]));
    assert_eq!(at(&["spec", "odd"]), Some(ListMerge::Replace));
    assert_eq!(at(&["spec", "odd", "[]"]), None);
    assert_eq!(at(&["spec", "unknown"]), Some(ListMerge::Replace));
    assert_eq!(at(&["inner"]), keys(&["name"]));
    assert_eq!(at(&["round"]), None);
    assert_eq!(at(&["lost"]), None);
    assert_eq!(merge_at(&schema, ("apps/v1", "Deployment"), &[]), None);
    assert!(merge_at(&schema, ("kustomize.config.k8s.io/v1beta1", "Kustomization"), &[]).is_some());
    assert!(is_cluster_scoped(&schema, "example.com/v1", "Fleet"));
    assert!(!is_cluster_scoped(&schema, "example.com/v1", "Boat"));
    assert!(is_cluster_scoped(&schema, "v1", "Namespace"));
}

#[test]
fn keeps_the_built_in_document_that_something_has_asked_for() {
    let deployment = b"{\"definitions\": {\"io.k8s.api.apps.v1.DeploymentSpec\": {\"type\": \"object\"}}}";
    let path = ["spec", "template"];
    let mut asked = Schema::default();
    assert!(asked.of_kind("apps/v1", "Deployment").is_some());
    asked.set_below_root(None, Some(deployment)).expect("a document");
    assert!(asked.of_kind("apps/v1", "Deployment").is_some());
    assert_eq!(merge_at(&asked, ("apps/v1", "Deployment"), &path), None);

    let mut put_off = Schema::default();
    assert!(!is_cluster_scoped(&put_off, "example.com/v1", "Boat"));
    put_off.set_below_root(None, Some(deployment)).expect("a document");
    assert_eq!(merge_at(&put_off, ("apps/v1", "Deployment"), &path), Some(ListMerge::Replace));
}

#[test]
fn the_first_kustomization_that_wants_a_schema_decides() {
    let mut schema = Schema::default();
    assert_eq!(schema.set_at_root(None, None), Ok(()));
    assert_eq!(schema.set_below_root(Some(""), None), Ok(()));
    assert_eq!(schema.set_below_root(Some("v1.21.2"), None), Ok(()));
    assert_eq!(schema.set_below_root(None, Some(CUSTOM)), Ok(()));
    assert!(!is_cluster_scoped(&schema, "example.com/v1", "Fleet"));
}

#[test]
fn refuses_what_is_not_there() {
    let check = |version: Option<&str>, document: Option<&[u8]>, expected: &str| {
        let error = Schema::default().set_at_root(version, document).expect_err("refused");
        assert_eq!(error.to_string(), expected);
    };
    check(Some("v1"), Some(b""), "builtin version and custom schema provided, cannot use both");
    check(
        Some("v1.20.4"),
        None,
        "the specified OpenAPI version is not built in: 'v1.20.4' (there is v1.21.2)",
    );
    check(None, Some(b"definitions: [a]"), "invalid schema file");
    check(None, Some(b"a: [b"), "invalid schema file");
    check(None, Some(b"definitions: {a: 1}"), "invalid schema file");
}

#[test]
fn the_table_holds_what_the_facts_say() {
    assert_eq!(table::type_count(), 623);
    let fields: usize = (0..table::type_count()).map(|node| table::fields(node).len()).sum();
    assert_eq!(fields, 2_658);
    let is_sorted = |node: u16| table::fields(node).is_sorted_by(|a, b| a.0 < b.0);
    assert!((0..table::node_count()).all(is_sorted));
    assert!(table::kinds().map(|([group, version, kind], _)| [kind, group, version]).is_sorted());
    let every = (0..table::node_count()).flat_map(|node| table::fields(node).map(move |field| (node, field)));
    for (node, (name, below)) in every {
        assert!(!name.is_empty() && below < table::node_count());
        assert_eq!(table::field(node, name), Some(below));
    }
}
