//! Semantic versions: `semver`, whose value has the methods of Masterminds/semver, and `semverCompare`.
//!
//! The methods that change a version in place (`UnmarshalText` and the like) are left out: a chart has no use for them.

use std::any::Any;
use std::cmp::Ordering;
use std::rc::Rc;

use ::version::semver::{Constraints, ParseConstraints, ParseVersion, Version};
use text::Origin;

use super::arguments::{any, fixed, nil_pointer, string};
use crate::Parameter::{Named, String as Text};
use crate::{Call, Data, Fault, Function, JsonForm, Object, Parameter, Signature, UintType, Value, format};

/// The family.
pub(super) const FUNCTIONS: &[Function] = &[
    fixed("semver", &[Text], |call, values| {
        let version = parse(&string(call, values, 0)?)?;
        Ok(shared(version, true, call.made(values)))
    }),
    fixed("semverCompare", &[Text, Text], |call, values| {
        let constraints = Constraints::parse(&string(call, values, 0)?).map_err(in_go_s_words)?;
        let version = parse(&string(call, values, 1)?)?;
        Ok(Value::bool(constraints.check(&version), call.made(values)))
    }),
];

const POINTER: &str = "*semver.Version";
const STRUCT: &str = "semver.Version";

/// A version in a template.
#[derive(Debug)]
struct Semver {
    version: Version,
    /// Whether it is a pointer, whose methods are more: what `semver` gives is, what methods give is not.
    is_pointer: bool,
    origin: Origin,
}

fn parse(text: &str) -> Result<Version, Fault> {
    Version::parse(text).map_err(|error: ParseVersion| Fault::new(error.to_string()))
}

fn in_go_s_words(error: ParseConstraints) -> Fault {
    Fault::new(match error {
        ParseConstraints::Improper(text) => {
            format!("improper constraint: {}", format::quote(text.as_bytes()))
        }
        error => error.to_string(),
    })
}

fn shared(version: Version, is_pointer: bool, origin: Origin) -> Value {
    Value::new(Data::Object(Rc::new(Semver { version, is_pointer, origin })), origin)
}

impl Semver {
    /// What a method without arguments tells.
    fn told(&self, name: &str, origin: Origin) -> Option<Value> {
        let [major, minor, patch] = self.version.numbers();
        let number = |number| Some(Value::new(Data::Uint(number, UintType::Uint64), origin));
        let text = |text: &str| Some(Value::string(text, origin));
        let bytes = |text: String| Some(Value::new(Data::ByteSlice(text.into()), origin));
        match name {
            "Major" => number(major),
            "Minor" => number(minor),
            "Patch" => number(patch),
            "Prerelease" => text(self.version.prerelease()),
            "Metadata" => text(self.version.metadata()),
            "Original" => text(self.version.original()),
            "String" | "Value" => text(&self.version.to_string()),
            "MarshalText" => bytes(self.version.to_string()),
            "MarshalJSON" => bytes(format!("\"{}\"", self.version)),
            _ => None,
        }
    }

    /// Another version that a method makes of it.
    fn made(&self, call: &Call<'_>, name: &str, arguments: &[Value]) -> Result<Version, Fault> {
        let increment = |outcome: Result<_, ::version::semver::Increment>| {
            outcome.map_err(|error| Fault::new(error.to_string()))
        };
        let parsed =
            |outcome: Result<_, ParseVersion>| outcome.map_err(|error| Fault::new(error.to_string()));
        match name {
            "IncPatch" => increment(self.version.next_patch()),
            "IncMinor" => increment(self.version.next_minor()),
            "IncMajor" => increment(self.version.next_major()),
            "SetPrerelease" => parsed(self.version.with_prerelease(&string(call, arguments, 0)?)),
            _ => parsed(self.version.with_metadata(&string(call, arguments, 0)?)),
        }
    }
}

/// The version that is compared with; none is nil.
fn other<'v>(call: &Call<'_>, arguments: &'v [Value]) -> Result<Option<&'v Semver>, Fault> {
    match &any(call, arguments, 0)?.data {
        Data::Object(object) => Ok(object.as_any().downcast_ref()),
        _ => Ok(None),
    }
}

impl Object for Semver {
    fn type_name(&self) -> &str {
        if self.is_pointer { POINTER } else { STRUCT }
    }

    fn kind(&self) -> &'static str {
        if self.is_pointer { "ptr" } else { "struct" }
    }

    fn field(&self, _: &str) -> Option<Value> {
        None
    }

    fn signature(&self, name: &str) -> Option<Signature> {
        let parameters: &'static [Parameter] = match name {
            "Major" | "Minor" | "Patch" | "Prerelease" | "Metadata" | "String" | "Value" | "MarshalText"
            | "MarshalJSON" | "IncPatch" | "IncMinor" | "IncMajor" => &[],
            "SetPrerelease" | "SetMetadata" => &[Text],
            "Original" if self.is_pointer => &[],
            "Compare" | "Equal" | "LessThan" | "LessThanEqual" | "GreaterThan" | "GreaterThanEqual"
                if self.is_pointer =>
            {
                &[Named(POINTER)]
            }
            _ => return None,
        };
        Some(Signature { parameters, variadic: None })
    }

    fn call(&self, call: &Call<'_>, name: &str, arguments: &[Value]) -> Result<Value, Fault> {
        let inputs: Vec<_> =
            std::iter::once(self.origin).chain(arguments.iter().map(|argument| argument.origin)).collect();
        let origin = call.ledger.made(call.name, call.place, &inputs);
        if let Some(told) = self.told(name, origin) {
            return Ok(told);
        }
        let holds: fn(Ordering) -> bool = match name {
            "Compare" | "Equal" => Ordering::is_eq,
            "LessThan" => Ordering::is_lt,
            "LessThanEqual" => Ordering::is_le,
            "GreaterThan" => Ordering::is_gt,
            "GreaterThanEqual" => Ordering::is_ge,
            _ => return Ok(shared(self.made(call, name, arguments)?, false, origin)),
        };
        match other(call, arguments)? {
            None if name == "Equal" => Ok(Value::bool(false, origin)),
            None => Err(nil_pointer()),
            Some(other) => {
                let order = self.version.compare(&other.version);
                let is_order = name == "Compare";
                Ok(if is_order {
                    Value::int(order as i64, origin)
                } else {
                    Value::bool(holds(order), origin)
                })
            }
        }
    }

    fn text(&self) -> Option<String> {
        Some(self.version.to_string())
    }

    fn json(&self) -> Result<JsonForm, Fault> {
        Ok(JsonForm::Value(Value::string(self.version.to_string(), self.origin)))
    }

    fn fields(&self) -> Vec<(&'static str, Value)> {
        let [major, minor, patch] = self.version.numbers();
        let number = |number| Value::unwritten(Data::Uint(number, UintType::Uint64));
        let text = |text: &str| Value::unwritten(Data::String(text.into()));
        vec![
            ("major", number(major)),
            ("minor", number(minor)),
            ("patch", number(patch)),
            ("pre", text(self.version.prerelease())),
            ("metadata", text(self.version.metadata())),
            ("original", text(self.version.original())),
        ]
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}
