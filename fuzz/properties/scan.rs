//! The fast front never contradicts the full parser: ranges tile the file, verdicts are the parser's, and
//! words are found where they stand.

use std::sync::OnceLock;

use manifest::Syntax;
use manifest::limits::FILE_DOCUMENTS_MAX;
use manifest::scan::{Triggers, Verdict, json, scan_file, split, validate};
use text::TextId;

static TRIGGERS: OnceLock<Triggers> = OnceLock::new();
const WORDS: &[&str] = &["policy/v1beta1", "v1beta1", "kind", "data:", "- - -"];

pub(crate) fn check(bytes: &[u8]) {
    let Ok(ranges) = split(bytes, FILE_DOCUMENTS_MAX) else { return };
    let mut end = 0;
    for range in &ranges {
        assert_eq!(range.start, end, "a gap between documents");
        end = range.end;
        check_document(&bytes[range.clone()]);
    }
    assert!(ranges.is_empty() || end == bytes.len(), "the last document ends early");
    if let Ok(documents) = manifest::parse_all(TextId(0), bytes) {
        let with_root = documents.iter().filter(|document| document.root().is_some()).count();
        assert_eq!(ranges.len(), with_root, "the parser sees other documents");
    }
    check_triggers(bytes);
}

fn check_document(document: &[u8]) {
    let parsed = manifest::parse(TextId(0), document, 0..document.len(), None);
    match validate(document) {
        Verdict::Unsure => {}
        Verdict::Invalid { reason, .. } => assert!(parsed.is_err(), "called broken, but parses: {reason}"),
        Verdict::Valid => assert!(parsed.is_ok(), "called valid, but does not parse"),
    }
}

fn check_triggers(bytes: &[u8]) {
    let triggers = TRIGGERS.get_or_init(|| Triggers::new(WORDS).expect("the words are fit"));
    let Ok(scan) = scan_file(bytes, triggers) else { return };
    for document in scan.documents {
        if scan.syntax == Syntax::Json {
            json::parse(TextId(0), bytes, document.range.clone()).expect("called JSON, but does not parse");
        }
        let part = &bytes[document.range];
        for (id, word) in WORDS.iter().enumerate() {
            let occurs = part.windows(word.len()).any(|window| window == word.as_bytes());
            assert_eq!(document.triggers.contains(id), occurs, "'{word}'");
        }
    }
}
