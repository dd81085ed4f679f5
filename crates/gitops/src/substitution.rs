//! Variables in what a Kustomization built, and what of them is not as in the cluster.

use std::collections::BTreeSet;

use kustomize::Resource;
use text::{Source, Span, TextId, Track};

use crate::graph::Missing;
use crate::substitute::{self, Answer, Options, Strategy, Strictness, Variables};
use crate::variables::{KnownVariables, Variable};

/// Puts variables into objects, and remembers what nobody knows of them.
pub(crate) struct Substituter<'v, O> {
    known: &'v KnownVariables,
    variables: Variables<O>,
    /// The text that each variable is.
    texts: Vec<(String, TextId)>,
    options: Options,
    /// Whether it is known what becomes of a variable that nobody has set.
    knows_strictness: bool,
    opaque: BTreeSet<String>,
    /// Variables that nobody has set and that have no default.
    missing: BTreeSet<String>,
}

impl<'v, O: Copy> Substituter<'v, O> {
    /// Takes in the variables of a unit, each as a text of the build.
    pub(crate) fn new<T: Track<Origin = O>>(
        work: &mut kustomize::Work<T>,
        known: &'v KnownVariables,
        strictness: Option<Strictness>,
    ) -> Self {
        let mut variables = Variables::default();
        let mut texts = Vec::with_capacity(known.0.len());
        for (name, Variable { text: value, is_secret, .. }) in &known.0 {
            let text = work.files.add_text(Source::Given { name: format!("variable {name}") });
            let length = u32::try_from(value.len()).unwrap_or(u32::MAX);
            let origin = T::written(Span::new(text, 0..length));
            variables.set(&mut work.tracker, name.clone(), (value, origin, *is_secret));
            texts.push((name.clone(), text));
        }
        // Where nobody knows which Flux runs, a missing variable is told rather than refused.
        let knows_strictness = strictness.is_some();
        let strictness = strictness.unwrap_or(Strictness::Lenient);
        let options = Options { strictness, strategy: Strategy::Always };
        let (opaque, missing) = (BTreeSet::new(), BTreeSet::new());
        Self { known, variables, texts, options, knows_strictness, opaque, missing }
    }

    pub(crate) fn substitute<T: Track<Origin = O>>(
        &mut self,
        tracker: &mut T,
        resource: &mut Resource<O>,
    ) -> Result<(), Missing> {
        let refused = |error| {
            let (kind, name) = (resource.kind(), resource.name());
            Missing::Render(format!("{kind} {name}: {}", text::with_causes(&error)))
        };
        let done = substitute::object(tracker, resource.graph(), &self.variables, self.options);
        let Some(done) = done.map_err(refused)? else { return Ok(()) };
        for (name, answer) in done.names {
            if self.known.0.get(&name).is_some_and(|variable| variable.is_opaque) {
                self.opaque.insert(name);
            } else if answer == Answer::Missing {
                self.missing.insert(name);
            }
        }
        resource.set_graph(done.graph);
        Ok(())
    }

    /// What of it is not as in the cluster, and the texts of the variables.
    pub(crate) fn finish(self) -> (Vec<String>, Vec<(String, TextId)>) {
        let opaque = said(&self.opaque, "is encrypted", "are encrypted");
        // Flux 2.9 makes it an error unless told otherwise; before, such a variable was empty.
        let missing = match self.knows_strictness {
            true => said(&self.missing, "has no value and is empty", "have no value and are empty"),
            false => said(
                &self.missing,
                "has no value, which fails since Flux 2.9",
                "have no value, which fails since Flux 2.9",
            ),
        };
        (opaque.into_iter().chain(missing).collect(), self.texts)
    }
}

fn said(names: &BTreeSet<String>, of_one: &str, of_several: &str) -> Option<String> {
    let listed: Vec<&str> = names.iter().map(String::as_str).collect();
    match listed.len() {
        0 => None,
        1 => Some(format!("1 variable {of_one}: {}", listed.join(", "))),
        count => Some(format!("{count} variables {of_several}: {}", listed.join(", "))),
    }
}
