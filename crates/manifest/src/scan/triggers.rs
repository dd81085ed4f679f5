//! Tells in one pass over a file which trigger words occur where.
//!
//! A check registers the words without which it can find nothing; a document that holds none of them need
//! not be parsed. Words are byte strings found anywhere, so a hit means "look closer" and no hit is
//! certain. The search skips ahead by the Wu–Manber rule: the last three bytes of a window as long as the
//! shortest word say how far the window may move. Building is one pass over the words and no automaton.

/// Words of a matcher. Every document row carries one bit for each.
pub const WORDS_MAX: usize = 512;
/// Shortest word: the window must hold one block of three bytes and leave something to skip.
pub const WORD_BYTES_MIN: usize = 4;

/// Bytes of a window that are looked up at once.
const BLOCK: usize = 3;
/// Slots of the skip table: 8 KiB, which stays in the first-level cache beside the text.
const SLOT_BITS: u32 = 13;

/// A set of words, ready to search with.
#[derive(Debug, Clone)]
pub struct Triggers {
    /// Words in the caller's order; the position is the id.
    words: Vec<Box<[u8]>>,
    /// Length of the shortest word.
    window: usize,
    /// How far the window may move when its last block falls into the slot; 0 means "a word may end here".
    skips: Vec<u8>,
    /// Words by the slot of the block that ends their first `window` bytes: (slot, id), sorted.
    candidates: Vec<(u16, u16)>,
    /// First candidate of each slot that has any, by slot.
    first_candidate: Vec<u16>,
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
    /// A word is too short to skip by.
    #[error("trigger word '{word}' is shorter than '{WORD_BYTES_MIN}' bytes")]
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
    /// [`BuildTriggers`] if there are too many words or one is too short.
    pub fn new<W: AsRef<[u8]>>(words: &[W]) -> Result<Self, BuildTriggers> {
        if words.len() > WORDS_MAX {
            return Err(BuildTriggers::CountWords { words: words.len() });
        }
        let words: Vec<Box<[u8]>> = words.iter().map(|word| Box::from(word.as_ref())).collect();
        if let Some(short) = words.iter().find(|word| word.len() < WORD_BYTES_MIN) {
            return Err(BuildTriggers::MeasureWord { word: String::from_utf8_lossy(short).into_owned() });
        }
        let window = words.iter().map(|word| word.len()).min().unwrap_or(WORD_BYTES_MIN);
        let skips = build_skips(&words, window);
        let (candidates, first_candidate) = build_candidates(&words, window);
        Ok(Self { words, window, skips, candidates, first_candidate })
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
        if self.words.is_empty() {
            return found;
        }
        let mut end = self.window;
        while let Some(block) = end.checked_sub(BLOCK).and_then(|start| bytes.get(start..end)) {
            let slot = slot_of(block);
            match self.skips.get(slot).copied() {
                Some(0) | None => {
                    self.compare(bytes, end - self.window, slot, &mut found);
                    end += 1;
                }
                Some(skip) => end += usize::from(skip),
            }
        }
        found
    }

    #[inline(never)]
    fn compare(&self, bytes: &[u8], start: usize, slot: usize, found: &mut TriggerSet) {
        let first = self.first_candidate.get(slot).copied().map_or(0, usize::from);
        let rest = bytes.get(start..).unwrap_or_default();
        for &(candidate_slot, id) in self.candidates.get(first..).unwrap_or_default() {
            if usize::from(candidate_slot) != slot {
                break;
            }
            let id = usize::from(id);
            if self.words.get(id).is_some_and(|word| rest.starts_with(word)) {
                found.insert(id);
            }
        }
    }
}

fn build_skips(words: &[Box<[u8]>], window: usize) -> Vec<u8> {
    let longest = u8::try_from(window - BLOCK + 1).unwrap_or(u8::MAX);
    let mut skips = vec![longest; 1 << SLOT_BITS];
    for word in words {
        for (position, block) in word.get(..window).unwrap_or_default().windows(BLOCK).enumerate() {
            let left = u8::try_from(window - BLOCK - position).unwrap_or(u8::MAX);
            if let Some(skip) = skips.get_mut(slot_of(block)) {
                *skip = (*skip).min(left);
            }
        }
    }
    skips
}

fn build_candidates(words: &[Box<[u8]>], window: usize) -> (Vec<(u16, u16)>, Vec<u16>) {
    let mut candidates: Vec<(u16, u16)> = (0_u16..)
        .zip(words)
        .filter_map(|(id, word)| {
            let block = word.get(window - BLOCK..window)?;
            Some((u16::try_from(slot_of(block)).ok()?, id))
        })
        .collect();
    candidates.sort_unstable();
    let mut first_candidate = vec![0; 1 << SLOT_BITS];
    let mut previous = None;
    for (position, &(slot, _)) in (0_u16..).zip(&candidates) {
        if previous != Some(slot)
            && let Some(first) = first_candidate.get_mut(usize::from(slot))
        {
            *first = position;
        }
        previous = Some(slot);
    }
    (candidates, first_candidate)
}

/// Multiplicative hash of a block. The constant is the golden ratio's, which spreads neighbours.
fn slot_of(block: &[u8]) -> usize {
    let key = match *block {
        [first, second, third] => u32::from_le_bytes([first, second, third, 0]),
        _ => 0,
    };
    (key.wrapping_mul(0x9e37_79b1) >> (32 - SLOT_BITS)) as usize
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use proptest::test_runner::RngSeed;

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
        #![proptest_config(ProptestConfig { rng_seed: RngSeed::Fixed(1), failure_persistence: None, ..ProptestConfig::with_cases(300) })]

        #[test]
        fn agrees_with_looking_for_each_word(
            words in proptest::collection::vec("[ab1/]{4,9}", 0..40),
            text in "[ab1/\n]{0,300}",
        ) {
            let found = Triggers::new(&words).unwrap().find(text.as_bytes());
            for (id, word) in words.iter().enumerate() {
                prop_assert_eq!(found.contains(id), text.contains(word.as_str()), "{}", word);
            }
        }
    }
}
