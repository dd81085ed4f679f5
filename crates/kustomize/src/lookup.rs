//! A table that is only looked up in, never gone through: its order reaches nothing.

/// By key, in constant time. Where the order of keys could matter, use a `BTreeMap`. The hash is quick and seeded anew by
/// each table's own address, so that nobody can write names that all fall together.
#[expect(clippy::disallowed_types, reason = "looked up in and never gone through")]
pub(crate) type Lookup<K, V> = std::collections::HashMap<K, V, foldhash::fast::RandomState>;
