//! Tells in one pass over a file which trigger words occur where.
//!
//! A check registers the words without which it can find nothing; a document that holds none of them need
//! not be parsed. Words are byte strings found anywhere, so a hit means "look closer" and no hit is
//! certain. Only every fourth position of the text is looked at, four bytes at once: a word of seven bytes
//! covers one of them whole, wherever it stands, so that its block for each of the four alignments is put
//! into a table. Looking has no memory from step to step, which lets the processor take several at a time.
//! Shorter words cost a search of their own each; checks have few of them.

use memchr::memmem::Finder;

/// Words of a matcher. Every document row carries one bit for each.
pub const WORDS_MAX: usize = 512;
/// Shortest word: one block.
pub const WORD_BYTES_MIN: usize = BLOCK;

/// Longest word; the longest name that Kubernetes allows has 253 bytes.
pub const WORD_BYTES_MAX: usize = 512;

/// Bytes that are looked up at once.
const BLOCK: usize = 4;
/// Distance of the positions that are looked at for long words.
const STRIDE: usize = 4;
/// Shortest word that covers a whole block at every alignment.
const LONG_WORD_BYTES_MIN: usize = BLOCK + STRIDE - 1;
/// Blocks that are looked up before the first question whether any of them was known.
const GROUP: usize = 8;
/// Bits in the table of known blocks: 8 KiB, which stays in the first-level cache beside the text.
const SLOTS: usize = 1 << 16;

/// A set of words, ready to search with.
#[derive(Debug, Clone)]
pub struct Triggers {
    /// Words in the caller's order; the position is the id.
    words: Vec<Box<[u8]>>,
    /// Words of [`LONG_WORD_BYTES_MIN`] on, looked for at every [`STRIDE`]th position.
    long: Blocks,
    /// Ids of shorter words with what looks for each.
    short: Vec<(usize, Finder<'static>)>,
}

/// The blocks by which words are found.
#[derive(Debug, Clone)]
struct Blocks {
    /// One bit for each slot that the block of a word falls into.
    known: Box<[u64; SLOTS / 64]>,
    /// Words by slot, sorted.
    candidates: Vec<Candidate>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Candidate {
    slot: u16,
    word: u16,
    /// Where in the word the block stands.
    offset: u16,
}

/// A list of trigger words cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BuildTriggers {
    /// More words than a document row has bits.
    #[error("'{words}' trigger words, at most '{WORDS_MAX}' are possible")]
    CountWords {
        /// How many there are.
        words: usize,
    },
    /// A word is too short or too long.
    #[error("trigger word '{word}' has not between '{WORD_BYTES_MIN}' and '{WORD_BYTES_MAX}' bytes")]
    MeasureWord {
        /// The word.
        word: String,
    },
}

/// Ids of the words that occur in one document.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct TriggerSet([u64; WORDS_MAX / 64]);

impl TriggerSet {
    /// Whether the word with this id occurs.
    #[must_use]
    pub fn contains(&self, id: usize) -> bool {
        self.0.get(id / 64).is_some_and(|bits| bits >> (id % 64) & 1 == 1)
    }

    /// Whether no word occurs.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.iter().all(|&bits| bits == 0)
    }

    /// The ids of the words that occur, ascending.
    pub fn ids(&self) -> impl Iterator<Item = usize> {
        (0..WORDS_MAX).filter(|&id| self.contains(id))
    }

    /// Adds a word's id.
    pub fn insert(&mut self, id: usize) {
        if let Some(bits) = self.0.get_mut(id / 64) {
            *bits |= 1 << (id % 64);
        }
    }
}

