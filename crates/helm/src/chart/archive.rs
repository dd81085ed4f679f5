//! Archives of charts: `.tgz` to files in memory.
//!
//! Takes bytes that nobody vouches for; gives names below the folder that an archive has its chart in, each with its
//! bytes. Refuses what leads out of that folder, links, and whatever is larger than Helm takes. Writes nothing.

use std::io::{self, Read};
use std::path::Path;

use flate2::read::MultiGzDecoder;

use crate::limits::{ARCHIVE_ENTRIES_MAX, ARCHIVE_STREAM_BYTES_MAX, CHART_BYTES_MAX, FILE_BYTES_MAX};

/// Why an archive is not unpacked.
#[derive(Debug, thiserror::Error)]
pub enum UnpackArchive {
    /// It is broken, or no archive at all.
    #[error("not a gzipped tar archive")]
    Malformed(#[source] io::Error),
    /// It has no file.
    #[error("no files in chart archive")]
    Empty,
    /// A name that is absolute below its first folder.
    #[error("chart illegally contains absolute paths")]
    AbsolutePath,
    /// A file beside the folder of the chart.
    #[error("chart illegally contains content outside the base directory: {name:?}")]
    OutsideBase {
        /// Its name.
        name: String,
    },
    /// A name with `..` that leads out.
    #[error("chart illegally references parent directory")]
    ParentDirectory,
    /// A name that means a drive elsewhere.
    #[error("chart contains illegally named files")]
    IllegalName,
    /// `Chart.yaml` beside the folder of the chart.
    #[error("chart yaml not in base directory")]
    ChartYamlOutsideBase,
    /// A link, which Helm takes for an empty file.
    #[error("chart archive holds a link: {name:?}")]
    Link {
        /// Its name.
        name: String,
    },
    /// Something that is neither file nor folder nor link.
    #[error("chart archive holds something that is no file: {name:?}")]
    NoFile {
        /// Its name.
        name: String,
    },
    /// More bytes than [`CHART_BYTES_MAX`].
    #[error("decompressed chart is larger than the maximum size {CHART_BYTES_MAX}")]
    ChartTooLarge,
    /// More bytes in a file than [`FILE_BYTES_MAX`].
    #[error("decompressed chart file {name:?} is larger than the maximum file size {FILE_BYTES_MAX}")]
    FileTooLarge {
        /// Its name.
        name: String,
    },
    /// More entries than [`ARCHIVE_ENTRIES_MAX`].
    #[error("chart archive holds more than {ARCHIVE_ENTRIES_MAX} entries")]
    TooManyEntries,
}

/// The files of an archive, in its order, each by its path in the chart.
///
/// # Errors
/// If Helm would refuse it, or it is no archive that is safe to read.
pub fn unpack(bytes: &[u8]) -> Result<Vec<(String, Vec<u8>)>, UnpackArchive> {
    let stream = MultiGzDecoder::new(bytes).take(ARCHIVE_STREAM_BYTES_MAX);
    let mut archive = tar::Archive::new(stream);
    let mut files = Vec::new();
    let mut bytes_left = CHART_BYTES_MAX;
    for (index, entry) in archive.entries().map_err(UnpackArchive::Malformed)?.enumerate() {
        if index >= ARCHIVE_ENTRIES_MAX {
            return Err(UnpackArchive::TooManyEntries);
        }
        let mut entry = entry.map_err(UnpackArchive::Malformed)?;
        let full = String::from_utf8_lossy(&entry.path_bytes()).into_owned();
        let kind = entry.header().entry_type();
        if kind.is_dir() || kind.is_pax_global_extensions() || full.ends_with('/') {
            continue;
        }
        if kind.is_symlink() || kind.is_hard_link() {
            return Err(UnpackArchive::Link { name: full });
        }
        if !kind.is_file() && !kind.is_contiguous() {
            return Err(UnpackArchive::NoFile { name: full });
        }
        let name = name_in_chart(&full)?;
        let content = read(&mut entry, &full, bytes_left)?;
        bytes_left = bytes_left.saturating_sub(content.len() as u64);
        files.push((name, content));
    }
    if files.is_empty() { Err(UnpackArchive::Empty) } else { Ok(files) }
}

fn read(
    entry: &mut tar::Entry<'_, impl Read>,
    name: &str,
    bytes_left: u64,
) -> Result<Vec<u8>, UnpackArchive> {
    let size = entry.size();
    if size >= bytes_left {
        return Err(UnpackArchive::ChartTooLarge);
    }
    if size > FILE_BYTES_MAX {
        return Err(UnpackArchive::FileTooLarge { name: name.to_owned() });
    }
    let mut content = Vec::new();
    // The header's size is a claim: no room is made for it before the bytes are there.
    entry.take(FILE_BYTES_MAX).read_to_end(&mut content).map_err(UnpackArchive::Malformed)?;
    if (content.len() as u64) < size {
        return Err(UnpackArchive::ChartTooLarge);
    }
    Ok(content)
}

/// The name without its first folder, cleaned as Go's `path.Clean` does.
fn name_in_chart(full: &str) -> Result<String, UnpackArchive> {
    // An archive that was made on Windows may have `\` between the parts.
    let delimiter = if full.contains('\\') { '\\' } else { '/' };
    let (first, rest) = full.split_once(delimiter).unwrap_or((full, ""));
    let rest = rest.replace(delimiter, "/");
    if Path::new(&rest).is_absolute() || rest.starts_with('/') {
        return Err(UnpackArchive::AbsolutePath);
    }
    let mut parts: Vec<&str> = Vec::new();
    for part in rest.split('/') {
        match part {
            "" | "." => {}
            ".." if parts.pop().is_none() => return Err(UnpackArchive::ParentDirectory),
            ".." => {}
            part => parts.push(part),
        }
    }
    let name = parts.join("/");
    if name.is_empty() {
        let name = full.to_owned();
        let is_chart_yaml = first == "Chart.yaml" && !rest.is_empty();
        return Err(if is_chart_yaml {
            UnpackArchive::ChartYamlOutsideBase
        } else {
            UnpackArchive::OutsideBase { name }
        });
    }
    // Helm refuses each name that begins with two dots, were it a file's own.
    if name.starts_with("..") {
        return Err(UnpackArchive::ParentDirectory);
    }
    let mut start = name.chars();
    let drive = (start.next(), start.next(), start.next());
    if matches!(drive, (Some(letter), Some(':'), Some('/')) if letter.is_ascii_alphabetic()) {
        return Err(UnpackArchive::IllegalName);
    }
    if first == "Chart.yaml" {
        return Err(UnpackArchive::ChartYamlOutsideBase);
    }
    Ok(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_lose_their_first_folder_and_never_lead_out() {
        for (full, expected) in [
            ("chart/Chart.yaml", "Chart.yaml"),
            ("chart/./templates//a.yaml", "templates/a.yaml"),
            ("chart\\templates\\a.yaml", "templates/a.yaml"),
            ("chart/a/../b", "b"),
        ] {
            assert_eq!(name_in_chart(full).unwrap(), expected);
        }
        for (full, expected) in [
            ("chart//etc/passwd", "chart illegally contains absolute paths"),
            ("Chart.yaml", "chart illegally contains content outside the base directory: \"Chart.yaml\""),
            ("chart/../../etc", "chart illegally references parent directory"),
            ("chart/..hidden", "chart illegally references parent directory"),
            ("chart/c:/foo", "chart contains illegally named files"),
            ("Chart.yaml/a", "chart yaml not in base directory"),
        ] {
            assert_eq!(name_in_chart(full).unwrap_err().to_string(), expected, "{full}");
        }
    }
}
