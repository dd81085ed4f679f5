//! What a unit rendered, taken into what is known: units, sources, values, and the APIs of custom resources.

use std::sync::Arc;

use super::{Pending, Spec, State, Walk};
use crate::argo::ARGO_GROUP;
use crate::argo::application::ApplicationSpec;
use crate::flux::{
    ArtifactGenerator, EXTENSIONS_GROUP, HELM_GROUP, KUSTOMIZE_GROUP, KustomizationSpec, Reference,
    ReleaseSpec, SOURCE_GROUP, source_of, strictness,
};
use crate::graph::{Missing, Outcome, Unit, UnitKey, UnitKind};
use crate::limits::{OWN_REBUILDS_MAX, UNITS_MAX};
use crate::made::Made;
use crate::object::RenderedObject;
use crate::repository::namespace_of;

impl Walk<'_> {
    /// Takes in what came of a unit.
    pub(super) fn take_outcome(&mut self, position: usize, done: Result<Arc<Made>, Missing>) {
        let made = match done {
            Ok(made) => made,
            Err(missing) => return self.put(position, Outcome::NotAssessed(missing)),
        };
        if self.says_otherwise_of_itself(position, &made.objects) {
            return;
        }
        let unit = self.pending.get(position).map(|pending| &pending.unit);
        if let Some(cluster) = unit.and_then(|unit| unit.other_cluster.clone()) {
            self.note_followers(position, &made.objects);
            for api in made.objects.iter().flat_map(|object| &object.installs) {
                self.argo.install(&cluster, api.clone());
            }
        } else {
            made.objects.iter().for_each(|object| self.take_object(object, position));
        }
        if let Some(pending) = self.pending.get_mut(position) {
            // A unit that is rendered once more says the same again.
            let new = made.notes.iter().filter(|note| !pending.unit.notes.contains(note));
            let new: Vec<String> = new.cloned().collect();
            pending.unit.notes.extend(new);
            pending.absent_apis = made.absent_apis();
        }
        self.put(position, Outcome::Rendered(made));
    }

    fn put(&mut self, position: usize, outcome: Outcome) {
        if let Some(pending) = self.pending.get_mut(position) {
            pending.state = State::Done;
            pending.unit.outcome = outcome;
        }
    }

    /// Whether a unit renders itself otherwise than it was taken for; then it is rendered again as it says.
    fn says_otherwise_of_itself(&mut self, position: usize, objects: &[RenderedObject]) -> bool {
        let Some(pending) = self.pending.get_mut(position) else { return false };
        let is_own = |object: &&RenderedObject| {
            unit_kind(object).is_some_and(|kind| UnitKey::of(kind, object) == pending.unit.key)
        };
        let Some(own) = objects.iter().find(is_own).cloned() else { return false };
        let Some((spec, unit)) = read(&own, pending.unit.parent) else { return false };
        let is_other = match (&spec, &pending.spec) {
            (Spec::Kustomization(said), Spec::Kustomization(known)) => {
                said != known || differs(&own, &pending.object)
            }
            (Spec::Application(said), Spec::Application(known)) => said != known,
            _ => false,
        };
        if !is_other || pending.rebuilds >= OWN_REBUILDS_MAX {
            return false;
        }
        pending.rebuilds += 1;
        (pending.spec, pending.object, pending.unit) = (spec, own, unit);
        true
    }

    /// Says which units a unit makes for another cluster.
    fn note_followers(&mut self, position: usize, objects: &[RenderedObject]) {
        let units = objects.iter().filter(|object| unit_kind(object).is_some()).count();
        if let Some(pending) = self.pending.get_mut(position).filter(|_| units > 0) {
            let note = match units {
                1 => "makes a unit in another cluster, which is not followed".to_owned(),
                units => format!("makes {units} units in another cluster, which are not followed"),
            };
            pending.unit.notes.push(note);
        }
    }

    fn take_object(&mut self, object: &RenderedObject, parent: usize) {
        match object.id.group.as_str() {
            "" => {
                self.data.add(object, parent);
                self.argo.take(object);
            }
            KUSTOMIZE_GROUP | HELM_GROUP | ARGO_GROUP => self.take_unit(object, Some(parent)),
            SOURCE_GROUP | EXTENSIONS_GROUP => self.take_source(object),
            "apps" => self.strictness = self.strictness.or_else(|| strictness(object)),
            _ => self.custom_apis.extend(object.installs.iter().cloned()),
        }
    }

    /// Takes a unit in, if it is one and not known yet.
    pub(super) fn take_unit(&mut self, object: &RenderedObject, parent: Option<usize>) {
        let Some((spec, unit)) = read(object, parent) else { return };
        if let Some(known) = self.by_key.get(&unit.key).copied() {
            return self.note_again(known, parent);
        }
        if self.pending.len() >= UNITS_MAX {
            if let Some(pending) = parent.and_then(|parent| self.pending.get_mut(parent))
                && !std::mem::replace(&mut self.has_passed_limit, true)
            {
                pending.unit.notes.push(Missing::PassLimit.to_string());
            }
            return;
        }
        self.by_key.insert(unit.key.clone(), self.pending.len());
        let object = object.clone();
        let state = State::Waiting;
        self.pending.push(Pending { object, spec, unit, state, rebuilds: 0, absent_apis: Vec::new() });
    }

    /// A unit that is rendered once more: by itself, by what bootstraps it, or by two, which fight about it.
    fn note_again(&mut self, known: usize, parent: Option<usize>) {
        let by = parent.and_then(|parent| self.pending.get(parent)).map(|parent| parent.unit.key.to_string());
        let Some((pending, by)) = self.pending.get_mut(known).zip(by) else { return };
        if pending.unit.parent.is_none() && parent != Some(known) {
            pending.unit.parent = parent;
        } else if pending.unit.parent != parent && parent != Some(known) {
            pending.unit.notes.push(format!("is rendered by {by} as well"));
        }
    }

    fn take_source(&mut self, object: &RenderedObject) {
        // Its address would be told where it is not at hand.
        let Ok(value) = object.shown().value() else { return };
        let (namespace, name) = (namespace_of(object).to_owned(), object.id.name.clone());
        if object.is(EXTENSIONS_GROUP, "ArtifactGenerator") {
            let generator = ArtifactGenerator::of(&value, &namespace);
            self.sources.generators.entry((namespace, name)).or_insert(generator);
        } else if let Some(source) = source_of(&object.id.kind, &value, &namespace) {
            let reference = Reference { kind: object.id.kind.clone(), namespace, name };
            self.sources.known.entry(reference).or_insert(source);
        }
    }
}

