//! References as builds see them: objects with what the build remembers of them, before and after.

use text::{Origin, Origins};

use super::*;
use crate::configuration::Configuration;
use crate::testing::{applied, objects, text};
use crate::transform::{AffixTransformer, Side};

fn prefix(affix: &str) -> AffixTransformer<Origin> {
    AffixTransformer { text: text(affix), side: Side::Before, specs: Configuration::builtin().name_prefix }
}

/// Gives the objects a prefix and lets their references follow.
fn check(objects: &str, expected: &str) {
    let found = applied(objects, |work, map| {
        prefix("p-").transform(work, map)?;
        follow_names(work, map, &Configuration::builtin().name_reference)
    });
    assert_eq!(found.as_deref(), Ok(expected));
}

/// An object that remembers that it was called otherwise.
fn renamed(kind: &str, [before, now]: [&str; 2], namespace: &str, prefixes: &str) -> String {
    let version = match kind {
        "ServiceAccount" | "ConfigMap" | "Secret" => "v1",
        "Role" | "ClusterRole" => "rbac.authorization.k8s.io/v1",
        _ => "apps/v1",
    };
    let prefixes = match prefixes {
        "" => String::new(),
        prefixes => format!("    internal.config.kubernetes.io/prefixes: \"{prefixes}\"\n"),
    };
    format!(
        "apiVersion: {version}\nkind: {kind}\nmetadata:\n  name: {now}\n  namespace: {namespace}\n  annotations:\n    \
         internal.config.kubernetes.io/previousNames: {before}\n    \
         internal.config.kubernetes.io/previousNamespaces: {namespace}\n    \
         internal.config.kubernetes.io/previousKinds: {kind}\n{prefixes}---\n"
    )
}

/// A pod that names a service account, and the name that it has afterwards.
fn account_of_pod(others: &str, namespace: &str, prefixes: &str) -> Result<String, String> {
    let annotations = match prefixes {
        "" => String::new(),
        prefixes => {
            format!("  annotations:\n    internal.config.kubernetes.io/prefixes: \"{prefixes}\"\n")
        }
    };
    let pod = format!(
        "apiVersion: v1\nkind: Pod\nmetadata:\n  name: pod\n  namespace: {namespace}\n{annotations}spec:\n  serviceAccountName: sa\n"
    );
    let printed = applied(&format!("{others}{pod}"), |work, map| {
        follow_names(work, map, &Configuration::builtin().name_reference)
    })?;
    let name = printed.rsplit_once("serviceAccountName: ").map(|(_, name)| name.trim().to_owned());
    Ok(name.unwrap_or_default())
}

fn accounts(renamings: &[([&str; 2], &str, &str)]) -> String {
    let renamed = renamings
        .iter()
        .map(|(names, namespace, prefixes)| renamed("ServiceAccount", *names, namespace, prefixes));
    renamed.collect()
}

#[test]
fn a_name_in_a_field_follows() {
    check(
        "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: c}\n---\n\
         apiVersion: v1\nkind: Pod\nmetadata: {name: p}\n\
         spec: {volumes: [{configMap: {name: c}}, {configMap: {name: other}}, {secret: {secretName: c}}]}\n",
        "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: p-c\n---\n\
         apiVersion: v1\nkind: Pod\nmetadata:\n  name: p-p\nspec:\n  volumes:\n  - configMap:\n      name: p-c\n  \
         - configMap:\n      name: other\n  - secret:\n      secretName: c\n",
    );
}

#[test]
fn names_in_a_sequence_follow_each_by_the_kinds_in_their_order() {
    check(
        "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: c}\n---\n\
         apiVersion: v1\nkind: Secret\nmetadata: {name: s}\n---\n\
         apiVersion: rbac.authorization.k8s.io/v1\nkind: Role\nmetadata: {name: r}\nrules:\n- resourceNames: [s, x, c]\n",
        "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: p-c\n---\n\
         apiVersion: v1\nkind: Secret\nmetadata:\n  name: p-s\n---\n\
         apiVersion: rbac.authorization.k8s.io/v1\nkind: Role\nmetadata:\n  name: p-r\nrules:\n- resourceNames:\n  - p-s\n  - x\n  - p-c\n",
    );
}

