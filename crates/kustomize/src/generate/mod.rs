//! What a kustomization generates: ConfigMaps, Secrets, service accounts, charts; and the hash of what objects hold.
//!
//! The fields of a kustomization and the configuration of a builtin plugin become the same values; [`Generator`] lists
//! them all. A generator reads files through the loader of its kustomization and gives new objects; [`absorb`] brings
//! them among those that are there.

mod absorb;
mod data;
mod hash;
mod iam_policy;
mod key_values;

use manifest::mutable::Graph;
use text::Track;

pub use absorb::AbsorbGenerated;
pub(crate) use absorb::absorb;
pub use data::GenerateData;
pub use hash::HashContent;
pub(crate) use hash::append_hashes;
pub use iam_policy::GenerateIamPolicy;
pub use key_values::LoadKeyValues;

use crate::kustomization::read::Fault;
use crate::kustomization::{GeneratorArguments, Kustomization};
use crate::load::Loader;
use crate::resource::Resource;
use crate::{Failure, Work};
use iam_policy::IamPolicy;

/// One generator, ready to be run.
#[derive(Debug, Clone)]
pub(crate) enum Generator<O> {
    /// `configMapGenerator`.
    ConfigMap(GeneratorArguments<O>),
    /// `secretGenerator`.
    Secret(GeneratorArguments<O>),
    /// `IAMPolicyGenerator`.
    IamPolicy(IamPolicy<O>),
}

impl<O: Copy> Generator<O> {
    /// The generators of a kustomization's own fields, in the original's order.
    pub(crate) fn of_kustomization(kustomization: &Kustomization<O>) -> Vec<Self> {
        let global = kustomization.generator_options.as_ref();
        let with_global = |arguments: &GeneratorArguments<O>| {
            let options = data::merge_options(arguments.options.as_ref(), global);
            GeneratorArguments { options, ..arguments.clone() }
        };
        let config_maps = kustomization.config_maps.iter().map(with_global).map(Self::ConfigMap);
        let secrets = kustomization.secrets.iter().map(with_global).map(Self::Secret);
        config_maps.chain(secrets).collect()
    }

    /// The generator that a configuration object of a builtin plugin asks for; none if its kind is no generator's.
    pub(crate) fn of_plugin(kind: &str, graph: &Graph<O>) -> Option<Result<Self, Fault<O>>> {
        Some(match kind {
            "ConfigMapGenerator" => GeneratorArguments::of_config_map_plugin(graph).map(Self::ConfigMap),
            "SecretGenerator" => GeneratorArguments::of_secret_plugin(graph).map(Self::Secret),
            "IAMPolicyGenerator" => IamPolicy::of_plugin(graph).map(Self::IamPolicy),
            _ => return None,
        })
    }

    /// The name of the builtin plugin.
    pub(crate) fn kind(&self) -> &'static str {
        match self {
            Self::ConfigMap(_) => "ConfigMapGenerator",
            Self::Secret(_) => "SecretGenerator",
            Self::IamPolicy(_) => "IAMPolicyGenerator",
        }
    }

    /// Makes its objects.
    pub(crate) fn generate<T: Track<Origin = O>>(
        &self,
        work: &mut Work<T>,
        loader: &Loader,
    ) -> Result<Vec<Resource<O>>, Failure> {
        match self {
            Self::ConfigMap(arguments) => {
                data::generate(work, loader, (data::Kind::ConfigMap, arguments)).map(|one| vec![one])
            }
            Self::Secret(arguments) => {
                data::generate(work, loader, (data::Kind::Secret, arguments)).map(|one| vec![one])
            }
            Self::IamPolicy(policy) => policy.generate(work).map(|one| vec![one]),
        }
    }
}