/// The kind of unit that an object is.
pub(super) fn unit_kind(object: &RenderedObject) -> Option<UnitKind> {
    if object.is(KUSTOMIZE_GROUP, "Kustomization") {
        Some(UnitKind::Kustomization)
    } else if object.is(HELM_GROUP, "HelmRelease") {
        Some(UnitKind::HelmRelease)
    } else if object.is(ARGO_GROUP, "Application") {
        Some(UnitKind::Application)
    } else if object.is(ARGO_GROUP, "ApplicationSet") {
        Some(UnitKind::ApplicationSet)
    } else {
        None
    }
}

/// Whether two objects of one name say something else.
fn differs(one: &RenderedObject, other: &RenderedObject) -> bool {
    match (one.value(), other.value()) {
        (Ok(one), Ok(other)) => one.get("spec") != other.get("spec"),
        _ => true,
    }
}

/// What an object says, and the unit that it is; none if it is no unit. What is told of the unit is never made of decrypted
/// values.
fn read(object: &RenderedObject, parent: Option<usize>) -> Option<(Spec, Unit)> {
    let (shown, unit) = read_all(&object.shown(), parent)?;
    if !object.is_masked() {
        return Some((shown, unit));
    }
    let (clear, _) = read_all(&object.as_clear(), parent)?;
    Some((compared(clear, &shown), Unit { object: object.clone(), ..unit }))
}

/// What an object says, if only variables and values of it are made of decrypted ones.
fn compared(clear: Spec, shown: &Spec) -> Spec {
    match (clear, shown) {
        (Spec::Kustomization(clear), Spec::Kustomization(shown)) => {
            let mut clear = Arc::unwrap_or_clone(clear);
            if clear.compare(shown) { Spec::Kustomization(Arc::new(clear)) } else { Spec::Decrypted }
        }
        (Spec::Release(clear), Spec::Release(shown)) => {
            let mut clear = Arc::unwrap_or_clone(clear);
            if clear.compare(shown) { Spec::Release(Arc::new(clear)) } else { Spec::Decrypted }
        }
        _ => Spec::Decrypted,
    }
}