#[test]
fn an_annotation_with_a_slash_in_its_name_is_a_field() {
    check(
        "apiVersion: v1\nkind: Secret\nmetadata: {name: s}\n---\n\
         apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata: {name: i, annotations: {nginx.ingress.kubernetes.io/auth-secret: s}}\n",
        "apiVersion: v1\nkind: Secret\nmetadata:\n  name: p-s\n---\n\
         apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata:\n  annotations:\n    \
         nginx.ingress.kubernetes.io/auth-secret: p-s\n  name: p-i\n",
    );
}

#[test]
fn a_role_that_is_named_has_to_be_of_the_kind_that_stands_beside_it() {
    let roles = "apiVersion: rbac.authorization.k8s.io/v1\nkind: ClusterRole\nmetadata: {name: r}\n---\n\
                 apiVersion: rbac.authorization.k8s.io/v1\nkind: RoleBinding\nmetadata: {name: b}\n\
                 roleRef: {apiGroup: rbac.authorization.k8s.io, kind: KIND, name: r}\n";
    for (kind, name) in [("Role", "r"), ("ClusterRole", "p-r")] {
        check(
            &roles.replace("KIND", kind),
            &format!(
                "apiVersion: rbac.authorization.k8s.io/v1\nkind: ClusterRole\nmetadata:\n  name: p-r\n---\n\
                 apiVersion: rbac.authorization.k8s.io/v1\nkind: RoleBinding\nmetadata:\n  name: p-b\nroleRef:\n  \
                 apiGroup: rbac.authorization.k8s.io\n  kind: {kind}\n  name: {name}\n"
            ),
        );
    }
}

#[test]
fn an_object_in_another_namespace_is_not_meant() {
    let accounts = accounts(&[(["sa", "x-sa"], "other", "")]);
    assert_eq!(account_of_pod(&renamed("ConfigMap", ["sa", "x"], "mine", ""), "mine", ""), Ok("sa".into()));
    assert_eq!(account_of_pod(&accounts, "other", ""), Ok("x-sa".into()));
    assert_eq!(account_of_pod(&accounts, "mine", ""), Ok("sa".into()));
}

#[test]
fn of_several_the_one_with_the_same_prefixes_is_meant() {
    let both = accounts(&[(["sa", "a-sa"], "n", "a-"), (["sa", "b-sa"], "n", "b-")]);
    assert_eq!(account_of_pod(&both, "n", "a-"), Ok("a-sa".into()));
    assert_eq!(account_of_pod(&both, "n", "x-,b-"), Ok("b-sa".into()));
    assert_eq!(account_of_pod(&both, "n", "c-"), Ok("sa".into()));
    assert_eq!(account_of_pod(&both, "n", ""), Ok("sa".into()));
}

#[test]
fn the_only_one_is_meant_whatever_its_prefixes() {
    let one = accounts(&[(["sa", "a-sa"], "n", "a-")]);
    assert_eq!(account_of_pod(&one, "n", "b-"), Ok("a-sa".into()));
}

#[test]
fn of_several_without_prefixes_none_can_be_chosen() {
    let both = accounts(&[(["sa", "a-sa"], "n", ""), (["sa", "b-sa"], "n", "")]);
    assert_eq!(
        account_of_pod(&both, "n", ""),
        Err("updating name reference in 'spec/serviceAccountName' field of 'Pod.v1.[noGrp]/pod.n': \
             found multiple possible referrals: ServiceAccount.v1.[noGrp]/a-sa.n, ServiceAccount.v1.[noGrp]/b-sa.n"
            .to_owned())
    );
}

#[test]
fn many_of_one_name_are_told_by_their_prefixes() {
    let prefixes: Vec<String> = (0..40).map(|number| format!("{number}-")).collect();
    let names: Vec<String> = prefixes.iter().map(|prefix| format!("{prefix}sa")).collect();
    let renamings: Vec<_> = names
        .iter()
        .zip(&prefixes)
        .map(|(name, prefix)| (["sa", name.as_str()], "n", prefix.as_str()))
        .collect();
    let all = accounts(&renamings);
    assert_eq!(account_of_pod(&all, "n", "7-"), Ok("7-sa".into()));
    assert_eq!(account_of_pod(&all, "n", "x-"), Ok("sa".into()));
}

