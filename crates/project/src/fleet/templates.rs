//! Templates of charts of the repository that clusters get: they are judged by what is rendered of them there.

use gitops::{Deployed, Deployment, Repository};
use tree::{Place, Tree};

use crate::rendering::merge::Merge;

/// Takes the templates that a cluster gets for judged. What no values of a cluster reach, none gets.
pub(super) fn settle(
    deployment: &Deployment,
    (repository, tree): (&Repository, &dyn Tree),
    merge: &mut Merge<'_>,
) {
    for path in merge.open_templates() {
        let is_deployed = matches!(deployment.of_file(repository, &path), Deployed::To(_));
        if is_deployed && is_of_chart(tree, &path) {
            merge.judged_by_rendering(&path, String::new());
        }
    }
}

/// Whether a path is a template of a chart, rather than something that a cluster renders itself.
fn is_of_chart(tree: &dyn Tree, path: &str) -> bool {
    let is_chart = |(at, _)| {
        let folder = path.get(..at).unwrap_or_default();
        let folder = if folder.is_empty() { String::new() } else { format!("{folder}/") };
        matches!(tree.locate(&format!("{folder}Chart.yaml")), Ok(Place::File(_)))
    };
    let at_root = path.starts_with("templates/").then_some((0, ""));
    path.match_indices("/templates/").chain(at_root).any(is_chart)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn templates_stand_in_the_folder_of_a_chart() {
        let tree: tree::Memory = [("a/Chart.yaml", ""), ("a/templates/x.yaml", "")].into_iter().collect();
        for (path, expected) in [
            ("a/templates/x.yaml", true),
            ("a/templates/deep/templates/x.yaml", true),
            ("b/templates/x.yaml", false),
            ("templates/x.yaml", false),
            ("a/x.yaml", false),
        ] {
            assert_eq!(is_of_chart(&tree, path), expected, "{path}");
        }
        let alone: tree::Memory = [("Chart.yaml", "")].into_iter().collect();
        assert!(is_of_chart(&alone, "templates/x.yaml"));
    }
}