fn read_all(object: &RenderedObject, parent: Option<usize>) -> Option<(Spec, Unit)> {
    let kind = unit_kind(object)?;
    match kind {
        UnitKind::Kustomization => kustomization(object, parent),
        UnitKind::HelmRelease => release(object, parent),
        UnitKind::Application => application(object, parent),
        UnitKind::ApplicationSet => application_set(object, parent),
    }
}

fn application(object: &RenderedObject, parent: Option<usize>) -> Option<(Spec, Unit)> {
    let key = UnitKey::of(UnitKind::Application, object);
    let spec = ApplicationSpec::of(&object.value().ok()?, &key.name, &key.namespace);
    let sources: Vec<String> = spec.sources.iter().map(|source| source.shown()).collect();
    let folder = spec.sources.iter().map(|source| &source.path).find(|path| !path.is_empty()).cloned();
    let unit = Unit { folder, ..unit_of_argo((object, key), parent, sources.join(", ")) };
    Some((Spec::Application(Arc::new(spec)), unit))
}

fn application_set(object: &RenderedObject, parent: Option<usize>) -> Option<(Spec, Unit)> {
    let value = object.value().ok()?;
    let source = crate::argo::application_set::shown_generators(&value);
    let key = UnitKey::of(UnitKind::ApplicationSet, object);
    Some((Spec::Set(Arc::new(value)), unit_of_argo((object, key), parent, source)))
}

fn unit_of_argo((object, key): (&RenderedObject, UnitKey), parent: Option<usize>, source: String) -> Unit {
    Unit {
        key,
        parent,
        teller: None,
        source,
        depends_on: Vec::new(),
        is_suspended: false,
        other_cluster: None,
        folder: None,
        object: object.clone(),
        notes: Vec::new(),
        outcome: Outcome::nothing_yet(),
    }
}

fn kustomization(object: &RenderedObject, parent: Option<usize>) -> Option<(Spec, Unit)> {
    let key = UnitKey::of(UnitKind::Kustomization, object);
    let spec = KustomizationSpec::of(&object.value().ok()?, &key.namespace);
    let unit = Unit {
        parent,
        teller: None,
        source: format!("{} {}", spec.source, spec.path),
        depends_on: keys(UnitKind::Kustomization, &spec.depends_on),
        is_suspended: spec.is_suspended,
        other_cluster: spec.other_cluster.clone(),
        folder: Some(spec.path.clone()),
        object: object.clone(),
        notes: Vec::new(),
        outcome: Outcome::nothing_yet(),
        key,
    };
    Some((Spec::Kustomization(Arc::new(spec)), unit))
}

fn release(object: &RenderedObject, parent: Option<usize>) -> Option<(Spec, Unit)> {
    let key = UnitKey::of(UnitKind::HelmRelease, object);
    let spec = ReleaseSpec::of(&object.value().ok()?, &key.name, &key.namespace);
    let chart = &spec.chart;
    let parts = [chart.source.to_string(), chart.chart.clone(), chart.range.clone()];
    let parts: Vec<String> = parts.into_iter().filter(|part| !part.is_empty()).collect();
    let unit = Unit {
        parent,
        teller: None,
        source: parts.join(" "),
        depends_on: keys(UnitKind::HelmRelease, &spec.depends_on),
        is_suspended: spec.is_suspended,
        other_cluster: spec.other_cluster.clone(),
        folder: None,
        object: object.clone(),
        notes: Vec::new(),
        outcome: Outcome::nothing_yet(),
        key,
    };
    Some((Spec::Release(Arc::new(spec)), unit))
}

fn keys(kind: UnitKind, names: &[(String, String)]) -> Vec<UnitKey> {
    let key = |(namespace, name): &(String, String)| UnitKey {
        kind,
        namespace: namespace.clone(),
        name: name.clone(),
    };
    names.iter().map(key).collect()
}
