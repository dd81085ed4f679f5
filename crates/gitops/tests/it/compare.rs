//! What two renders differ by.

use gitops::{ClusterDifference, Fleet, ObjectChange, compare};

use crate::repositories::{config_map, fleet, kustomization};

fn lines(before: &Fleet, after: &Fleet) -> Vec<String> {
    let differences = compare(before, after);
    differences.iter().flat_map(of_cluster).collect()
}

fn of_cluster(difference: &ClusterDifference) -> Vec<String> {
    let mut lines = Vec::new();
    for unit in &difference.units {
        for reason in &unit.not_assessed {
            lines.push(format!("{}: not assessed: {reason}", unit.unit.name));
        }
        for object in &unit.objects {
            let what = match &object.change {
                ObjectChange::Added => "added".to_owned(),
                ObjectChange::Removed => "removed".to_owned(),
                ObjectChange::Moved { from, fields } => {
                    format!("moved from {} with {}", from.name, fields.len())
                }
                ObjectChange::Changed(fields) => {
                    let paths: Vec<String> = fields.iter().map(|field| field.path.join(".")).collect();
                    format!("changed {}", paths.join(" "))
                }
            };
            lines.push(format!("{}: {} {what}", unit.unit.name, object.id));
        }
    }
    lines
}

fn of(apps: &[(&str, &str)]) -> Fleet {
    let one = kustomization("one", "./one", "");
    let two = kustomization("two", "./two", "");
    let mut files = vec![("clusters/demo/one.yaml", one.as_str()), ("clusters/demo/two.yaml", two.as_str())];
    files.extend(apps);
    fleet(&files)
}

#[test]
fn what_came_went_moved_and_changed_is_told_by_meaning() {
    let (a, b, c) = (config_map("a", "x: y"), config_map("b", "x: y"), config_map("c", "x: y"));
    let changed = "# a comment\ndata:\n  x: 'z'\n  new: \"1\"\nkind: ConfigMap\napiVersion: v1\nmetadata: {namespace: flux-system, name: a}\n";
    let d = config_map("d", "x: y");
    let before = of(&[
        ("one/a.yaml", &a),
        ("one/b.yaml", &b),
        ("one/c.yaml", &c),
        ("two/z.yaml", &config_map("z", "x: y")),
    ]);
    let after = of(&[
        ("one/a.yaml", changed),
        ("two/b.yaml", &b),
        ("one/d.yaml", &d),
        ("two/z.yaml", &config_map("z", "x: \"y\"")),
    ]);
    assert_eq!(
        lines(&before, &after),
        [
            "one: ConfigMap flux-system/a changed data.x data.new",
            "one: ConfigMap flux-system/c removed",
            "one: ConfigMap flux-system/d added",
            "two: ConfigMap flux-system/b moved from one with 0",
        ]
    );
    assert!(lines(&before, &before).is_empty());
}

#[test]
fn a_name_that_follows_its_content_is_no_change_where_it_is_used() {
    let pod = "apiVersion: v1\nkind: Pod\nmetadata:\n  name: web\nspec:\n  containers:\n    - name: web\n      image: web\n      envFrom:\n        - configMapRef:\n            name: settings\n";
    let with = |literal: &str| {
        let kustomization = format!(
            "resources: [pod.yaml]\nconfigMapGenerator:\n  - name: settings\n    literals: [{literal}]\n"
        );
        of(&[
            ("one/kustomization.yaml", &kustomization),
            ("one/pod.yaml", pod),
            ("two/z.yaml", &config_map("z", "x: y")),
        ])
    };
    let lines = lines(&with("a=1"), &with("a=2"));
    assert_eq!(lines.len(), 1, "{lines:?}");
    assert!(lines[0].contains("ConfigMap settings-") && lines[0].contains("changed data.a"), "{lines:?}");
}

#[test]
fn a_unit_that_can_no_longer_be_rendered_has_lost_nothing_that_is_known() {
    let (a, z) = (config_map("a", "x: y"), config_map("z", "x: y"));
    let before = of(&[("one/a.yaml", &a), ("two/z.yaml", &z)]);
    let after = of(&[("two/z.yaml", &z)]);
    assert_eq!(
        lines(&before, &after),
        ["one: not assessed: path './one' is no folder of GitRepository flux-system/flux-system"]
    );
}
