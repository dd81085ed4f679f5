//! Whatever stands in a kustomization: a build of it gives objects or says what is wrong, and gives the same each time,
//! whether origins are recorded or not.

use std::sync::Arc;

use kustomize::load::{Files, Restriction};
use kustomize::{Options, Work, build};
use text::{NoOrigins, Origins, Track};
use tree::Memory;

/// What a kustomization can name, each small: the dictionary is in the seeds.
const FILES: [(&str, &str); 12] = [
    (
        "app/deployment.yaml",
        "apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: web\n  labels: {app: web}\nspec:\n  replicas: 1\n  \
         selector: {matchLabels: {app: web}}\n  template:\n    metadata: {labels: {app: web}}\n    spec:\n      \
         containers:\n      - name: web\n        image: nginx:1.25\n        env:\n        - name: A\n          valueFrom: \
         {configMapKeyRef: {name: settings, key: a}}\n        args: [$(HOST)]\n",
    ),
    (
        "app/service.yaml",
        "apiVersion: v1\nkind: Service\nmetadata:\n  name: web\n  namespace: first\nspec:\n  selector: {app: web}\n  \
         ports:\n  - port: 80\n",
    ),
    (
        "app/rest.yaml",
        "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: settings, annotations: {a: b}}\ndata: {a: web, b: 'x.y.z'}\n---\n\
         apiVersion: v1\nkind: Namespace\nmetadata: {name: first}\n---\napiVersion: \
         rbac.authorization.k8s.io/v1\nkind: RoleBinding\nmetadata: {name: r}\nroleRef: {kind: Role, name: \
         r}\nsubjects:\n- {kind: ServiceAccount, name: default}\n",
    ),
    (
        "app/patch.yaml",
        "apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: web\nspec:\n  template:\n    spec:\n      containers:\n      \
         - name: web\n        env:\n        - {name: B, value: c}\n      - {name: side, image: busybox}\n",
    ),
    (
        "app/json.yaml",
        "- {op: replace, path: /spec/replicas, value: 3}\n- {op: add, path: /metadata/labels/x~1y, value: z}\n",
    ),
    ("app/app.env", "A=1\nB=two words\n# c\nC\n"),
    ("app/text.txt", "some text\n"),
    (
        "app/replacement.yaml",
        "source: {kind: ConfigMap, fieldPath: data.a}\ntargets:\n- select: {kind: Deployment}\n  fieldPaths: \
         ['spec.template.spec.containers.[name=web].image']\n  options: {delimiter: ':', index: 1}\n",
    ),
    (
        "app/transformer.yaml",
        "apiVersion: builtin\nkind: PrefixTransformer\nmetadata: {name: t}\nprefix: p-\nfieldSpecs: [{path: \
         metadata/name}]\n",
    ),
    (
        "app/configuration.yaml",
        "nameReference:\n- kind: ConfigMap\n  fieldSpecs: [{kind: My, path: spec/name}]\n",
    ),
    (
        "base/kustomization.yaml",
        "namePrefix: b-\nresources: [pod.yaml]\nconfigMapGenerator: [{name: made, literals: [a=b]}]\n",
    ),
    (
        "base/pod.yaml",
        "apiVersion: v1\nkind: Pod\nmetadata: {name: pod}\nspec: {containers: [{name: c, image: i}]}\n",
    ),
];

const COMPONENT: &str = "apiVersion: kustomize.config.k8s.io/v1alpha1\nkind: Component\nnameSuffix: -c\n";

/// The input is a kustomization file beside a few others.
pub(crate) fn check(bytes: &[u8]) {
    let mut tree = Memory::new();
    for (path, content) in FILES {
        tree.insert(path, content);
    }
    tree.insert("component/kustomization.yaml", COMPONENT);
    tree.insert("app/kustomization.yaml", bytes);
    let tree = Arc::new(tree);
    let first = outcome::<Origins>(&tree);
    assert_eq!(first, outcome::<Origins>(&tree), "one kustomization built twice");
    assert_eq!(first, outcome::<NoOrigins>(&tree), "with origins and without");
}

/// The text of the objects, or of what is wrong.
fn outcome<T: Track>(tree: &Arc<Memory>) -> Result<String, String> {
    let mut work: Work<T> = Work::new(Files::new(Arc::clone(tree) as _, Restriction::RootOnly, None));
    let built = build(&mut work, "app", &Options::default()).and_then(|built| built.print());
    built.map_err(|failure| failure.to_string())
}
