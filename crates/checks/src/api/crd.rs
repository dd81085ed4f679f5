//! How a version of a custom resource stands with the add-on that defines it.
//!
//! A file does not say which version of the add-on is installed, so a verdict names the version from which it holds.

use catalog::{CrdApi, CrdState, VersionText};
use resource::GroupVersionKind;

use crate::{Confidence, Finding, Fix, FixAction, Meta, Safety, Subject};

/// What the newest examined versions of the add-ons that ship a custom resource do with the version.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum CrdStanding {
    /// Dropped or no longer served by all of them.
    Gone {
        /// The add-ons and from which version on: `karpenter v1.1.0`.
        since: String,
        /// What takes its place.
        replacement: Option<GroupVersionKind<'static>>,
    },
    /// Served by one of them at least, with a deprecation.
    Deprecated {
        /// The add-ons and since which version.
        since: String,
        /// What takes its place.
        replacement: Option<GroupVersionKind<'static>>,
    },
}

/// Judges a version of a custom resource; none if it is current or not known. Where add-ons or channels differ, the
/// mildest verdict counts: the file does not say which one is installed.
pub(crate) fn crd_standing(gvk: GroupVersionKind<'_>) -> Option<CrdStanding> {
    let rows: Vec<CrdApi> = catalog::crd_api(gvk).collect();
    let replacement = rows.iter().find_map(|row| row.replacement());
    if rows.is_empty() || rows.iter().any(|row| row.state() == CrdState::Served) {
        return None;
    }
    if rows.iter().any(|row| row.state() == CrdState::Deprecated) {
        let since = joined(rows.iter().map(|row| (row.addon(), row.deprecated())), " and ");
        return Some(CrdStanding::Deprecated { since, replacement });
    }
    let since = joined(rows.iter().map(|row| (row.addon(), row.unserved().or(row.removed()))), " and ");
    Some(CrdStanding::Gone { since, replacement })
}

fn joined(rows: impl Iterator<Item = (&'static str, Option<VersionText>)>, conjunction: &str) -> String {
    let texts = rows.map(|(addon, version)| match version {
        Some(version) => format!("{addon} {}", version.text()),
        None => addon.to_owned(),
    });
    texts.collect::<Vec<_>>().join(conjunction)
}

/// The finding for a standing: what is used, what takes its place and which version of the add-on that needs.
pub(crate) fn finding(
    subject: &Subject<'_>,
    meta: &'static Meta,
    since: &str,
    replacement: Option<GroupVersionKind<'static>>,
) -> Option<Finding> {
    let object = subject.object?;
    let verb = if meta.severity == crate::Severity::Breaks {
        "is no longer served from"
    } else {
        "is deprecated since"
    };
    let message = format!("{} uses {}, which {verb} {since}", subject.title(), object.gvk.group_version());
    let mut finding = subject.finding(meta, object.api_version, message);
    finding.confidence = Confidence::Medium;
    if let Some(to) = replacement {
        let needs = served_since(to);
        let kind = if to.kind == object.gvk.kind { String::new() } else { format!(" {}", to.kind) };
        let note = needs.as_ref().map(|needs| format!(", served since {needs}")).unwrap_or_default();
        finding.remedy = format!("use {}{kind}{note}", to.group_version());
        finding.fix = Some(Fix {
            action: FixAction::Convert {
                object: subject.span(),
                api_version: to.group_version().to_string(),
                kind: to.kind.to_owned(),
            },
            safety: Safety::Ask(match needs {
                Some(needs) => format!("every cluster that reads the file must run {needs} or newer"),
                None => format!("every cluster that reads the file must serve {}", to.group_version()),
            }),
        });
    }
    Some(finding)
}

/// The add-ons and the versions from which on they serve a custom resource.
pub(crate) fn served_since(gvk: GroupVersionKind<'_>) -> Option<String> {
    let rows: Vec<CrdApi> = catalog::crd_api(gvk).collect();
    (!rows.is_empty()).then(|| joined(rows.iter().map(|row| (row.addon(), row.introduced())), " or "))
}
