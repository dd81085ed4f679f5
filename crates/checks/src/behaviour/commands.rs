//! Reads shell text far enough to know which words each command has and where they stand.
//!
//! No shell: nothing is expanded. Quotes are taken off, line continuations join, and operators,
//! substitutions and line ends part commands, which is what finding a flag needs.

use std::ops::Range;

/// How deep text in quotes is read as commands again: `sh -c "bash -c 'kubelet …'"` is two; four leaves room.
const QUOTED_DEPTH_MAX: usize = 4;

/// How long a text may be: user data is at most 16 KiB, a ConfigMap 1 MiB.
const SCRIPT_BYTES_MAX: usize = 1 << 20;

/// One word of a command, without its quotes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Word {
    /// What the program gets.
    pub(crate) text: String,
    /// Where it stands in the script, quotes included.
    pub(crate) range: Range<usize>,
    /// How its bytes lead to its text.
    form: Form,
}

/// How a word is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Form {
    /// Its bytes are its text.
    Verbatim,
    /// Its bytes are its text between two quotes.
    Quoted,
    /// Escapes, or quotes within: parts of the text have no address of their own.
    Mixed,
}

impl Word {
    /// The range of a part of the word's text, as exactly as quoting lets one say.
    pub(crate) fn part(&self, part: Range<usize>) -> Range<usize> {
        let start = match self.form {
            Form::Verbatim => self.range.start,
            Form::Quoted => self.range.start + 1,
            Form::Mixed => return self.range.clone(),
        };
        start + part.start..start + part.end
    }
}

/// The commands of a script, those in quoted words after the command that quotes them.
pub(crate) fn commands(script: &str) -> Vec<Vec<Word>> {
    let mut found = Vec::new();
    if script.len() <= SCRIPT_BYTES_MAX {
        collect(script, 0, QUOTED_DEPTH_MAX, &mut found);
    }
    found
}

fn collect(script: &str, base: usize, depth_left: usize, found: &mut Vec<Vec<Word>>) {
    for command in split(script, base) {
        let quoted: Vec<Word> =
            command.iter().filter(|word| word.text.contains([' ', '\n'])).cloned().collect();
        found.push(command);
        if depth_left == 0 {
            continue;
        }
        for word in quoted {
            let from = found.len();
            collect(&word.text, 0, depth_left - 1, found);
            let inner = found.get_mut(from..).unwrap_or_default();
            inner.iter_mut().flatten().for_each(|part| relocate(part, &word));
        }
    }
}

/// Moves a word of a quoted word's text to where it stands in the script.
fn relocate(part: &mut Word, word: &Word) {
    part.range = word.part(part.range.clone());
    if word.form == Form::Mixed {
        part.form = Form::Mixed;
    }
}

/// The words of one script level.
fn split(script: &str, base: usize) -> Vec<Vec<Word>> {
    let mut splitter = Splitter { commands: Vec::new(), words: Vec::new(), word: None };
    let mut characters = script.char_indices().peekable();
    let mut quote = None;
    while let Some((at, character)) = characters.next() {
        let next = characters.peek().map(|(_, next)| *next);
        match (quote, character) {
            (Some(open), _) if character == open => {
                quote = None;
                splitter.close(base + at + 1);
            }
            (Some('\''), _) => splitter.push(character, base + at, character.len_utf8()),
            (None, '\'' | '"') => {
                quote = Some(character);
                splitter.open(base + at);
            }
            (_, '\\') => match next {
                Some('\n') => {
                    characters.next();
                    splitter.escape();
                }
                Some(escaped) => {
                    characters.next();
                    splitter.push(escaped, base + at, 1 + escaped.len_utf8());
                    splitter.escape();
                }
                None => {}
            },
            (Some(_), _) => splitter.push(character, base + at, character.len_utf8()),
            (None, '#') if splitter.word.is_none() => skip_comment(&mut characters),
            (None, ' ' | '\t' | '\r') => splitter.end_word(),
            (None, '\n' | ';' | '&' | '|' | '(' | ')' | '`') => splitter.end_command(),
            (None, _) => splitter.push(character, base + at, character.len_utf8()),
        }
    }
    splitter.end_command();
    splitter.commands
}

