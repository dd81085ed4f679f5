//! Go's `text/template` with sprig: parse, execute, Go's own formatting and comparison rules.
//!
//! A [`Value`] is what a Go program would hold: typed numbers, strings of bytes, maps that are changed in place. Each
//! carries a [`text::Origin`]: whose bytes it is, kept in the [`Ledger`] of one render together with the decisions that
//! output stands under. What a template calls is a [`Function`] with the Go signature that its arguments are checked
//! against. Time, randomness and hosts come through [`Ports`]. Knows nothing of Helm, YAML or Kubernetes; reads no file.

mod builtin;
mod characters;
mod decimal;
mod exec;
mod fault;
pub mod format;
mod function;
pub mod json;
mod ledger;
pub mod limits;
mod marks;
mod parse;
mod ports;
pub mod sprig;
mod stack;
mod time;
mod url;
mod value;

pub use builtin::BUILTINS;
pub use exec::{Engine, ExecuteTemplate, FunctionTable, MissingKey, Rendered, TemplateSet, TextSource};
pub use fault::{Fault, FaultKind};
pub use function::{Call, Function, Parameter, Signature, Templates};
pub use ledger::{Apart, Ledger};
pub use marks::Marks;
pub use parse::{ParseTemplate, Parsed, parse};
pub use ports::{Fixed, Ports, ReadPort};
pub use time::{TimeZone, read_time, time_text};
pub use value::{
    Bytes, Complex, Data, Element, Entry, EntrySource, FloatType, IntType, Items, JsonForm, List, ListMethod,
    Map, MapType, Method, NamedList, NamedMap, Object, UintType, Value,
};

pub(crate) use exec::is_true;
