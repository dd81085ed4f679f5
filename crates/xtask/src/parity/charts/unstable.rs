//! What is another one in each render: randomness, time, and what is computed of them.
//!
//! One rule for both sides: a line that differs between two renders of the original is masked behind the place up to which
//! those two agree. Everything else is compared as it is.

/// Whether `ours` is the text that `first` is, where `second` is the same render once more. Gives the first line that is
/// another one: its number, theirs and ours.
pub(super) fn differing_line(first: &str, second: &str, ours: &str) -> Option<(usize, String, String)> {
    if first == ours {
        return None;
    }
    let (mut firsts, mut seconds, mut own) = (first.lines(), second.lines(), ours.lines());
    let mut number = 0;
    loop {
        number += 1;
        let (first, second, ours) = (firsts.next(), seconds.next(), own.next());
        match (first, second, ours) {
            (None, _, None) => return None,
            (Some(first), Some(second), Some(ours)) if is_same(first, second, ours) => {}
            (first, _, ours) => {
                let shown = |line: Option<&str>| line.unwrap_or("<end>").to_owned();
                return Some((number, shown(first), shown(ours)));
            }
        }
    }
}

fn is_same(first: &str, second: &str, ours: &str) -> bool {
    if first == second {
        return first == ours;
    }
    let same = first.bytes().zip(second.bytes()).take_while(|(one, other)| one == other).count();
    ours.len() > same && first.as_bytes().get(..same) == ours.as_bytes().get(..same)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_unstable_may_differ() {
        assert_eq!(differing_line("a: 1\nb: xx\n", "a: 1\nb: yy\n", "a: 1\nb: zz\n"), None);
        let other = differing_line("a: 1\nb: xx\n", "a: 1\nb: yy\n", "a: 2\nb: zz\n");
        assert_eq!(other, Some((1, "a: 1".to_owned(), "a: 2".to_owned())));
        assert!(differing_line("b: xx\n", "b: yy\n", "c: zz\n").is_some());
        assert!(differing_line("a\n", "a\n", "a\nb\n").is_some());
    }
}
