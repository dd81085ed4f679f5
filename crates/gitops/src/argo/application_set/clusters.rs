//! The generator of clusters: those whose Secrets are declared, and the one that Argo CD runs in.

use std::collections::BTreeMap;

use super::functions::sanitized;
use super::generators::{Making, with_values};
use super::parameters::{Parameter, Parameters};
use super::selector::Selector;
use crate::argo::cluster::{ClusterSecret, IN_CLUSTER_NAME, IN_CLUSTER_SERVER, is_in_cluster};
use crate::fields::Fields;
use crate::graph::Missing;

/// The parameters of all clusters that are meant, the one that Argo CD runs in last.
pub(super) fn parameters(generator: Fields<'_>, making: &Making<'_>) -> Result<Vec<Parameters>, Missing> {
    let selector = Selector::of(generator.at(&["selector"]))?;
    if making.clusters.is_empty() && !selector.is_empty() {
        // Whoever installed the clusters has declared them elsewhere.
        return Err(Missing::FindSource("a cluster that a generator selects".to_owned()));
    }
    let mut sets = Vec::new();
    let chosen: Vec<&ClusterSecret> =
        making.clusters.iter().filter(|cluster| selector.matches(&cluster.labels)).collect();
    for cluster in &chosen {
        sets.push(with_values(generator, of_cluster(cluster, making)?, making)?);
    }
    // Without a Secret it has no labels to be chosen by.
    let is_declared = chosen.iter().any(|cluster| cluster.server.as_deref().is_some_and(is_in_cluster));
    if selector.is_empty() && !is_declared {
        sets.push(with_values(generator, in_cluster(), making)?);
    }
    if generator.flag(&["flatList"]) == Some(true) {
        let all = sets.into_iter().map(Parameter::Map).collect();
        sets = vec![Parameters::from([("clusters".to_owned(), Parameter::List(all))])];
    }
    Ok(sets)
}

fn in_cluster() -> Parameters {
    let texts = [
        ("name", IN_CLUSTER_NAME),
        ("nameNormalized", IN_CLUSTER_NAME),
        ("server", IN_CLUSTER_SERVER),
        ("project", ""),
    ];
    texts.into_iter().map(|(key, text)| (key.to_owned(), text.into())).collect()
}

fn of_cluster(cluster: &ClusterSecret, making: &Making<'_>) -> Result<Parameters, Missing> {
    let known = |text: &Option<String>| {
        text.clone().ok_or_else(|| Missing::Decrypt(format!("the Secret {} of a cluster", cluster.secret)))
    };
    let name = known(&cluster.name)?;
    let mut parameters = Parameters::from([
        ("nameNormalized".to_owned(), sanitized(&name).into()),
        ("name".to_owned(), name.into()),
        ("server".to_owned(), known(&cluster.server)?.into()),
        ("project".to_owned(), cluster.project.clone().into()),
    ]);
    let metadata = [("annotations", &cluster.annotations), ("labels", &cluster.labels)];
    if making.templating.is_go() {
        let filled = |texts: &BTreeMap<String, String>| !texts.is_empty();
        let entries = metadata.into_iter().filter(|(_, texts)| filled(texts));
        let entries = entries.map(|(key, texts)| (key.to_owned(), Parameter::Texts(texts.clone())));
        parameters.insert("metadata".to_owned(), Parameter::Map(entries.collect()));
        return Ok(parameters);
    }
    for (field, texts) in metadata {
        for (key, text) in texts {
            parameters.insert(format!("metadata.{field}.{key}"), text.clone().into());
        }
    }
    Ok(parameters)
}
