//! Records of releases: what Helm keeps in Secrets and ConfigMaps of the type `sh.helm.release.v1`.
//!
//! Takes the bytes of an object's `data.release`; gives the JSON in it, a typed view, and the bytes again. The JSON is
//! never written anew: a change replaces the texts that it is about, and every other byte stays as Helm wrote it, fields
//! that nobody knows included. Helm 3 and Helm 4 read each other's records. Talks to no cluster.

mod change;
mod labels;
mod record;
mod view;

pub use change::{ChangeRecord, NewTexts};
pub use labels::{
    OBJECT_PREFIX, SECRET_TYPE, SYSTEM_LABELS, object_name, parse_object_name, system_labels, user_labels,
};
pub use record::{DecodeRecord, EncodeRecord, Record, Storage};
pub use view::{Hook, Info, ReadRecord, Release, Status, StoredChart, StoredFile};
