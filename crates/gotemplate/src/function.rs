//! What a template can call: a Go signature and the code behind it.
//!
//! The executor checks and converts arguments against the signature as Go's reflection does before it calls, so a
//! function may rely on the types that it names and only has to read them.

use text::{Decision, DecisionId, Origin, Span};

use crate::limits::INPUTS_MAX;
use crate::{Fault, Ledger, Ports, Value};

/// The type of one parameter, as its Go function declares it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Parameter {
    /// `interface{}`, or `reflect.Value`: anything, untyped nil included.
    Any,
    /// `string`.
    String,
    /// `int`.
    Int,
    /// `int64`.
    Int64,
    /// `uint32`.
    Uint32,
    /// `float64`.
    Float64,
    /// `bool`.
    Bool,
    /// `[]interface{}`.
    List,
    /// `[]string`.
    Strings,
    /// `map[string]interface{}`.
    Map,
    /// `[]byte`.
    ByteSlice,
    /// `time.Duration`.
    Duration,
    /// Any other type, by its Go name as error texts print it: `time.Time`, `sprig.certificate`.
    Named(&'static str),
}

impl Parameter {
    /// The Go type as error texts print it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Any => "interface {}",
            Self::String => "string",
            Self::Int => "int",
            Self::Int64 => "int64",
            Self::Uint32 => "uint32",
            Self::Float64 => "float64",
            Self::Bool => "bool",
            Self::List => "[]interface {}",
            Self::Strings => "[]string",
            Self::Map => "map[string]interface {}",
            Self::ByteSlice => "[]uint8",
            Self::Duration => "time.Duration",
            Self::Named(name) => name,
        }
    }
}

/// What a function or method takes.
#[derive(Debug, Clone, Copy)]
pub struct Signature {
    /// The types of the fixed parameters.
    pub parameters: &'static [Parameter],
    /// The element type of the variadic parameter, if there is one.
    pub variadic: Option<Parameter>,
}

/// Something that a template can call by name.
#[derive(Clone, Copy)]
pub struct Function {
    /// The name in templates.
    pub name: &'static str,
    /// What it takes.
    pub signature: Signature,
    /// The code. Arguments come converted and as many as the signature allows.
    pub run: fn(&Call<'_>, &[Value]) -> Result<Value, Fault>,
}

/// One call of a function.
pub struct Call<'c> {
    /// The name that was called.
    pub name: &'static str,
    /// Where the call stands in the template.
    pub place: Span,
    /// The origins of this render.
    pub ledger: &'c Ledger,
    /// The world.
    pub ports: &'c dyn Ports,
    /// The way back into the executor.
    pub templates: &'c dyn Templates,
    /// The decision that the call stands under.
    pub decision: Option<DecisionId>,
    /// Whether the first argument is a nil that a map or list holds, which Go tells from no value at all.
    pub is_boxed_nil: bool,
}

/// What functions such as `include` and `tpl` need of the executor that runs them.
pub trait Templates {
    /// Executes the template of that name over `data`; gives its output as a string value that keeps the pieces.
    ///
    /// # Errors
    /// In Go's words, if there is no such template or it fails.
    fn execute(&self, name: &str, data: &Value) -> Result<Value, Fault>;

    /// Parses `text` as a template of that name beside all others and executes it over `data`. What it defines is known
    /// within this execution only. The pieces of the output lead through `text`'s own origin.
    ///
    /// # Errors
    /// In Go's words, if it cannot be parsed or fails.
    fn execute_text(&self, name: &str, text: &Value, data: &Value) -> Result<Value, Fault>;

    /// State of the host that registered its functions, to be downcast by them.
    fn host(&self) -> &dyn std::any::Any;
}

impl Call<'_> {
    /// The origin of a value that this function makes of `inputs`.
    #[must_use]
    pub fn made(&self, inputs: &[Value]) -> Origin {
        if !self.ledger.is_on() {
            return Ledger::NOWHERE;
        }
        let inputs: Vec<_> = inputs.iter().map(|input| input.origin).collect();
        self.ledger.made(self.name, self.place, &inputs)
    }

    /// Notes that this function looked at `values` to choose what it gives: a key that it looked up, a text in which it
    /// searched. What it gives keeps its own origin.
    pub fn chooses_by(&self, values: &[Value]) {
        let _noted = self.ledger.decide(|| Decision {
            rule: self.name,
            place: self.place,
            read: values.iter().take(INPUTS_MAX).map(|value| value.origin).collect(),
            parent: self.decision,
        });
    }
}
