//! The answers file: what a person has decided beforehand.
//!
//! ```yaml
//! answers:
//!   - question: pdb-empty-selector
//!     choice: match-none
//!   - question: pdb-empty-selector
//!     object: PodDisruptionBudget/shop/checkout   # or PodDisruptionBudget/checkout, whatever the namespace
//!     choice: match-all
//!   - question: karpenter-node-role
//!     value: KarpenterNodeRole-prod
//! ```
//! The most particular answer counts: one that names the object and the path, then one that names the object, then the
//! path, then neither. Takes the file's bytes; reads nothing itself.

use std::collections::BTreeMap;

use manifest::{Document, NodeId};
use text::TextId;

use crate::Question;

/// Answers in one file: more than anybody would write by hand, and a bound on what is kept.
const ANSWERS_MAX: usize = 10_000;

/// What was decided.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answer {
    /// One of the question's choices, by id.
    Choice(String),
    /// A text of the person's own.
    Value(String),
}

/// What happens to a question that no answer fits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Unanswered {
    /// The fix is left out and the question reported.
    #[default]
    Left,
    /// The choice that keeps the old meaning is taken, where there is one.
    KeepMeaning,
}

/// Which questions an answer is for.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Scope {
    question: String,
    object: Option<String>,
    path: Option<String>,
}

/// Decisions by question.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Answers {
    by_scope: BTreeMap<Scope, Answer>,
    unanswered: Unanswered,
}

/// Why an answers file cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ReadAnswers {
    /// It is no YAML.
    #[error("cannot read the answers file: {0}")]
    Parse(String),
    /// It has another shape.
    #[error("the answers file {0}")]
    Shape(String),
    /// Two answers to the same question.
    #[error("the answers file answers '{0}' twice")]
    Twice(String),
}

impl Answers {
    /// No answers: every question stays open.
    #[must_use]
    pub fn none() -> Self {
        Self::default()
    }

    /// The same answers, and for the rest what `unanswered` says.
    #[must_use]
    pub fn or(mut self, unanswered: Unanswered) -> Self {
        self.unanswered = unanswered;
        self
    }

    /// Adds an answer to a question wherever it is asked.
    pub fn answer(&mut self, question: &str, answer: Answer) {
        let scope = Scope { question: question.to_owned(), object: None, path: None };
        self.by_scope.insert(scope, answer);
    }

    /// As [`Answers::answer`], if nobody has given a general answer to it.
    pub fn answer_otherwise(&mut self, question: &str, answer: Answer) {
        let scope = Scope { question: question.to_owned(), object: None, path: None };
        self.by_scope.entry(scope).or_insert(answer);
    }

    /// Adds an answer to exactly this question at this object and place: what a terminal dialogue gives.
    pub fn answer_here(&mut self, question: &Question, answer: Answer) {
        let scope = Scope {
            question: question.id.to_owned(),
            object: Some(object_name(question, true)),
            path: Some(question.path.to_string()),
        };
        self.by_scope.insert(scope, answer);
    }

    /// What was decided on `question`; none if nothing that the question accepts.
    #[must_use]
    pub fn find(&self, question: &Question) -> Option<Answer> {
        self.written(question).cloned().or_else(|| match self.unanswered {
            Unanswered::Left => None,
            Unanswered::KeepMeaning => question.keeping().map(|choice| Answer::Choice(choice.id.to_owned())),
        })
    }

    fn written(&self, question: &Question) -> Option<&Answer> {
        let path = question.path.to_string();
        let objects = [Some(object_name(question, true)), Some(object_name(question, false))];
        let paths = [Some(path), None];
        let particular = objects.iter().flat_map(|object| paths.iter().map(move |path| (object, path)));
        let general = paths.iter().map(|path| (&None, path));
        particular.chain(general).find_map(|(object, path)| {
            let scope =
                Scope { question: question.id.to_owned(), object: object.clone(), path: path.clone() };
            self.by_scope.get(&scope).filter(|answer| accepts(question, answer))
        })
    }

    /// Reads an answers file.
    ///
    /// # Errors
    /// If it is no YAML, has another shape, unknown keys included, or answers one question twice.
    pub fn read(bytes: &[u8]) -> Result<Self, ReadAnswers> {
        let documents =
            manifest::parse_all(TextId(0), bytes).map_err(|error| ReadAnswers::Parse(error.to_string()))?;
        let mut answers = Self::default();
        for document in &documents {
            let Some(root) = document.root() else { continue };
            answers.read_document(document, root)?;
        }
        Ok(answers)
    }

    fn read_document(&mut self, document: &Document<'_>, root: NodeId) -> Result<(), ReadAnswers> {
        only_keys(document, root, &["answers"])?;
        let list = document
            .get(root, "answers")
            .filter(|list| document.is_sequence(*list))
            .ok_or_else(|| ReadAnswers::Shape("must hold a list under 'answers'".to_owned()))?;
        for item in document.items(list).iter().take(ANSWERS_MAX) {
            self.read_answer(document, document.dereference(*item))?;
        }
        Ok(())
    }

