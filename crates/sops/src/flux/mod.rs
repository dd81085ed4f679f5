//! What Flux decrypts, and when: the behaviour of kustomize-controller 1.10 (`internal/decryptor`) as functions.
//!
//! A Kustomization with `spec.decryption.provider: sops` has three kinds of files decrypted before kustomize builds
//! ([`Source`]): those of `secretGenerator`'s `files` and `envs`, and those of `patches`. Afterwards each object is
//! ([`decrypt_object`]): one with a mapping `sops` and a `mac` as a whole, and in other Secrets each entry of `data` that is
//! itself an encrypted file. The MAC is never compared, since kustomize adds to what was encrypted. Without `spec.decryption`
//! an encrypted Secret fails the whole Kustomization ([`require_decryption`]).
//!
//! Loads nothing: who builds hands in files and objects.

mod keys;
mod object;
mod source;

pub use keys::{Decryption, KeySecret, ReadKeySecret};
pub use object::{DecryptObject, Outcome, decrypt_object, require_decryption};
pub use source::Source;

use crate::Format;

/// The name of an entry or file whose content is JSON whatever its ending.
const DOCKER_CONFIG: &str = ".dockerconfigjson";

/// The format that Flux takes a file for by its name, or prints an entry of a Secret in by its key (`formatForPath`).
#[must_use]
pub fn format_of_path(path: &str) -> Format {
    if path.ends_with(DOCKER_CONFIG) { Format::Json } else { Format::of_path(path) }
}

/// The bytes by which Flux tells that a text of this format is encrypted (`sopsFormatToMarkerBytes`).
fn marker(format: Format) -> &'static str {
    match format {
        Format::Binary | Format::Json => "\"mac\": \"ENC[",
        Format::Dotenv => "sops_mac=ENC[",
        Format::Ini => "[sops]",
        Format::Yaml => "mac: ENC[",
    }
}

/// Whether a text holds the marker of a format.
fn has_marker(bytes: &[u8], format: Format) -> bool {
    let marker = marker(format).as_bytes();
    bytes.windows(marker.len()).any(|window| window == marker)
}

/// The format whose marker a text holds; none if it is not encrypted. Flux asks in random order, which shows only where a text
/// holds several markers; here the flat formats are asked first, whose metadata the others cannot look like.
#[must_use]
pub fn format_of_content(bytes: &[u8]) -> Option<Format> {
    [Format::Dotenv, Format::Ini, Format::Json, Format::Yaml]
        .into_iter()
        .find(|format| has_marker(bytes, *format))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_tell_the_format_and_docker_s_configuration_is_json() {
        for (path, format) in [
            ("a.yaml", Format::Yaml),
            ("a/b.yml", Format::Yaml),
            ("x.env", Format::Dotenv),
            ("x.ini", Format::Ini),
            (".dockerconfigjson", Format::Json),
            ("token", Format::Binary),
        ] {
            assert_eq!(format_of_path(path), format, "{path}");
        }
    }

    #[test]
    fn contents_tell_the_format_by_their_markers() {
        assert_eq!(format_of_content(b"sops_mac=ENC[x]"), Some(Format::Dotenv));
        assert_eq!(format_of_content(b"[sops]\nmac = ENC[x]"), Some(Format::Ini));
        assert_eq!(format_of_content(b"{\"mac\": \"ENC[x]\"}"), Some(Format::Json));
        assert_eq!(format_of_content(b"sops:\n    mac: ENC[x]"), Some(Format::Yaml));
        assert_eq!(format_of_content(b"mac: none"), None);
        assert_eq!(format_of_content(b""), None);
    }
}
