//! What a unit needs before it can be rendered, of what is known so far.

use super::{Held, Needs, Patience, Pending, Spec, Walk};
use crate::flux::{KustomizationSpec, ReleaseSpec, Substitution, ValuesReference};
use crate::graph::Missing;
use crate::release::values_of;
use crate::variables::KnownVariables;

impl Walk<'_> {
    pub(super) fn prepare(&mut self, position: usize, patience: Patience) -> Result<Needs, Held> {
        let Some(Pending { spec, .. }) = self.pending.get(position) else {
            return Err(Held::For(Missing::PassLimit));
        };
        match spec {
            Spec::Kustomization(spec) => {
                let spec = spec.clone();
                self.of_kustomization(&spec, patience)
            }
            Spec::Release(spec) => {
                let spec = spec.clone();
                self.of_release(&spec, patience)
            }
        }
    }

    fn of_kustomization(&mut self, spec: &KustomizationSpec, patience: Patience) -> Result<Needs, Held> {
        let missing = || Held::Until(Missing::FindSource(spec.source.to_string()));
        let tree = self.trees.of(&spec.source, &self.sources)?.ok_or_else(missing)?;
        let variables = match &spec.substitution {
            Some(substitution) => self.variables(substitution, patience)?,
            None => None,
        };
        Ok(Needs::Build { tree, variables })
    }

    /// The variables of a substitution; none if nothing is substituted, as where there is no variable.
    fn variables(
        &self,
        substitution: &Substitution,
        patience: Patience,
    ) -> Result<Option<KnownVariables>, Held> {
        self.wait_for_optional(&substitution.from, patience)?;
        let variables = self.data.variables(substitution)?;
        let is_wanted = substitution.is_always || !variables.texts.is_empty();
        Ok(is_wanted.then_some(variables))
    }

    fn of_release(&mut self, spec: &ReleaseSpec, patience: Patience) -> Result<Needs, Held> {
        self.wait_for_optional(&spec.values_from, patience)?;
        let values = values_of(spec, &self.data)?;
        let missing = || Held::Until(Missing::FindSource(spec.chart.source.to_string()));
        let chart = self.charts.of(&spec.chart, &self.sources, &mut self.trees)?.ok_or_else(missing)?;
        Ok(Needs::Render { chart, values })
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
