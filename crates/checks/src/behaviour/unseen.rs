//! The rows of the behaviour changes that no check covers, because nothing in a file shows them.

/// Row and reason, sorted. A test holds this list and the rows of all checks together: each row of the
/// catalog is in exactly one of them.
pub const UNSEEN_ROWS: &[(&str, &str)] = &[
    (
        "DEF-FIELDVAL",
        "an unknown field is told by the schema of its kind at each minor, which the facts do not carry",
    ),
    (
        "DEF-HPAZERO",
        "a zero in `minReplicas` was refused before, so no file that works holds one that changes its meaning",
    ),
    ("NET-LBSTATUS", "`status` is written by controllers; one in a file is dropped on creation"),
    ("RT-CRI1A2", "an image id or alias does not tell containerd's version; only the node's status does"),
    ("SA-BOUND", "the age of a client's library is in its binary and in the audit log, not in a manifest"),
    ("SA-LEGACYCLEAN", "the labels are written by a controller onto live Secrets that another one made"),
    ("STORED-CRD", "the versions in storage are in the status of the live CRD"),
];
