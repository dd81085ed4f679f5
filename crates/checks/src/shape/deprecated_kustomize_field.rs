//! `deprecated-kustomize-field`: a field of a kustomization that has another name or form now.

use manifest::resolve::{Dialect, Meaning, resolve_node};
use manifest::{Document, Entry, NodeId};

use crate::{Check, Confidence, Context, Fix, FixAction, Meta, Safety, Severity, Sink, Subject};

/// The check.
#[derive(Debug)]
pub(crate) struct DeprecatedKustomizeField;

static META: Meta = Meta {
    id: "deprecated-kustomize-field",
    title: "Deprecated field of a kustomization",
    severity: Severity::Warning,
    confidence: Confidence::High,
    first: None,
    last: None,
    what: "Finds fields of kustomizations and components that kustomize has deprecated: `bases`, `commonLabels`, \
           `patchesStrategicMerge`, `patchesJson6902`, `imageTags`, `vars`, `helmChartInflationGenerator` and the `env` of \
           generators.",
    why: "They break nothing in a cluster, but each build warns of them and a later kustomize may refuse them, often \
          together with the upgrade of the controller or the command line that brings it.",
    remedy: "Say the same by the field that replaces it.",
    example: "apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\nbases:\n- ../base\n",
    fixed: "apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\nresources:\n- ../base\n",
    fix_safety: "Safe: the fields are moved with their comments, and the fix is made only if every kustomization that \
                 the file reaches renders the same bytes as before. `vars` become replacements of the fields in which \
                 they stand, where that is equal; `helmChartInflationGenerator` becomes `helmCharts` where the same \
                 charts are asked for in the same way.",
    rows: &[],
    links: &["https://github.com/kubernetes-sigs/kustomize/issues/5331"],
    triggers: &[
        "bases",
        "commonLabels",
        "patchesStrategicMerge",
        "patchesJson6902",
        "imageTags",
        "vars",
        "helmChartInflationGenerator",
        "configMapGenerator",
        "secretGenerator",
    ],
};

/// The names that a kustomization's file may have.
const FILE_NAMES: [&str; 3] = ["kustomization.yaml", "kustomization.yml", "Kustomization"];

const GROUP: &str = "kustomize.config.k8s.io";

/// A deprecated field.
struct Field {
    name: &'static str,
    /// What to do.
    remedy: &'static str,
    fix: Remake,
}

/// How a field is said otherwise by a program.
#[derive(Clone, Copy)]
enum Remake {
    /// With all others of the file at once.
    Together,
    /// By replacements, which need to know where the vars stand.
    Vars,
    /// By today's fields of charts, which are never rendered here.
    Charts,
}

const FIELDS: [Field; 7] = [
    Field { name: "bases", remedy: "list the folders under 'resources'", fix: Remake::Together },
    Field {
        name: "commonLabels",
        remedy: "use an item of 'labels' with 'includeSelectors: true'",
        fix: Remake::Together,
    },
    Field { name: "patchesStrategicMerge", remedy: "use items of 'patches'", fix: Remake::Together },
    Field {
        name: "patchesJson6902",
        remedy: "use items of 'patches' with the same target",
        fix: Remake::Together,
    },
    Field { name: "imageTags", remedy: "use 'images'", fix: Remake::Together },
    Field {
        name: "vars",
        remedy: "use 'replacements', which name each field that the value goes to",
        fix: Remake::Vars,
    },
    Field {
        name: "helmChartInflationGenerator",
        remedy: "use 'helmCharts', with 'helmGlobals' for the folder of the charts",
        fix: Remake::Charts,
    },
];

impl Check for DeprecatedKustomizeField {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn object(&self, _context: &Context<'_>, subject: &Subject<'_>, sink: &mut Sink) {
        if subject.object.is_some_and(|object| object.gvk.group == GROUP) {
            look(subject, sink);
        }
    }

    fn document(&self, _context: &Context<'_>, subject: &Subject<'_>, sink: &mut Sink) {
        let name = subject.file.path.rsplit('/').next().unwrap_or_default();
        // The header may be left out, and then the name of the file tells what it is.
        if FILE_NAMES.contains(&name) {
            look(subject, sink);
        }
    }
}

fn look(subject: &Subject<'_>, sink: &mut Sink) {
    let document = subject.document;
    for field in FIELDS {
        if let Some(entry) = literal(document, subject.node, field.name) {
            report(subject, sink, (entry, field.name), (field.remedy, field.fix));
        }
    }
    for generators in ["configMapGenerator", "secretGenerator"] {
        let Some(entry) = literal(document, subject.node, generators) else { continue };
        for item in document.items(document.dereference(entry.value)) {
            if let Some(entry) = literal(document, document.dereference(*item), "env") {
                report(subject, sink, (entry, "env"), ("list the file under 'envs'", Remake::Together));
            }
        }
    }
}

/// The entry of `key` that stands in the mapping itself, says something and is no template's.
fn literal(document: &Document<'_>, mapping: NodeId, key: &str) -> Option<Entry> {
    let mut entries = document.entries(mapping).iter();
    let entry = entries.find(|entry| document.text(entry.key) == Some(key))?;
    let is_opaque = document.is_opaque(entry.key) || document.is_opaque(entry.value);
    let says_nothing =
        matches!(resolve_node(document, entry.value, Dialect::GoYaml2), Ok(Some(Meaning::Null)));
    (!is_opaque && !says_nothing).then_some(*entry)
}

fn report(
    subject: &Subject<'_>,
    sink: &mut Sink,
    (entry, name): (Entry, &str),
    (remedy, fix): (&str, Remake),
) {
    let message = format!("'{name}' is a deprecated field of kustomizations");
    let mut finding = subject.finding(&META, entry.key, message);
    finding.remedy = remedy.to_owned();
    let object = subject.span();
    let action = match fix {
        Remake::Together => FixAction::Rewrite { object },
        Remake::Vars => FixAction::ReplaceVars { object },
        Remake::Charts => FixAction::RenameCharts { object },
    };
    finding.fix = Some(Fix { action, safety: Safety::Safe });
    sink.report(finding);
}
