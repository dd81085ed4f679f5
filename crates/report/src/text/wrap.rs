//! Breaks text into lines at spaces.

/// `text` in lines of at most `width` characters. A word that is longer stands on a line of its own.
pub(super) fn wrapped(text: &str, width: usize) -> String {
    lines(text, width).join("\n")
}

/// `text` after `label`, the further lines indented by the label's width, with a line end.
pub(crate) fn hanging(label: &str, text: &str, width: usize) -> String {
    let indent = label.chars().count();
    let separator = format!("\n{}", " ".repeat(indent));
    format!("{label}{}\n", lines(text, width.saturating_sub(indent)).join(&separator))
}

fn lines(text: &str, width: usize) -> Vec<String> {
    let mut lines = Vec::new();
    let mut line = String::new();
    let mut used = 0;
    for word in text.split(' ') {
        let length = word.chars().count();
        if used > 0 && used + 1 + length > width {
            lines.push(std::mem::take(&mut line));
            used = 0;
        }
        if !line.is_empty() || used > 0 {
            line.push(' ');
            used += 1;
        }
        line.push_str(word);
        used += length;
    }
    lines.push(line);
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn breaks_at_spaces_and_never_within_words() {
        assert_eq!(wrapped("one two three", 7), "one two\nthree");
        assert_eq!(wrapped("a verylongword b", 4), "a\nverylongword\nb");
        assert_eq!(wrapped("", 4), "");
        assert_eq!(hanging("  x  ", "one two", 8), "  x  one\n     two\n");
    }
}