/// Goes on to the end of the line, which still ends the command.
fn skip_comment(characters: &mut std::iter::Peekable<std::str::CharIndices<'_>>) {
    while characters.peek().is_some_and(|(_, next)| *next != '\n') {
        characters.next();
    }
}

struct Splitter {
    commands: Vec<Vec<Word>>,
    words: Vec<Word>,
    word: Option<Word>,
}

impl Splitter {
    fn word_at(&mut self, at: usize) -> &mut Word {
        self.word.get_or_insert_with(|| Word { text: String::new(), range: at..at, form: Form::Verbatim })
    }

    /// A quote opens: at the beginning of a word it may hold all of it.
    fn open(&mut self, at: usize) {
        let is_first = self.word.is_none();
        let word = self.word_at(at);
        word.form = if is_first { Form::Quoted } else { Form::Mixed };
        word.range.end = at + 1;
    }

    fn push(&mut self, character: char, at: usize, length: usize) {
        let word = self.word_at(at);
        word.text.push(character);
        word.range.end = at + length;
    }

    fn escape(&mut self) {
        if let Some(word) = &mut self.word {
            word.form = Form::Mixed;
        }
    }

    fn close(&mut self, end: usize) {
        if let Some(word) = &mut self.word {
            word.range.end = end;
        }
    }

    fn end_word(&mut self) {
        let Some(mut word) = self.word.take() else { return };
        if word.form == Form::Quoted && word.range.len() != word.text.len() + 2 {
            word.form = Form::Mixed;
        }
        self.words.push(word);
    }

    fn end_command(&mut self) {
        self.end_word();
        if !self.words.is_empty() {
            self.commands.push(std::mem::take(&mut self.words));
        }
    }
}

/// The name of the program that a command runs: past assignments and wrappers, without its folder.
pub(crate) fn program(command: &[Word]) -> Option<(usize, &str)> {
    let wrapper = |text: &str| {
        matches!(
            text,
            "exec"
                | "sudo"
                | "time"
                | "nohup"
                | "env"
                | "then"
                | "else"
                | "do"
                | "if"
                | "!"
                | "$"
                | "{"
                | "hyperkube"
        ) || (text.contains('=') && !text.starts_with('-'))
    };
    let (index, word) = command.iter().enumerate().find(|(_, word)| !wrapper(&word.text))?;
    Some((index, word.text.rsplit('/').next().unwrap_or(&word.text)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(script: &str) -> Vec<Vec<String>> {
        commands(script).into_iter().map(|words| words.into_iter().map(|word| word.text).collect()).collect()
    }

    #[test]
    fn parts_commands_and_takes_quotes_off() {
        assert_eq!(
            texts("set -e # not --this\nkubectl get po && A=1 exec /usr/bin/kubelet --a='b' \\\n --c \"d\""),
            vec![
                vec!["set", "-e"],
                vec!["kubectl", "get", "po"],
                vec!["A=1", "exec", "/usr/bin/kubelet", "--a=b", "--c", "d"],
            ]
        );
        assert_eq!(
            texts("x=$(kubectl version --short)"),
            vec![vec!["x=$"], vec!["kubectl", "version", "--short"]]
        );
    }

    #[test]
    fn words_in_quotes_are_commands_again_with_their_place() {
        let script = "/etc/eks/bootstrap.sh prod --kubelet-extra-args '--cloud-config=x --v=2'";
        let found = commands(script);
        let inner = &found[1];
        assert_eq!(inner[0].text, "--cloud-config=x");
        assert_eq!(&script[inner[0].range.clone()], "--cloud-config=x");
        assert_eq!(&script[inner[0].part(2..14)], "cloud-config");
    }

    #[test]
    fn an_open_quote_or_a_last_backslash_ends_with_the_text() {
        assert_eq!(texts("echo 'a b"), vec![vec!["echo", "a b"], vec!["a", "b"]]);
        assert_eq!(texts("echo a\\"), vec![vec!["echo", "a"]]);
        assert!(texts("").is_empty());
    }

    #[test]
    fn programs_are_found_behind_wrappers() {
        let found = commands("sudo FOO=1 exec /usr/local/bin/kubelet --v=2");
        assert_eq!(program(&found[0]), Some((3, "kubelet")));
        assert_eq!(program(&commands("A=1")[0]), None);
    }
}
