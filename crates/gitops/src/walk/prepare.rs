//! What a unit needs before it can be rendered, of what is known so far.

use std::sync::Arc;

use super::{Held, Patience, Pending, Spec, Walk};
use crate::build::BuildJob;
use crate::decryption::Decryption;
use crate::flux::{KustomizationSpec, Reference, ReleaseSpec, Source, Substitution, ValuesReference};
use crate::graph::Missing;
use crate::kept::RecordedRemote;
use crate::made::Job;
use crate::object::RenderedObject;
use crate::release::{RenderJob, values_of};
use crate::trees::SourceTree;
use crate::variables::KnownVariables;

impl Walk<'_> {
    /// All that a unit is made of.
    pub(super) fn prepare(&mut self, position: usize, patience: Patience) -> Result<Job, Held> {
        let Some(Pending { object, spec, .. }) = self.pending.get(position) else {
            return Err(Held::For(Missing::PassLimit));
        };
        let object = object.clone();
        match spec.clone() {
            Spec::Kustomization(spec) => {
                self.note_unverified(position, &spec.source);
                self.of_kustomization(object, spec, patience)
            }
            Spec::Release(spec) => self.of_release(object, spec, patience),
            Spec::Application(spec) => self.of_application((object, spec), position, patience),
            Spec::Set(value) => self.of_set((object, value), patience),
            Spec::Decrypted => Err(Held::For(Missing::FollowDecrypted)),
        }
    }

    fn of_kustomization(
        &mut self,
        object: RenderedObject,
        spec: Arc<KustomizationSpec>,
        patience: Patience,
    ) -> Result<Job, Held> {
        let missing = || Held::Until(Missing::FindSource(spec.source.to_string()));
        let source = self.trees.of(&spec.source, &self.sources)?.ok_or_else(missing)?;
        let variables = match &spec.substitution {
            Some(substitution) => self
                .variables(substitution, patience)
                .map_err(|held| without_names(held, substitution.hides_names))?,
            None => None,
        };
        Ok(Job::Build(Box::new(self.build_job((object, spec), source, variables))))
    }

    /// The build of a Kustomization with what was fetched, and with the keys that are at hand if it is to be decrypted.
    pub(super) fn build_job(
        &self,
        (object, spec): (RenderedObject, Arc<KustomizationSpec>),
        source: SourceTree,
        variables: Option<KnownVariables>,
    ) -> BuildJob {
        let remote = self.recorded_remote();
        let source = self.recorded(source);
        let decryption = spec.decrypts.then(|| Decryption(self.world.ports.keys.clone()));
        BuildJob { object, spec, source, remote, variables, strictness: self.strictness, decryption }
    }

    /// What was fetched, with a note of what a unit asks of it.
    pub(super) fn recorded_remote(&self) -> Arc<RecordedRemote> {
        Arc::new(RecordedRemote::new(Arc::clone(&self.world.ports.remote)))
    }

    /// The files of a source, with a note of what a unit asks of them if what comes of it is kept.
    pub(super) fn recorded(&self, source: SourceTree) -> SourceTree {
        if self.world.ports.kept.is_some() { source.recorded() } else { source }
    }

    /// Says that nobody looks at the signature of an artifact which the controller verifies.
    fn note_unverified(&mut self, position: usize, source: &Reference) {
        let known = self.sources.known.get(source);
        let is_verified = matches!(known, Some(Source::Registry { manifests, .. }) if manifests.is_verified);
        let note = format!("the signature of {source} is not verified here");
        if let Some(pending) = self.pending.get_mut(position).filter(|_| is_verified)
            && !pending.unit.notes.contains(&note)
        {
            pending.unit.notes.push(note);
        }
    }

    /// The variables of a substitution; none if nothing is substituted, as where there is no variable.
    fn variables(
        &self,
        substitution: &Substitution,
        patience: Patience,
    ) -> Result<Option<KnownVariables>, Held> {
        self.wait_for_optional(&substitution.from, patience)?;
        let variables = self.data.variables(substitution)?;
        let is_wanted = substitution.is_always || !variables.0.is_empty();
        Ok(is_wanted.then_some(variables))
    }

    fn of_release(
        &mut self,
        object: RenderedObject,
        spec: Arc<ReleaseSpec>,
        patience: Patience,
    ) -> Result<Job, Held> {
        let ready = self.wait_for_optional(&spec.values_from, patience);
        let values = ready.and_then(|()| values_of(&spec, &self.data).map_err(Held::from));
        let values = values.map_err(|held| without_names(held, spec.hides_names))?;
        let missing = || Held::Until(Missing::FindSource(spec.chart.source.to_string()));
        let chart = self.charts.of(&spec.chart, &self.sources, &mut self.trees)?.ok_or_else(missing)?;
        let (capabilities, now_nanoseconds) =
            (self.release_capabilities(spec.other_cluster.as_deref()), self.now_nanoseconds);
        let job = RenderJob { object, spec, chart, values, capabilities, now_nanoseconds };
        Ok(Job::Render(Box::new(job)))
    }

    /// What may be missing may still turn up, as long as there is anything else to do.
    fn wait_for_optional(&self, references: &[ValuesReference], patience: Patience) -> Result<(), Held> {
        let is_open = |reference: &&ValuesReference| {
            reference.is_optional && self.data.get(&reference.object).is_none()
        };
        match references.iter().find(is_open) {
            Some(open) if patience == Patience::Waits => {
                Err(Held::Until(Missing::FindValues(open.object.to_string())))
            }
            _ => Ok(()),
        }
    }
}

/// Why a unit does not go on, without the names of objects if these are made of decrypted values.
fn without_names(held: Held, hides_names: bool) -> Held {
    match held {
        held if !hides_names => held,
        Held::Until(_) => Held::Until(Missing::FollowDecrypted),
        Held::For(_) => Held::For(Missing::FollowDecrypted),
    }
}
