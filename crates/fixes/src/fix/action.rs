//! One finding's fix as wanted changes, or the question or reason that stands against it.

use std::collections::BTreeMap;
use std::ops::Range;

use catalog::{Served, api, route, served};
use checks::{Context, Finding, Fix, FixAction};
use manifest::edit::{Change, Fresh, FreshScalar};
use manifest::{Document, NodeId};
use resource::{GroupVersion, GroupVersionKind};

use super::locate::place_of;
use super::places::Places;
use super::{FileFix, NotFixed};
use crate::answers::Answer;
use crate::convert::{Conversion, convert_unshared};
use crate::question::alter;
use crate::rewrite::{kustomization, rename_charts, replace_vars, rewrite};
use crate::{Answers, Question, VarUse};

/// What a document's findings are judged by.
#[derive(Clone, Copy)]
pub(super) struct Job<'a> {
    pub(super) context: &'a Context<'a>,
    pub(super) places: &'a Places<'a>,
    pub(super) findings: &'a [Finding],
    pub(super) answers: &'a Answers,
    pub(super) var_uses: &'a [VarUse],
}

/// One fix, ready to be made.
pub(super) struct Action {
    /// The findings that it mends: one, or several that want the same.
    pub(super) findings: Vec<usize>,
    /// The object's node, or the node that is edited.
    pub(super) node: NodeId,
    pub(super) conversion: Conversion,
}

/// The fixes of one document that can be made. The rest is reported in `fix`.
pub(super) fn plan(job: Job<'_>, wanted: &[usize], fix: &mut FileFix) -> Vec<Action> {
    let mut actions = Vec::new();
    let mut by_object: BTreeMap<NodeId, (String, Option<usize>)> = BTreeMap::new();
    for index in wanted {
        let Some((finding, wanted_fix)) =
            job.findings.get(*index).and_then(|found| Some((found, found.fix.as_ref()?)))
        else {
            continue;
        };
        let place = place_of(finding).unwrap_or(finding.span);
        let Some(node) = job.places.node(place, &wanted_fix.action) else {
            fix.refused.push((*index, NotFixed::Gone));
            continue;
        };
        let what = format!("{:?}", wanted_fix.action);
        let is_of_object = is_of_object(finding, &wanted_fix.action);
        if is_of_object && let Some((earlier, action)) = by_object.get(&node) {
            match action.and_then(|action: usize| actions.get_mut(action)) {
                Some(Action { findings, .. }) if *earlier == what => findings.push(*index),
                _ if *earlier == what => {}
                _ => fix.refused.push((*index, NotFixed::Behind)),
            }
            continue;
        }
        let made = make(job, *index, (finding, wanted_fix), node, fix);
        let position = made.is_some().then_some(actions.len());
        if is_of_object {
            by_object.insert(node, (what, position));
        }
        actions.extend(made);
    }
    actions
}

/// Whether one action mends all findings of its kind in the object.
fn is_of_object(finding: &Finding, action: &FixAction) -> bool {
    matches!(action, FixAction::Convert { .. }) || finding.check == kustomization::CHECK
}

fn make(
    job: Job<'_>,
    index: usize,
    (finding, wanted): (&Finding, &Fix),
    node: NodeId,
    fix: &mut FileFix,
) -> Option<Action> {
    match changes(job, (finding, wanted), node) {
        Ok(conversion) => {
            let mut conversion = conversion;
            let confirmed = match asks_by_itself(job, (finding, wanted), node) {
                true => Ok(()),
                false => confirm(job, finding, wanted),
            };
            if let Err(reason) = confirmed {
                match reason {
                    Unconfirmed::Open(question) => conversion.questions.push(*question),
                    Unconfirmed::Declined => {
                        fix.refused.push((index, NotFixed::Declined));
                        return None;
                    }
                }
            }
            if conversion.is_ready() {
                return Some(Action { findings: vec![index], node, conversion });
            }
            fix.questions.extend(conversion.questions.into_iter().map(|question| (index, question)));
            None
        }
        Err(reason) => {
            fix.refused.push((index, reason));
            None
        }
    }
}

/// Whether the conversion asks what the fix would have to be confirmed for: who answers that has said yes.
fn asks_by_itself(job: Job<'_>, (finding, wanted): (&Finding, &Fix), node: NodeId) -> bool {
    let Some(text) = wanted.safety.question() else { return true };
    let nothing_answered = Answers::none();
    let unanswered = Job { answers: &nothing_answered, ..job };
    let questions = changes(unanswered, (finding, wanted), node).map(|conversion| conversion.questions);
    questions.is_ok_and(|questions| questions.iter().any(|question| question.text == text))
}

enum Unconfirmed {
    Open(Box<Question>),
    Declined,
}

