//! Random texts with expressions: most of them well-formed, some with bytes taken out, put in or doubled.

use std::collections::BTreeMap;

use crate::Case;
use crate::numbers::Random;

/// So many texts of a seed.
pub(crate) fn cases(count: usize, seed: u64) -> Vec<Case> {
    let mut random = Random::new(seed);
    (0..count).map(|_| case(&mut random)).collect()
}

fn case(random: &mut Random) -> Case {
    let variables = variables(random);
    let mut template = random.some(6, part).concat();
    if random.chance(25) {
        for _ in 0..=random.below(3) {
            template = broken(random, &template);
        }
    }
    let strict = random.chance(30);
    Case { template, variables, strict, text: None, bytes: None, error: None, panic: None }
}

const NAMES: [&str; 8] = ["a", "b", "name", "_x", "n1", "é", "empty", "missing"];

fn variables(random: &mut Random) -> BTreeMap<String, String> {
    let mut variables = BTreeMap::from([("empty".to_owned(), String::new())]);
    for name in &NAMES[..6] {
        if random.chance(80) {
            variables.insert((*name).to_owned(), value(random));
        }
    }
    variables
}

fn value(random: &mut Random) -> String {
    if random.chance(15) {
        return random
            .pick(&["0", "1", "2", "-1", "-3", "*", "?", "/", "*/", "[a-c]", "${a}", "$", "}"])
            .to_owned();
    }
    let words = [
        "a",
        "b",
        "ab",
        "/",
        ".",
        ":",
        "-",
        "*",
        "é",
        "\u{1f600}",
        "ß",
        "Z",
        " ",
        "\\",
        "$",
        "[",
        "x/y",
        "1",
    ];
    let parts = random.some(7, |random| {
        if random.chance(15) { random.word().to_owned() } else { random.pick(&words).to_owned() }
    });
    parts.concat()
}

fn part(random: &mut Random) -> String {
    match random.below(10) {
        0..=5 => expression(random, 0),
        6 => random.pick(&["$", "$$", "$$$", "$${", "$$${", "$a", "${", "}", "{", "\\", "\0"]).to_owned(),
        7 => format!("key: \"{}\"\n", expression(random, 0)),
        _ => random.pick(&["text ", "é", "- item\n", "# ", "a/b", " "]).to_owned(),
    }
}

/// How deep expressions stand in each other.
const DEPTH_MAX: usize = 4;

fn expression(random: &mut Random, depth: usize) -> String {
    let name = random.pick(&NAMES);
    let operation = match random.below(12) {
        0 => String::new(),
        1 => return format!("${{#{name}}}"),
        2 => random.pick(&["^", "^^", ",", ",,", "^,", ",^"]).to_owned(),
        3 | 4 => {
            let operator = random.pick(&[":-", ":=", "=", ":+", ":?"]);
            let parts: String = (0..random.below(4)).map(|_| argument(random, depth, &DEFAULTS)).collect();
            format!("{operator}{parts}")
        }
        5 => format!(":{}", argument(random, depth, &NUMBERS)),
        6 => {
            let colon = random.pick(&[":", ":", ":", "::"]);
            format!(":{}{colon}{}", argument(random, depth, &NUMBERS), argument(random, depth, &NUMBERS))
        }
        7..=9 => {
            let operator = random.pick(&["#", "##", "%", "%%"]);
            let pattern = if random.chance(75) { pattern(random) } else { argument(random, depth, &WORDS) };
            format!("{operator}{pattern}")
        }
        _ => {
            let operator = random.pick(&["/", "//", "/#", "/%"]);
            let by = if random.chance(20) { String::new() } else { argument(random, depth, &WORDS) };
            format!("{operator}{}/{by}", argument(random, depth, &WORDS))
        }
    };
    format!("${{{name}{operation}}}")
}

const DEFAULTS: [&str; 9] = ["d", "a b", "$x", "$$", "{", "a:b", "\n", "é", "\\"];
const NUMBERS: [&str; 11] = ["0", "1", "2", "3", "9", "-1", "-2", "-9", "x", " 1", "9223372036854775807"];
const WORDS: [&str; 13] = ["a", "b", "ab", "é", "\\/", "\\\\", "$$", ".", ":", "*", " ", "x", "\u{1f600}"];

fn argument(random: &mut Random, depth: usize, words: &[&str]) -> String {
    if depth < DEPTH_MAX && random.chance(25) {
        return expression(random, depth + 1);
    }
    random.pick(words).to_owned()
}

fn pattern(random: &mut Random) -> String {
    let parts = [
        "*", "*", "?", "a", "b", "/", ".", ":", "[a-c]", "[^a]", "[/.]", "\\*", "[", "]", "\\", "-", "é", "ß",
    ];
    random.some(5, |random| random.pick(&parts).to_owned()).concat()
}

/// One character less, one more, or some twice.
fn broken(random: &mut Random, text: &str) -> String {
    let characters: Vec<char> = text.chars().collect();
    let at = random.below(characters.len() + 1);
    let (before, after) = characters.split_at(at);
    let put = match random.below(4) {
        0 => {
            random.pick(&["$", "{", "}", "${", "/", ":", "#", "%", "-", "=", "\\", "\0", "é", "^"]).to_owned()
        }
        1 => after.iter().take(1 + random.below(4)).collect(),
        _ => String::new(),
    };
    let skipped = usize::from(put.is_empty());
    before.iter().copied().chain(put.chars()).chain(after.iter().copied().skip(skipped)).collect()
}
