//! `convert` on whole texts, and what the comparison after an edit notices.

use fixes::{
    Answers, ConvertText, Declared, DeclaredDocument, Source, Surprise, Unanswered, convert_text, verify,
};
use manifest::edit::{Change, FreshScalar};
use resource::GroupVersion;
use text::TextId;
use version::Minor;

use crate::case;

fn convert(text: &str, version: Option<&str>) -> Result<String, ConvertText> {
    let version = version.and_then(GroupVersion::parse);
    let answers = Answers::none().or(Unanswered::KeepMeaning);
    let converted = convert_text(text.as_bytes(), version, Minor::new(34), &answers)?;
    Ok(String::from_utf8_lossy(&converted.bytes).into_owned())
}

const BUDGET: &str = "# ours\napiVersion: policy/v1beta1\nkind: PodDisruptionBudget\nmetadata: {name: a}\n";

#[test]
fn the_newest_served_version_is_taken_where_none_is_named() {
    assert_eq!(convert(BUDGET, None).unwrap(), BUDGET.replace("v1beta1", "v1"));
    assert_eq!(convert(BUDGET, Some("policy/v1")).unwrap(), BUDGET.replace("v1beta1", "v1"));
}

#[test]
fn what_is_there_already_and_what_has_no_such_version_beside_it_stay() {
    let service = "apiVersion: v1\nkind: Service\nmetadata: {name: a}\n";
    let text = format!("{service}---\n{BUDGET}");
    assert_eq!(convert(&text, Some("policy/v1")).unwrap(), text.replace("v1beta1", "v1"));
    let new = BUDGET.replace("v1beta1", "v1");
    assert_eq!(convert(&new, Some("policy/v1")).unwrap(), new);
}

#[test]
fn a_version_or_kind_that_is_not_known_is_said() {
    for (text, version, part) in [
        (BUDGET, Some("policy/v9"), "cannot become 'policy/v9': known are 'policy/v1'"),
        ("apiVersion: example.com/v1\nkind: Widget\n", None, "is not a kind that can be converted"),
        (
            "apiVersion: example.com/v1\nkind: Widget\n",
            Some("apps/v1"),
            "is not a kind that can be converted",
        ),
        ("a: 1\n", None, "there is no object"),
        ("", None, "there is no object"),
        ("a: [\n", None, "document 1 cannot be read"),
        (&format!("{BUDGET}spec: {{~: 1}}\n"), None, "document 1 cannot be read: kubectl would refuse it"),
        (&format!("{BUDGET}spec: {{a: !!int x}}\n"), None, "cannot decode a !!str as a !!int"),
        (&format!("{BUDGET}spec: &a {{b: *a}}\n"), None, "an anchor's value contains itself"),
        (
            "apiVersion: policy/v1beta1\nkind: PodSecurityPolicy\n",
            Some("policy/v1"),
            "nothing takes its place",
        ),
    ] {
        let error = convert(text, version).unwrap_err().to_string();
        assert!(error.contains(part), "{text:?}: {error}");
    }
}

#[test]
fn a_question_without_a_safe_answer_stays_one() {
    let text = "apiVersion: admissionregistration.k8s.io/v1beta1\nkind: ValidatingWebhookConfiguration\nwebhooks: [{name: a.b.c}]\n";
    let error = convert(text, None).unwrap_err().to_string();
    assert!(error.contains("'webhook-side-effects' has to be answered (none or none-on-dry-run)"), "{error}");
}

fn declared(text: &str) -> Declared {
    let documents = case::parsed(text.as_bytes());
    let value = documents[0].get(documents[0].root().unwrap(), "a").unwrap();
    let change = Change::SetScalar { node: value, value: FreshScalar::String("new".to_owned()) };
    Declared { documents: vec![DeclaredDocument { index: 0, changes: vec![change] }] }
}

fn judge(after: &str) -> Result<(), Surprise> {
    const BEFORE: &str = "a: old\nb: {c: [1]}\n---\nd: 2\n";
    let before = Source::plain(TextId(0), BEFORE.as_bytes());
    verify(before, Source::plain(TextId(0), after.as_bytes()), &declared(BEFORE))
}

#[test]
fn an_edit_that_did_what_was_declared_is_no_surprise() {
    assert_eq!(judge("a: new\nb: {c: [1]}\n---\nd: 2\n"), Ok(()));
    assert_eq!(judge("b:\n  c:\n  - 1\na: \"new\"\n---\nd: 2\n"), Ok(()));
}

#[test]
fn everything_else_is_a_surprise() {
    let differs = |path: &str| Surprise::Differs { index: 1, path: path.to_owned() };
    for (after, expected) in [
        ("a: old\nb: {c: [1]}\n---\nd: 2\n", differs("a")),
        ("a: new\nb: {c: [2]}\n---\nd: 2\n", differs("b.c[0]")),
        ("a: new\n---\nd: 2\n", differs("b")),
        ("a: new\nb: {c: [1]}\n---\nd: 3\n", Surprise::Touched { index: 2 }),
        ("a: new\nb: {c: [1]}\nd: 2\n", Surprise::Count { before: 2, after: 1 }),
    ] {
        assert_eq!(judge(after), Err(expected), "{after:?}");
    }
    assert!(matches!(judge("a: new\nb: {c: [1}\n---\nd: 2\n"), Err(Surprise::Read { index: 1, .. })));
}
