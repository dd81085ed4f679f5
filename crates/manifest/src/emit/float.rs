//! Floating-point numbers as Go prints them.

/// The first exponent that is printed: Go decides as if six digits were wanted even when it prints as few as needed.
const GENERAL_EXPONENT_END: i32 = 6;

/// Gives the text of goyaml: the fewest digits that read back the same, an exponent when the number has more than six
/// digits before the point or four zeros behind it, `.inf` and `.nan`.
#[must_use]
pub fn yaml(value: f64) -> String {
    special(value).unwrap_or_else(|| Digits::of(&format!("{value:e}")).general())
}

/// The same for a number rounded to 32 bits, which is how `sigs.k8s.io/yaml` prints float keys.
pub(crate) fn yaml_of_32_bits(value: f64) -> String {
    #[expect(
        clippy::cast_possible_truncation,
        reason = "rounding is the purpose, and Go overflows to infinity as well"
    )]
    let rounded = value as f32;
    special(f64::from(rounded)).unwrap_or_else(|| Digits::of(&format!("{rounded:e}")).general())
}

/// Gives the text of `encoding/json`; none for infinities and not-a-number, which JSON cannot say.
pub(crate) fn json(value: f64) -> Option<String> {
    if !value.is_finite() {
        return None;
    }
    let digits = Digits::of(&format!("{value:e}"));
    let size = value.abs();
    if size != 0.0 && !(1e-6..1e21).contains(&size) {
        // Two-digit exponents are the rule, but JSON's negative ones lose their leading zero.
        return Some(digits.scientific().replace("e-0", "e-"));
    }
    Some(digits.fixed())
}

fn special(value: f64) -> Option<String> {
    let text = if value.is_nan() {
        ".nan"
    } else if value == f64::INFINITY {
        ".inf"
    } else if value == f64::NEG_INFINITY {
        "-.inf"
    } else {
        return None;
    };
    Some(text.to_owned())
}

/// The shortest decimal digits of a number: `sign 0.digits * 10^(exponent + 1)`.
struct Digits {
    sign: &'static str,
    digits: String,
    exponent: i32,
}

impl Digits {
    /// Takes apart Rust's scientific form, whose digits are the shortest as Go's are.
    fn of(scientific: &str) -> Self {
        let (sign, unsigned) = match scientific.strip_prefix('-') {
            Some(unsigned) => ("-", unsigned),
            None => ("", scientific),
        };
        let (mantissa, exponent) = unsigned.split_once('e').unwrap_or((unsigned, "0"));
        Self { sign, digits: mantissa.replace('.', ""), exponent: exponent.parse().unwrap_or(0) }
    }

    fn general(&self) -> String {
        if (-4..GENERAL_EXPONENT_END).contains(&self.exponent) { self.fixed() } else { self.scientific() }
    }

    fn scientific(&self) -> String {
        let (first, rest) = self.digits.split_at_checked(1).unwrap_or((&self.digits, ""));
        let point = if rest.is_empty() { "" } else { "." };
        let sign = if self.exponent < 0 { '-' } else { '+' };
        format!("{}{first}{point}{rest}e{sign}{:02}", self.sign, self.exponent.unsigned_abs())
    }

    fn fixed(&self) -> String {
        let places = usize::try_from(self.exponent + 1).unwrap_or(0);
        let leading_zeros = usize::try_from(-1 - self.exponent).unwrap_or(0);
        if places == 0 {
            return format!("{}0.{}{}", self.sign, "0".repeat(leading_zeros), self.digits);
        }
        match self.digits.split_at_checked(places) {
            Some((whole, "")) => format!("{}{whole}", self.sign),
            Some((whole, fraction)) => format!("{}{whole}.{fraction}", self.sign),
            None => format!("{}{}{}", self.sign, self.digits, "0".repeat(places - self.digits.len())),
        }
    }
}
