//! Templates, beside what Go makes of them.
