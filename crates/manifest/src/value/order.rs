//! The order of values: by kind, numbers by size, mappings without regard to the order of their entries.

use std::cmp::Ordering;

use super::Value;

impl PartialEq for Value {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Value {}

impl PartialOrd for Value {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Value {
    fn cmp(&self, other: &Self) -> Ordering {
        match (self, other) {
            (Self::Bool(one), Self::Bool(two)) => one.cmp(two),
            (Self::String(one), Self::String(two)) => one.cmp(two),
            (Self::Sequence(one), Self::Sequence(two)) => one.cmp(two),
            (Self::Mapping(one), Self::Mapping(two)) => by_key(one).cmp(&by_key(two)),
            _ => match (number(self), number(other)) {
                (Some(one), Some(two)) => compare(one, two),
                _ => rank(self).cmp(&rank(other)),
            },
        }
    }
}

fn rank(value: &Value) -> u8 {
    match value {
        Value::Null => 0,
        Value::Bool(_) => 1,
        Value::Int(_) | Value::Unsigned(_) | Value::Float(_) => 2,
        Value::String(_) => 3,
        Value::Sequence(_) => 4,
        Value::Mapping(_) => 5,
    }
}

fn by_key(entries: &[(Value, Value)]) -> Vec<&(Value, Value)> {
    let mut sorted: Vec<_> = entries.iter().collect();
    sorted.sort_by(|one, two| one.0.cmp(&two.0));
    sorted
}

#[derive(Clone, Copy)]
enum Number {
    Whole(i128),
    Real(f64),
}

fn number(value: &Value) -> Option<Number> {
    match value {
        Value::Int(value) => Some(Number::Whole(i128::from(*value))),
        Value::Unsigned(value) => Some(Number::Whole(i128::from(*value))),
        Value::Float(value) => Some(Number::Real(*value)),
        _ => None,
    }
}

fn compare(one: Number, two: Number) -> Ordering {
    match (one, two) {
        (Number::Whole(one), Number::Whole(two)) => one.cmp(&two),
        // Adding zero makes the negative zero positive: both are the same number.
        (Number::Real(one), Number::Real(two)) => (one + 0.0).total_cmp(&(two + 0.0)),
        (Number::Whole(whole), Number::Real(real)) => whole_to_real(whole, real),
        (Number::Real(real), Number::Whole(whole)) => whole_to_real(whole, real).reverse(),
    }
}

/// Compares without rounding the integer. Whole numbers here fit 65 bits, so that the conversion of a float beyond
/// `i128` only has to keep its side.
fn whole_to_real(whole: i128, real: f64) -> Ordering {
    if real.is_nan() {
        return if real.is_sign_negative() { Ordering::Greater } else { Ordering::Less };
    }
    #[expect(
        clippy::cast_possible_truncation,
        reason = "the conversion saturates, and `whole` is far from the ends"
    )]
    let floor = real.floor() as i128;
    whole.cmp(&floor).then_with(|| if real > real.floor() { Ordering::Less } else { Ordering::Equal })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_compare_by_size_whatever_their_kind() {
        let ascending = [
            Value::Float(f64::NEG_INFINITY),
            Value::Int(i64::MIN),
            Value::Float(-1.5),
            Value::Int(-1),
            Value::Int(0),
            Value::Float(0.5),
            Value::Int(1),
            Value::Float(9_007_199_254_740_992.0),
            Value::Int(9_007_199_254_740_993),
            Value::Unsigned(u64::MAX),
            Value::Float(1e30),
            Value::Float(f64::INFINITY),
            Value::Float(f64::NAN),
        ];
        for (index, one) in ascending.iter().enumerate() {
            for (other, two) in ascending.iter().enumerate() {
                assert_eq!(one.cmp(two), index.cmp(&other), "{one:?} {two:?}");
            }
        }
        assert_eq!(Value::Int(1), Value::Float(1.0));
        assert_eq!(Value::Float(0.0), Value::Float(-0.0));
        assert_eq!(Value::Unsigned(7), Value::Int(7));
    }

    #[test]
    fn mappings_are_equal_in_any_order_of_entries() {
        let entry = |key: &str, value: i64| (Value::from(key), Value::Int(value));
        let one = Value::Mapping(vec![entry("a", 1), entry("b", 2)]);
        let two = Value::Mapping(vec![entry("b", 2), entry("a", 1)]);
        let near = Value::Mapping(vec![entry("b", 1), entry("a", 2)]);
        assert_eq!(one, two);
        assert_ne!(one, near);
        assert_ne!(Value::from("1"), Value::Int(1));
    }
}
