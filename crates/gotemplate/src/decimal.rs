//! Decimal numbers without rounding, as shopspring/decimal computes with them.
//!
//! A number is a whole number times a power of ten. Sums and products are exact; a quotient has 16 places. Takes floats and
//! gives floats; what would need more digits than a limit is refused.

use num_bigint::{BigInt, Sign};

use crate::Fault;
use crate::format::shortest_digits;
use crate::limits::DECIMAL_DIGITS_MAX;

/// Places of a quotient (`DivisionPrecision` of shopspring/decimal).
const QUOTIENT_PLACES: i64 = 16;

/// Bits of a decimal digit, rounded up.
const DIGIT_BITS: u64 = 4;

/// A decimal number.
#[derive(Debug, Clone)]
pub(crate) struct Decimal {
    digits: BigInt,
    /// The power of ten.
    exponent: i64,
}

impl Decimal {
    /// The number with the fewest digits that is this float.
    ///
    /// # Errors
    /// If it is infinite or no number, in the original's words.
    pub(crate) fn of(float: f64) -> Result<Self, Fault> {
        if !float.is_finite() {
            let shown = if float.is_nan() {
                "NaN"
            } else if float < 0.0 {
                "-Inf"
            } else {
                "+Inf"
            };
            return Err(Fault::new(format!("Cannot create a Decimal from {shown}")));
        }
        let (digits, exponent) = shortest_digits(float.abs(), false);
        let places = i64::try_from(digits.len()).unwrap_or(1) - 1;
        let digits: BigInt = digits.parse().unwrap_or_default();
        let digits = if float < 0.0 { -digits } else { digits };
        Ok(Self { digits, exponent: i64::from(exponent) - places })
    }

    /// The float that is nearest.
    pub(crate) fn to_float(&self) -> f64 {
        format!("{}e{}", self.digits, self.exponent).parse().unwrap_or(0.0)
    }

    /// The sum.
    ///
    /// # Errors
    /// Past the limit of digits.
    pub(crate) fn plus(&self, other: &Self) -> Result<Self, Fault> {
        let exponent = self.exponent.min(other.exponent);
        let digits = shifted(&self.digits, self.exponent - exponent)?
            + shifted(&other.digits, other.exponent - exponent)?;
        Self { digits, exponent }.within()
    }

    /// The difference.
    ///
    /// # Errors
    /// Past the limit of digits.
    pub(crate) fn minus(&self, other: &Self) -> Result<Self, Fault> {
        self.plus(&Self { digits: -&other.digits, exponent: other.exponent })
    }

    /// The product.
    ///
    /// # Errors
    /// Past the limit of digits.
    pub(crate) fn times(&self, other: &Self) -> Result<Self, Fault> {
        Self { digits: &self.digits * &other.digits, exponent: self.exponent + other.exponent }.within()
    }

    /// The quotient to 16 places, away from zero in the middle.
    ///
    /// # Errors
    /// If the divisor is 0, in the original's words; past the limit of digits.
    pub(crate) fn over(&self, other: &Self) -> Result<Self, Fault> {
        if other.digits.sign() == Sign::NoSign {
            return Err(Fault::new("decimal division by 0"));
        }
        let shift = self.exponent - other.exponent + QUOTIENT_PLACES;
        let dividend = shifted(&self.digits, shift.max(0))?;
        let divisor = shifted(&other.digits, (-shift).max(0))?;
        let (quotient, rest) = (&dividend / &divisor, &dividend % &divisor);
        let is_up = rest.magnitude() * 2_u32 >= *divisor.magnitude();
        let away = if dividend.sign() == divisor.sign() { 1 } else { -1 };
        let digits = if is_up { quotient + away } else { quotient };
        Self { digits, exponent: -QUOTIENT_PLACES }.within()
    }

    fn within(self) -> Result<Self, Fault> {
        let digits = self.digits.bits() / DIGIT_BITS;
        if digits > DECIMAL_DIGITS_MAX || self.exponent.unsigned_abs() > DECIMAL_DIGITS_MAX {
            return Err(too_long());
        }
        Ok(self)
    }
}

/// A number times a power of ten that is not negative.
fn shifted(digits: &BigInt, places: i64) -> Result<BigInt, Fault> {
    if digits.sign() == Sign::NoSign || places == 0 {
        return Ok(digits.clone());
    }
    let places = u32::try_from(places).ok().filter(|places| u64::from(*places) <= DECIMAL_DIGITS_MAX);
    Ok(digits * BigInt::from(10).pow(places.ok_or_else(too_long)?))
}

fn too_long() -> Fault {
    Fault::limit(format!("a decimal number of more than {DECIMAL_DIGITS_MAX} digits"))
}
