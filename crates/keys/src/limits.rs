//! How large keys may be, and how long one is looked for.

/// Bits of an RSA key that is read. The largest that Go verifies in TLS (`maxRSAKeySize`); signing takes time by the third
/// power of it.
pub const RSA_BITS_MAX: usize = 8192;

/// Bits of an RSA key that signs (`checkKeySize` of Go's crypto/rsa).
pub const RSA_SIGNER_BITS_MIN: u32 = 1024;

/// Bytes of a text in PEM that is read. A key of the most bits takes 6 kB, a bundle of 100 certificates 200 kB.
pub const PEM_BYTES_MAX: usize = 4 << 20;

/// Candidates for the prime of a DSA key. Of odd numbers of 2,048 bits one in 710 is prime; that so many fail in a row has
/// a chance of less than one in 10^60.
pub const CANDIDATES_MAX: usize = 100_000;

/// Draws until one is a number below the order of a curve. All but one in 2^32 are, for P-256.
pub const SCALAR_DRAWS_MAX: usize = 64;
