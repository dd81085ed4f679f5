//! `namespace`: in which namespace objects are, and where others name it.
//!
//! Objects of kinds that have no namespace keep none. Subjects of role bindings and the name of a Namespace are not
//! plain fields: which of them are set is decided here.

use compact_str::CompactString;
use manifest::mutable::{Graph, NodeIndex, Scalar, Tag};
use text::Track;

use crate::configuration::FieldSpecs;
use crate::failure::Cause;
use crate::field_spec::{FollowFieldSpec, Made, Prepared, SpecTable};
use crate::fields::{self, Create, ReachField};
use crate::identity::Gvk;
use crate::kustomization::{FieldSpec, Text};
use crate::res_map::ResMap;
use crate::resource::{Resource, annotation};
use crate::{Failure, Work};

/// Why a namespace cannot be set.
#[derive(Debug, thiserror::Error)]
pub enum SetNamespace {
    /// Two objects are called the same then.
    #[error("namespace transformation produces ID conflict: {ids}")]
    Collide {
        /// How each of them was called when it was read.
        ids: String,
    },
    /// A field that holds more than one text.
    #[error("namespace field specs must target scalar nodes")]
    MeetCollection {
        /// What was met.
        #[source]
        source: Box<FollowFieldSpec>,
    },
    /// Something is in the way.
    #[error("namespace transformation failed")]
    Follow {
        /// What went wrong.
        #[source]
        source: Box<FollowFieldSpec>,
    },
    /// A subject of a role binding that is none.
    #[error("setting namespace on (cluster)role binding subjects")]
    ReachSubject {
        /// What went wrong.
        #[source]
        source: ReachField,
    },
    /// A mode that there is not.
    #[error(
        "invalid value \"{mode}\" for setRoleBindingSubjects: must be one of \"defaultOnly\", \"none\" or \"allServiceAccounts\""
    )]
    NameMode {
        /// What was written.
        mode: CompactString,
    },
}

/// Which subjects of role bindings are set.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) enum SubjectMode {
    /// Those named `default`.
    #[default]
    DefaultOnly,
    /// All service accounts.
    AllServiceAccounts,
    /// None.
    None,
}

impl SubjectMode {
    /// The mode of a name; nothing stands for the first.
    pub(crate) fn parse(mode: &str) -> Result<Self, SetNamespace> {
        match mode {
            "" | "defaultOnly" => Ok(Self::DefaultOnly),
            "allServiceAccounts" => Ok(Self::AllServiceAccounts),
            "none" => Ok(Self::None),
            _ => Err(SetNamespace::NameMode { mode: mode.into() }),
        }
    }
}

/// Sets the namespace.
#[derive(Debug, Clone)]
pub(crate) struct NamespaceTransformer<O> {
    /// The namespace.
    pub(crate) namespace: Text<O>,
    /// Which fields name it besides the object's own.
    pub(crate) specs: FieldSpecs,
    /// Whether fields that have a text keep it.
    pub(crate) unset_only: bool,
    /// Which subjects of role bindings are set.
    pub(crate) subjects: SubjectMode,
}

const NAMESPACE_PATH: &str = "metadata/namespace";

/// Where an object's own namespace stands.
static OWN_NAMESPACE: FieldSpec =
    FieldSpec { gvk: Gvk::ANY, path: CompactString::const_new(NAMESPACE_PATH), create: true };

impl<O: Copy> NamespaceTransformer<O> {
    /// Applies it to all objects.
    pub(crate) fn transform<T: Track<Origin = O>>(
        &self,
        work: &mut Work<T>,
        map: &mut ResMap<O>,
    ) -> Result<(), Failure> {
        if self.namespace.text.is_empty() {
            return Ok(());
        }
        let own = Prepared::new(0, &OWN_NAMESPACE);
        let mut table = SpecTable::new(&self.specs);
        for slot in map.slots() {
            let is_exempt = |resource: &Resource<O>| {
                resource.is_empty() || resource.annotation(annotation::HELM_GENERATED) == Some("true")
            };
            if map.get(slot).is_none_or(is_exempt) {
                continue;
            }
            let Some(resource) = map.get_mut(slot) else { continue };
            resource.store_previous_id(&work.schema);
            self.apply(&own, &mut table, work, resource)?;
            let id = resource.current_id(&work.schema);
            let same = map.with_current_id(&work.schema, &id);
            if same.len() != 1 {
                let originals = same.iter().filter_map(|slot| map.get(*slot));
                let ids: Vec<_> =
                    originals.map(|resource| resource.original_id(&work.schema).to_string()).collect();
                return Err(SetNamespace::Collide { ids: ids.join(", ") }.into());
            }
        }
        Ok(())
    }

