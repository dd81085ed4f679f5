//! The index of a list beside going through its items one by one: the same steps have to give the same list.

use text::{NoOrigins, TextId};

use super::*;

/// Numbers that look random and are the same for the same seed.
struct Random(u64);

impl Random {
    fn below(&mut self, limit: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % limit
    }
}

const KEYS: [&str; 2] = ["port", "protocol"];

/// Items of few different values, so that steps meet some; now and then one lacks a key or is nothing.
fn list(random: &mut Random, size: usize, oddities: usize) -> String {
    let item = |random: &mut Random| {
        let port = random.below(size / 2 + 2);
        match random.below(100) {
            odd if odd < oddities => {
                ["{}", "null", "text", "{port: 1}", "{port: 1, protocol: null}"][odd % 5].to_owned()
            }
            _ => format!("{{port: {port}, protocol: {}}}", ["TCP", "UDP"][random.below(2)]),
        }
    };
    (0..size).map(|_| format!("- {}\n", item(random))).collect()
}

fn graph(text: &str) -> Graph<()> {
    let document = manifest::parse(TextId(0), text.as_bytes(), 0..text.len(), None).unwrap();
    Graph::take::<NoOrigins>(&document, document.root().unwrap()).unwrap()
}

/// Values that an item has, or that none has, or not all of them.
fn values(random: &mut Random, graph: &Graph<()>, items: &[NodeIndex]) -> Tuple {
    let item = items[random.below(items.len())];
    let mut values: Tuple = KEYS.iter().map(|key| value_of(graph, item, key).into()).collect();
    match random.below(20) {
        0 => values[1] = CompactString::default(),
        1 => values.truncate(1),
        2 => values[0] = "nothing".into(),
        _ => {}
    }
    values
}

fn check(seed: u64, size: usize, oddities: usize) {
    let mut random = Random(seed);
    let graph = graph(&list(&mut random, size * 2, oddities));
    let (items, spare) = graph.items(graph.root()).split_at(size);
    let mut indexed = Items::new(&graph, items, &KEYS, usize::MAX);
    let mut scanned = Items::new(&graph, items, &KEYS, 0);
    assert!(scanned.index.is_none() && (oddities > 0 || indexed.index.is_some()));
    let (mut steps, mut other_steps) = (SCAN_STEPS_MAX, SCAN_STEPS_MAX);
    for step in 0..size * 3 {
        let item = spare[random.below(spare.len())];
        let of_item: Tuple = KEYS.iter().map(|key| value_of(&graph, item, key).into()).collect();
        let values = if random.below(2) == 0 { of_item } else { values(&mut random, &graph, items) };
        let query = Query { keys: &KEYS, values: &values };
        let told = format!("seed {seed}, step {step}: {values:?}");
        match random.below(4) {
            0 => assert_eq!(
                indexed.remove(&graph, query, &mut steps).is_err(),
                scanned.remove(&graph, query, &mut other_steps).is_err(),
                "{told}"
            ),
            1 => assert_eq!(
                indexed.set(&graph, query, item, &mut steps).is_err(),
                scanned.set(&graph, query, item, &mut other_steps).is_err(),
                "{told}"
            ),
            2 => {
                indexed.push(&graph, item);
                scanned.push(&graph, item);
            }
            _ => {
                let found = indexed.first(&graph, query, &mut steps).ok().flatten();
                assert_eq!(found, scanned.first(&graph, query, &mut other_steps).ok().flatten(), "{told}");
            }
        }
        let (own, other): (Vec<_>, Vec<_>) = (indexed.iter().collect(), scanned.iter().collect());
        assert_eq!(own, other, "{told}");
    }
}

#[test]
fn an_index_gives_what_going_through_the_items_gives() {
    for seed in 0..200 {
        check(seed, 17 + usize::try_from(seed).unwrap() % 60, 0);
    }
}

#[test]
fn odd_items_take_the_index_away_and_change_nothing_else() {
    for seed in 0..200 {
        check(seed, 17 + usize::try_from(seed).unwrap() % 60, 3);
    }
}
