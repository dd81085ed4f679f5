//! DSA keys with primes of 2,048 and 256 bits, which nothing signs with any more.

use chacha20::ChaCha20Rng;
use chacha20::rand_core::{Rng as _, SeedableRng as _};
use crypto_bigint::modular::{BoxedMontyForm, BoxedMontyParams};
use crypto_bigint::{BoxedUint, Limb, NonZero, Odd, Resize as _};
use crypto_primes::{Flavor, is_prime, random_prime};

use crate::limits::CANDIDATES_MAX;
use crate::{Seed, asn1};

/// Bits of the modulus.
const MODULUS_BITS: u32 = 2048;

/// Bits of the order of the generated group.
const ORDER_BITS: u32 = 256;

/// Primes up to this one are tried before anything that costs more.
const SMALL_PRIME_MAX: u64 = 2000;

/// The numbers of a key, as digits to the base 256: p, q, g, y, x.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Key(pub(crate) [Vec<u8>; 5]);

impl Key {
    /// A key of these numbers as ASN.1, as OpenSSL writes it.
    pub(crate) fn to_der(&self) -> Vec<u8> {
        let numbers = self.0.iter().map(|number| asn1::unsigned(number)).collect::<Vec<_>>().concat();
        asn1::tagged(asn1::SEQUENCE, &[&asn1::unsigned(&[0]), &numbers])
    }
}

/// A key; none if no prime was found, or if `seed` leads to numbers that are of no use.
pub(crate) fn generate(seed: &Seed) -> Option<Key> {
    let mut randomness = ChaCha20Rng::from_seed(*seed);
    let order: BoxedUint = random_prime(&mut randomness, Flavor::Any, ORDER_BITS);
    let modulus = modulus(&mut randomness, &order)?;
    let parameters = BoxedMontyParams::new_vartime(Odd::new(modulus.clone()).into_option()?);
    let power = |base: &BoxedUint, exponent: &BoxedUint| {
        BoxedMontyForm::new(base.clone(), &parameters).pow(exponent).retrieve()
    };
    let wide = |number: BoxedUint| number.resize(MODULUS_BITS);
    let one = wide(BoxedUint::one());
    let cofactor = modulus.wrapping_sub(&one).div_rem_vartime(&NonZero::new(order.clone()).into_option()?).0;
    // A power with the cofactor is 1 for one base in so many as the order has.
    let generator = (2_u8..=u8::MAX)
        .map(|base| power(&wide(BoxedUint::from(base)), &cofactor))
        .find(|power| *power != one)?;
    let secret =
        drawn(&mut randomness, ORDER_BITS * 2).rem_vartime(&NonZero::new(order.clone()).into_option()?);
    let public = power(&generator, &wide(secret.clone()));
    let numbers = [modulus, order, generator, public, secret];
    (numbers.iter().all(|number| !bool::from(number.is_zero())))
        .then(|| Key(numbers.map(|number| number.to_be_bytes_trimmed_vartime().into_vec())))
}

/// A prime that is one more than a multiple of twice the order.
fn modulus(randomness: &mut ChaCha20Rng, order: &BoxedUint) -> Option<BoxedUint> {
    let step = NonZero::new(order.clone().resize(ORDER_BITS + 64).shl_vartime(1)?).into_option()?;
    let one = BoxedUint::one().resize(MODULUS_BITS);
    let small = small_primes();
    for _ in 0..CANDIDATES_MAX {
        let drawn = drawn(randomness, MODULUS_BITS);
        let over = drawn.rem_vartime(&step).resize(MODULUS_BITS);
        let candidate = drawn.wrapping_sub(&over).wrapping_add(&one);
        let is_divided = || small.iter().any(|prime| candidate.rem_limb(*prime) == Limb::ZERO);
        if candidate.bit_width_vartime() == MODULUS_BITS && !is_divided() && is_prime(Flavor::Any, &candidate)
        {
            return Some(candidate);
        }
    }
    None
}

/// A number of so many bits, the highest of which is set.
fn drawn(randomness: &mut ChaCha20Rng, bits: u32) -> BoxedUint {
    let mut digits = vec![0; bits as usize / 8];
    randomness.fill_bytes(&mut digits);
    if let Some(first) = digits.first_mut() {
        *first |= 0x80;
    }
    BoxedUint::from_be_slice_truncated(&digits, bits)
}

fn small_primes() -> Vec<NonZero<Limb>> {
    let is_small_prime =
        |number: &u64| (2..*number).take_while(|by| by * by <= *number).all(|by| !number.is_multiple_of(by));
    (3..=SMALL_PRIME_MAX)
        .filter(is_small_prime)
        .filter_map(|prime| NonZero::new(Limb::from(u32::try_from(prime).unwrap_or(u32::MAX))).into_option())
        .collect()
}
