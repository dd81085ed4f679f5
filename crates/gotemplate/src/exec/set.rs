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
pub struct FunctionTable(Rc<Table>);

struct Table {
    functions: Vec<Known>,
    /// Positions among the functions, where the numbers of their names lead; a slot that is taken leads to the next one.
    slots: Vec<Option<u16>>,
}

/// A function, and whether it is one of Go's own.
type Known = (Function, bool);

/// Slots for one function: half of them stay free, so that what is looked for is met soon.
const SLOTS_PER_FUNCTION: usize = 2;

impl Table {
    /// The slot that holds a name, or the free one where it belongs, and the function in it.
    fn find(&self, name: &str) -> (usize, Option<&Known>) {
        let mask = self.slots.len() - 1;
        let mut at = number_of(name) & mask;
        loop {
            let position = self.slots.get(at).copied().flatten();
            let known = position.and_then(|position| self.functions.get(usize::from(position)));
            if known.is_none_or(|(function, _)| function.name == name) {
                return (at, known);
            }
            at = (at + 1) & mask;
        }
    }
}

/// Where to look for a name: FNV-1a, which is short and good enough for words.
fn number_of(name: &str) -> usize {
    const START: u64 = 0xcbf2_9ce4_8422_2325;
    const PRIME: u64 = 0x0000_0100_0000_01b3;
    let number = name.bytes().fold(START, |number, byte| (number ^ u64::from(byte)).wrapping_mul(PRIME));
    // The upper half is better mixed.
    usize::try_from(number >> 32).unwrap_or(0)
}

impl FunctionTable {
    /// Go's builtin functions and those of `tables`, of which later ones take the place of earlier ones.
    #[must_use]
    pub fn new(tables: &[&[Function]]) -> Self {
        let own = BUILTINS.iter().map(|function| (*function, true));
        let given = tables.iter().copied().flatten().map(|function| (*function, false));
        let count = BUILTINS.len() + tables.iter().map(|table| table.len()).sum::<usize>();
        let slots = vec![None; (count * SLOTS_PER_FUNCTION).next_power_of_two()];
        let mut table = Table { functions: Vec::with_capacity(count), slots };
        for known in own.chain(given) {
            let (at, _) = table.find(known.0.name);
            if let Some(slot) = table.slots.get_mut(at) {
                *slot = u16::try_from(table.functions.len()).ok();
            }
            table.functions.push(known);
        }
        Self(Rc::new(table))
    }

    /// Whether a template may call this name.
    #[must_use]
    pub fn knows(&self, name: &str) -> bool {
        self.get(name).is_some()
    }

    /// A function, and whether it is one of Go's own.
    pub(super) fn get(&self, name: &str) -> Option<&Known> {
        self.0.find(name).1
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

    pub(super) fn function(&self, name: &str) -> Option<&Known> {
        self.functions.get(name)
    }
}
