//! RSA keys that everybody knows, for output that somebody looks at and nobody uses.
//!
//! Finding primes takes longer than all the rest of rendering a chart. Where randomness is made up anyway, so that a render is the same each time, these take the
//! place of keys that would be looked for. They were made by `openssl genrsa` and protect nothing.

use crypto_bigint::BoxedUint;
use rsa::PrivateKey as RsaPrivateKey;

/// The public exponent of Go's keys.
const EXPONENT: u64 = 65_537;

/// The primes of the key of 2,048 bits, in hexadecimal digits.
const PRIMES_OF_2048: [&str; 2] = [
    "de189d7f401e8da9a0e574fa46c0808f35750bc49bf327a2f9a623bc84fb18ec8c64904ee169b62140b38e5eabe1018db80f26d1aa2862d0d2e1b6414cc1e45f37286b9ba180616cbc913e8de1d7759efd2b94418fce950bb01d751d3cf4b861c3608d30ae9166873b5957041553a189c11c65f0a3be382dec61047d5c800305",
    "b54f8deab97570b52bda057efeeb226e9f16fca3bc5edf0b4539c3c122a787d58bd16cc77c873bd3c3f85f256cf680a05dee07a4a42bc3e0b7633ebfaa3194e6c5dd5cd3a90cad86c0808645249dba70355ffbb5b47ca80a360f384f464b980c791a762a450c41ef221afc9c5f3ae9ac554e308fe9ac9ee01b33957677f921cb",
];

/// Those of the key of 4,096 bits.
const PRIMES_OF_4096: [&str; 2] = [
    "fe0d034a700e4e49c2565787eccd170aa34c391b57a3cf9b1168bc18e5c7ab43cc67187ab82776b03a154c1cacd2d33d4a433170f6bad0b3ec06506cb42526c4de59c9ce8e1b36e5e76398c5cdf77f08f065f79bb9e469610f9e2cd8210b0b7d0df76e3790cefdfa0cd06d53ba26778967690c2435e7979f1467e15d0d919b02d2c3650170058c6984384d63b023c3b019916fe93c0259c74342f50f593e977ef767e54ffc0245cd1e2a342dab37a84692e9c408b6eed43e0704af8ac7654ed43b34fc07a8b3a873610851c77e18a3d0699f348e87fee99e7f6d0e3cfb12b43069f6d0fd4d902ae596b060b8c73934d3077a65545e4e97062a371d5d83fc7dcb",
    "df858a0dfdde27f9e3b2aa3b7f3e730d258a907ec29e570ba5b7c57af6aa42ef23baa80c98c18032c88cce3008409e3f995aaa52e0e93eb820df9d90a635adf8753c7c98ea8eb56400169a07b8dc8935da0835f7aa37fcbed396e4dda6fcbc62cbb403866dbb66b3cbf31688ce38abe72cf5965ca9ef3702f949b2f03f53a7aafb09ebd361be5791adee36f2f850ad416840d2efbef7b6e37dc8e3c2a9095d38417e2f3e291238acb6ed3c6049655c67e277f1be5f3de689b126b4ad7a52b1241bdac6f650cc6d55d3a9b7f6ca4a011409d13fe8b6036338c3632be09854b629b0243664367113a7dc0c36bd4ccf33e6de25831d41935651bdb81befe85d1b5d",
];

/// The known key of so many bits; none of other sizes.
pub(crate) fn rsa(bits: usize) -> Option<RsaPrivateKey> {
    let primes = match bits {
        2048 => PRIMES_OF_2048,
        4096 => PRIMES_OF_4096,
        _ => return None,
    };
    let prime_bits = u32::try_from(bits / 2).ok()?;
    let [p, q] = primes.map(|digits| BoxedUint::from_be_hex(digits, prime_bits).into_option());
    RsaPrivateKey::from_p_q(p?, q?, BoxedUint::from(EXPONENT)).ok()
}

#[cfg(test)]
mod tests {
    use rsa::traits::PublicKeyParts as _;

    use super::*;

    #[test]
    fn known_keys_have_the_size_that_is_asked_for() {
        for bits in [2048, 4096] {
            let key = rsa(bits).unwrap();
            assert!(key.validate().is_ok());
            assert_eq!((key.size() * 8, key.e().clone()), (bits, BoxedUint::from(EXPONENT)));
        }
        assert!(rsa(1024).is_none());
    }
}
