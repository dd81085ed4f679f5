//! The rows of the compiled tables: numbers only, so that the tables need no relocation and nothing
//! runs at start. Texts are offsets into one blob.

use jiff::civil::{Date, date};
use resource::GroupVersionKind;
use version::Minor;

use crate::{Confidence, Conversion, CrdState, DefaultOn, Form, Platform, Severity, VersionOf};

/// Every text of every table.
const BLOB: &str = include_str!(concat!(env!("OUT_DIR"), "/catalog.txt"));

/// Where a text stands in the blob.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Text {
    offset: u32,
    length: u32,
}

impl Text {
    const fn new(offset: u32, length: u32) -> Self {
        Self { offset, length }
    }

    /// The text. The build wrote both the blob and the offsets; a test reads every one.
    pub(crate) fn get(self) -> &'static str {
        let (offset, length) = (self.offset as usize, self.length as usize);
        BLOB.get(offset..offset + length).unwrap_or_default()
    }
}

/// Group, version, kind; all empty where there is none.
pub(crate) type GvkRow = [Text; 3];

/// The typed form of a group, version and kind.
pub(crate) fn gvk(row: GvkRow) -> Option<GroupVersionKind<'static>> {
    let [group, version, kind] = row.map(Text::get);
    (!kind.is_empty()).then_some(GroupVersionKind { group, version, kind })
}

#[derive(Debug)]
pub(crate) struct ApiRow {
    pub(crate) group: Text,
    pub(crate) version: Text,
    pub(crate) kind: Text,
    pub(crate) form: Form,
    pub(crate) introduced: Option<Minor>,
    pub(crate) deprecated: Option<Minor>,
    pub(crate) removed: Option<Minor>,
    pub(crate) enableable_until: Option<Minor>,
    pub(crate) default_on: DefaultOn,
    pub(crate) replacement: GvkRow,
    pub(crate) conversion: Option<Conversion>,
    pub(crate) notes: Text,
    pub(crate) source: Text,
}

/// An add-on's version as the project writes it, and its numbers.
#[derive(Debug, Clone, Copy)]
pub(crate) struct VersionRow {
    pub(crate) text: Text,
    pub(crate) numbers: [u32; 3],
}

#[derive(Debug)]
pub(crate) struct CrdRow {
    pub(crate) addon: Text,
    pub(crate) group: Text,
    pub(crate) version: Text,
    pub(crate) kind: Text,
    pub(crate) introduced: Option<VersionRow>,
    pub(crate) storage_from: Option<VersionRow>,
    pub(crate) deprecated: Option<VersionRow>,
    pub(crate) unserved: Option<VersionRow>,
    pub(crate) removed: Option<VersionRow>,
    pub(crate) replacement: GvkRow,
    pub(crate) state: CrdState,
    pub(crate) notes: Text,
    pub(crate) source: Text,
}

#[derive(Debug)]
pub(crate) struct BehaviourRow {
    pub(crate) id: Text,
    pub(crate) area: Text,
    pub(crate) change: Text,
    pub(crate) effective_version: Text,
    pub(crate) deprecated: Option<Minor>,
    pub(crate) partial: Option<Minor>,
    pub(crate) effective: Option<Minor>,
    pub(crate) locked: Option<Minor>,
    pub(crate) effective_on: Option<Date>,
    pub(crate) platform: Option<Platform>,
    pub(crate) detect_manifest: Text,
    pub(crate) detect_live: Text,
    pub(crate) fix: Text,
    pub(crate) notes: Text,
    pub(crate) source: Text,
    pub(crate) confidence: Confidence,
    pub(crate) severity: Severity,
}

#[derive(Debug)]
pub(crate) struct GateRow {
    pub(crate) gate: Text,
    pub(crate) removed_in: Minor,
    pub(crate) basis: Text,
    pub(crate) pr: Option<u32>,
    pub(crate) url: Text,
}

#[derive(Debug)]
pub(crate) struct ReleaseRow {
    pub(crate) minor: Minor,
    pub(crate) upstream_release: Option<Date>,
    pub(crate) eks_release: Option<Date>,
    pub(crate) eks_end_standard: Option<Date>,
    pub(crate) eks_end_extended: Option<Date>,
    pub(crate) upstream_eol: Option<Date>,
    pub(crate) al2_ami: Option<bool>,
    pub(crate) al2023_ami: Option<bool>,
    pub(crate) hop_notes: Text,
    pub(crate) disagreement: Text,
    pub(crate) source: Text,
}

#[derive(Debug)]
pub(crate) struct AddonRow {
    pub(crate) addon: Text,
    pub(crate) chart: Text,
    pub(crate) version_of: VersionOf,
    pub(crate) version_range: Text,
    pub(crate) versions: Text,
    pub(crate) min_k8s: Option<Minor>,
    pub(crate) max_k8s: Option<Minor>,
    pub(crate) basis: Text,
    pub(crate) notes: Text,
    pub(crate) source: Text,
}

#[derive(Debug)]
pub(crate) struct ServedRow {
    pub(crate) group: Text,
    pub(crate) version: Text,
    pub(crate) kind: Text,
    pub(crate) first: Minor,
    pub(crate) last: Minor,
}

include!(concat!(env!("OUT_DIR"), "/tables.rs"));

/// The rows between the first for which `order` is not less and the first for which it is greater.
pub(crate) fn equal_range<T>(rows: &'static [T], order: impl Fn(&T) -> std::cmp::Ordering) -> &'static [T] {
    let start = rows.partition_point(|row| order(row).is_lt());
    let end = rows.partition_point(|row| order(row).is_le());
    rows.get(start..end).unwrap_or_default()
}
