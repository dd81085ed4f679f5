//! The vocabulary of Kubernetes objects: group/version/kind, object key, field path, int-or-string,
//! quantity, label selector.
//!
//! Plain types with parsing and comparing. Reads no file and knows no fact about any kind.

mod bound;
mod field_path;
mod gvk;
mod selector;

pub use bound::Bound;
pub use field_path::{FieldPath, Segment};
pub use gvk::{GroupVersion, GroupVersionKind, ObjectKey};
pub use selector::{LabelSelector, Operator, Requirement};
