//! Randomness from the port: bytes, numbers below a bound, characters of an alphabet, each as likely as the other.

use crate::limits::{OUTPUT_BYTES_MAX, RANDOM_DRAWS_MAX};
use crate::{Call, Fault};

/// So many bytes.
pub(super) fn bytes<const COUNT: usize>(call: &Call<'_>) -> Result<[u8; COUNT], Fault> {
    let mut bytes = [0; COUNT];
    fill(call, &mut bytes)?;
    Ok(bytes)
}

/// Fills `bytes`.
pub(super) fn fill(call: &Call<'_>, bytes: &mut [u8]) -> Result<(), Fault> {
    call.ports.random(bytes).map_err(|error| Fault::new(error.to_string()))
}

/// How many bytes a count of a template stands for.
///
/// # Errors
/// If it is more than any string may have.
pub(super) fn length(call: &Call<'_>, count: i64) -> Result<usize, Fault> {
    usize::try_from(count)
        .ok()
        .filter(|count| *count <= OUTPUT_BYTES_MAX)
        .ok_or_else(|| Fault::limit(format!("{} gives more than {OUTPUT_BYTES_MAX} bytes", call.name)))
}

/// A number below `bound`, which is not 0.
pub(super) fn below(call: &Call<'_>, bound: u64) -> Result<u64, Fault> {
    // What lies past the last whole multiple of the bound would make small numbers more likely.
    let usable = u64::MAX - u64::MAX % bound.max(1);
    for _ in 0..RANDOM_DRAWS_MAX {
        let drawn = u64::from_le_bytes(bytes(call)?);
        if drawn < usable {
            return Ok(drawn % bound.max(1));
        }
    }
    Err(exhausted())
}

/// So many characters of an alphabet of at most 256.
pub(super) fn characters(call: &Call<'_>, alphabet: &[u8], count: usize) -> Result<Vec<u8>, Fault> {
    let usable = 256 - 256 % alphabet.len().max(1);
    let mut out = Vec::with_capacity(count);
    for _ in 0..RANDOM_DRAWS_MAX {
        if out.len() == count {
            return Ok(out);
        }
        let mut drawn = vec![0; count - out.len()];
        fill(call, &mut drawn)?;
        let numbers = drawn.into_iter().map(usize::from).filter(|number| *number < usable);
        out.extend(numbers.filter_map(|number| alphabet.get(number % alphabet.len().max(1))));
    }
    Err(exhausted())
}

fn exhausted() -> Fault {
    Fault::limit(format!("{RANDOM_DRAWS_MAX} draws gave no usable randomness"))
}
