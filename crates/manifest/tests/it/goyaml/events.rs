//! The emitter given events that no reader made.

use manifest::emit::{Comments, EmitYaml, Event, EventKind, Layout, Properties, emit};
use manifest::{ScalarStyle, Structure};

fn scalar(text: &str) -> EventKind<'_> {
    EventKind::Scalar { text, style: ScalarStyle::Plain, properties: Properties::default() }
}

fn mapping(anchor: &str) -> EventKind<'_> {
    EventKind::MappingStart { structure: Structure::Block, properties: Properties { anchor, tag: "" } }
}

fn print<'a>(kinds: impl IntoIterator<Item = EventKind<'a>>) -> Result<String, EmitYaml> {
    let events: Vec<Event<'_>> = kinds.into_iter().map(Event::new).collect();
    emit(&events, Layout::KUSTOMIZE).map(|emitted| emitted.text)
}

#[test]
fn events_that_make_no_document_are_refused() {
    use EventKind::{DocumentEnd, DocumentStart, MappingEnd, SequenceEnd};
    for broken in [
        vec![DocumentStart],
        vec![DocumentStart, DocumentEnd],
        vec![scalar("a")],
        vec![DocumentStart, scalar("a"), scalar("b"), DocumentEnd],
        vec![DocumentStart, mapping(""), scalar("a"), MappingEnd, DocumentEnd],
        vec![DocumentStart, mapping(""), scalar("a"), scalar("b"), SequenceEnd, DocumentEnd],
        vec![DocumentStart, mapping(""), scalar("a"), scalar("b"), DocumentEnd],
        vec![DocumentStart, mapping(""), scalar("a"), scalar("b")],
    ] {
        assert_eq!(print(broken.clone()), Err(EmitYaml::FormDocument), "{broken:?}");
    }
    assert_eq!(print([]), Ok(String::new()));
}

#[test]
fn several_documents_are_parted_by_a_marker() {
    use EventKind::{DocumentEnd, DocumentStart};
    let one = [DocumentStart, scalar("a"), DocumentEnd];
    let printed = print(one.into_iter().chain([DocumentStart, scalar("b"), DocumentEnd]));
    assert_eq!(printed, Ok("a\n---\nb\n".to_owned()));
}

#[test]
fn anchors_with_other_characters_are_refused() {
    use EventKind::{Alias, DocumentEnd, DocumentStart, MappingEnd};
    for name in ["a b", "é", "a.b", "a\nb", "*"] {
        let refused = Err(EmitYaml::WriteAnchor { name: name.to_owned() });
        assert_eq!(print([DocumentStart, mapping(name), MappingEnd, DocumentEnd]), refused);
        assert_eq!(print([DocumentStart, Alias { name }, DocumentEnd]), refused);
    }
    assert!(print([DocumentStart, mapping("a-B_9"), MappingEnd, DocumentEnd]).is_ok());
}

#[test]
fn comments_without_their_sign_get_one() {
    let mut key = Event::new(scalar("a"));
    key.comments = Comments { head: "one\n\n# two", ..Comments::default() };
    let mut value = Event::new(scalar("b"));
    value.comments = Comments { line: "three", foot: "four", ..Comments::default() };
    let events = [
        Event::new(EventKind::DocumentStart),
        Event::new(mapping("")),
        key,
        value,
        Event::new(EventKind::MappingEnd),
        Event::new(EventKind::DocumentEnd),
    ];
    let emitted = emit(&events, Layout::KUSTOMIZE).map(|emitted| emitted.text);
    assert_eq!(emitted, Ok("# one\n\n# two\na: b # three\n# four\n".to_owned()));
}

#[test]
fn nesting_past_the_limit_is_refused() {
    let sequence =
        EventKind::SequenceStart { structure: Structure::Block, properties: Properties::default() };
    let mut kinds = vec![EventKind::DocumentStart];
    kinds.extend(std::iter::repeat_n(sequence, 2000));
    kinds.extend(std::iter::repeat_n(EventKind::SequenceEnd, 2000));
    kinds.push(EventKind::DocumentEnd);
    assert!(matches!(print(kinds), Err(EmitYaml::NestTooDeep { .. })));
}
