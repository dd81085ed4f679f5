//! `no-common-version`: clusters that read one file and serve no version of its kind in common.

use catalog::{Api, ClusterAt, Common, common_version};
use version::Minor;

use super::standing::served_api_of;
use super::words;
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
           or when every cluster is at its target.",
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
        let starts = minors(context, |journey| journey.from);
        let targets = minors(context, |journey| Some(journey.to));
        let times = [("now", starts), ("at their targets", targets)];
        let Some((when, minors, lesser)) = times.into_iter().find_map(|(when, minors)| {
            without_common(context, api, &minors).map(|lesser| (when, minors, lesser))
        }) else {
            return;
        };
        let listed: Vec<String> = minors.iter().map(Minor::to_string).collect();
        let message = format!(
            "{} is read by clusters at {} {when}, which serve no common version of it that can say the same",
            subject.title(),
            listed.join(" and ")
        );
        let mut finding = subject.finding(&META, object.api_version, message);
        finding.remedy = match lesser {
            Some(lesser) => format!(
                "split it by cluster in an overlay, upgrade the oldest cluster first, or use {}, which all serve and \
                 which lacks fields",
                lesser.gvk().group_version()
            ),
            None => "split it by cluster in an overlay, or upgrade the oldest cluster first".to_owned(),
        };
        sink.report(finding);
    }
}

fn minors(context: &Context<'_>, of: impl Fn(&Journey) -> Option<Minor>) -> Vec<Minor> {
    let mut minors: Vec<Minor> = context.journeys.iter().filter_map(of).collect();
    minors.sort_unstable();
    minors.dedup();
    minors
}

/// Whether clusters at these minors have nothing in common that can stand for `api`, and if so the lesser version
/// that they have in common, if any.
fn without_common(context: &Context<'_>, api: Api, minors: &[Minor]) -> Option<Option<Api>> {
    if minors.len() < 2 {
        return None;
    }
    let clusters: Vec<ClusterAt<'_>> =
        minors.iter().map(|minor| ClusterAt { minor: *minor, overlay: context.overlay }).collect();
    match common_version(api.gvk(), &clusters) {
        Common::AsWritten(_) | Common::Unknown(_) => None,
        Common::NoneServed => Some(None),
        Common::Versions(versions) => {
            let says_the_same = versions.iter().any(|version| major(*version) >= major(api));
            (!says_the_same).then(|| versions.first().copied())
        }
    }
}

/// The number of a version: an API of a lower one (`autoscaling/v1` for `v2beta2`) lacks fields.
fn major(api: Api) -> u16 {
    api.maturity().1
}
