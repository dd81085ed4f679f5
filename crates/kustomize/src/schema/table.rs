//! The facts about the kinds that are compiled in, looked up in place.
//!
//! The table is a row of 16-bit numbers that `build/` has written; reading it allocates nothing. It is right by
//! construction, and a number that points nowhere reads as nothing.

/// All names, one behind the other.
static NAMES: &str = include_str!(concat!(env!("OUT_DIR"), "/schema.names"));
/// The numbers.
const NUMBERS: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/schema.bin"));

/// Stands for none.
const NONE: u16 = u16::MAX;

/// How many numbers say how long the parts are.
const COUNTS: usize = 8;
const NODE_WIDTH: usize = 4;
const FIELD_WIDTH: usize = 2;
const KIND_WIDTH: usize = 5;

/// What hangs below a node besides named fields.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum What {
    /// Nothing, or named fields.
    Fields,
    /// Items of a list.
    List,
    /// Values under any key.
    Map,
}

/// How a list merges.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Merge {
    /// It is replaced.
    No,
    /// Its items are scalars, which come together.
    Scalars,
    /// By the keys of this number.
    Keys(u16),
}

/// What is known of one kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Kind {
    /// The node of its objects.
    pub(super) node: Option<u16>,
    /// Whether they are known to have a namespace, or to have none.
    pub(super) is_namespaced: Option<bool>,
}

fn number(position: usize) -> u16 {
    match NUMBERS.get(2 * position..2 * position + 2) {
        Some([low, high]) => u16::from_le_bytes([*low, *high]),
        _ => NONE,
    }
}

fn some(number: u16) -> Option<u16> {
    (number != NONE).then_some(number)
}

/// The parts in their order, and where each begins.
#[derive(Clone, Copy)]
enum Part {
    NameEnds,
    TypeNames,
    Nodes,
    Fields,
    Kinds,
    MergeStarts,
    Merges,
}

/// Where each part begins.
const STARTS: [usize; 7] = starts();

/// How many kinds there are.
const KINDS: usize = count(5);

const fn count(position: usize) -> usize {
    u16::from_le_bytes([NUMBERS[2 * position], NUMBERS[2 * position + 1]]) as usize
}

const fn starts() -> [usize; 7] {
    let (types, nodes, fields, names, kinds, merges) =
        (count(0), count(2), count(3), count(4), count(5), count(6));
    let lengths = [names, types, NODE_WIDTH * nodes, FIELD_WIDTH * fields, KIND_WIDTH * kinds, merges + 1];
    let mut starts = [COUNTS; 7];
    let mut part = 0;
    while part < lengths.len() {
        starts[part + 1] = starts[part] + lengths[part];
        part += 1;
    }
    starts
}

fn start(part: Part) -> usize {
    STARTS[part as usize]
}

fn name(number_of_name: u16) -> &'static str {
    let ends = start(Part::NameEnds) + usize::from(number_of_name);
    let from = if number_of_name == 0 { 0 } else { usize::from(number(ends - 1)) };
    NAMES.get(from..usize::from(number(ends))).unwrap_or_default()
}

/// How many types there are; their nodes are the first ones.
pub(super) fn type_count() -> u16 {
    number(0)
}

/// The first type that belongs to the kustomization API.
pub(super) fn first_of_kustomization() -> u16 {
    number(1)
}

/// How many nodes there are.
pub(super) fn node_count() -> u16 {
    number(2)
}

/// The name of a type.
pub(super) fn type_name(node: u16) -> &'static str {
    name(number(start(Part::TypeNames) + usize::from(node)))
}

/// What a node is, how it merges, and the node of what hangs below it.
pub(super) fn node(node: u16) -> (What, Merge, Option<u16>) {
    let row = start(Part::Nodes) + NODE_WIDTH * usize::from(node);
    let [what, merge] = number(row + 3).to_le_bytes();
    let what = match what {
        1 => What::List,
        2 => What::Map,
        _ => What::Fields,
    };
    let merge = match merge {
        0 => Merge::No,
        1 => Merge::Scalars,
        keys => Merge::Keys(u16::from(keys) - 2),
    };
    (what, merge, some(number(row + 2)))
}

/// The named fields of a node, sorted: name and node.
pub(super) fn fields(node: u16) -> impl ExactSizeIterator<Item = (&'static str, u16)> {
    let (first, count) = field_range(node);
    (first..first + count).map(field_at)
}

/// The node of a named field.
pub(super) fn field(node: u16, wanted: &str) -> Option<u16> {
    let (first, count) = field_range(node);
    find(count, |position| field_at(first + position).0.cmp(wanted))
        .map(|position| field_at(first + position).1)
}

fn field_range(node: u16) -> (usize, usize) {
    let row = start(Part::Nodes) + NODE_WIDTH * usize::from(node);
    (usize::from(number(row)), usize::from(number(row + 1)))
}

fn field_at(position: usize) -> (&'static str, u16) {
    let row = start(Part::Fields) + FIELD_WIDTH * position;
    (name(number(row)), number(row + 1))
}

/// The keys of a merge.
pub(super) fn merge_keys(keys: u16) -> impl ExactSizeIterator<Item = &'static str> + Clone {
    let starts = start(Part::MergeStarts) + usize::from(keys);
    let merges = start(Part::Merges);
    (usize::from(number(starts))..usize::from(number(starts + 1))).map(move |key| name(number(merges + key)))
}

/// What is known of a kind.
pub(super) fn kind(group: &str, version: &str, kind: &str) -> Option<Kind> {
    let found = find(KINDS, |position| {
        let row = start(Part::Kinds) + KIND_WIDTH * position;
        let own = |column: usize| name(number(row + column));
        // Hardly any two kinds have one name: the other parts are seldom looked at.
        own(2).cmp(kind).then_with(|| own(0).cmp(group)).then_with(|| own(1).cmp(version))
    })?;
    Some(kind_at(found).1)
}

/// All kinds: group, version and kind with what is known of them.
pub(super) fn kinds() -> impl ExactSizeIterator<Item = ([&'static str; 3], Kind)> {
    (0..KINDS).map(kind_at)
}

fn kind_at(position: usize) -> ([&'static str; 3], Kind) {
    let row = start(Part::Kinds) + KIND_WIDTH * position;
    let is_namespaced = some(number(row + 4)).map(|scope| scope == 1);
    ([0, 1, 2].map(|column| name(number(row + column))), Kind { node: some(number(row + 3)), is_namespaced })
}

/// The position that is equal, in a sorted row of `count`.
fn find(count: usize, compare: impl Fn(usize) -> std::cmp::Ordering) -> Option<usize> {
    let (mut low, mut high) = (0, count);
    while low < high {
        let middle = usize::midpoint(low, high);
        match compare(middle) {
            std::cmp::Ordering::Less => low = middle + 1,
            std::cmp::Ordering::Greater => high = middle,
            std::cmp::Ordering::Equal => return Some(middle),
        }
    }
    None
}
