//! YAML and JSON to documents of nodes with spans; resolvers, emitters, byte-preserving edits.
