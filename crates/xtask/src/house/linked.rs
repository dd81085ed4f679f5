//! Third-party crates where they must not be: networks, async runtimes and Git above `git` in the crate map, JSON values
//! inside the engine, and features of `serde_json` that would change the order or the numbers of everybody's output.

use super::Problem;
use super::map::Row;
use crate::metadata::Metadata;
use std::collections::BTreeSet;

/// From this row of the map on, crates may talk to the outside world.
const FIRST_OUTSIDE: &str = "git";

/// Families of crates that only the outside half of the map may link, each with why.
const OUTSIDE_ONLY: [Family; 5] = [
    Family {
        what: "an async runtime",
        names: &["async-std", "futures", "futures-util", "mio", "smol", "tokio", "tokio-util", "tower"],
        prefixes: &["futures-", "tokio-"],
    },
    Family {
        what: "a network client or server",
        names: &["axum", "curl", "curl-sys", "h2", "hyper", "reqwest", "tonic", "ureq", "oci-client"],
        prefixes: &["hyper-"],
    },
    Family {
        what: "TLS",
        names: &["aws-lc-rs", "aws-lc-sys", "native-tls", "openssl", "openssl-sys", "ring", "rustls"],
        prefixes: &["rustls-"],
    },
    Family {
        what: "a Kubernetes or AWS client",
        names: &["k8s-openapi", "kube"],
        prefixes: &["aws-config", "aws-credential", "aws-sdk-", "aws-sig", "aws-smithy-", "kube-"],
    },
    Family { what: "Git", names: &["git2", "gix", "libgit2-sys"], prefixes: &["gix-"] },
];

/// Crates whose values carry origins: a JSON value in them would lose the address of what it was made from.
const WITHOUT_JSON_VALUES: [&str; 6] = ["manifest", "inventory", "kustomize", "helm", "checks", "fixes"];

/// Features that one dependency would switch on for the whole build.
const JSON_FEATURES: [&str; 2] = ["arbitrary_precision", "preserve_order"];

/// Crates that belong together under one ban.
struct Family {
    what: &'static str,
    names: &'static [&'static str],
    prefixes: &'static [&'static str],
}

impl Family {
    fn has(&self, name: &str) -> bool {
        self.names.contains(&name) || self.prefixes.iter().any(|prefix| name.starts_with(prefix))
    }
}

/// Finds banned crates among what each of our crates links; the message shows the chain.
pub(crate) fn problems(map: &[Row], metadata: &Metadata) -> Vec<Problem> {
    let outside: BTreeSet<&str> =
        map.iter().map(|row| row.name.as_str()).skip_while(|name| *name != FIRST_OUTSIDE).collect();
    let mut problems = Vec::new();
    for package in metadata.own_packages() {
        let place = format!("crate '{}'", package.name);
        if WITHOUT_JSON_VALUES.contains(&package.name.as_str()) && package.uses().contains("serde_json") {
            problems.push(Problem::new(&place, "uses 'serde_json', whose values have no origins"));
        }
        if outside.contains(package.name.as_str()) {
            continue;
        }
        for (name, chain) in metadata.linked(package) {
            if let Some(family) = OUTSIDE_ONLY.iter().find(|family| family.has(&name)) {
                let message = format!("links {}: {}", family.what, chain.join(" → "));
                problems.push(Problem::new(&place, message));
            }
        }
    }
    problems
}

