//! Shamir's secret sharing over GF(2^8), as Vault's package that SOPS took over: joining shares, one byte at a time.
//!
//! A share is the values of one polynomial per byte of the secret, and the point they were taken at as its last byte. The
//! field is Rijndael's. Arithmetic takes the same time for all values. Splits nothing.

use zeroize::Zeroizing;

/// Why shares make no secret.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum JoinShares {
    /// Fewer than two.
    #[error("less than two shares cannot be joined")]
    TooFew,
    /// Shares of different lengths, or too short to hold anything.
    #[error("the shares are of different lengths, or empty")]
    MisfitLengths,
    /// Two of the same point.
    #[error("two shares are of the same point")]
    RepeatPoint,
}

/// Joins shares. Too few of them, or wrong ones, give a secret that is wrong: nothing here can tell.
///
/// # Errors
/// Where the shares cannot be of one secret.
pub(crate) fn join(shares: &[Zeroizing<Vec<u8>>]) -> Result<Zeroizing<Vec<u8>>, JoinShares> {
    if shares.len() < 2 {
        return Err(JoinShares::TooFew);
    }
    let mut points = Vec::with_capacity(shares.len());
    let mut values = Vec::with_capacity(shares.len());
    for share in shares {
        let (point, value) = share.split_last().ok_or(JoinShares::MisfitLengths)?;
        points.push(*point);
        values.push(value);
    }
    let length = values.first().map_or(0, |value| value.len());
    if length == 0 || values.iter().any(|value| value.len() != length) {
        return Err(JoinShares::MisfitLengths);
    }
    if (1..points.len()).any(|index| points[..index].contains(&points[index])) {
        return Err(JoinShares::RepeatPoint);
    }
    let weights: Vec<u8> = (0..points.len()).map(|index| weight_at_zero(&points, index)).collect();
    let byte = |position: usize| {
        let parts = values.iter().zip(&weights);
        parts.fold(0, |sum, (value, weight)| sum ^ multiply(value[position], *weight))
    };
    Ok(Zeroizing::new((0..length).map(byte).collect()))
}

/// Lagrange's basis polynomial of one point, at zero, where the secret is.
fn weight_at_zero(points: &[u8], index: usize) -> u8 {
    let own = points[index];
    let others = points.iter().enumerate().filter(|(other, _)| *other != index);
    others.fold(1, |weight, (_, point)| multiply(weight, multiply(*point, invert(own ^ point))))
}

/// The inverse, by Fermat: the 254th power.
fn invert(value: u8) -> u8 {
    let mut power = 1;
    for _ in 0..254 {
        power = multiply(power, value);
    }
    power
}

/// The product modulo x^8 + x^4 + x^3 + x + 1.
fn multiply(left: u8, right: u8) -> u8 {
    let mut product = 0;
    for bit in (0..8).rev() {
        let reduction = 0_u8.wrapping_sub(product >> 7) & 0x1b;
        let addend = 0_u8.wrapping_sub(right >> bit & 1) & left;
        product = product << 1 ^ reduction ^ addend;
    }
    product
}

#[cfg(test)]
mod tests {
    use super::*;

    fn share(bytes: &[u8]) -> Zeroizing<Vec<u8>> {
        Zeroizing::new(bytes.to_vec())
    }

    #[test]
    fn multiplies_as_aes_does() {
        // The example of FIPS 197, section 4.2.
        assert_eq!(multiply(0x57, 0x83), 0xc1);
        for value in 1..=255 {
            assert_eq!(multiply(value, invert(value)), 1);
        }
    }

    #[test]
    fn any_two_points_of_a_line_give_its_start() {
        let line = |point: u8| share(&[0x42 ^ multiply(0x99, point), point]);
        for (one, two) in [(1, 2), (2, 3), (200, 7)] {
            assert_eq!(join(&[line(one), line(two)]).unwrap().as_slice(), [0x42]);
        }
    }

    #[test]
    fn shares_that_do_not_fit_are_refused() {
        assert_eq!(join(&[share(&[1, 1])]), Err(JoinShares::TooFew));
        assert_eq!(join(&[share(&[1, 1]), share(&[2, 1])]), Err(JoinShares::RepeatPoint));
        assert_eq!(join(&[share(&[1, 1]), share(&[2, 2, 2])]), Err(JoinShares::MisfitLengths));
        assert_eq!(join(&[share(&[1]), share(&[2])]), Err(JoinShares::MisfitLengths));
        assert_eq!(join(&[share(&[]), share(&[])]), Err(JoinShares::MisfitLengths));
    }
}
