//! `helmChartInflationGenerator` of a kustomization, said by `helmCharts` and `helmGlobals`.
//!
//! Takes each entry to one of today's with other names of fields. What kustomize reads and never looks at is left out, and
//! said; whether the same charts are asked for in the same way, who can build both tells.

use manifest::edit::Fresh;
use manifest::{Entry, NodeId};

use crate::convert::Refusal;
use crate::convert::draft::{Draft, Field, instead_of_item};

const OLD: &str = "helmChartInflationGenerator";

/// Fields of an entry that have another name, or the same, in an item of `helmCharts`.
const RENAMED: [(&str, &str); 7] = [
    ("chartName", "name"),
    ("chartVersion", "version"),
    ("chartRepoUrl", "repo"),
    ("values", "valuesFile"),
    ("valuesLocal", "valuesInline"),
    ("valuesMerge", "valuesMerge"),
    ("releaseName", "releaseName"),
];

/// Fields of an entry that hold for all charts now, with their names in `helmGlobals`.
const GLOBAL: [(&str, &str); 2] = [("chartHome", "chartHome"), ("helmHome", "configHome")];

/// Fields of an entry that kustomize reads and never looks at.
const UNUSED: [&str; 4] = ["chartRepoName", "helmBin", "releaseNamespace", "extraArgs"];

pub(super) fn rename(draft: &mut Draft<'_>) -> Result<(), Refusal> {
    let root = draft.root();
    let Some(old) = draft.field(root, OLD)? else { return Ok(()) };
    let mut globals: [Option<Field>; GLOBAL.len()] = [None; GLOBAL.len()];
    let mut charts = Vec::new();
    for item in draft.mappings(root, OLD)? {
        charts.push(instead_of_item(item, chart(draft, item, &mut globals)?));
    }
    // Where the globals are said already, kustomize takes nothing of them from the charts.
    if draft.entry(root, "helmGlobals")?.is_none() {
        let named = GLOBAL.iter().zip(globals);
        let said = named.filter_map(|((_, key), field)| Some(((*key).to_owned(), field?.carried())));
        let said: Vec<_> = said.collect();
        if !said.is_empty() {
            let place = draft.first_place(root);
            draft.insert(root, place, "helmGlobals", Fresh::Mapping(said));
        }
    }
    draft.say_items(old, "helmCharts", charts)
}

/// An item of `helmCharts`. Of what holds for all charts the last that says something counts.
fn chart(
    draft: &mut Draft<'_>,
    item: NodeId,
    globals: &mut [Option<Field>; GLOBAL.len()],
) -> Result<Fresh, Refusal> {
    let mut fields = Vec::new();
    let entries: Vec<Entry> = draft.document().entries(item).to_vec();
    for entry in entries {
        let Some(key) = draft.document().text(entry.key) else {
            return Err(draft.malformed(entry.key, "is no name of a field"));
        };
        let Some(field) = draft.field(item, key)? else { continue };
        if let Some((_, to)) = RENAMED.iter().find(|(from, _)| *from == key) {
            fields.push(((*to).to_owned(), field.carried()));
        } else if let Some(position) = GLOBAL.iter().position(|(from, _)| *from == key) {
            let says_something = draft.document().text(field.value).is_some_and(|text| !text.is_empty());
            if says_something && let Some(global) = globals.get_mut(position) {
                *global = Some(field);
            }
        } else if UNUSED.contains(&key) {
            draft.note(entry.key, format!("'{key}' is left out: kustomize never looks at it"));
        } else {
            return Err(draft.malformed(entry.key, "is no field of a chart"));
        }
    }
    Ok(Fresh::Mapping(fields))
}
