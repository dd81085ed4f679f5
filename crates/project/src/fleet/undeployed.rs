//! Findings in files that no cluster gets, told apart with the place that leaves the file out.

use std::collections::BTreeMap;

use checks::Finding;
use gitops::{Deployed, Deployment, Repository};
use inventory::Inventory;
use text::Span;

use crate::rendering::merge::FileTexts;

/// Marks every finding by whether a cluster gets its file.
pub(super) fn mark(
    deployment: &Deployment,
    repository: &Repository,
    inventory: &mut Inventory,
    findings: &mut [Finding],
) {
    let mut texts = FileTexts::of(&inventory.texts);
    let mut known: BTreeMap<String, Deployed> = BTreeMap::new();
    for finding in findings.iter_mut() {
        if !finding.units.is_empty() {
            finding.is_deployed = Some(true);
            continue;
        }
        let span = inventory.texts.resolve(finding.span).map_or(finding.span, |(span, _)| span);
        let Some(path) = inventory.texts.path(span.text).map(str::to_owned) else { continue };
        let deployed = known.entry(path).or_insert_with_key(|path| deployment.of_file(repository, path));
        match deployed {
            Deployed::Unknown => {}
            Deployed::To(_) => finding.is_deployed = Some(true),
            Deployed::Nowhere { left_out } => {
                finding.is_deployed = Some(false);
                if let Some((path, range)) = left_out {
                    let text = texts.id(&mut inventory.texts, path);
                    finding.related.push((Span::new(text, range.clone()), "leaves the file out".to_owned()));
                }
            }
        }
    }
}
