//! The second look: workloads and autoscalers beside disruption budgets.
//!
//! They matter only beside a budget, and to parse them all would cost most of a scan. The first look took the rows of
//! the documents that a check asked for; here the files in folders of budgets that hold other documents are read again.

use inventory::{Inventory, Row};
use text::{TextId, Texts};

use crate::assess::Assessor;
use crate::workers::Workers;

/// Completes the rows of workloads and autoscalers in folders that hold a budget, and drops those elsewhere.
/// `unparsed` are the files with documents that were not parsed, ascending.
pub(crate) fn complete(
    inventory: &mut Inventory,
    unparsed: &[TextId],
    assessor: &Assessor<'_>,
    workers: &Workers,
) {
    let Inventory { texts, budgets, workloads, scalers, .. } = inventory;
    let mut folders: Vec<&str> =
        budgets.iter().filter_map(|budget| folder_of(texts, budget.object.span.text)).collect();
    folders.sort_unstable();
    folders.dedup();
    let is_beside =
        |text| folder_of(texts, text).is_some_and(|folder| folders.binary_search(&folder).is_ok());

    let again: Vec<TextId> = unparsed.iter().copied().filter(|text| is_beside(*text)).collect();
    let is_known = |text| is_beside(text) && again.binary_search(&text).is_err();
    workloads.retain(|workload| is_known(workload.object.span.text));
    scalers.retain(|scaler| is_known(scaler.object.span.text));
    let rows: Vec<Vec<Row>> = workers.each(&again, |_, text| {
        texts.path(*text).map(|path| assessor.workloads(*text, path)).unwrap_or_default()
    });
    for row in rows.into_iter().flatten() {
        match row {
            Row::Workload(workload) => workloads.push(workload),
            Row::Scaler(scaler) => scalers.push(scaler),
            // The first look has every budget, because a check asks for them.
            Row::Budget(_) => {}
        }
    }
    workloads.sort_by_key(|workload| workload.object.span);
    scalers.sort_by_key(|scaler| scaler.object.span);
}

fn folder_of(texts: &Texts, text: TextId) -> Option<&str> {
    texts.path(text).map(|path| path.rsplit_once('/').map_or("", |(folder, _)| folder))
}
