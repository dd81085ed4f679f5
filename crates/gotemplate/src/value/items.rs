//! The items of a slice.

use std::ops::Deref;

use super::Value;
use super::teardown::{is_collection, take_apart};

/// Items of a slice, which can be looked at as a slice of Rust's.
#[derive(Debug, Clone, Default)]
pub struct Items(Vec<Value>);

impl Items {
    /// Takes them out.
    pub fn take(&mut self) -> Vec<Value> {
        std::mem::take(&mut self.0)
    }
}

impl From<Vec<Value>> for Items {
    fn from(items: Vec<Value>) -> Self {
        Self(items)
    }
}

impl Deref for Items {
    type Target = [Value];

    fn deref(&self) -> &[Value] {
        &self.0
    }
}

impl Drop for Items {
    fn drop(&mut self) {
        if self.0.iter().any(is_collection) {
            take_apart(self.take());
        }
    }
}
