//! The use cases: observe a repository, check, fix, write atomically.
