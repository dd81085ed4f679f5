//! Rooted, read-only views of files, walked with ignore rules and limits.
