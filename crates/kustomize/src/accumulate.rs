//! Objects as they come together, with the rules and vars that they brought.

use text::Track;

use crate::configuration::Configuration;
use crate::kustomization::Var;
use crate::res_map::ResMap;
use crate::{Failure, Work};

/// Why kustomizations cannot be brought together.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Accumulate {
    /// A var of a name that there is already.
    #[error("var '{name}' already encountered")]
    NameVarTwice {
        /// The name.
        name: String,
    },
    /// A var that could be read from several objects.
    #[error("found {count} resId matches for var '{name}' (unable to disambiguate)")]
    MatchSeveral {
        /// The name.
        name: String,
        /// How many objects.
        count: usize,
    },
    /// A component where a kustomization is needed.
    #[error("expected kind != 'Component' for path '{folder}'")]
    UseComponentAsResource {
        /// Its folder.
        folder: String,
    },
    /// A kustomization where a component is needed.
    #[error("expected kind 'Component' for path '{folder}' but got 'Kustomization'")]
    UseResourceAsComponent {
        /// Its folder.
        folder: String,
    },
    /// More kustomizations within kustomizations than are followed.
    #[error("kustomizations are nested too deep at '{folder}'")]
    NestTooDeep {
        /// The folder at which it was enough.
        folder: String,
    },
}

/// What one kustomization has gathered so far.
#[derive(Debug, Clone)]
pub(crate) struct Accumulator<O> {
    pub(crate) map: ResMap<O>,
    pub(crate) configuration: Configuration,
    /// Sorted by name.
    pub(crate) vars: Vec<Var<O>>,
}

impl<O: Copy> Default for Accumulator<O> {
    fn default() -> Self {
        Self { map: ResMap::default(), configuration: Configuration::default(), vars: Vec::new() }
    }
}

impl<O: Copy> Accumulator<O> {
    /// Takes in all that another kustomization has gathered.
    pub(crate) fn merge<T: Track<Origin = O>>(&mut self, work: &Work<T>, other: Self) -> Result<(), Failure> {
        let Self { map, configuration, vars } = other;
        self.map.append_all(&work.schema, map)?;
        self.configuration.merge(&configuration)?;
        for var in vars {
            self.add_var(work, var)?;
        }
        Ok(())
    }

    /// Takes in the vars of a kustomization, and marks the objects that they are read from.
    pub(crate) fn merge_vars<T: Track<Origin = O>>(
        &mut self,
        work: &Work<T>,
        vars: &[Var<O>],
    ) -> Result<(), Failure> {
        for var in vars {
            let matched = self.objects_of(work, var);
            if let [slot] = matched[..] {
                if let Some(resource) = self.map.get_mut(slot) {
                    resource.var_names.push(var.name.clone());
                }
            } else if matched.len() > 1 {
                let (name, count) = (var.name.to_string(), matched.len());
                let failure = Failure::new(Accumulate::MatchSeveral { name, count });
                return Err(failure.at_origin(&work.tracker, var.origin));
            }
        }
        for var in vars {
            self.add_var(work, var.clone())?;
        }
        Ok(())
    }

    /// Without a namespace a var looks in all of them. The original does not ask here whether a kind has one.
    fn objects_of<T: Track<Origin = O>>(
        &mut self,
        work: &Work<T>,
        var: &Var<O>,
    ) -> Vec<crate::res_map::Slot> {
        let id = &var.object;
        if !id.namespace.is_empty() {
            return self.map.with_any_id(&work.schema, id);
        }
        let mut slots = self.map.with_any_name(&work.schema, &[&id.name]);
        slots.retain(|slot| {
            self.map.get(*slot).is_some_and(|resource| {
                resource.current_id(&work.schema).has_kind_and_name_of(id)
                    || resource.previous_ids().iter().any(|previous| previous.has_kind_and_name_of(id))
            })
        });
        slots
    }

    fn add_var<T: Track<Origin = O>>(&mut self, work: &Work<T>, var: Var<O>) -> Result<(), Failure> {
        match self.vars.binary_search_by(|there| there.name.cmp(&var.name)) {
            Ok(_) => {
                let failure = Failure::new(Accumulate::NameVarTwice { name: var.name.to_string() });
                Err(failure.at_origin(&work.tracker, var.origin))
            }
            Err(position) => {
                self.vars.insert(position, var);
                Ok(())
            }
        }
    }
}
