//! What is another one in each render: randomness, time, and what is computed of them.
//!
//! One rule for both sides: a line that differs between renders of the original is masked behind the place up to which those
//! agree. Everything else is compared as it is.

/// How often a render is done again: random texts begin alike once in a while. The length of an RSA key in its first bytes is
/// one of five; that this many agree on it and ours does not happens in one of thousands.
pub(super) const REPEATS: usize = 8;

/// Whether `ours` is the text that `first` is, where `again` are the same render once more each. Gives the first line that
/// is another one: its number, theirs and ours.
pub(super) fn differing_line(first: &str, again: &[String], ours: &str) -> Option<(usize, String, String)> {
    if first == ours {
        return None;
    }
    let (mut firsts, mut own) = (first.lines(), ours.lines());
    let mut again: Vec<_> = again.iter().map(|text| text.lines()).collect();
    let mut number = 0;
    loop {
        number += 1;
        let (first, ours) = (firsts.next(), own.next());
        let others: Vec<_> = again.iter_mut().map(Iterator::next).collect();
        match (first, ours) {
            (None, None) => return None,
            (Some(first), Some(ours)) if is_same(first, &others, ours) => {}
            (first, ours) => {
                let shown = |line: Option<&str>| line.unwrap_or("<end>").to_owned();
                return Some((number, shown(first), shown(ours)));
            }
        }
    }
}

/// Letters before the place where texts part that may differ as well: in base64 a letter has bits of what stands before a
/// random byte and of the byte, so that nine salts of bcrypt may share one that the tenth does not.
const LETTERS_SHARED: usize = 1;

fn is_same(first: &str, others: &[Option<&str>], ours: &str) -> bool {
    let same = |other: &str| first.bytes().zip(other.bytes()).take_while(|(one, other)| one == other).count();
    let same = others.iter().flatten().filter(|other| **other != first).map(|other| same(other)).min();
    match same {
        None => first == ours,
        Some(same) => {
            let same = same.saturating_sub(LETTERS_SHARED);
            ours.len() > same && first.as_bytes().get(..same) == ours.as_bytes().get(..same)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_unstable_may_differ() {
        let again = ["a: 1\nb: yy\n".to_owned(), "a: 1\nb: xz\n".to_owned()];
        assert_eq!(differing_line("a: 1\nb: xx\n", &again, "a: 1\nb: zz\n"), None);
        let other = differing_line("a: 1\nb: xx\n", &again, "a: 2\nb: zz\n");
        assert_eq!(other, Some((1, "a: 1".to_owned(), "a: 2".to_owned())));
        assert_eq!(differing_line("CRDb\n", &["CRDa\n".to_owned(), "CREb\n".to_owned()], "CQ4W\n"), None);
        assert!(differing_line("b: xx\n", &["b: yy\n".to_owned()], "c: zz\n").is_some());
        assert!(differing_line("a\n", &["a\n".to_owned()], "a\nb\n").is_some());
    }
}
