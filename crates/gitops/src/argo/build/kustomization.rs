//! A folder built with kustomize, after what the Application says was written into its kustomization.

use std::sync::Arc;

use kustomize::load::remote::Remote;
use kustomize::load::{Files, Restriction, join};
use kustomize::{Options, Order, Work};
use text::Track;
use tree::Overlaid;

use super::edits::{edited, refused};
use super::inflate::Inflating;
use crate::argo::application_set::read_yaml;
use crate::argo::environment::Environment;
use crate::argo::source::{KUSTOMIZATION_NAMES, ResolvedSource, is_file};
use crate::fields::Fields;
use crate::graph::Missing;
use crate::limits::DECLARING_FILE_BYTES_MAX;
use crate::trees::SharedTree;

/// What a folder is built with.
pub(super) struct KustomizeBuild<'b> {
    pub(super) tree: &'b SharedTree,
    pub(super) source: &'b ResolvedSource,
    pub(super) environment: &'b Environment,
    pub(super) options: &'b str,
    pub(super) remote: Arc<dyn Remote>,
}

/// What a build gave.
pub(crate) struct Built<T: Track> {
    pub(crate) work: Work<T>,
    pub(crate) built: kustomize::Built<T::Origin>,
    pub(crate) texts: Vec<String>,
    pub(crate) notes: Vec<String>,
    /// The kustomization that what the Application says was written into, if it says something.
    pub(crate) edited: Option<String>,
}

/// What of the options of builds is followed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct BuildOptions {
    pub(crate) renders_charts: bool,
    restriction: Restriction,
    order: Order,
    adds_managed_by_label: bool,
    /// Those that are not followed.
    unknown: Vec<String>,
}

impl BuildOptions {
    pub(crate) fn of(text: &str) -> Self {
        let mut options = Self {
            renders_charts: text.contains("--enable-helm"),
            restriction: Restriction::RootOnly,
            order: Order::Legacy,
            adds_managed_by_label: false,
            unknown: Vec::new(),
        };
        let words: Vec<&str> = text.split_whitespace().flat_map(|word| word.splitn(2, '=')).collect();
        let mut words = words.into_iter();
        while let Some(word) = words.next() {
            match word.trim_start_matches('-') {
                "enable-helm" | "enable-alpha-plugins" | "enable-exec" | "network" => {}
                "load-restrictor" | "load_restrictor" => {
                    if words.next() == Some("LoadRestrictionsNone") {
                        options.restriction = Restriction::None;
                    }
                }
                "reorder" => {
                    if words.next() == Some("none") {
                        options.order = Order::AsRead;
                    }
                }
                "enable-managedby-label" => options.adds_managed_by_label = true,
                "true" => {}
                _ => options.unknown.push(word.to_owned()),
            }
        }
        options
    }
}

impl KustomizeBuild<'_> {
    /// Builds it, with charts rendered by what is inflated.
    pub(super) fn run<T: Track>(&self, charts: &Arc<Inflating>) -> Result<Built<T>, Missing> {
        let options = BuildOptions::of(self.options);
        let (tree, edited) = self.overlaid(charts)?;
        let files = Files::new(tree, options.restriction, Some(Arc::clone(&self.remote)));
        let mut work: Work<T> = Work::new(files);
        work.charts = charts.for_builds(options.renders_charts);
        let asked = Options {
            order: options.order,
            adds_managed_by_label: options.adds_managed_by_label,
            ..Options::default()
        };
        let built =
            kustomize::build(&mut work, &self.source.folder, &asked).map_err(crate::build::refused)?;
        let texts = built.texts().map_err(crate::build::refused)?;
        Ok(Built { work, built, texts, notes: self.notes(&options), edited })
    }

    fn notes(&self, options: &BuildOptions) -> Vec<String> {
        let version = Fields::of(&self.source.value).text(&["kustomize", "version"]);
        let of_version =
            (!version.is_empty()).then(|| format!("asks for kustomize {version}, which is not followed"));
        let of_options = (!options.unknown.is_empty())
            .then(|| format!("options of builds that are not followed: {}", options.unknown.join(" ")));
        of_version.into_iter().chain(of_options).collect()
    }

    /// The files with the edited kustomization, and with values of charts that stand elsewhere; and the path of the former.
    fn overlaid(&self, charts: &Inflating) -> Result<(SharedTree, Option<String>), Missing> {
        let mut files = charts.files();
        let said = Fields::of(&self.source.value).at(&["kustomize"]);
        let edited = if said.value().is_some() { self.edited(said)? } else { None };
        let path = edited.as_ref().map(|(path, _)| path.clone());
        files.extend(edited);
        Ok((Arc::new(Overlaid { tree: Arc::clone(self.tree), files }), path))
    }

    fn edited(&self, options: Fields<'_>) -> Result<Option<(String, Vec<u8>)>, Missing> {
        let folder = &self.source.folder;
        let paths = KUSTOMIZATION_NAMES.into_iter().map(|name| join(folder, name));
        // Where there is none, the build says so.
        let Some(path) = paths.into_iter().find(|path| is_file(&**self.tree, path)) else { return Ok(None) };
        let told = |reason: String| refused(&format!("{path}: {reason}"));
        let bytes = self
            .tree
            .read(&path, DECLARING_FILE_BYTES_MAX)
            .map_err(|error| told(text::with_causes(&error)))?;
        let value = read_yaml(&bytes).map_err(told)?;
        let has_folder = |component: &str| self.tree.locate(&join(folder, component)).is_ok();
        let edited = edited(value.clone(), options, self.environment, &has_folder)?;
        if edited == value {
            return Ok(None);
        }
        let text =
            manifest::emit::marshal_as_kubectl(&edited).map_err(|error| told(text::with_causes(&error)))?;
        Ok(Some((path, text.into_bytes())))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn options_of_builds_are_read_as_flags() {
        let options =
            BuildOptions::of("--enable-helm --load-restrictor LoadRestrictionsNone --reorder=none --as-x");
        assert!(options.renders_charts);
        assert_eq!((options.restriction, options.order), (Restriction::None, Order::AsRead));
        assert_eq!(options.unknown, ["--as-x"]);
        assert_eq!(BuildOptions::of("--load-restrictor=LoadRestrictionsNone").restriction, Restriction::None);
        assert_eq!(BuildOptions::of("").restriction, Restriction::RootOnly);
    }
}
