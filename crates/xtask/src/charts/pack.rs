//! Archives of charts, packed as `helm package` does but for time, owner and compression, which are the same each time.
//!
//! Takes the files of a chart; gives the archive and the digest by which the list knows it. What `.helmignore` leaves out is
//! in it where it renders nothing; the list names what would.

use super::list::Listed;
use anyhow::{Context, Result};
use flate2::{Compression, GzBuilder};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::io::Write as _;

/// How files of a chart may be used, in the archive.
const MODE: u32 = 0o644;

/// An archive, and what it is known by.
#[derive(Debug, Clone)]
pub(crate) struct Packed {
    pub(crate) bytes: Vec<u8>,
    /// See [`Listed::digest`].
    pub(crate) digest: String,
}

/// An archive as it was published.
pub(crate) fn published(bytes: Vec<u8>) -> Packed {
    Packed { digest: digest_of(&bytes), bytes }
}

/// Packs the files of a chart.
pub(crate) fn pack(chart: &Listed, files: &BTreeMap<String, Vec<u8>>) -> Result<Packed> {
    let mut archive = tar::Builder::new(Vec::new());
    for (name, content) in files {
        let mut header = tar::Header::new_gnu();
        header.set_mode(MODE);
        header.set_size(content.len().try_into()?);
        let path = format!("{}/{name}", chart.name);
        archive.append_data(&mut header, &path, content.as_slice())?;
    }
    let plain = archive.into_inner()?;
    let mut compressed = GzBuilder::new().write(Vec::new(), Compression::best());
    compressed.write_all(&plain)?;
    Ok(Packed { bytes: compressed.finish()?, digest: digest_of(&plain) })
}

/// The digits of a SHA-256.
pub(crate) fn digest_of(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Makes another file the chart's `Chart.yaml`, with what the release writes into it.
pub(crate) fn stamp(chart: &Listed, files: &mut BTreeMap<String, Vec<u8>>) -> Result<()> {
    let metadata = files.remove(&chart.metadata);
    let metadata = metadata.with_context(|| format!("'{}' has no '{}'", chart.key(), chart.metadata))?;
    let text = String::from_utf8(metadata)?;
    let line = |line: &str| {
        let (key, _) = line.split_once(':')?;
        Some(format!("{key}: {}\n", chart.stamp.get(key)?))
    };
    let stamped: String = text.lines().map(|old| line(old).unwrap_or_else(|| format!("{old}\n"))).collect();
    let stamped = if chart.stamp.is_empty() { text } else { stamped };
    files.insert("Chart.yaml".to_owned(), stamped.into_bytes());
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::super::list::List;
    use super::*;

    fn chart() -> Listed {
        let commit = "0123456789012345678901234567890123456789";
        let text = format!(
            "[[chart]]\nname = 'web'\nversion = '1.0.0'\ngit = 'o/r'\ncommit = '{commit}'\npath = 'web'\ndigest = ''\nmetadata = 'Chart.in'\nstamp = {{ version = '1.0.0' }}\n"
        );
        List::read(&text).unwrap().charts.remove(0)
    }

    #[test]
    fn metadata_is_stamped_and_called_as_helm_wants_it() {
        let mut files = BTreeMap::from([(
            "Chart.in".to_owned(),
            b"name: web\nversion: 0 # x\na:\n  version: 2\n".to_vec(),
        )]);
        stamp(&chart(), &mut files).unwrap();
        assert_eq!(files["Chart.yaml"], b"name: web\nversion: 1.0.0\na:\n  version: 2\n");
        assert_eq!(files.len(), 1);
        assert!(stamp(&chart(), &mut BTreeMap::new()).is_err());
    }

    #[test]
    fn one_chart_is_packed_into_the_same_bytes_each_time() {
        let long = "x".repeat(120);
        let files = BTreeMap::from([("a".to_owned(), b"1".to_vec()), (long.clone(), b"2".to_vec())]);
        let packed = pack(&chart(), &files).unwrap();
        assert_eq!(packed.bytes, pack(&chart(), &files).unwrap().bytes);
        let mut archive = tar::Archive::new(flate2::read::GzDecoder::new(packed.bytes.as_slice()));
        let names: Vec<String> = archive
            .entries()
            .unwrap()
            .map(|entry| entry.unwrap().path().unwrap().to_string_lossy().into_owned())
            .collect();
        assert_eq!(names, ["web/a".to_owned(), format!("web/{long}")]);
    }
}
