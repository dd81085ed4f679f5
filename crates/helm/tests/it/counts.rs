//! How many rows of all golden tables call each function.
//!
//! `cargo test -p helm --test it counts -- --nocapture` prints the counts.
#![expect(clippy::disallowed_methods, reason = "tests read their cases")]

use std::collections::BTreeMap;
use std::path::Path;

use helm::HelmVersion;
use helm::engine::function_names;
use serde::Deserialize;

/// Rows that each function has at least.
const ROWS_MIN: usize = 10;

/// Methods of what templates see, by which Helm's own objects are asked.
const METHODS: [&str; 7] = [
    ".APIVersions.Has",
    ".AsConfig",
    ".AsSecrets",
    ".Files.Get",
    ".Files.GetBytes",
    ".Files.Glob",
    ".Files.Lines",
];

#[derive(Deserialize)]
struct Row {
    #[serde(default)]
    template: String,
}

/// The templates of every table: those of Go's and sprig's functions, which the crate `gotemplate` keeps, and of Helm's.
fn templates() -> Vec<String> {
    let tables = Path::new(env!("CARGO_MANIFEST_DIR")).join("../gotemplate/tests/data");
    let mut templates: Vec<String> = crate::functions::rows().into_iter().map(|row| row.template).collect();
    for entry in std::fs::read_dir(tables).unwrap() {
        let text = std::fs::read_to_string(entry.unwrap().path()).unwrap();
        templates.extend(text.lines().map(|line| serde_json::from_str::<Row>(line).unwrap().template));
    }
    templates
}

/// The words of a template's actions as they are written, with the dots and dollars before them; texts in quotes left out.
fn words(template: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut quote = None;
    let mut characters = template.chars();
    while let Some(character) = characters.next() {
        match quote {
            Some('"') if character == '\\' => drop(characters.next()),
            Some(open) if character == open => quote = None,
            Some(_) => {}
            None if matches!(character, '"' | '`') => {
                quote = Some(character);
                words.push(String::new());
            }
            None if character.is_alphanumeric() || matches!(character, '_' | '.' | '$') => {
                words.last_mut().unwrap().push(character);
            }
            None => words.push(String::new()),
        }
    }
    words
}

fn counts() -> BTreeMap<&'static str, usize> {
    let names = [HelmVersion::V3, HelmVersion::V4].into_iter().flat_map(function_names);
    let mut counts: BTreeMap<&str, usize> = names.chain(METHODS).map(|name| (name, 0)).collect();
    for template in templates() {
        let words = words(&template);
        for (name, count) in &mut counts {
            let is_called = |word: &String| match name.starts_with('.') {
                true => word.ends_with(*name),
                false => word == name,
            };
            *count += usize::from(words.iter().any(is_called));
        }
    }
    counts
}

#[test]
fn every_function_has_rows_that_the_original_made() {
    let counts = counts();
    let mut rarest: Vec<(usize, &str)> = counts.into_iter().map(|(name, count)| (count, name)).collect();
    rarest.sort_unstable();
    for (count, name) in &rarest {
        println!("{count:>6} {name}");
    }
    let rare: Vec<_> = rarest.iter().filter(|(count, _)| *count < ROWS_MIN).collect();
    assert!(rare.is_empty(), "functions with less than {ROWS_MIN} rows: {rare:?}");
}

#[test]
fn words_in_quotes_are_no_calls() {
    let words = words("{{ a \"b \\\" c\" `d` $e .Files.Get | f}}");
    let words: Vec<_> = words.iter().filter(|word| !word.is_empty()).collect();
    assert_eq!(words, ["a", "$e", ".Files.Get", "f"]);
}