impl Triggers {
    /// A matcher for `words`; a word's id is its position.
    ///
    /// # Errors
    /// [`BuildTriggers`] if there are too many words or one is too short or too long.
    pub fn new<W: AsRef<[u8]>>(words: &[W]) -> Result<Self, BuildTriggers> {
        if words.len() > WORDS_MAX {
            return Err(BuildTriggers::CountWords { words: words.len() });
        }
        if let Some(unfit) = words.iter().map(AsRef::as_ref).find(|word| !is_fit(word)) {
            return Err(BuildTriggers::MeasureWord { word: String::from_utf8_lossy(unfit).into_owned() });
        }
        let words: Vec<Box<[u8]>> = words.iter().map(|word| Box::from(word.as_ref())).collect();
        let mut triggers = Self { words, long: Blocks::new(), short: Vec::new() };
        let commonness = Commonness::among(&triggers.words);
        for (id, word) in (0_u16..).zip(&triggers.words) {
            if word.len() >= LONG_WORD_BYTES_MIN {
                for alignment in 0..STRIDE {
                    triggers.long.add(id, word, commonness.rarest(word, alignment));
                }
            } else {
                triggers.short.push((usize::from(id), Finder::new(word).into_owned()));
            }
        }
        triggers.long.candidates.sort_unstable();
        Ok(triggers)
    }

    /// How many words there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.words.len()
    }

    /// Whether there is no word, so that nothing is ever found.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.words.is_empty()
    }

    /// The words that occur in `bytes`.
    #[must_use]
    pub fn find(&self, bytes: &[u8]) -> TriggerSet {
        let mut found = TriggerSet::default();
        if !self.long.candidates.is_empty() {
            self.find_long(bytes, &mut found);
        }
        for (id, finder) in &self.short {
            if finder.find(bytes).is_some() {
                found.insert(*id);
            }
        }
        found
    }

    fn find_long(&self, bytes: &[u8], found: &mut TriggerSet) {
        let (groups, rest) = bytes.as_chunks::<{ GROUP * BLOCK }>();
        for (index, group) in groups.iter().enumerate() {
            let (blocks, _) = group.as_chunks::<BLOCK>();
            let any = blocks.iter().fold(0, |any, block| any | self.long.knows(slot_of(*block)));
            if any != 0 {
                self.look_closer(bytes, index * GROUP * BLOCK, blocks, found);
            }
        }
        let (blocks, _) = rest.as_chunks::<BLOCK>();
        self.look_closer(bytes, bytes.len() - rest.len(), blocks, found);
    }

    #[inline(never)]
    fn look_closer(&self, bytes: &[u8], start: usize, blocks: &[[u8; BLOCK]], found: &mut TriggerSet) {
        for (index, block) in blocks.iter().enumerate() {
            let slot = slot_of(*block);
            if self.long.knows(slot) != 0 {
                self.compare(slot, bytes, start + index * BLOCK, found);
            }
        }
    }

    /// Compares the words whose block may stand at `at`.
    fn compare(&self, slot: u16, bytes: &[u8], at: usize, found: &mut TriggerSet) {
        let first = self.long.candidates.partition_point(|candidate| candidate.slot < slot);
        let candidates = self.long.candidates.get(first..).unwrap_or_default();
        for candidate in candidates.iter().take_while(|candidate| candidate.slot == slot) {
            let id = usize::from(candidate.word);
            let text = at.checked_sub(usize::from(candidate.offset)).and_then(|start| bytes.get(start..));
            if let (Some(text), Some(word)) = (text, self.words.get(id))
                && text.starts_with(word)
            {
                found.insert(id);
            }
        }
    }
}

impl Blocks {
    fn new() -> Self {
        Self { known: Box::new([0; SLOTS / 64]), candidates: Vec::new() }
    }

    fn add(&mut self, id: u16, word: &[u8], offset: u16) {
        if let Some(block) = word.get(usize::from(offset)..).and_then(<[u8]>::first_chunk) {
            let slot = slot_of(*block);
            self.known[usize::from(slot) / 64] |= 1 << (slot % 64);
            self.candidates.push(Candidate { slot, word: id, offset });
        }
    }

    /// Not 0 if a word's block falls into the slot.
    #[inline(always)]
    fn knows(&self, slot: u16) -> u64 {
        self.known[usize::from(slot) / 64] >> (slot % 64) & 1
    }
}

