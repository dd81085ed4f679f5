//! Lists of the versions that a chart has somewhere, as they are kept.
//!
//! A line for each: version, address of the archive, digest, with a tab between them. Only what was read from a server is
//! written here, so that a list that cannot be read is damaged.

use helm::sources::{Digest, OciReference, Offer, WantedChart};

/// The name under which the versions of a chart are kept; none for a chart that has no versions, only an address.
pub(crate) fn place(wanted: &WantedChart) -> Option<[&str; 3]> {
    match wanted {
        WantedChart::Repository { url, name, .. } => Some(["repository", url.trim_end_matches('/'), name]),
        WantedChart::Registry { reference: OciReference { registry, repository, .. }, .. } => {
            Some(["registry", registry, repository])
        }
        WantedChart::Archive { .. } | WantedChart::Git { .. } => None,
    }
}

/// The address under which the archive of a chart is kept; none if its version has to be chosen first.
pub(crate) fn address(wanted: &WantedChart) -> Option<String> {
    match wanted {
        WantedChart::Repository { .. } | WantedChart::Git { .. } => None,
        WantedChart::Registry { reference, .. } => is_exact(reference).then(|| reference.to_string()),
        WantedChart::Archive { url } => Some(url.clone()),
    }
}

/// Whether a reference says all.
pub(crate) fn is_exact(reference: &OciReference) -> bool {
    reference.version.is_some() || reference.digest.is_some()
}

/// The text of a list.
pub(crate) fn write(offers: &[Offer]) -> String {
    let line = |offer: &Offer| {
        let digest = offer.digest.as_ref().map_or("", Digest::digits);
        format!("{}\t{}\t{digest}\n", offer.version, offer.url.as_deref().unwrap_or_default())
    };
    offers.iter().map(line).collect()
}

/// Reads a list; none if it is damaged.
pub(crate) fn read(bytes: &[u8]) -> Option<Vec<Offer>> {
    let offer = |line: &str| {
        let mut fields = line.split('\t');
        let (version, url, digest) = (fields.next()?, fields.next()?, fields.next()?);
        Some(Offer {
            version: version.to_owned(),
            url: Some(url).filter(|url| !url.is_empty()).map(str::to_owned),
            digest: Digest::parse(digest),
        })
    };
    std::str::from_utf8(bytes).ok()?.lines().map(offer).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_read_as_they_were_written() {
        let offer = |version: &str, url: Option<&str>, digest: &str| Offer {
            version: version.to_owned(),
            url: url.map(str::to_owned),
            digest: Digest::parse(digest),
        };
        let offers =
            vec![offer("2.0.0", Some("https://h/a.tgz"), &"a".repeat(64)), offer("1.0.0+b", None, "")];
        assert_eq!(read(write(&offers).as_bytes()), Some(offers));
        assert_eq!(read(b"1.0.0"), None);
        assert_eq!(read(b"\xff\t\t"), None);
        assert_eq!(read(b""), Some(Vec::new()));
    }
}
