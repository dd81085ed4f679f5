//! Whether kustomizations render the same bytes after an edit of one.
//!
//! Takes a changed file and builds every root that it reaches, before and after; the outputs must be equal. What was
//! rendered before is kept, since several files reach the same roots. A root that cannot be built proves nothing.

use std::cell::{OnceCell, RefCell};
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;
use std::sync::Arc;

use fixes::VarUse;
use kustomize::load::{Files, Restriction};
use kustomize::{Gvk, Id, Options, Order, Work, build};
use text::NoOrigins;
use tree::{Overlaid, Tree};

use super::charts;
use super::roots::{Kustomizations, Root};
use super::together::OutputText;

/// Renders the roots of a tree with one file changed.
pub(crate) struct Prover<'a> {
    pub(super) tree: &'a Arc<dyn Tree + Send>,
    pub(super) files: &'a [String],
    kustomizations: OnceCell<(Kustomizations, Vec<Root>)>,
    before: RefCell<BTreeMap<String, Rc<Rendered>>>,
}

impl<'a> Prover<'a> {
    /// For the files of a tree. Nothing is read before something is to be proved.
    pub(crate) fn new(tree: &'a Arc<dyn Tree + Send>, files: &'a [String]) -> Self {
        Self { tree, files, kustomizations: OnceCell::new(), before: RefCell::default() }
    }

    /// Whether all that the kustomization at `path` reaches renders the same with these bytes.
    ///
    /// # Errors
    /// With the reason why it does not, or why nobody can tell.
    pub(crate) fn prove(&self, path: &str, bytes: &[u8]) -> Result<(), String> {
        let changed = self.changed(path, bytes);
        for root in self.roots_over(path)? {
            let before = self.before(root);
            let built = (before.text.as_ref().as_ref(), || (*rendered(&changed, root).text).clone());
            equal(root, built, "render something else")?;
        }
        Ok(())
    }

    /// Where the vars stand that the kustomization at `path` declares, with these bytes.
    ///
    /// # Errors
    /// With the reason why nobody can tell.
    pub(crate) fn var_uses(&self, path: &str, bytes: &[u8]) -> Result<Vec<VarUse>, String> {
        let files = Files::new(self.changed(path, bytes), Restriction::None, None);
        let mut work: Work<NoOrigins> = Work::new(files);
        let uses = kustomize::var_uses(&mut work, folder_of(path))
            .map_err(|failure| format!("it cannot be built: {}", text::with_causes(&failure)))?;
        Ok(uses.into_iter().map(known_use).collect())
    }

    /// Whether all that the kustomization at `path` reaches asks for the same charts in the same way with these bytes, and
    /// renders the same apart from them. `before` are the bytes as they are.
    ///
    /// # Errors
    /// As [`Prover::prove`].
    pub(crate) fn prove_charts(&self, path: &str, (before, after): (&[u8], &[u8])) -> Result<(), String> {
        for root in self.roots_over(path)? {
            let asked = |bytes: &[u8]| charts::asked(self.tree, root, (path, bytes));
            let before = asked(before);
            equal(root, (before.as_ref(), || asked(after)), "ask for other charts")?;
        }
        Ok(())
    }

    /// What the root in `folder` renders as the files are, built once.
    pub(super) fn before(&self, folder: &str) -> Rc<Rendered> {
        let mut kept = self.before.borrow_mut();
        Rc::clone(kept.entry(folder.to_owned()).or_insert_with(|| Rc::new(rendered(self.tree, folder))))
    }

    /// The roots of the tree.
    pub(super) fn roots(&self) -> &[Root] {
        &self.kustomizations().1
    }

    /// The roots that reach the kustomization at `path`, of which there must be one.
    fn roots_over(&self, path: &str) -> Result<Vec<&str>, String> {
        let (kustomizations, roots) = self.kustomizations();
        let roots = kustomizations.over(roots, folder_of(path));
        if roots.is_empty() {
            return Err("no kustomization that can be built includes it".to_owned());
        }
        Ok(roots)
    }

    /// The tree with other bytes of one file.
    fn changed(&self, path: &str, bytes: &[u8]) -> Arc<dyn Tree + Send> {
        let files = BTreeMap::from([(path.to_owned(), bytes.to_vec())]);
        Arc::new(Overlaid { tree: Arc::clone(self.tree), files })
    }

    fn kustomizations(&self) -> &(Kustomizations, Vec<Root>) {
        self.kustomizations.get_or_init(|| {
            let kustomizations = Kustomizations::read(&**self.tree, self.files);
            let roots = kustomizations.roots();
            (kustomizations, roots)
        })
    }
}

fn folder_of(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(folder, _)| folder)
}

/// Whether a root gives the same before and after; `difference` says what it would do if not.
fn equal<B: PartialEq>(
    root: &str,
    (before, after): (Result<&B, &String>, impl FnOnce() -> Result<B, String>),
    difference: &str,
) -> Result<(), String> {
    let shown = if root.is_empty() { "." } else { root };
    let before = before.map_err(|error| format!("'{shown}' cannot be built: {error}"))?;
    match after() {
        Ok(after) if after == *before => Ok(()),
        Ok(_) => Err(format!("'{shown}' would {difference}")),
        Err(error) => Err(format!("'{shown}' could not be built any more: {error}")),
    }
}

fn known_use(found: kustomize::VarUse) -> VarUse {
    let kustomize::VarUse { var, object, field_path, text } = found;
    let Id { gvk: Gvk { group, version, kind }, name, namespace, is_cluster_scoped: _ } = object;
    VarUse {
        var: var.into(),
        gvk: (group.into(), version.into(), kind.into()),
        name: (name.into(), namespace.into()),
        field_path,
        text,
    }
}

/// What a root renders, and of which files.
pub(super) struct Rendered {
    /// The objects as one text, or why there is none.
    pub(super) text: Rc<Result<OutputText, String>>,
    /// The paths of the files that were read.
    pub(super) read: BTreeSet<String>,
}

/// All that the kustomization of `folder` renders.
pub(super) fn rendered(tree: &Arc<dyn Tree + Send>, folder: &str) -> Rendered {
    let files: Files<()> = Files::new(Arc::clone(tree), Restriction::None, None);
    let mut work: Work<NoOrigins> = Work::new(files);
    let options = Options { order: Order::AsRead, ..Options::default() };
    let built = build(&mut work, folder, &options).and_then(|built| built.print());
    let text = built.map(OutputText::from).map_err(|failure| text::with_causes(&failure));
    Rendered { text: Rc::new(text), read: work.files.paths().map(ToOwned::to_owned).collect() }
}