    /// Applies it to one object, whoever else is called the same, and without remembering what the object was called.
    pub(super) fn apply_alone<T: Track<Origin = O>>(
        &self,
        work: &mut Work<T>,
        resource: &mut Resource<O>,
    ) -> Result<(), Failure> {
        let own = Prepared::new(0, &OWN_NAMESPACE);
        self.apply(&own, &mut SpecTable::new(&self.specs), work, resource)
    }

    fn apply<T: Track<Origin = O>>(
        &self,
        own: &Prepared,
        table: &mut SpecTable<'_>,
        work: &mut Work<T>,
        resource: &mut Resource<O>,
    ) -> Result<(), Failure> {
        let gvk = resource.gvk();
        if !work.schema.is_cluster_scoped(&gvk) {
            let made = self.made(Tag::Unset);
            own.follow(&OWN_NAMESPACE, resource, Some(&made), &mut |graph, node| {
                Ok(self.set(graph, node, &mut work.tracker)?)
            })?;
        }
        let is_binding = is_role_binding(&gvk.kind);
        if is_binding {
            self.set_subjects(work, resource).map_err(|source| SetNamespace::ReachSubject { source })?;
        }
        let is_core = gvk.group.is_empty() && gvk.version == "v1";
        let is_wanted = |spec: &FieldSpec| {
            let is_subject =
                is_binding && is_role_binding(&spec.gvk.kind) && spec.path == "subjects/namespace";
            spec.path != NAMESPACE_PATH && (is_core || spec.path != "metadata/name") && !is_subject
        };
        let made = self.made(Tag::Str);
        let followed = table.visit_some(resource, Some(&made), &is_wanted, &mut |graph, node| {
            Ok(self.set(graph, node, &mut work.tracker)?)
        });
        Ok(followed.map_err(told)?)
    }

    fn made(&self, tag: Tag) -> Made<O> {
        Made { create: Create::Scalar, tag, origin: self.namespace.origin }
    }

    fn set<T: Track<Origin = O>>(
        &self,
        graph: &mut Graph<O>,
        node: NodeIndex,
        tracker: &mut T,
    ) -> Result<(), ReachField> {
        let is_set = !graph.is_null(node) && graph.scalar(node).is_some_and(|there| !there.text.is_empty());
        if self.unset_only && is_set {
            return Ok(());
        }
        let origin = tracker.patched(self.namespace.origin, Some(graph.origin(node)));
        fields::set_scalar(graph, node, (Scalar::string(self.namespace.text.clone()), origin))
    }

    fn set_subjects<T: Track<Origin = O>>(
        &self,
        work: &mut Work<T>,
        resource: &mut Resource<O>,
    ) -> Result<(), ReachField> {
        let (field, wanted) = match self.subjects {
            SubjectMode::None => return Ok(()),
            SubjectMode::DefaultOnly => ("name", "default"),
            SubjectMode::AllServiceAccounts => ("kind", "ServiceAccount"),
        };
        let graph = resource.graph_mut();
        let Some(subjects) = fields::lookup(graph, graph.root(), &["subjects"])? else { return Ok(()) };
        if graph.is_null(subjects) {
            return Ok(());
        }
        expect(graph, subjects, graph.is_sequence(subjects), "SequenceNode")?;
        for position in 0..graph.items(subjects).len() {
            let subject = graph.items(subjects)[position];
            let Some(told) = fields::lookup(graph, subject, &[field])? else { continue };
            if graph.is_null(told) {
                continue;
            }
            expect(graph, told, graph.scalar(told).is_some(), "ScalarNode")?;
            if graph.text(told) != wanted {
                continue;
            }
            let create = (Create::Scalar, self.namespace.origin);
            if let Some(namespace) = fields::lookup_create(graph, subject, &["namespace"], create)? {
                self.set(graph, namespace, &mut work.tracker)?;
            }
        }
        Ok(())
    }
}

fn expect<O: Copy>(
    graph: &Graph<O>,
    node: NodeIndex,
    is_met: bool,
    expected: &'static str,
) -> Result<(), ReachField> {
    let found = fields::kind_of(graph, node);
    if is_met { Ok(()) } else { Err(ReachField::MeetKind { expected, found, step: "subjects".to_owned() }) }
}

fn is_role_binding(kind: &str) -> bool {
    kind == "RoleBinding" || kind == "ClusterRoleBinding"
}

/// The original tells a field that is no scalar from everything else that may go wrong.
fn told(source: FollowFieldSpec) -> SetNamespace {
    let FollowFieldSpec::Consider { source: cause, .. } = &source else {
        return SetNamespace::Follow { source: Box::new(source) };
    };
    let meets_collection = matches!(
        **cause,
        Cause::ReachField(ReachField::MeetKind { found: "MappingNode" | "SequenceNode", .. })
    );
    let source = Box::new(source);
    if meets_collection { SetNamespace::MeetCollection { source } } else { SetNamespace::Follow { source } }
}

