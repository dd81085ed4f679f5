//! The templates that can be executed, and the functions that they can call.

use std::collections::BTreeMap;
use std::rc::Rc;
use std::sync::Arc;

use text::TextId;

use crate::builtin::BUILTINS;
use crate::parse::node::{Node, Run, View};
use crate::{Apart, Function, Parsed};

/// Functions by their names; those of hosts go before Go's own.
#[derive(Clone)]
pub struct FunctionTable(Rc<BTreeMap<&'static str, (Function, bool)>>);

impl FunctionTable {
    /// Go's builtin functions and those of `tables`, of which later ones take the place of earlier ones.
    #[must_use]
    pub fn new(tables: &[&[Function]]) -> Self {
        let mut functions = BTreeMap::new();
        for function in BUILTINS {
            functions.insert(function.name, (*function, true));
        }
        for function in tables.iter().copied().flatten() {
            functions.insert(function.name, (*function, false));
        }
        Self(Rc::new(functions))
    }

    /// Whether a template may call this name.
    #[must_use]
    pub fn knows(&self, name: &str) -> bool {
        self.0.contains_key(name)
    }

    /// A function, and whether it is one of Go's own.
    pub(super) fn get(&self, name: &str) -> Option<(Function, bool)> {
        self.0.get(name).copied()
    }
}

/// Whose the bytes of a template are.
#[derive(Debug, Clone)]
pub enum TextSource {
    /// A text of this id.
    Text(TextId),
    /// A value that was rendered itself.
    Value(Rc<Apart>),
}

/// A template that can be executed.
#[derive(Debug, Clone)]
pub(crate) struct Template {
    pub(crate) name: String,
    pub(crate) parsed: Arc<Parsed>,
    list: Run<Node>,
    pub(crate) source: TextSource,
}

impl Template {
    pub(crate) fn nodes(&self) -> &[Node] {
        self.view().nodes(self.list)
    }

    pub(crate) fn view(&self) -> View<'_> {
        self.parsed.view()
    }
}

/// Named templates, and what they can call.
pub struct TemplateSet<'p> {
    functions: FunctionTable,
    templates: BTreeMap<String, Template>,
    /// Where names are looked up that are not here.
    around: Option<&'p TemplateSet<'p>>,
}

impl<'p> TemplateSet<'p> {
    /// An empty set.
    #[must_use]
    pub fn new(functions: FunctionTable) -> Self {
        Self { functions, templates: BTreeMap::new(), around: None }
    }

    /// A set of templates that are known beside those of another one, for as long as it lives.
    pub(crate) fn within(around: &'p TemplateSet<'p>) -> Self {
        Self { functions: around.functions.clone(), templates: BTreeMap::new(), around: Some(around) }
    }

    /// Adds a text and all that it defines. A template takes the place of one of its name, unless it is empty.
    pub fn add(&mut self, parsed: Arc<Parsed>, source: TextSource) {
        for (name, list) in &parsed.templates {
            // The text itself is what is executed, even if one of its name around it says more.
            let is_itself = *name == parsed.name && self.around.is_some();
            if parsed.view().is_empty(*list) && !is_itself && self.lookup(name).is_some() {
                continue;
            }
            let source = source.clone();
            let template = Template { name: name.clone(), parsed: Arc::clone(&parsed), list: *list, source };
            self.templates.insert(name.clone(), template);
        }
    }

    pub(crate) fn lookup(&self, name: &str) -> Option<&Template> {
        self.templates.get(name).or_else(|| self.around.and_then(|around| around.lookup(name)))
    }

    pub(crate) fn knows_function(&self, name: &str) -> bool {
        self.functions.knows(name)
    }

    pub(super) fn function(&self, name: &str) -> Option<(Function, bool)> {
        self.functions.get(name)
    }
}
