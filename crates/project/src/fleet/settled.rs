//! Files of which nobody can judge what stands in them, and that clusters get: they are judged by what is rendered of them there.

use std::collections::BTreeSet;

use gitops::{Deployed, Deployment, Repository};
use inventory::Reason;

use crate::kind::in_templates;
use crate::rendering::merge::Merge;

/// Takes the templates that a cluster gets for judged. What no values of a cluster reach, none gets. `charts` are the folders
/// that are charts: what stands elsewhere a cluster may render itself.
pub(super) fn templates(
    deployment: &Deployment,
    (repository, charts): (&Repository, &BTreeSet<String>),
    merge: &mut Merge<'_>,
) {
    for path in merge.open_files(Reason::NeedsRendering) {
        let is_deployed = matches!(deployment.of_file(repository, &path), Deployed::To(_));
        if is_deployed && in_templates(&path, charts) {
            merge.judged_by_rendering(&path, String::new());
        }
    }
}

/// Takes encrypted files for judged that a key has opened for the units which are made of them.
pub(super) fn encrypted(deployment: &Deployment, merge: &mut Merge<'_>) {
    for path in merge.open_files(Reason::Encrypted) {
        if deployment.is_decrypted(&path) {
            merge.judged_by_rendering(&path, String::new());
        }
    }
}