/// Finds forbidden features of `serde_json` switched on anywhere in the build.
pub(crate) fn feature_problems(metadata: &Metadata) -> Vec<Problem> {
    let ids: BTreeSet<&str> = metadata
        .packages
        .iter()
        .filter(|package| package.name == "serde_json")
        .map(|package| package.id.as_str())
        .collect();
    let nodes = metadata.resolve.nodes.iter().filter(|node| ids.contains(node.id.as_str()));
    nodes
        .flat_map(|node| &node.features)
        .filter(|feature| JSON_FEATURES.contains(&feature.as_str()))
        .map(|feature| {
            let find = "find who with 'cargo tree -e features -i serde_json'";
            Problem::new("Cargo.lock", format!("a dependency switches on 'serde_json/{feature}': {find}"))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::{feature_problems, problems};
    use crate::house::map;
    use crate::metadata::{self, Metadata};

    const MAP: &str = "| crate | what it is for | uses | never |\n|---|---|---|---|\n\
        | `manifest` | x | – | – |\n| `git` | x | – | – |\n| `liftlock` | x | all above | – |\n";

    /// A workspace of `member`, which reaches `far` through `near`; `kind` is how `near` depends on `far`.
    fn workspace(member: &str, far: &str, kind: &str) -> Metadata {
        let json = r#"{"packages":[
            {"name":"MEMBER","id":"m","dependencies":[{"name":"near","kind":null}]},
            {"name":"near","id":"n","dependencies":[{"name":"FAR","kind":KIND}]},
            {"name":"FAR","id":"f","dependencies":[]}],
            "workspace_members":["m"],
            "resolve":{"nodes":[
            {"id":"m","deps":[{"pkg":"n","dep_kinds":[{"kind":null}]}],"features":[]},
            {"id":"n","deps":[{"pkg":"f","dep_kinds":[{"kind":KIND}]}],"features":[]},
            {"id":"f","deps":[],"features":["default","preserve_order"]}]}}"#;
        let json = json.replace("MEMBER", member).replace("FAR", far).replace("KIND", kind);
        metadata::parse(&json).unwrap()
    }

    fn found(metadata: &Metadata) -> Vec<String> {
        problems(&map::parse(MAP).unwrap(), metadata).iter().map(ToString::to_string).collect()
    }

    #[test]
    fn refuses_what_talks_to_the_outside_and_shows_the_chain() {
        for (name, what) in [
            ("tokio", "an async runtime"),
            ("hyper-util", "a network client or server"),
            ("openssl-sys", "TLS"),
            ("aws-sdk-eks", "a Kubernetes or AWS client"),
            ("gix-pack", "Git"),
        ] {
            let expected = format!("crate 'manifest': links {what}: manifest → near → {name}");
            assert_eq!(found(&workspace("manifest", name, "null")), [expected]);
        }
    }

    #[test]
    fn accepts_names_that_only_look_alike() {
        for name in ["gixel", "tokenizer", "hyperscan", "kubernetes-names", "aws-names"] {
            assert_eq!(found(&workspace("manifest", name, "null")), [""; 0], "{name}");
        }
    }

    #[test]
    fn accepts_it_from_the_git_crate_on_and_in_what_only_tests_use() {
        assert_eq!(found(&workspace("git", "tokio", "null")), [""; 0]);
        assert_eq!(found(&workspace("liftlock", "tokio", "null")), [""; 0]);
        assert_eq!(found(&workspace("manifest", "tokio", "\"dev\"")), [""; 0]);
    }

    #[test]
    fn refuses_json_values_where_origins_must_not_be_lost() {
        let json = r#"{"packages":[{"name":"NAME","id":"m","dependencies":[{"name":"serde_json","kind":KIND}]}],
            "workspace_members":["m"],"resolve":{"nodes":[]}}"#;
        let found = |name: &str, kind: &str| {
            let metadata = metadata::parse(&json.replace("NAME", name).replace("KIND", kind)).unwrap();
            problems(&map::parse(MAP).unwrap(), &metadata).len()
        };
        assert_eq!(found("checks", "null"), 1);
        assert_eq!(found("checks", "\"dev\""), 0);
        assert_eq!(found("report", "null"), 0);
    }

    #[test]
    fn refuses_features_that_change_json_output_for_everybody() {
        let metadata = workspace("manifest", "serde_json", "null");
        let found = feature_problems(&metadata);
        assert_eq!(found.len(), 1);
        assert!(found[0].message.contains("'serde_json/preserve_order'"), "{}", found[0]);
        assert_eq!(feature_problems(&workspace("manifest", "other_json", "null")), []);
    }
}
