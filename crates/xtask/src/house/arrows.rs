//! Compares the arrows between our crates with the crate map: nothing outside the map, nothing that points down.
//!
//! An arrow is a normal or build dependency; what only tests use is not drawn in the map.

use super::map::{Row, Uses};
use super::{MAP_PATH, Problem};
use crate::metadata::Metadata;
use std::collections::{BTreeMap, BTreeSet};

/// Our crates and the crates of ours that each one's code can name.
pub(crate) type Arrows = BTreeMap<String, BTreeSet<String>>;

/// Reads the arrows out of the workspace's metadata.
pub(crate) fn actual(metadata: &Metadata) -> Arrows {
    let own = metadata.own_packages();
    let names: BTreeSet<&str> = own.iter().map(|package| package.name.as_str()).collect();
    own.iter()
        .map(|package| {
            let uses = package.uses().into_iter().filter(|name| names.contains(name));
            (package.name.clone(), uses.map(str::to_owned).collect())
        })
        .collect()
}

/// Compares map and arrows.
pub(crate) fn problems(map: &[Row], actual: &Arrows) -> Vec<Problem> {
    let mut problems = missing_crates(map, actual);
    let mut above = BTreeSet::new();
    for row in map {
        let allowed = allowed(row, &above, &mut problems);
        for used in actual.get(&row.name).into_iter().flatten() {
            if !above.contains(used.as_str()) {
                problems.push(Problem::new(
                    format!("crate '{}'", row.name),
                    format!("uses '{used}', which does not stand above it in {MAP_PATH}"),
                ));
            } else if !allowed.contains(used.as_str()) {
                problems.push(Problem::new(
                    format!("crate '{}'", row.name),
                    format!("uses '{used}', which its row in {MAP_PATH} does not name"),
                ));
            }
        }
        if !above.insert(row.name.as_str()) {
            problems.push(Problem::new(MAP_PATH, format!("has two rows for '{}'", row.name)));
        }
    }
    problems
}

fn missing_crates(map: &[Row], actual: &Arrows) -> Vec<Problem> {
    let rows: BTreeSet<&str> = map.iter().map(|row| row.name.as_str()).collect();
    let unmapped = actual.keys().filter(|name| !rows.contains(name.as_str()));
    let unbuilt = rows.iter().filter(|name| !actual.contains_key(**name));
    unmapped
        .map(|name| Problem::new(format!("crate '{name}'"), format!("has no row in {MAP_PATH}")))
        .chain(unbuilt.map(|name| Problem::new(MAP_PATH, format!("has a row for '{name}', no such crate"))))
        .collect()
}

fn allowed<'a>(row: &'a Row, above: &BTreeSet<&'a str>, problems: &mut Vec<Problem>) -> BTreeSet<&'a str> {
    match &row.uses {
        Uses::AllAbove => above.clone(),
        Uses::Only(names) => {
            for name in names.iter().filter(|name| !above.contains(name.as_str())) {
                let message = format!("row '{}' uses '{name}', which is no row above it", row.name);
                problems.push(Problem::new(MAP_PATH, message));
            }
            names.iter().map(String::as_str).collect()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Arrows, problems};
    use crate::house::map;

    fn table(rows: &[(&str, &str)]) -> Vec<map::Row> {
        let mut page = "| crate | what it is for | uses | never |\n|---|---|---|---|\n".to_owned();
        for (name, uses) in rows {
            page.push_str(&format!("| `{name}` | something | {uses} | – |\n"));
        }
        map::parse(&page).unwrap()
    }

    fn arrows(crates: &[(&str, &[&str])]) -> Arrows {
        crates
            .iter()
            .map(|(name, uses)| ((*name).to_owned(), uses.iter().map(|used| (*used).to_owned()).collect()))
            .collect()
    }

    fn check(rows: &[(&str, &str)], crates: &[(&str, &[&str])], expected: &[&str]) {
        let found: Vec<String> =
            problems(&table(rows), &arrows(crates)).iter().map(ToString::to_string).collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn accepts_arrows_that_the_map_names() {
        check(
            &[("version", "–"), ("resource", "version"), ("liftlock", "all above")],
            &[("version", &[]), ("resource", &["version"]), ("liftlock", &["resource", "version"])],
            &[],
        );
    }

    #[test]
    fn accepts_a_named_arrow_that_nobody_draws() {
        check(&[("version", "–"), ("resource", "version")], &[("version", &[]), ("resource", &[])], &[]);
    }

    #[test]
    fn refuses_an_arrow_that_the_row_does_not_name() {
        check(
            &[("version", "–"), ("text", "–"), ("resource", "version")],
            &[("version", &[]), ("text", &[]), ("resource", &["text", "version"])],
            &["crate 'resource': uses 'text', which its row in docs/architecture.md does not name"],
        );
    }

    #[test]
    fn refuses_an_arrow_that_points_down() {
        check(
            &[("version", "–"), ("resource", "version")],
            &[("version", &["resource"]), ("resource", &[])],
            &["crate 'version': uses 'resource', which does not stand above it in docs/architecture.md"],
        );
    }

    #[test]
    fn refuses_a_row_that_names_a_crate_below_or_none_at_all() {
        check(
            &[("version", "resource"), ("resource", "versoin")],
            &[("version", &[]), ("resource", &[])],
            &[
                "docs/architecture.md: row 'version' uses 'resource', which is no row above it",
                "docs/architecture.md: row 'resource' uses 'versoin', which is no row above it",
            ],
        );
    }

    #[test]
    fn refuses_a_crate_without_a_row_and_a_row_without_a_crate() {
        check(
            &[("version", "–"), ("git", "–")],
            &[("version", &[]), ("text", &[])],
            &[
                "crate 'text': has no row in docs/architecture.md",
                "docs/architecture.md: has a row for 'git', no such crate",
            ],
        );
    }

    #[test]
    fn refuses_two_rows_for_one_crate() {
        check(
            &[("version", "–"), ("version", "–")],
            &[("version", &[])],
            &["docs/architecture.md: has two rows for 'version'"],
        );
    }
}
