//! Templates of charts of the repository that clusters get: they are judged by what is rendered of them there.

use std::collections::BTreeSet;

use gitops::{Deployed, Deployment, Repository};

use crate::kind::in_templates;
use crate::rendering::merge::Merge;

/// Takes the templates that a cluster gets for judged. What no values of a cluster reach, none gets. `charts` are the folders
/// that are charts: what stands elsewhere a cluster may render itself.
pub(super) fn settle(
    deployment: &Deployment,
    (repository, charts): (&Repository, &BTreeSet<String>),
    merge: &mut Merge<'_>,
) {
    for path in merge.open_templates() {
        let is_deployed = matches!(deployment.of_file(repository, &path), Deployed::To(_));
        if is_deployed && in_templates(&path, charts) {
            merge.judged_by_rendering(&path, String::new());
        }
    }
}
