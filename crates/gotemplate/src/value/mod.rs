//! What a template computes with: Go's values, each with an origin.
//!
//! Types are kept as far as a template can see them (`kindOf`, `typeOf`, `printf "%T"`, error texts, which comparison is
//! allowed). Strings are bytes, as in Go. Maps are shared and changed in place; lists are not, because no function that a
//! template can call changes one in place. Never converts between types by itself.

mod bytes;
mod items;
mod map;
mod teardown;
mod types;

use std::rc::Rc;

use text::Origin;

use crate::{Call, Fault, Ledger, Signature};

pub use bytes::Bytes;
pub use items::Items;
pub use map::{Entry, EntrySource, Map, MapType, Method, NamedMap};
pub use types::{Element, FloatType, IntType, ListMethod, NamedList, UintType};

/// A value and where it came from.
#[derive(Debug, Clone)]
pub struct Value {
    /// What it is.
    pub data: Data,
    /// Whose bytes it is.
    pub origin: Origin,
}

/// What a value is.
#[derive(Debug, Clone)]
pub enum Data {
    /// Untyped nil, which Go prints as `<no value>` or `<nil>`.
    Nil,
    /// `bool`.
    Bool(bool),
    /// A signed integer.
    Int(i64, IntType),
    /// An unsigned integer.
    Uint(u64, UintType),
    /// A float.
    Float(f64, FloatType),
    /// `complex128`.
    Complex(Rc<Complex>),
    /// `string`.
    String(Bytes),
    /// `[]byte`.
    ByteSlice(Bytes),
    /// A slice or array.
    List(List),
    /// A map with string keys.
    Map(Map),
    /// Anything else: a struct with fields and methods.
    Object(Rc<dyn Object>),
}

/// A `complex128`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Complex {
    /// The real part.
    pub real: f64,
    /// The imaginary part.
    pub imaginary: f64,
}

/// A slice: items that share one element type. Never changed once made.
#[derive(Debug, Clone)]
pub struct List {
    /// The type of the items.
    pub element: Element,
    /// The items; those of [`List::nil`] are its own.
    pub items: Rc<Items>,
}

thread_local! {
    /// The items of every nil slice, which is how one is told from a slice that is empty.
    static NIL: Rc<Items> = Rc::default();
}

impl List {
    /// A slice of these items.
    #[must_use]
    pub fn new(element: Element, items: Vec<Value>) -> Self {
        Self { element, items: Rc::new(items.into()) }
    }

    /// A nil slice: it holds nothing and prints as an empty one, but is `null` in JSON and not deeply equal to `[]`.
    #[must_use]
    pub fn nil(element: Element) -> Self {
        Self { element, items: NIL.with(Rc::clone) }
    }

    /// Whether this is a nil slice.
    #[must_use]
    pub fn is_nil(&self) -> bool {
        NIL.with(|nil| Rc::ptr_eq(nil, &self.items))
    }
}

/// A value with fields and methods: a Go struct, or a pointer to one.
pub trait Object: std::fmt::Debug {
    /// The Go type as `%T` prints it, such as `*semver.Version`.
    fn type_name(&self) -> &str;

    /// The Go kind, such as `struct` or `ptr`.
    fn kind(&self) -> &'static str;

    /// The value of an exported field; none if the type has no such field.
    fn field(&self, name: &str) -> Option<Value>;

    /// What a method takes; none if the type has no such method.
    fn signature(&self, name: &str) -> Option<Signature>;

