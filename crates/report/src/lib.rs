//! Findings, verdict counts and diffs as text, JSON, SARIF, JUnit, Markdown and GitHub annotations.