#[cfg(test)]
mod tests {
    use text::Origin;

    use super::*;
    use crate::configuration::Configuration;
    use crate::testing::{applied, text};

    fn namespace() -> NamespaceTransformer<Origin> {
        let specs = Configuration::builtin().namespace;
        NamespaceTransformer {
            namespace: text("new"),
            specs,
            unset_only: false,
            subjects: SubjectMode::DefaultOnly,
        }
    }

    fn check(transformer: &NamespaceTransformer<Origin>, object: &str, expected: &str) {
        let found = applied(object, |work, map| transformer.transform(work, map));
        assert_eq!(found.as_deref(), Ok(expected));
    }

    #[test]
    fn objects_get_it_and_those_of_no_namespace_do_not() {
        check(
            &namespace(),
            "apiVersion: v1\nkind: Pod\nmetadata: {name: p, namespace: old}\n",
            "apiVersion: v1\nkind: Pod\nmetadata:\n  name: p\n  namespace: new\n",
        );
        let role = "apiVersion: rbac.authorization.k8s.io/v1\nkind: ClusterRole\nmetadata:\n  name: r\n";
        check(&namespace(), role, role);
    }

    #[test]
    fn a_namespace_is_named_by_it() {
        let named = |api_version: &str, name: &str, more: &str| {
            format!("apiVersion: {api_version}\nkind: Namespace\nmetadata:\n  name: {name}\n{more}")
        };
        check(&namespace(), &named("v1", "old", ""), &named("v1", "new", ""));
        check(&namespace(), &named("other/v1", "old", ""), &named("other/v1", "old", "  namespace: new\n"));
    }

    const BINDING: &str = "apiVersion: rbac.authorization.k8s.io/v1\nkind: ClusterRoleBinding\nmetadata:\n  name: b\nsubjects:\n";

    #[test]
    fn subjects_get_it_by_their_mode() {
        let subjects = |first: &str, second: &str| {
            let subject = |name: &str, more: &str| format!("- kind: ServiceAccount\n  name: {name}\n{more}");
            format!(
                "{BINDING}{}{}- kind: User\n  name: other\n",
                subject("default", first),
                subject("x", second)
            )
        };
        let (set, none) = ("  namespace: new\n", "");
        let cases = [
            (SubjectMode::DefaultOnly, set, none),
            (SubjectMode::AllServiceAccounts, set, set),
            (SubjectMode::None, none, none),
        ];
        for (mode, first, second) in cases {
            let transformer = NamespaceTransformer { subjects: mode, ..namespace() };
            check(&transformer, &subjects("", ""), &subjects(first, second));
        }
    }

    #[test]
    fn what_is_set_stays_if_only_unset_fields_are_meant() {
        let transformer = NamespaceTransformer { unset_only: true, ..namespace() };
        let pod = |namespace: &str| {
            format!("apiVersion: v1\nkind: Pod\nmetadata:\n  name: p\n  namespace: {namespace}\n")
        };
        check(&transformer, &pod("old"), &pod("old"));
        check(&transformer, &pod(""), &pod("new"));
        check(&transformer, &pod("null"), &pod("null"));
    }

    #[test]
    fn two_objects_that_become_one_collide() {
        let pods = "apiVersion: v1\nkind: Pod\nmetadata: {name: p, namespace: a}\n---\n\
                    apiVersion: v1\nkind: Pod\nmetadata: {name: p, namespace: b}\n";
        let failed = applied(pods, |work, map| namespace().transform(work, map)).unwrap_err();
        assert_eq!(
            failed,
            "namespace transformation produces ID conflict: Pod.v1.[noGrp]/p.a, Pod.v1.[noGrp]/p.b"
        );
    }

    #[test]
    fn a_field_that_is_no_text_is_told() {
        let service = "apiVersion: apiregistration.k8s.io/v1\nkind: APIService\nmetadata: {name: s}\nspec: {service: {namespace: {}}}\n";
        let failed = applied(service, |work, map| namespace().transform(work, map)).unwrap_err();
        assert!(
            failed.starts_with("namespace field specs must target scalar nodes: considering field"),
            "{failed}"
        );
    }

    #[test]
    fn modes_have_names() {
        assert_eq!(SubjectMode::parse("").unwrap(), SubjectMode::DefaultOnly);
        assert_eq!(SubjectMode::parse("none").unwrap(), SubjectMode::None);
        assert!(SubjectMode::parse("all").is_err());
    }
}