/// A fix that is not safe by itself is made only if somebody said so.
fn confirm(job: Job<'_>, finding: &Finding, wanted: &Fix) -> Result<(), Unconfirmed> {
    let Some(text) = wanted.safety.question() else { return Ok(()) };
    let question = Question {
        id: finding.check,
        object: finding.object.clone().unwrap_or_default(),
        path: finding.path.clone(),
        span: finding.span,
        text: text.to_owned(),
        choices: vec![
            alter("leave", "nothing", "the file stays as it is and the finding stays"),
            alter("apply", finding.remedy.clone(), "the fix is made"),
        ],
        own_text: None,
    };
    match job.answers.find(&question) {
        Some(Answer::Choice(id)) if id == "apply" => Ok(()),
        Some(_) => Err(Unconfirmed::Declined),
        None => Err(Unconfirmed::Open(Box::new(question))),
    }
}

fn changes(job: Job<'_>, (finding, wanted): (&Finding, &Fix), node: NodeId) -> Result<Conversion, NotFixed> {
    let document = job.places.document();
    let only = |change| Ok(Conversion { changes: vec![change], ..Conversion::default() });
    match &wanted.action {
        FixAction::ReplaceScalar { text } => {
            only(Change::SetScalar { node, value: FreshScalar::String(text.clone()) })
        }
        FixAction::ReplaceWithin { part, text, .. } => {
            let value = replaced_within(document, node, part, text).ok_or(NotFixed::Gone)?;
            only(Change::SetScalar { node, value: FreshScalar::String(value) })
        }
        FixAction::TakeChart { .. } => Err(NotFixed::Elsewhere),
        FixAction::RenameKey { to } => only(Change::RenameKey { key: node, to: to.clone() }),
        FixAction::RemoveEntry => only(Change::RemoveEntry { key: node }),
        FixAction::RemoveItem => only(Change::RemoveItem { item: node }),
        FixAction::InsertItems { texts } => {
            let changes = added_items(document, node, texts).ok_or(NotFixed::Gone)?;
            Ok(Conversion { changes, ..Conversion::default() })
        }
        FixAction::Rewrite { .. } => {
            let object = match finding.check {
                kustomization::CHECK => kustomization::object(document, node),
                _ => job.places.object(node).ok_or(NotFixed::Gone)?,
            };
            rewrite(finding.check, document, object, job.answers).map_err(NotFixed::Refused)
        }
        FixAction::ReplaceVars { .. } => {
            let object = kustomization::object(document, node);
            replace_vars(document, object, job.answers, job.var_uses).map_err(NotFixed::Refused)
        }
        FixAction::RenameCharts { .. } => {
            let object = kustomization::object(document, node);
            rename_charts(document, object, job.answers).map_err(NotFixed::Refused)
        }
        FixAction::Convert { api_version, kind, .. } => {
            let object = job.places.object(node).ok_or(NotFixed::Gone)?;
            let target = GroupVersion::parse(api_version).ok_or(NotFixed::Gone)?.with_kind(kind);
            served_at_all_starts(job.context, object.gvk, target)?;
            convert_unshared(document, object, target, job.answers).map_err(NotFixed::Refused)
        }
    }
}

/// The texts that the item's list does not hold yet, at its end: the lists that are added to are sets.
fn added_items(document: &Document<'_>, item: NodeId, texts: &[String]) -> Option<Vec<Change>> {
    let sequence = document.node(item).parent.filter(|parent| document.is_sequence(*parent))?;
    let present = |text: &str| {
        let mut items = document.items(sequence).iter();
        items.any(|item| document.text(document.dereference(*item)) == Some(text))
    };
    let missing = texts.iter().filter(|text| !present(text));
    let added = missing
        .map(|text| Change::AppendItem { sequence, value: Fresh::Scalar(FreshScalar::String(text.clone())) });
    Some(added.collect())
}

/// The scalar's text with another part.
fn replaced_within(document: &Document<'_>, node: NodeId, part: &Range<u32>, text: &str) -> Option<String> {
    let old = document.text(node)?;
    let (start, end) = (part.start as usize, part.end as usize);
    Some([old.get(..start)?, text, old.get(end..)?].concat())
}

/// A file is applied as it is before the first hop, so its API has to be served wherever it is read now. What comes
/// later comes with its hop. Kinds that the catalog does not know are judged by their check.
fn served_at_all_starts(
    context: &Context<'_>,
    from: GroupVersionKind<'_>,
    target: GroupVersionKind<'_>,
) -> Result<(), NotFixed> {
    let Some(target_api) = api(target) else { return Ok(()) };
    for journey in context.journeys {
        let Some(start) = journey.from else { continue };
        if served(target_api, start, context.overlay) != Served::NotYet {
            continue;
        }
        let target = target.group_version().to_string();
        let way = route(from, start, journey.to, context.overlay);
        let step = way.steps.iter().find(|step| step.to == target_api);
        return Err(match step.and_then(catalog::Step::must_precede_hop_to) {
            Some(before) => NotFixed::Later { target, start, before },
            None => NotFixed::NotServed { target, start },
        });
    }
    Ok(())
}
