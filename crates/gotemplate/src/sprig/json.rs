//! JSON: `fromJson`, `toJson` and their kin.
//!
//! Those without `must` answer an error with what there is of the value, or with an empty text, as the originals do; a
//! limit of ours is an error for all.

use super::arguments::{any, fixed};
use crate::Parameter::{Any, String};
use crate::json::{Decoded, Style, read, write};
use crate::{Call, Fault, FaultKind, Function, Value};

/// The family.
pub(super) const FUNCTIONS: &[Function] = &[
    fixed("fromJson", &[String], |call, values| Ok(read(call, any(call, values, 0)?)?.value)),
    fixed("mustFromJson", &[String], |call, values| match read(call, any(call, values, 0)?)? {
        Decoded { fault: Some(fault), .. } => Err(fault),
        Decoded { value, fault: None } => Ok(value),
    }),
    fixed("toJson", &[Any], |call, values| text_or_nothing(call, values, Style::Compact)),
    fixed("toPrettyJson", &[Any], |call, values| text_or_nothing(call, values, Style::Indented)),
    fixed("toRawJson", &[Any], |call, values| write(call, any(call, values, 0)?, Style::Raw)),
    fixed("mustToJson", &[Any], |call, values| write(call, any(call, values, 0)?, Style::Compact)),
    fixed("mustToPrettyJson", &[Any], |call, values| write(call, any(call, values, 0)?, Style::Indented)),
    fixed("mustToRawJson", &[Any], |call, values| write(call, any(call, values, 0)?, Style::Raw)),
];

fn text_or_nothing(call: &Call<'_>, values: &[Value], style: Style) -> Result<Value, Fault> {
    match write(call, any(call, values, 0)?, style) {
        Err(fault) if fault.kind == FaultKind::Go => Ok(Value::string("", call.made(values))),
        written => written,
    }
}
