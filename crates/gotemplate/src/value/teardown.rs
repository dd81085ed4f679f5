//! Collections within collections, given back one after the other.
//!
//! A template can nest lists as deep as it loops. Dropping one by one from the outside in would take a stack as deep: so
//! whatever is given back hands over what it holds first.

use std::rc::Rc;

use super::{Data, Value};

/// Gives values back, with all that only they hold.
pub(super) fn take_apart(mut pending: Vec<Value>) {
    while let Some(value) = pending.pop() {
        match value.data {
            Data::List(list) => {
                if let Some(mut items) = Rc::into_inner(list.items) {
                    pending.append(&mut items.take());
                }
            }
            Data::Map(map) => pending.extend(map.into_values()),
            _ => {}
        }
    }
}

/// Whether a value may hold others.
pub(super) fn is_collection(value: &Value) -> bool {
    matches!(value.data, Data::List(_) | Data::Map(_))
}
