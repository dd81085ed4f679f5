//! The order that goyaml puts keys in: numbers by size, texts so that `a2` stands before `a10`.

use crate::resolve::Dialect;
use crate::value::Value;

/// Sorts entries by their keys as goyaml does.
///
/// v2's comparison contradicts itself on some keys (`12` < `1a` < `2` < `12`), and then Go's own order changes from run to
/// run; here equal inputs give equal outputs.
pub(super) fn sorted(dialect: Dialect, entries: &[(Value, Value)]) -> Vec<&(Value, Value)> {
    let mut all: Vec<_> = entries.iter().collect();
    all.sort_by(|one, two| one.0.cmp(&two.0));
    merge_sort(all, &|one, two| is_less(dialect, &one.0, &two.0))
}

/// The standard sorts may panic on a comparison that contradicts itself; merging never does.
pub(super) fn merge_sort<T: Copy>(mut items: Vec<T>, is_less: &impl Fn(T, T) -> bool) -> Vec<T> {
    let mut width = 1;
    while width < items.len() {
        let merged = items.chunks(width * 2).flat_map(|pair| {
            let (left, right) = pair.split_at(width.min(pair.len()));
            merge(left, right, is_less)
        });
        items = merged.collect();
        width *= 2;
    }
    items
}

fn merge<T: Copy>(mut left: &[T], mut right: &[T], is_less: &impl Fn(T, T) -> bool) -> Vec<T> {
    let mut merged = Vec::with_capacity(left.len() + right.len());
    while let ([one, left_rest @ ..], [two, right_rest @ ..]) = (left, right) {
        if is_less(*two, *one) {
            merged.push(*two);
            right = right_rest;
        } else {
            merged.push(*one);
            left = left_rest;
        }
    }
    merged.extend_from_slice(left);
    merged.extend_from_slice(right);
    merged
}

fn is_less(dialect: Dialect, one: &Value, two: &Value) -> bool {
    match (number(one), number(two)) {
        #[expect(clippy::float_cmp, reason = "equal numbers of different kinds are ordered by kind next")]
        (Some(first), Some(second)) => match first == second {
            true => (kind(one), one) < (kind(two), two),
            false => first < second,
        },
        _ => match (one, two) {
            (Value::String(one), Value::String(two)) => is_text_less(dialect, one, two),
            _ => kind(one) < kind(two),
        },
    }
}

#[expect(clippy::cast_precision_loss, reason = "goyaml compares keys of different kinds as floats first")]
fn number(key: &Value) -> Option<f64> {
    match key {
        Value::Bool(value) => Some(f64::from(u8::from(*value))),
        Value::Int(value) => Some(*value as f64),
        Value::Unsigned(value) => Some(*value as f64),
        Value::Float(value) => Some(*value),
        Value::Null | Value::String(_) | Value::Sequence(_) | Value::Mapping(_) => None,
    }
}

/// The order of Go's kinds.
fn kind(key: &Value) -> u8 {
    match key {
        Value::Bool(_) => 1,
        Value::Int(_) => 2,
        Value::Unsigned(_) => 3,
        Value::Float(_) => 4,
        Value::Null => 5,
        Value::Mapping(_) => 6,
        Value::Sequence(_) => 7,
        Value::String(_) => 8,
    }
}

pub(super) fn is_text_less(dialect: Dialect, one: &str, two: &str) -> bool {
    let (one, two): (Vec<char>, Vec<char>) = (one.chars().collect(), two.chars().collect());
    let common = one.iter().zip(&two).take_while(|(first, second)| first == second).count();
    let (Some(first), Some(second)) = (one.get(common), two.get(common)) else {
        return one.len() < two.len();
    };
    let after_digit =
        common.checked_sub(1).and_then(|last| one.get(last)).is_some_and(|last| is_digit(*last));
    match (is_letter(*first), is_letter(*second)) {
        (true, true) => first < second,
        // v3 puts a number that ends before one that goes on: `1a` before `12`.
        (letter, _) if letter != is_letter(*second) => {
            if after_digit && dialect == Dialect::GoYaml3 {
                letter
            } else {
                !letter
            }
        }
        _ => is_number_less(&one, &two, common),
    }
}

/// Compares the runs of digits at `at`, by value, then by length, then by their first characters.
fn is_number_less(one: &[char], two: &[char], at: usize) -> bool {
    let starts_zero = one.get(at) == Some(&'0') || two.get(at) == Some(&'0');
    let before = one.get(..at).unwrap_or_default();
    let in_number = before.iter().rev().take_while(|digit| is_digit(**digit)).any(|digit| *digit != '0');
    // A zero within a number counts: 1 goes before it so that its length weighs.
    let lead = i64::from(starts_zero && in_number);
    let (first, first_length) = run_of_digits(one, at, lead);
    let (second, second_length) = run_of_digits(two, at, lead);
    (first, first_length, one.get(at)) < (second, second_length, two.get(at))
}

fn run_of_digits(text: &[char], at: usize, lead: i64) -> (i64, usize) {
    let digits = text.get(at..).unwrap_or_default().iter().take_while(|digit| is_digit(**digit));
    digits.fold((lead, 0), |(value, length), digit| {
        let digit = i64::from(u32::from(*digit)) - i64::from(u32::from('0'));
        (value.wrapping_mul(10).wrapping_add(digit), length + 1)
    })
}

/// Go's `unicode.IsDigit`: decimal digits only, of which there are none between ASCII's and the Arabic ones, nor among the
/// superscripts, fractions and enclosed numbers from U+2000 on. Number signs of a few scripts beyond that are not told apart
/// from their digits: that would take a table, for keys that do not occur.
fn is_digit(character: char) -> bool {
    match character {
        '0'..='9' => true,
        '\u{660}'..='\u{1fff}' | '\u{a620}'..='\u{ff19}' => {
            character.is_numeric() && !character.is_alphabetic()
        }
        _ => false,
    }
}

/// Go's `unicode.IsLetter`, but for combining vowel signs and letters of the newest Unicode, which Rust takes for letters as
/// well; as the first difference between two keys they are too rare to carry a table for.
fn is_letter(character: char) -> bool {
    character.is_alphabetic() && !character.is_numeric()
}