#[test]
fn subjects_follow_with_their_namespace() {
    let binding = "apiVersion: rbac.authorization.k8s.io/v1\nkind: RoleBinding\nmetadata:\n  name: b\n  namespace: mine\nsubjects:\n";
    let subject = |name: &str, namespace: &str| {
        format!("- kind: ServiceAccount\n  name: {name}\n  namespace: {namespace}\n")
    };
    let accounts = accounts(&[(["sa", "x-sa"], "other", "")]);
    let (written, expected) =
        (subject("sa", "other") + &subject("sa", "mine"), subject("x-sa", "other") + &subject("sa", "mine"));
    let found = applied(&format!("{accounts}{binding}{written}"), |work, map| {
        follow_names(work, map, &Configuration::builtin().name_reference)
    });
    assert!(found.as_ref().is_ok_and(|found| found.ends_with(&expected)), "{found:?}");
}

#[test]
fn a_subject_without_a_readable_namespace_is_refused() {
    let binding = |subject: &str| {
        let binding = format!(
            "apiVersion: rbac.authorization.k8s.io/v1\nkind: RoleBinding\nmetadata: {{name: b}}\nsubjects: [{subject}]\n"
        );
        applied(&binding, |work, map| follow_names(work, map, &Configuration::builtin().name_reference))
    };
    let blank = binding("{kind: ServiceAccount, name: a, namespace: }").unwrap_err();
    assert_eq!(
        blank,
        "invalid input: namespace is blank for resource 'RoleBinding.v1.rbac.authorization.k8s.io/b.[noNs]'"
    );
    assert!(binding("text").unwrap_err().contains("is no map of strings"));
    assert!(binding("{kind: User, name: a, namespace: }").is_ok());
}

#[test]
fn a_mapping_without_a_name_is_a_fault_of_the_configuration() {
    let binding = "apiVersion: rbac.authorization.k8s.io/v1\nkind: ClusterRoleBinding\nmetadata: {name: b}\nsubjects: [{}]\n";
    let failed =
        applied(binding, |work, map| follow_names(work, map, &Configuration::builtin().name_reference));
    assert!(failed.unwrap_err().ends_with("path config error; no 'name' field in node"));
}

#[test]
fn paths_of_which_one_goes_on_where_another_ends_are_followed_in_turn() {
    let named = |path: &str, kind: &str| NameBackReference {
        gvk: crate::Gvk::of_kind(kind),
        referrers: vec![crate::kustomization::FieldSpec {
            gvk: crate::Gvk::of_kind("Foo"),
            path: path.into(),
            create: false,
        }]
        .into(),
    };
    let table = [named("ref", "ConfigMap"), named("ref/name", "Secret")];
    let objects = renamed("ConfigMap", ["a", "b"], "mine", "")
        + &renamed("Secret", ["b", "c"], "mine", "")
        + "apiVersion: x/v1\nkind: Foo\nmetadata: {name: f, namespace: mine}\nref: {name: a}\n";
    let found = applied(&objects, |work, map| follow_names(work, map, &table)).unwrap();
    assert!(found.ends_with("ref:\n  name: c\n  namespace: mine\n"), "{found}");
}

#[test]
fn a_rewritten_reference_comes_from_the_name_over_what_was_written() {
    let text = accounts(&[(["sa", "x-sa"], "n", "")])
        + "apiVersion: v1\nkind: Pod\nmetadata: {name: pod, namespace: n}\nspec: {serviceAccountName: sa}\n";
    let (mut work, mut map) = objects(&text);
    follow_names(&mut work, &mut map, &Configuration::builtin().name_reference).unwrap();
    let pod = map.resources().last().unwrap().graph();
    let origin = pod.origin(pod.at(pod.root(), &["spec", "serviceAccountName"]).unwrap());
    let starts: Vec<_> =
        Origins::evidence(&work.tracker, origin).iter().map(|span| span.start as usize).collect();
    assert_eq!(starts, [text.find("x-sa").unwrap(), text.rfind("sa}").unwrap()]);
}
