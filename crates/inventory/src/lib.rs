//! The snapshot that observing makes and everything after it judges.
