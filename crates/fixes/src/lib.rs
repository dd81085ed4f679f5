//! Findings to edits on source spans, with the questions that a person must answer.
