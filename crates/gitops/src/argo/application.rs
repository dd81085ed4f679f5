//! Applications: what they say of their sources and of where their objects go.

use manifest::value::Value;

use super::cluster::{ClusterSecret, IN_CLUSTER_NAME, is_in_cluster};
use crate::fields::Fields;
use crate::graph::Missing;

/// What an Application says.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct ApplicationSpec {
    pub(crate) name: String,
    pub(crate) namespace: String,
    pub(crate) project: String,
    pub(crate) destination: Destination,
    /// Its sources in their order.
    pub(crate) sources: Vec<ApplicationSource>,
}

/// Where objects go.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Destination {
    pub(crate) name: String,
    pub(crate) server: String,
    pub(crate) namespace: String,
}

/// Where objects come from.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct ApplicationSource {
    pub(crate) url: String,
    pub(crate) path: String,
    pub(crate) revision: String,
    pub(crate) chart: String,
    /// What others call its files by.
    pub(crate) reference: String,
    /// All that it says, for what files of the source may say over it.
    pub(crate) value: Value,
}

impl ApplicationSpec {
    /// Reads the object's value; `name` and `namespace` are its own.
    pub(crate) fn of(object: &Value, name: &str, namespace: &str) -> Self {
        let spec = Fields::of(object).at(&["spec"]);
        let destination = |field: &str| spec.text(&["destination", field]).to_owned();
        Self {
            name: name.to_owned(),
            namespace: namespace.to_owned(),
            project: spec.text(&["project"]).to_owned(),
            destination: Destination {
                name: destination("name"),
                server: destination("server"),
                namespace: destination("namespace"),
            },
            sources: sources(spec),
        }
    }
}

/// The sources: what a hydrator writes counts before several, and several before one.
fn sources(spec: Fields<'_>) -> Vec<ApplicationSource> {
    let hydrator = spec.at(&["sourceHydrator"]);
    if hydrator.value().is_some() {
        let of = |field: &str| hydrator.text(&["syncSource", field]).to_owned();
        let own = of("repoURL");
        let url = if own.is_empty() { hydrator.text(&["drySource", "repoURL"]).to_owned() } else { own };
        return vec![ApplicationSource {
            url,
            path: of("path"),
            revision: of("targetBranch"),
            chart: String::new(),
            reference: String::new(),
            value: Value::Mapping(Vec::new()),
        }];
    }
    let several: Vec<ApplicationSource> = spec.items(&["sources"]).map(ApplicationSource::of).collect();
    if !several.is_empty() {
        return several;
    }
    let one = spec.at(&["source"]);
    one.value().map(|_| ApplicationSource::of(one)).into_iter().collect()
}

impl ApplicationSource {
    fn of(source: Fields<'_>) -> Self {
        let text = |field: &str| source.text(&[field]).to_owned();
        Self {
            url: text("repoURL"),
            path: text("path"),
            revision: text("targetRevision"),
            chart: text("chart"),
            reference: text("ref"),
            value: source.value().cloned().unwrap_or(Value::Null),
        }
    }

    /// Whether it is there for the files that others name, and renders nothing itself.
    pub(crate) fn is_for_others(&self) -> bool {
        !self.reference.is_empty() && self.path.is_empty() && self.chart.is_empty()
    }

    /// Whether it is a chart in a registry that is named by its whole address.
    pub(crate) fn is_packed_chart(&self) -> bool {
        self.url.starts_with("oci://") && ["", ".", "./"].contains(&self.path.as_str())
    }

    /// What to call it: its address, and what of it.
    pub(crate) fn shown(&self) -> String {
        let url = kustomize::load::remote::masked(&self.url);
        let parts = [url.as_str(), &self.chart, &self.path, &self.revision];
        let parts: Vec<&str> = parts.into_iter().filter(|part| !part.is_empty()).collect();
        parts.join(" ")
    }
}

impl Destination {
    /// The cluster that objects go to, none for the one that Argo CD runs in.
    ///
    /// A name is looked for before a server, which Argo CD allows only one of. A server is called as the Secret says that
    /// declares it, else by its host.
    pub(crate) fn cluster(&self, clusters: &[ClusterSecret]) -> Result<Option<String>, Missing> {
        let Self { name, server, .. } = self;
        if !name.is_empty() && !server.is_empty() {
            return Err(Missing::Render(format!(
                "application destination can't have both name and server defined: {name} {server}"
            )));
        }
        if name.is_empty() {
            if server.is_empty() || is_in_cluster(server) {
                return Ok(None);
            }
            let is_server = |cluster: &&ClusterSecret| {
                let known = cluster.server.as_deref().unwrap_or_default();
                known.trim_end_matches('/') == server.trim_end_matches('/')
            };
            let declared = clusters.iter().find(is_server).and_then(|cluster| cluster.name.clone());
            return Ok(Some(declared.filter(|name| !name.is_empty()).unwrap_or_else(|| host_of(server))));
        }
        let declared = clusters.iter().find(|cluster| cluster.name.as_deref() == Some(name));
        let is_here = match declared.and_then(|cluster| cluster.server.as_deref()) {
            Some(server) => is_in_cluster(server),
            None => name == IN_CLUSTER_NAME,
        };
        Ok((!is_here).then(|| name.clone()))
    }
}

/// The host of an URL without its port; of the name that AWS gives to a cluster, what stands last.
fn host_of(server: &str) -> String {
    if server.starts_with("arn:") {
        return server.rsplit(['/', ':']).next().unwrap_or(server).to_owned();
    }
    let rest = server.split_once("://").map_or(server, |(_, rest)| rest);
    let host = rest.split(['/', '?', '#']).next().unwrap_or(rest);
    let host = host.rsplit_once('@').map_or(host, |(_, host)| host);
    match host.rsplit_once(':') {
        Some((name, port)) if !port.is_empty() && port.bytes().all(|byte| byte.is_ascii_digit()) => name,
        _ => host,
    }
    .to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cluster(name: &str, server: &str) -> ClusterSecret {
        ClusterSecret {
            secret: format!("argocd/{name}"),
            namespace: "argocd".to_owned(),
            name: Some(name.to_owned()),
            server: Some(server.to_owned()),
            project: String::new(),
            labels: std::collections::BTreeMap::new(),
            annotations: std::collections::BTreeMap::new(),
        }
    }

    #[test]
    fn a_destination_is_the_cluster_of_argo_or_one_by_its_name_or_host() {
        let declared =
            [cluster("prod", "https://1.2.3.4/"), cluster("here", "https://kubernetes.default.svc")];
        for (name, server, expected) in [
            ("", "", None),
            ("in-cluster", "", None),
            ("", "https://kubernetes.default.svc", None),
            ("", "https://kubernetes.default.svc/", None),
            ("here", "", None),
            ("prod", "", Some("prod")),
            ("other", "", Some("other")),
            ("", "arn:aws:eks:eu-west-1:123456789012:cluster/blue", Some("blue")),
            ("", "https://1.2.3.4", Some("prod")),
            (
                "",
                "https://abc.gr7.eu-west-1.eks.amazonaws.com:443/x",
                Some("abc.gr7.eu-west-1.eks.amazonaws.com"),
            ),
        ] {
            let destination =
                Destination { name: name.to_owned(), server: server.to_owned(), namespace: String::new() };
            assert_eq!(destination.cluster(&declared).unwrap().as_deref(), expected, "{name} {server}");
        }
        let both = Destination { name: "a".to_owned(), server: "b".to_owned(), namespace: String::new() };
        assert!(both.cluster(&[]).is_err());
    }
}
