//! The data files' columns, in order, and what each holds. A row type of `src/row.rs` has a field of
//! the same name per column.

use super::cell::Kind;

/// A column: its name in the file, which is also the field's name, and what it holds.
pub(crate) struct Column {
    pub(crate) name: &'static str,
    pub(crate) kind: Kind,
}

/// One data file and the table that it becomes.
pub(crate) struct Schema {
    pub(crate) file: &'static str,
    pub(crate) table: &'static str,
    pub(crate) row_type: &'static str,
    /// The columns that order the rows; no two rows agree in all of them.
    pub(crate) key: &'static [&'static str],
    pub(crate) columns: &'static [Column],
}

const fn column(name: &'static str, kind: Kind) -> Column {
    Column { name, kind }
}

pub(crate) const API: Schema = Schema {
    file: "api-lifecycle.csv",
    table: "APIS",
    row_type: "ApiRow",
    key: &["group", "kind", "version"],
    columns: &[
        column("group", Kind::Group),
        column("version", Kind::Required),
        column("kind", Kind::Required),
        column(
            "form",
            Kind::Choice(&[
                ("object", "Form::Object"),
                ("request", "Form::Request"),
                ("file", "Form::File"),
                ("protocol", "Form::Protocol"),
            ]),
        ),
        column("introduced", Kind::Minor),
        column("deprecated", Kind::Minor),
        column("removed", Kind::Minor),
        column("enableable_until", Kind::Minor),
        column("default_on", Kind::DefaultOn),
        column("replacement", Kind::Api),
        column(
            "conversion",
            Kind::Choice(&[
                ("", "None"),
                ("header", "Some(Conversion::Header)"),
                ("meaning", "Some(Conversion::Meaning)"),
                ("fields", "Some(Conversion::Fields)"),
                ("redesign", "Some(Conversion::Redesign)"),
            ]),
        ),
        column("notes", Kind::Text),
        column("source", Kind::Required),
    ],
};

pub(crate) const CRD: Schema = Schema {
    file: "crd-lifecycle.csv",
    table: "CRDS",
    row_type: "CrdRow",
    key: &["group", "kind", "version", "addon"],
    columns: &[
        column("addon", Kind::Required),
        column("group", Kind::Required),
        column("version", Kind::Required),
        column("kind", Kind::Required),
        column("introduced", Kind::AddonVersion),
        column("storage_from", Kind::AddonVersion),
        column("deprecated", Kind::AddonVersion),
        column("unserved", Kind::AddonVersion),
        column("removed", Kind::AddonVersion),
        column("replacement", Kind::Api),
        column(
            "state",
            Kind::Choice(&[
                ("served", "CrdState::Served"),
                ("deprecated", "CrdState::Deprecated"),
                ("unserved", "CrdState::Unserved"),
                ("removed", "CrdState::Removed"),
            ]),
        ),
        column("notes", Kind::Text),
        column("source", Kind::Required),
    ],
};

pub(crate) const BEHAVIOUR: Schema = Schema {
    file: "behaviour-changes.csv",
    table: "BEHAVIOURS",
    row_type: "BehaviourRow",
    key: &["id"],
    columns: &[
        column("id", Kind::Required),
        column("area", Kind::Required),
        column("change", Kind::Required),
        column("effective_version", Kind::Required),
        column("deprecated", Kind::Minor),
        column("partial", Kind::Minor),
        column("effective", Kind::Minor),
        column("locked", Kind::Minor),
        column("effective_on", Kind::Date),
        column("platform", Kind::Choice(&[("any", "None"), ("eks", "Some(Platform::Eks)")])),
        column("detect_manifest", Kind::Text),
        column("detect_live", Kind::Text),
        column("fix", Kind::Text),
        column("notes", Kind::Text),
        column("source", Kind::Required),
        column(
            "confidence",
            Kind::Choice(&[
                ("low", "Confidence::Low"),
                ("medium", "Confidence::Medium"),
                ("high", "Confidence::High"),
            ]),
        ),
        column(
            "severity",
            Kind::Choice(&[
                ("info", "Severity::Info"),
                ("warn", "Severity::Warn"),
                ("silent", "Severity::Silent"),
                ("breaks", "Severity::Breaks"),
            ]),
        ),
    ],
};

pub(crate) const GATE: Schema = Schema {
    file: "feature-gates-removed.csv",
    table: "GATES",
    row_type: "GateRow",
    key: &["gate"],
    columns: &[
        column("gate", Kind::Required),
        column("removed_in", Kind::RequiredMinor),
        column("basis", Kind::Required),
        column("pr", Kind::Number),
        column("url", Kind::Required),
    ],
};

const YES_NO: Kind = Kind::Choice(&[("", "None"), ("yes", "Some(true)"), ("no", "Some(false)")]);

pub(crate) const RELEASE: Schema = Schema {
    file: "eks-calendar.csv",
    table: "RELEASES",
    row_type: "ReleaseRow",
    key: &["minor"],
    columns: &[
        column("minor", Kind::RequiredMinor),
        column("upstream_release", Kind::Date),
        column("eks_release", Kind::Date),
        column("eks_end_standard", Kind::Date),
        column("eks_end_extended", Kind::Date),
        column("upstream_eol", Kind::Date),
        column("al2_ami", YES_NO),
        column("al2023_ami", YES_NO),
        column("hop_notes", Kind::Text),
        column("disagreement", Kind::Text),
        column("source", Kind::Required),
    ],
};

pub(crate) const ADDON: Schema = Schema {
    file: "addon-compat.csv",
    table: "ADDONS",
    row_type: "AddonRow",
    key: &["addon", "version_of", "version_range", "min_k8s", "max_k8s", "basis"],
    columns: &[
        column("addon", Kind::Required),
        column("chart", Kind::Text),
        column("version_of", Kind::Choice(&[("addon", "VersionOf::Addon"), ("chart", "VersionOf::Chart")])),
        column("version_range", Kind::Required),
        column("versions", Kind::Ranges),
        column("min_k8s", Kind::Minor),
        column("max_k8s", Kind::Minor),
        column("basis", Kind::Required),
        column("notes", Kind::Text),
        column("source", Kind::Required),
    ],
};

pub(crate) const SERVED: Schema = Schema {
    file: "served-by-default.csv",
    table: "SERVED",
    row_type: "ServedRow",
    key: &["group", "version", "kind"],
    columns: &[
        column("group", Kind::Group),
        column("version", Kind::Required),
        column("kind", Kind::Required),
        column("first", Kind::RequiredMinor),
        column("last", Kind::RequiredMinor),
    ],
};
