//! The front as a whole: what a caller learns about each document of a file.

use super::*;

fn scan(text: &[u8]) -> FileScan {
    scan_file(text, &Triggers::new(&["v1beta1", "PodSecurityPolicy"]).unwrap()).unwrap()
}

#[test]
fn only_documents_without_trigger_words_are_judged_and_settled() {
    let text = b"apiVersion: v1\nkind: Secret\n---\napiVersion: batch/v1beta1\nkind: CronJob\n---\na: b: c\n---\n? a\n";
    let scan = scan(text);
    let verdicts: Vec<_> = scan.documents.iter().map(|document| document.verdict).collect();
    let invalid = Verdict::Invalid { offset: 8, reason: Reason::ValueNotAllowed };
    assert_eq!(verdicts, [Some(Verdict::Valid), None, Some(invalid), Some(Verdict::Unsure)]);
    let settled: Vec<_> = scan.documents.iter().map(DocumentScan::is_settled).collect();
    assert_eq!(settled, [true, false, false, false]);
    assert_eq!(scan.documents[1].triggers.ids().collect::<Vec<_>>(), [0]);
}

#[test]
fn json_files_are_judged_as_json() {
    let scan = scan(b"{\"kind\": \"A\"}\n{\"kind\": \"PodSecurityPolicy\"}\n");
    assert_eq!(scan.syntax, Syntax::Json);
    let verdicts: Vec<_> = scan.documents.iter().map(|document| document.verdict).collect();
    assert_eq!(verdicts, [Some(Verdict::Valid), None]);
}

#[test]
fn a_file_of_comments_has_no_document_unless_it_is_unreadable() {
    assert_eq!(scan(b"# nothing\n").documents, []);
    assert_eq!(scan(b"").documents, []);
    assert_eq!(scan("# Fußnote\n".as_bytes()).documents, []);
    assert_eq!(scan(b"# \x01\n").documents[0].verdict, Some(Verdict::Unsure));
    let not_utf8 = Verdict::Invalid { offset: 2, reason: Reason::NotUtf8 };
    assert_eq!(scan(b"# \xff\n").documents[0].verdict, Some(not_utf8));
}

#[test]
fn a_broken_document_is_never_settled() {
    for text in [
        &b"a: [b"[..],
        b"a: \"b",
        b"a:\n\t- b",
        b"{{- if x }}\na: b\n{{- end }}\n",
        b"\xff\xfea\0",
        b"a: b\nc\n",
        b"%YAML 1.2\n",
        b" # note\n...\n...\n",
    ] {
        let scan = scan(text);
        assert!(!scan.documents.is_empty(), "{text:?}");
        assert!(scan.documents.iter().all(|document| !document.is_settled()), "{text:?}");
    }
}
