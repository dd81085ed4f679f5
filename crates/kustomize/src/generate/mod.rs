//! What a kustomization generates: ConfigMaps, Secrets, service accounts, charts; and the hash of what objects hold.
//!
//! The fields of a kustomization and the configuration of a builtin plugin become the same values; [`Generator`] lists
//! them all. A generator reads files through the loader of its kustomization and gives new objects; [`absorb()`] brings
//! them among those that are there.

mod absorb;
mod data;
mod hash;
mod helm;
mod iam_policy;
mod key_values;

use manifest::mutable::Graph;
use text::Track;

pub use absorb::AbsorbGenerated;
pub(crate) use absorb::absorb;
pub use data::GenerateData;
pub use hash::HashContent;
pub(crate) use hash::append_hashes;
pub use helm::{
    ChartRequest, ChartSource, Charts, InflateChart, RefuseChart, RenderChart, RenderedChart, ValuesText,
};
pub use iam_policy::GenerateIamPolicy;
pub use key_values::LoadKeyValues;

use crate::kustomization::{GeneratorArguments, Kustomization, Text};
use crate::load::Loader;
use crate::resource::Resource;
use crate::{Failure, Work};
use helm::Inflation;
use iam_policy::IamPolicy;

/// One generator, ready to be run.
#[derive(Debug, Clone)]
pub(crate) enum Generator<O> {
    /// `configMapGenerator`.
    ConfigMap(GeneratorArguments<O>),
    /// `secretGenerator`.
    Secret(GeneratorArguments<O>),
    /// `helmCharts`.
    Helm(Box<Inflation<O>>),
    /// `IAMPolicyGenerator`.
    IamPolicy(IamPolicy<O>),
}

impl<O: Copy> Generator<O> {
    /// The generators of a kustomization's own fields, in the original's order. `chart_namespace` is what kustomizations
    /// further out say.
    pub(crate) fn of_kustomization<T: Track<Origin = O>>(
        work: &mut Work<T>,
        loader: &Loader,
        (kustomization, chart_namespace): (&Kustomization<O>, Option<&Text<O>>),
    ) -> Result<Vec<Self>, Failure> {
        let global = kustomization.generator_options.as_ref();
        let with_global = |arguments: &GeneratorArguments<O>| {
            let options = data::merge_options(arguments.options.as_ref(), global);
            GeneratorArguments { options, ..arguments.clone() }
        };
        let config_maps = kustomization.config_maps.iter().map(with_global).map(Self::ConfigMap);
        let secrets = kustomization.secrets.iter().map(with_global).map(Self::Secret);
        let charts = Inflation::of_kustomization(work, loader, (kustomization, chart_namespace))?;
        let charts = charts.into_iter().map(|chart| Self::Helm(Box::new(chart)));
        Ok(config_maps.chain(secrets).chain(charts).collect())
    }

    /// The generator that the configuration object of a builtin plugin asks for; none if its kind is no generator's.
    pub(crate) fn of_plugin<T: Track<Origin = O>>(
        work: &mut Work<T>,
        loader: &Loader,
        (kind, graph): (&str, &Graph<O>),
    ) -> Result<Option<Self>, Failure> {
        let generator = match kind {
            "ConfigMapGenerator" => GeneratorArguments::of_config_map_plugin(graph).map(Self::ConfigMap),
            "SecretGenerator" => GeneratorArguments::of_secret_plugin(graph).map(Self::Secret),
            "IAMPolicyGenerator" => IamPolicy::of_plugin(graph).map(Self::IamPolicy),
            "HelmChartInflationGenerator" => {
                let chart = Inflation::of_plugin(work, loader, graph)?;
                return Ok(Some(Self::Helm(Box::new(chart))));
            }
            _ => return Ok(None),
        };
        generator.map(Some).map_err(|fault| fault.into_failure(&work.tracker))
    }

    /// The name of the builtin plugin.
    pub(crate) fn kind(&self) -> &'static str {
        match self {
            Self::ConfigMap(_) => "ConfigMapGenerator",
            Self::Secret(_) => "SecretGenerator",
            Self::Helm(_) => "HelmChartInflationGenerator",
            Self::IamPolicy(_) => "IAMPolicyGenerator",
        }
    }

    /// What asked for it.
    pub(crate) fn origin(&self) -> O {
        match self {
            Self::ConfigMap(arguments) | Self::Secret(arguments) => arguments.origin,
            Self::Helm(chart) => chart.origin(),
            Self::IamPolicy(policy) => policy.origin(),
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
            Self::Helm(chart) => chart.generate(work, loader),
            Self::IamPolicy(policy) => policy.generate(work).map(|one| vec![one]),
        }
    }
}

#[cfg(test)]
mod tests;
