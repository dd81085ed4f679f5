//! Why a build ends without a result: which cause, at which place, reached through which kustomizations.

use std::fmt;

use text::{Span, Track};

use crate::accumulate::Accumulate;
use crate::built::PrintObject;
use crate::configuration::{MergeConfiguration, ReadConfiguration, ReadDefinitions};
use crate::field_spec::FollowFieldSpec;
use crate::fields::ReachField;
use crate::flux::BuildAsFlux;
use crate::generate::{
    AbsorbGenerated, GenerateData, GenerateIamPolicy, HashContent, InflateChart, LoadKeyValues,
};
use crate::json_patch::{ApplyJsonPatch, ParseJsonPatch};
use crate::kustomization::ReadKustomization;
use crate::load::{LoadFile, ReadObjects};
use crate::merge::MergePatch;
use crate::name_reference::FollowReference;
use crate::order::SortObjects;
use crate::plugin::UsePlugin;
use crate::replacement::{SetTarget, TakeSource, UseReplacements};
use crate::res_map::ChangeMap;
use crate::schema::SetSchema;
use crate::select::SelectObjects;
use crate::transform::{
    ApplyPatches, ConfigurePlugin, CountReplicas, LoadValueAdd, SetImage, SetNamespace, UseJsonPatch,
    UsePatch,
};
use crate::vars::ResolveVar;

/// The first fault of a build.
///
/// The place of a fault is a span of one of the build's texts, from which file and line are told when it is shown.
#[derive(Debug)]
pub struct Failure {
    /// The folders of the kustomizations that led to it, outermost first.
    pub chain: Vec<String>,
    /// Where it was written, if that is one place.
    pub place: Option<Span>,
    /// What is wrong.
    pub cause: Box<Cause>,
}

/// What is wrong, by the part of the build that found it.
#[derive(Debug, thiserror::Error)]
pub enum Cause {
    /// Objects could not be brought together.
    #[error(transparent)]
    Accumulate(#[from] Accumulate),
    /// Field specs contradict each other.
    #[error(transparent)]
    MergeConfiguration(#[from] MergeConfiguration),
    /// A folder cannot be built as Flux builds.
    #[error(transparent)]
    BuildAsFlux(#[from] BuildAsFlux),
    /// A file or folder is not to be had.
    #[error(transparent)]
    LoadFile(#[from] LoadFile),
    /// A kustomization or a configuration cannot be read.
    #[error(transparent)]
    ReadKustomization(#[from] ReadKustomization),
    /// Keys and values cannot be had.
    #[error(transparent)]
    LoadKeyValues(#[from] LoadKeyValues),
    /// An object cannot be generated.
    #[error(transparent)]
    GenerateData(#[from] GenerateData),
    /// A chart cannot be inflated.
    #[error(transparent)]
    InflateChart(#[from] InflateChart),
    /// No service account can be generated.
    #[error(transparent)]
    GenerateIamPolicy(#[from] GenerateIamPolicy),
    /// A generated object has no place.
    #[error(transparent)]
    AbsorbGenerated(#[from] AbsorbGenerated),
    /// An object has no hash.
    #[error(transparent)]
    HashContent(#[from] HashContent),
    /// A text holds something else than objects.
    #[error(transparent)]
    ReadObjects(#[from] ReadObjects),
    /// Objects cannot be sorted.
    #[error(transparent)]
    SortObjects(#[from] SortObjects),
    /// An object cannot be printed.
    #[error(transparent)]
    PrintObject(#[from] PrintObject),
    /// A file of field specs could not be read.
    #[error(transparent)]
    ReadConfiguration(#[from] ReadConfiguration),
    /// A file of definitions could not be read.
    #[error(transparent)]
    ReadDefinitions(#[from] ReadDefinitions),
    /// A field could not be reached or set.
    #[error(transparent)]
    ReachField(#[from] ReachField),
    /// A field spec could not be followed.
    #[error(transparent)]
    FollowFieldSpec(#[from] FollowFieldSpec),
    /// A count of replicas that nothing takes.
    #[error(transparent)]
    CountReplicas(#[from] CountReplicas),
    /// Configuration of a plugin that cannot be used.
    #[error(transparent)]
    ConfigurePlugin(#[from] ConfigurePlugin),
    /// A value that goes nowhere.
    #[error(transparent)]
    LoadValueAdd(#[from] LoadValueAdd),
    /// A namespace that cannot be set.
    #[error(transparent)]
    SetNamespace(#[from] SetNamespace),
    /// An image that cannot be set.
    #[error(transparent)]
    SetImage(#[from] SetImage),
    /// A reference by name that cannot be followed.
    #[error(transparent)]
    FollowReference(#[from] FollowReference),
    /// A var without a value, or where it cannot go.
    #[error(transparent)]
    ResolveVar(#[from] ResolveVar),
    /// Objects are in each other's way.
    #[error(transparent)]
    ChangeMap(#[from] ChangeMap),
    /// The schema that a kustomization wants cannot be had.
    #[error(transparent)]
    SetSchema(#[from] SetSchema),
    /// A selector is broken.
    #[error(transparent)]
    SelectObjects(#[from] SelectObjects),
    /// A JSON patch is broken.
    #[error("decoding JSON patch")]
    ParseJsonPatch(#[from] ParseJsonPatch),
    /// A JSON patch does not fit an object.
    #[error(transparent)]
    ApplyJsonPatch(#[from] ApplyJsonPatch),
    /// A JSON patch cannot be used.
    #[error(transparent)]
    UseJsonPatch(#[from] UseJsonPatch),
    /// A plugin cannot be used.
    #[error(transparent)]
    UsePlugin(#[from] UsePlugin),
    /// Replacements cannot be used.
    #[error(transparent)]
    UseReplacements(#[from] UseReplacements),
    /// A replacement has no value.
    #[error(transparent)]
    TakeSource(#[from] TakeSource),
    /// A replacement's target cannot be set.
    #[error(transparent)]
    SetTarget(#[from] SetTarget),
    /// A patch cannot be used.
    #[error(transparent)]
    UsePatch(#[from] UsePatch),
    /// A patch and its object do not go together.
    #[error(transparent)]
    MergePatch(#[from] MergePatch),
    /// Patches cannot be found or applied.
    #[error(transparent)]
    ApplyPatches(#[from] ApplyPatches),
}

impl Failure {
    /// A failure without a place.
    #[must_use]
    pub fn new(cause: impl Into<Cause>) -> Self {
        Self { chain: Vec::new(), place: None, cause: Box::new(cause.into()) }
    }

    /// The same failure with the place where its cause was written, unless it has one already.
    #[must_use]
    pub fn at(mut self, place: Span) -> Self {
        self.place.get_or_insert(place);
        self
    }

    /// The same failure at the place of an origin, if that is one place and the failure has none already.
    #[must_use]
    pub(crate) fn at_origin<T: Track>(self, tracker: &T, origin: T::Origin) -> Self {
        match tracker.place(origin) {
            Some(place) => self.at(place),
            None => self,
        }
    }

    /// The same failure, reached through the kustomization of `folder`.
    #[must_use]
    pub fn through(mut self, folder: &str) -> Self {
        self.chain.insert(0, folder.to_owned());
        self
    }
}

impl<C: Into<Cause>> From<C> for Failure {
    fn from(cause: C) -> Self {
        Self::new(cause)
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for folder in &self.chain {
            write!(f, "{folder}: ")?;
        }
        write!(f, "{}", self.cause)
    }
}

impl std::error::Error for Failure {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        std::error::Error::source(&*self.cause)
    }
}