/// How often blocks occur in the words themselves, as a measure of how often they do in manifests: what
/// many words share (`.k8s.io/v1`) stands in every file.
struct Commonness(Vec<u16>);

/// Counters of [`Commonness`]. Few, so that they cost no time to clear; a collision costs only speed.
const COUNTERS: usize = 1 << 12;

impl Commonness {
    fn among(words: &[Box<[u8]>]) -> Self {
        let mut counts = vec![0_u16; COUNTERS];
        for block in words.iter().flat_map(|word| word.array_windows::<BLOCK>()) {
            if let Some(count) = counts.get_mut(usize::from(slot_of(*block)) % COUNTERS) {
                *count = count.saturating_add(1);
            }
        }
        Self(counts)
    }

    /// The place of the rarest block of `word` among those `alignment` bytes behind a multiple of
    /// [`STRIDE`].
    fn rarest(&self, word: &[u8], alignment: usize) -> u16 {
        let blocks = word.array_windows::<BLOCK>().enumerate().skip(alignment).step_by(STRIDE);
        let rarest = blocks.min_by_key(|(_, block)| {
            let letters = block.iter().filter(|byte| byte.is_ascii_lowercase()).count();
            (self.0.get(usize::from(slot_of(**block)) % COUNTERS).copied(), letters)
        });
        rarest.and_then(|(offset, _)| u16::try_from(offset).ok()).unwrap_or(0)
    }
}

fn is_fit(word: &[u8]) -> bool {
    (WORD_BYTES_MIN..=WORD_BYTES_MAX).contains(&word.len())
}

/// Multiplicative hash of a block. The constant is the golden ratio's, which spreads neighbours.
#[inline(always)]
fn slot_of(block: [u8; BLOCK]) -> u16 {
    let [.., third, fourth] = u32::from_le_bytes(block).wrapping_mul(0x9e37_79b1).to_le_bytes();
    u16::from_le_bytes([third, fourth])
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn ids(words: &[&str], text: &str) -> Vec<usize> {
        Triggers::new(words).unwrap().find(text.as_bytes()).ids().collect()
    }

    #[test]
    fn finds_words_at_both_ends_overlapping_and_within_each_other() {
        let words = ["policy/v1beta1", "v1beta1", "beta1", "extensions"];
        assert_eq!(ids(&words, "policy/v1beta1"), [0, 1, 2]);
        assert_eq!(ids(&words, "x extensionsv1beta1"), [1, 2, 3]);
        assert_eq!(ids(&words, "extension v1beta"), Vec::<usize>::new());
        assert_eq!(ids(&words, ""), Vec::<usize>::new());
        assert_eq!(ids(&[], "anything"), Vec::<usize>::new());
    }

    #[test]
    fn same_word_twice_gives_both_ids() {
        assert_eq!(ids(&["gitRepo", "gitRepo"], "a gitRepo: b"), [0, 1]);
    }

    #[test]
    fn refuses_what_it_cannot_search() {
        assert_eq!(Triggers::new(&["abc"]).unwrap_err(), BuildTriggers::MeasureWord { word: "abc".into() });
        let many = vec!["word"; WORDS_MAX + 1];
        assert_eq!(Triggers::new(&many).unwrap_err(), BuildTriggers::CountWords { words: WORDS_MAX + 1 });
        assert!(Triggers::new(&many[1..]).is_ok());
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(300) })]

        #[test]
        fn agrees_with_looking_for_each_word(
            words in proptest::collection::vec("[ab1/]{4,12}", 0..40),
            text in "[ab1/\n]{0,300}",
        ) {
            let found = Triggers::new(&words).unwrap().find(text.as_bytes());
            for (id, word) in words.iter().enumerate() {
                prop_assert_eq!(found.contains(id), text.contains(word.as_str()), "{}", word);
            }
        }
    }
}
