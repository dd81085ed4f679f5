//! To which version an object can be converted now, and whether that needs a yes.

use catalog::{Api, Conversion, Form, HORIZON, OLDEST, Route, Served, route, served};
use version::Minor;

use super::shared;
use crate::{Context, Fix, FixAction, Safety, Subject};

/// The fix that converts the subject to the version to use next; none if there is none or if the kind must be written
/// anew.
pub(crate) fn fix(context: &Context<'_>, subject: &Subject<'_>, api: Api) -> Option<Fix> {
    let next = next_version(context, api)?;
    let gvk = next.api.gvk();
    let action = FixAction::Convert {
        object: subject.span(),
        api_version: gvk.group_version().to_string(),
        kind: gvk.kind.to_owned(),
    };
    Some(Fix { action, safety: next.question.map_or(Safety::Safe, Safety::Ask) })
}

/// What to do, as one sentence: the version to use and since when it is served.
pub(crate) fn remedy(context: &Context<'_>, api: Api) -> String {
    let Some(next) = next_version(context, api) else { return without_conversion(api) };
    let gvk = next.api.gvk();
    let written = api.gvk();
    let use_it = match gvk.kind == written.kind {
        true => format!("use {}", gvk.group_version()),
        false => format!("use {} {}", gvk.group_version(), gvk.kind),
    };
    let verb = if api.form() == Form::File { "read" } else { "served" };
    let since = next.api.introduced().map(|minor| format!(", {verb} since {minor}")).unwrap_or_default();
    let note = match next.question {
        Some(_) => ", once every cluster that reads the file serves it".to_owned(),
        None if api.conversion() == Some(Conversion::Fields) => "; fields change with it".to_owned(),
        None => String::new(),
    };
    format!("{use_it}{since}{note}")
}

/// The ways of all journeys, each once. A journey without a start begins where the version is last served.
pub(crate) fn routes(context: &Context<'_>, api: Api) -> Vec<(Option<Minor>, Route)> {
    let mut ways: Vec<(Option<Minor>, Minor)> =
        context.journeys.iter().map(|journey| (journey.from, journey.to)).collect();
    ways.sort_unstable();
    ways.dedup();
    let begin = |from: Option<Minor>| from.unwrap_or_else(|| last_served(api)).clamp(OLDEST, HORIZON);
    ways.iter().map(|(from, to)| (*from, route(api.gvk(), begin(*from), *to, context.overlay))).collect()
}

/// A version to convert to, and what must be said yes to first.
struct Next {
    api: Api,
    question: Option<String>,
}

fn next_version(context: &Context<'_>, api: Api) -> Option<Next> {
    if !matches!(api.conversion(), Some(Conversion::Header | Conversion::Meaning | Conversion::Fields)) {
        return None;
    }
    // What all clusters serve wherever they are on their ways needs no order among them.
    if let Some(api) = shared::shared_version(context, api) {
        return Some(Next { api, question: None });
    }
    let mut first: Option<(Option<Minor>, Route)> = None;
    for (from, route) in routes(context, api) {
        if !route.steps.is_empty() {
            first.get_or_insert((from, route));
        }
    }
    let Some((from, route)) = first else { return while_still_served(context, api) };
    let to = match from {
        Some(_) => route.steps.first()?.to,
        None => route.last()?,
    };
    let question = not_everywhere(context, to).or_else(|| {
        let is_long = from.is_none() && (route.steps.len() > 1 || route.gap().is_some());
        is_long.then(|| {
            format!("no minor serves both {} and {}", api.gvk().group_version(), to.gvk().group_version())
        })
    });
    (to != api).then_some(Next { api: to, question })
}

/// A version that is deprecated but served to the end is left for its replacement, where that is served.
fn while_still_served(context: &Context<'_>, api: Api) -> Option<Next> {
    let to = api.replacement().and_then(catalog::api)?;
    let target = context.target().min(HORIZON);
    if served(to, target, context.overlay) != Served::Yes {
        return None;
    }
    Some(Next { api: to, question: not_everywhere(context, to) })
}

/// What must be true before the version can be used: that every cluster serves it already.
pub(crate) fn not_everywhere(context: &Context<'_>, to: Api) -> Option<String> {
    let starts = context.journeys.iter().filter_map(|journey| journey.from);
    let first_without = starts.filter(|from| {
        matches!(served(to, *from, context.overlay), Served::NotYet | Served::OffByDefault | Served::Removed)
    });
    let minor = first_without.min()?;
    let version = to.gvk().group_version();
    Some(match to.introduced() {
        Some(introduced) if introduced > minor => {
            format!(
                "a cluster that reads the file runs {minor}, and {version} is served from {introduced} on only"
            )
        }
        _ => format!("a cluster that reads the file runs {minor}, which does not serve {version}"),
    })
}

fn last_served(api: Api) -> Minor {
    api.removed().and_then(Minor::previous).unwrap_or(HORIZON)
}

fn without_conversion(api: Api) -> String {
    match api.replacement() {
        Some(gvk) => format!("write it anew as {gvk}: no conversion exists"),
        None => "delete it: nothing takes its place".to_owned(),
    }
}
