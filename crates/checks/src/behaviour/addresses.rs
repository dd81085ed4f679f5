//! A strict reading of IP addresses and CIDRs, as Kubernetes demands of new values from 1.36 on.
//!
//! Takes a text; says whether it is well formed, was accepted only by the lenient reading of before, or
//! was never one. Leniency meant: leading zeros in IPv4 numbers, bits set beyond a prefix's length,
//! IPv4 addresses written as IPv6.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// What is wrong with a value that was accepted before.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Fault {
    /// A number with leading zeros; with the value if they are dropped.
    LeadingZeros(String),
    /// Bits set beyond the prefix; with the network that was meant.
    HostBits(String),
    /// An IPv4 address in IPv6 form; with the IPv4 form.
    MappedIpv4(String),
}

/// The fault of an IP address; none if it is well formed, or was never accepted.
pub(crate) fn address_fault(text: &str) -> Option<Fault> {
    if let Ok(address) = text.parse::<IpAddr>() {
        return match address {
            IpAddr::V4(_) => None,
            IpAddr::V6(address) => address.to_ipv4_mapped().map(|inner| Fault::MappedIpv4(inner.to_string())),
        };
    }
    lenient_ipv4(text).map(|address| Fault::LeadingZeros(address.to_string()))
}

/// The fault of a CIDR; none if it is well formed, or was never accepted.
pub(crate) fn network_fault(text: &str) -> Option<Fault> {
    let (address, length) = text.split_once('/')?;
    if length.is_empty() || length.len() > 3 || !length.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let bits: u32 = length.parse().ok()?;
    let strict = address.parse::<IpAddr>().ok();
    let parsed = strict.or_else(|| lenient_ipv4(address).map(IpAddr::V4))?;
    if bits > if parsed.is_ipv4() { 32 } else { 128 } {
        return None;
    }
    if let IpAddr::V6(mapped) = parsed
        && let Some(inner) = mapped.to_ipv4_mapped()
    {
        return Some(Fault::MappedIpv4(format!("{inner}/{}", bits.saturating_sub(96))));
    }
    let network = format!("{}/{bits}", masked(parsed, bits));
    if strict.is_none() || length.len() > 1 && length.starts_with('0') {
        return Some(Fault::LeadingZeros(network));
    }
    (masked(parsed, bits) != parsed).then_some(Fault::HostBits(network))
}

/// An IPv4 address whose numbers may have leading zeros, read as decimal as Kubernetes did.
fn lenient_ipv4(text: &str) -> Option<Ipv4Addr> {
    let mut numbers = [0_u8; 4];
    let mut parts = text.split('.');
    for number in &mut numbers {
        let part = parts.next()?;
        if part.is_empty() || !part.bytes().all(|byte| byte.is_ascii_digit()) {
            return None;
        }
        let significant = part.trim_start_matches('0');
        *number = if significant.is_empty() { 0 } else { significant.parse().ok()? };
    }
    parts.next().is_none().then(|| Ipv4Addr::from(numbers))
}

fn masked(address: IpAddr, bits: u32) -> IpAddr {
    match address {
        IpAddr::V4(address) => {
            let mask = u32::MAX.checked_shl(32 - bits.min(32)).unwrap_or(0);
            IpAddr::V4(Ipv4Addr::from_bits(address.to_bits() & mask))
        }
        IpAddr::V6(address) => {
            let mask = u128::MAX.checked_shl(128 - bits.min(128)).unwrap_or(0);
            IpAddr::V6(Ipv6Addr::from_bits(address.to_bits() & mask))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn networks_are_read_strictly() {
        let zeros = |text: &str| Some(Fault::LeadingZeros(text.to_owned()));
        let bits = |text: &str| Some(Fault::HostBits(text.to_owned()));
        let cases = [
            ("10.0.0.0/8", None),
            ("0.0.0.0/0", None),
            ("::/0", None),
            ("2001:db8::/32", None),
            ("192.0.2.1/32", None),
            ("010.0.0.0/8", zeros("10.0.0.0/8")),
            ("10.0.0.0/08", zeros("10.0.0.0/8")),
            ("10.1.2.3/8", bits("10.0.0.0/8")),
            ("192.0.2.1/0", bits("0.0.0.0/0")),
            ("2001:db8::1/32", bits("2001:db8::/32")),
            ("::ffff:10.0.0.0/104", Some(Fault::MappedIpv4("10.0.0.0/8".to_owned()))),
            ("10.0.0.0/33", None),
            ("10.0.0.0", None),
            ("10.0.0.0/", None),
            ("10.0.0.256/8", None),
            ("name/8", None),
            ("", None),
        ];
        for (text, expected) in cases {
            assert_eq!(network_fault(text), expected, "{text}");
        }
    }

    #[test]
    fn addresses_are_read_strictly() {
        assert_eq!(address_fault("192.0.2.10"), None);
        assert_eq!(address_fault("192.0.02.010"), Some(Fault::LeadingZeros("192.0.2.10".to_owned())));
        assert_eq!(address_fault("::ffff:192.0.2.1"), Some(Fault::MappedIpv4("192.0.2.1".to_owned())));
        for text in ["2001:db8::1", "None", "", "1.2.3", "1.2.3.4.5", "300.1.1.1", "1.2.3.-4"] {
            assert_eq!(address_fault(text), None, "{text}");
        }
    }
}
