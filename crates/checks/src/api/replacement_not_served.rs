//! `replacement-not-served`: an edit that has to wait for a hop, or has to be made twice.

use catalog::{Route, Step, When};
use version::Minor;

use super::standing::{Standing, served_api_of, standing};
use super::{conversion, words};
use crate::{Check, Confidence, Context, Meta, Severity, Sink, Subject};

/// The check.
#[derive(Debug)]
pub(crate) struct ReplacementNotServed;

static META: Meta = Meta {
    id: "replacement-not-served",
    title: "Replacement that is not served at the start version",
    severity: Severity::Warning,
    confidence: Confidence::High,
    first: None,
    last: None,
    what: "Finds objects whose `apiVersion` goes on the way and whose final replacement the cluster does not serve \
           yet, so that one edit today is not enough: it has to wait for a hop, or an intermediate version is needed \
           first (`flowcontrol.apiserver.k8s.io/v1beta2` to v1beta3 before 1.29, then to v1 before 1.32).",
    why: "The advice to use the newest version breaks the cluster as it is today: the API server refuses a version \
          that it does not know yet. The edits belong between particular hops.",
    remedy: "Make each edit while the cluster is at a minor that serves both versions.",
    example: "# journey: 1.28 -> 1.33\napiVersion: flowcontrol.apiserver.k8s.io/v1beta2\nkind: FlowSchema\nmetadata:\n  name: probes\n",
    fixed: "",
    fix_safety: "",
    rows: &[],
    links: &["https://kubernetes.io/docs/reference/using-api/deprecation-guide/"],
    triggers: &[],
};

impl Check for ReplacementNotServed {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn triggers(&self) -> Vec<&'static str> {
        words::unsettled_apis().to_vec()
    }

    fn object(&self, context: &Context<'_>, subject: &Subject<'_>, sink: &mut Sink) {
        let (Some(object), Some(api)) = (subject.object, served_api_of(subject)) else { return };
        if !matches!(standing(context, api), Standing::Removed(_)) {
            return;
        }
        let waits = conversion::routes(context, api).into_iter().find_map(|(from, route)| {
            let from = from?;
            waiting_step(from, &route).map(|step| (from, step, route))
        });
        let Some((from, step, route)) = waits else { return };
        let target = step.to.gvk().group_version();
        let message = format!("{} cannot move to {target} yet: {from} does not serve it", subject.title());
        let mut finding = subject.finding(&META, object.api_version, message);
        finding.minor = first_minor(&step);
        finding.remedy = remedy(&route);
        sink.report(finding);
    }
}

/// The first edit that cannot be made at the start.
fn waiting_step(from: Minor, route: &Route) -> Option<Step> {
    let waits = |step: &&Step| first_minor(step).is_some_and(|first| first > from);
    route.steps.iter().find(waits).copied()
}

/// The first minor of the cluster at which an edit can be made.
fn first_minor(step: &Step) -> Option<Minor> {
    match step.when {
        When::Between { earliest, .. } => Some(earliest),
        When::Overdue { at } => Some(at),
        When::Gap { first_served, .. } => Some(first_served),
    }
}

fn remedy(route: &Route) -> String {
    match route.steps.as_slice() {
        [only] => format!("{}, not before", edit(only)),
        steps => format!("edit at each hop: {}", steps.iter().map(edit).collect::<Vec<_>>().join(", then ")),
    }
}

fn edit(step: &Step) -> String {
    let to = step.to.gvk().group_version();
    match step.when {
        When::Between { earliest, latest } if earliest == latest => {
            format!("convert to {to} while the cluster is at {latest}")
        }
        When::Between { earliest, latest } => {
            format!("convert to {to} while the cluster is at {earliest} to {latest}")
        }
        When::Overdue { at } => format!("convert to {to} now, at {at}"),
        When::Gap { first_served, .. } => {
            format!(
                "delete it before the hop to {first_served} and write it as {to} after it: no minor serves both"
            )
        }
    }
}