    /// Calls a method that there is, with arguments that fit it.
    ///
    /// # Errors
    /// What the method says, in Go's words.
    fn call(&self, call: &Call<'_>, name: &str, arguments: &[Value]) -> Result<Value, Fault>;

    /// The text of its `String` or `Error` method, if it has one: what `fmt` prints for `%v` and `%s`.
    fn text(&self) -> Option<String>;

    /// The text of such a method of a type or of pointers to it: what an action prints of a field, since a field has an
    /// address and what a function is given has none.
    fn text_at_address(&self) -> Option<String> {
        self.text()
    }

    /// Exported fields in the order of their declaration: what `%v` prints where there is no [`Object::text`].
    fn fields(&self) -> Vec<(&'static str, Value)>;

    /// Whether a condition takes it for true; structs always are, nil pointers never.
    fn is_true(&self) -> bool {
        true
    }

    /// Whether Go's `==` takes another object for the same, beyond being the very same one.
    fn is_equal(&self, _: &dyn Object) -> bool {
        false
    }

    /// What it is in JSON; its exported fields unless it has a `MarshalJSON` or tags of its own.
    ///
    /// # Errors
    /// What `MarshalJSON` says, in Go's words.
    fn json(&self) -> Result<JsonForm, Fault> {
        Ok(JsonForm::Fields(self.fields()))
    }

    /// Itself, for hosts that look for their own types.
    fn as_any(&self) -> &dyn std::any::Any;
}

/// What stands for an object in JSON.
#[derive(Debug, Clone)]
pub enum JsonForm {
    /// A value that is no object itself: what its `MarshalJSON` writes.
    Value(Value),
    /// Fields by the names that they have in JSON, in the order of their declaration.
    Fields(Vec<(&'static str, Value)>),
}

impl Value {
    /// A value of `data` from `origin`.
    #[must_use]
    pub fn new(data: Data, origin: Origin) -> Self {
        Self { data, origin }
    }

    /// A value that nobody wrote.
    #[must_use]
    pub fn unwritten(data: Data) -> Self {
        Self { data, origin: Ledger::NOWHERE }
    }

    /// Untyped nil.
    #[must_use]
    pub fn nil(origin: Origin) -> Self {
        Self { data: Data::Nil, origin }
    }

    /// A `string`.
    #[must_use]
    pub fn string(text: impl Into<Bytes>, origin: Origin) -> Self {
        Self { data: Data::String(text.into()), origin }
    }

    /// A `bool`.
    #[must_use]
    pub fn bool(value: bool, origin: Origin) -> Self {
        Self { data: Data::Bool(value), origin }
    }

    /// An `int`.
    #[must_use]
    pub fn int(value: i64, origin: Origin) -> Self {
        Self { data: Data::Int(value, IntType::Int), origin }
    }

    /// An `int64`.
    #[must_use]
    pub fn int64(value: i64, origin: Origin) -> Self {
        Self { data: Data::Int(value, IntType::Int64), origin }
    }

    /// A `float64`.
    #[must_use]
    pub fn float(value: f64, origin: Origin) -> Self {
        Self { data: Data::Float(value, FloatType::Float64), origin }
    }

    /// A `[]interface{}`.
    #[must_use]
    pub fn list(items: Vec<Self>, origin: Origin) -> Self {
        Self { data: Data::List(List { element: Element::Interface, items: Rc::new(items.into()) }), origin }
    }

    /// A `[]string`; the items are to be strings.
    #[must_use]
    pub fn strings(items: Vec<Self>, origin: Origin) -> Self {
        Self { data: Data::List(List { element: Element::String, items: Rc::new(items.into()) }), origin }
    }

    /// The same value from elsewhere.
    #[must_use]
    pub fn with_origin(self, origin: Origin) -> Self {
        Self { origin, ..self }
    }

    /// The bytes, if this is a string.
    #[must_use]
    pub fn as_bytes(&self) -> Option<&Bytes> {
        match &self.data {
            Data::String(text) => Some(text),
            _ => None,
        }
    }

    /// The items, if this is a list.
    #[must_use]
    pub fn as_list(&self) -> Option<&List> {
        match &self.data {
            Data::List(list) => Some(list),
            _ => None,
        }
    }

    /// The map, if this is one.
    #[must_use]
    pub fn as_map(&self) -> Option<&Map> {
        match &self.data {
            Data::Map(map) => Some(map),
            _ => None,
        }
    }
}
