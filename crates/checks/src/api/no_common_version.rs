//! `no-common-version`: clusters that read one file and serve no version of its kind in common.

use catalog::{Api, Common};
use version::Minor;

use super::standing::served_api_of;
use super::{shared, words};
use crate::{Check, Confidence, Context, Journey, Meta, Severity, Sink, Subject};

/// The check.
#[derive(Debug)]
pub(crate) struct NoCommonVersion;

static META: Meta = Meta {
    id: "no-common-version",
    title: "File shared by clusters that serve no common version",
    severity: Severity::Breaks,
    confidence: Confidence::High,
    first: None,
    last: None,
    what: "Finds objects that several clusters read, at minors that serve no version of the kind in common: today, \
           when every cluster is at its target, or at all minors of ways that differ.",
    why: "Whatever `apiVersion` the file says, one of the clusters refuses it. No edit of the shared file can be \
          right.",
    remedy: "Give the clusters files of their own, or move the older one first.",
    example: "# journey prod: 1.21 -> 1.22\n# journey staging: 1.27 -> 1.28\napiVersion: autoscaling/v2beta2\nkind: HorizontalPodAutoscaler\nmetadata:\n  name: web\n",
    fixed: "",
    fix_safety: "",
    rows: &[],
    links: &["https://kubernetes.io/docs/reference/using-api/deprecation-guide/"],
    triggers: &[],
};

impl Check for NoCommonVersion {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn triggers(&self) -> Vec<&'static str> {
        words::unsettled_apis().to_vec()
    }

    fn object(&self, context: &Context<'_>, subject: &Subject<'_>, sink: &mut Sink) {
        let (Some(object), Some(api)) = (subject.object, served_api_of(subject)) else { return };
        let Some(found) = without_common(context, api) else { return };
        let listed: Vec<String> = found.minors.iter().map(Minor::to_string).collect();
        let (listed, when) = (listed.join(" and "), found.when);
        let message = format!(
            "{} is read by clusters at {listed} {when}, which serve no common version of it that can say the same",
            subject.title(),
        );
        let mut finding = subject.finding(&META, object.api_version, message);
        if found.is_in_order {
            finding.severity = Severity::Warning;
        }
        let split = shared::in_words(&shared::versions_needed(context, object.gvk));
        finding.remedy = match found.lesser {
            Some(lesser) => format!(
                "split it by cluster in an overlay ({split}), upgrade the oldest cluster first, or use {}, which all serve and \
                 which lacks fields",
                lesser.gvk().group_version()
            ),
            None => {
                format!("split it by cluster in an overlay ({split}), or upgrade the oldest cluster first")
            }
        };
        sink.report(finding);
    }
}

/// Clusters without a common version.
struct Without {
    when: &'static str,
    minors: Vec<Minor>,
    /// A version that they have in common and that cannot say the same.
    lesser: Option<Api>,
    /// Whether each edit has its time if the clusters move in the right order.
    is_in_order: bool,
}

/// When clusters have nothing in common that can stand for `api`: today, at their targets, or somewhere on their ways.
fn without_common(context: &Context<'_>, api: Api) -> Option<Without> {
    let starts = minors(context, |journey| journey.from);
    let targets = minors(context, |journey| Some(journey.to));
    for (when, minors) in [("now", starts), ("at their targets", targets)] {
        if let Some(lesser) = lesser(context, api, &minors) {
            return Some(Without { when, minors, lesser, is_in_order: false });
        }
    }
    let minors = minors_of_ends(context);
    let when = "on their ways";
    let found = || Without { when, minors, lesser: None, is_in_order: true };
    shared::shares_no_version(context, api).then(found)
}

/// The first and last minors of all ways.
fn minors_of_ends(context: &Context<'_>) -> Vec<Minor> {
    let mut ends = minors(context, |journey| journey.from);
    ends.extend(minors(context, |journey| Some(journey.to)));
    ends.sort_unstable();
    ends.dedup();
    ends
}

fn minors(context: &Context<'_>, of: impl Fn(&Journey) -> Option<Minor>) -> Vec<Minor> {
    let mut minors: Vec<Minor> = context.journeys.iter().filter_map(of).collect();
    minors.sort_unstable();
    minors.dedup();
    minors
}

/// Whether clusters at these minors have nothing in common that can stand for `api`, and if so the lesser version
/// that they have in common, if any.
fn lesser(context: &Context<'_>, api: Api, minors: &[Minor]) -> Option<Option<Api>> {
    if minors.len() < 2 {
        return None;
    }
    match shared::common(context.overlay, api, minors) {
        Common::AsWritten(_) | Common::Unknown(_) => None,
        Common::NoneServed => Some(None),
        Common::Versions(versions) => {
            let can_say_it = versions.iter().any(|version| shared::says_the_same(*version, api));
            (!can_say_it).then(|| versions.first().copied())
        }
    }
}
