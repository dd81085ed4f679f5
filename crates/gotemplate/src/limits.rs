//! Where a render ends that a template would let run on: every depth, size and count of this crate that has a bound.

/// Bytes of one render's output, and of any string that a function makes. The largest chart that is published renders
/// 2 MB; a `repeat` or a range over a large int reaches any bound, so it is named and an error.
pub const OUTPUT_BYTES_MAX: usize = 256 * 1024 * 1024;

/// Iterations of all `range` actions of one render, and items of any list that a function makes. A `range` over 10,000
/// items in a chart of 100 dependencies is one million.
pub const STEPS_MAX: u64 = 100_000_000;

/// Bytes of stack that executing and parsing may use unless the host says otherwise: half of what a thread of Rust's has by
/// default. Go's own bound is a count (`maxExecDepth`, 100,000), which its stacks grow to.
pub const STACK_BYTES_MAX: usize = 1024 * 1024;

/// Nested parentheses and control structures while parsing. Go bounds parentheses at 10,000 (`maxStackDepth` of
/// text/template/parse); ours also end before a thread's stack does.
pub const PARSE_DEPTH_MAX: usize = 1_000;

/// Inputs that one made value names one by one. Past it the union is cut to as many; it is evidence to show, and nobody
/// reads more.
pub const INPUTS_MAX: usize = 64;

/// Periods of one zone, from one change of its clocks to the next, that are looked at for an abbreviation. The longest
/// history has 250 changes; rules that go on for ever add two a year, and 400 years of them are enough.
pub const ZONE_PERIODS_MAX: usize = 1_000;

/// Digits of a decimal number, and the size of its exponent: two hundred factors as far from 1 as a float can be.
pub const DECIMAL_DIGITS_MAX: u64 = 65_536;

/// Collections within one another that JSON is read from or written to. Go reads 10,000 (`maxNestingDepth` of
/// encoding/json); what is that deep nobody writes, and other walks over a value are bounded by the stack.
pub const JSON_DEPTH_MAX: usize = 1_000;

/// Tokens of one JSON text. A dashboard of 5 MB has 500,000; each one costs some 100 bytes once it is a value.
pub const JSON_TOKENS_MAX: usize = 8_000_000;

/// Draws from the port until there is enough usable randomness. Each keeps half of what it gives or more, so that a fair
/// source needs fewer than 40 even for the longest text; a source that repeats itself ends here.
pub const RANDOM_DRAWS_MAX: usize = 256;

/// Collections within one another that `deepCopy` copies. Values of charts nest 20 deep; a map that was put into itself
/// never ends.
pub const COPY_DEPTH_MAX: usize = 1_000;