    fn read_answer(&mut self, document: &Document<'_>, item: NodeId) -> Result<(), ReadAnswers> {
        only_keys(document, item, &["question", "object", "path", "choice", "value"])?;
        let text = |key: &str| document.text_at(item, &[key]).map(str::to_owned);
        let question = text("question")
            .ok_or_else(|| ReadAnswers::Shape("has an answer without 'question'".to_owned()))?;
        let answer = match (text("choice"), text("value")) {
            (Some(choice), None) => Answer::Choice(choice),
            (None, Some(value)) => Answer::Value(value),
            _ => {
                let message = format!("must give '{question}' either a 'choice' or a 'value'");
                return Err(ReadAnswers::Shape(message));
            }
        };
        let scope = Scope { question: question.clone(), object: text("object"), path: text("path") };
        match self.by_scope.insert(scope, answer) {
            Some(_) => Err(ReadAnswers::Twice(question)),
            None => Ok(()),
        }
    }
}

fn accepts(question: &Question, answer: &Answer) -> bool {
    match answer {
        Answer::Choice(id) => question.choice(id).is_some(),
        Answer::Value(text) => question.own_text.is_some() && !text.is_empty(),
    }
}

/// `Kind/namespace/name`, or `Kind/name`.
fn object_name(question: &Question, with_namespace: bool) -> String {
    let object = &question.object;
    match (with_namespace, object.key.namespace.as_str()) {
        (true, namespace) if !namespace.is_empty() => {
            format!("{}/{namespace}/{}", object.kind, object.key.name)
        }
        _ => format!("{}/{}", object.kind, object.key.name),
    }
}

fn only_keys(document: &Document<'_>, mapping: NodeId, known: &[&str]) -> Result<(), ReadAnswers> {
    if !document.is_mapping(mapping) {
        return Err(ReadAnswers::Shape("must hold mappings".to_owned()));
    }
    for entry in document.entries(mapping) {
        let key = document.text(entry.key).unwrap_or_default();
        if !known.contains(&key) {
            let known = known.join("', '");
            return Err(ReadAnswers::Shape(format!("has an unknown key '{key}'; known are '{known}'")));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::question::{alter, keep};
    use checks::ObjectName;
    use resource::{FieldPath, ObjectKey};
    use text::Span;

    fn question(namespace: &str, path: &str) -> Question {
        Question {
            id: "pdb-empty-selector",
            object: ObjectName {
                api_version: "policy/v1beta1".to_owned(),
                kind: "PodDisruptionBudget".to_owned(),
                key: ObjectKey { namespace: namespace.to_owned(), name: "web".to_owned() },
            },
            path: FieldPath::of(path),
            span: Span::new(TextId(0), 0..1),
            text: String::new(),
            choices: vec![keep("match-none", "", ""), alter("match-all", "", "")],
            own_text: None,
        }
    }

    fn choice(id: &str) -> Option<Answer> {
        Some(Answer::Choice(id.to_owned()))
    }

    #[test]
    fn the_most_particular_answer_counts() {
        let answers = Answers::read(
            b"answers:\n- {question: pdb-empty-selector, choice: match-none}\n- question: pdb-empty-selector\n  object: PodDisruptionBudget/shop/web\n  choice: match-all\n",
        )
        .unwrap();
        assert_eq!(answers.find(&question("shop", "spec")), choice("match-all"));
        assert_eq!(answers.find(&question("other", "spec")), choice("match-none"));
    }

    #[test]
    fn an_answer_by_path_counts_only_there() {
        let answers = Answers::read(
            b"answers: [{question: pdb-empty-selector, path: spec.selector, choice: match-all}]",
        )
        .unwrap();
        assert_eq!(answers.find(&question("", "spec.selector")), choice("match-all"));
        assert_eq!(answers.find(&question("", "spec")), None);
    }

    #[test]
    fn a_choice_that_the_question_does_not_have_is_no_answer() {
        let mut answers = Answers::none();
        answers.answer("pdb-empty-selector", Answer::Choice("whatever".to_owned()));
        assert_eq!(answers.find(&question("", "spec")), None);
        answers.answer("pdb-empty-selector", Answer::Value("x".to_owned()));
        assert_eq!(answers.find(&question("", "spec")), None);
    }

    #[test]
    fn keeping_the_meaning_is_taken_only_when_asked_for() {
        assert_eq!(Answers::none().find(&question("", "spec")), None);
        let keeping = Answers::none().or(Unanswered::KeepMeaning);
        assert_eq!(keeping.find(&question("", "spec")), choice("match-none"));
    }

    #[test]
    fn an_answer_given_here_does_not_reach_another_object() {
        let mut answers = Answers::none();
        answers.answer_here(&question("shop", "spec"), Answer::Choice("match-all".to_owned()));
        assert_eq!(answers.find(&question("shop", "spec")), choice("match-all"));
        assert_eq!(answers.find(&question("other", "spec")), None);
    }

    #[test]
    fn refuses_files_of_another_shape() {
        for (bytes, part) in [
            (&b"answers: [{question: a, choice: b, why: c}]"[..], "unknown key 'why'"),
            (b"answers: [{choice: b}]", "without 'question'"),
            (b"answers: [{question: a}]", "either a 'choice' or a 'value'"),
            (b"answers: [{question: a, choice: b, value: c}]", "either"),
            (b"answers: {}", "a list under 'answers'"),
            (b"answers: [{question: a, choice: b}, {question: a, choice: c}]", "twice"),
            (b"- a", "mappings"),
            (b"answers: [", "cannot read"),
        ] {
            let error = Answers::read(bytes).unwrap_err().to_string();
            assert!(error.contains(part), "{error}");
        }
    }
}
