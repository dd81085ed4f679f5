use super::*;

const LABELS: [(&str, &str); 4] = [("app", "web"), ("tier", ""), ("weight", "5"), ("x.y/z", "a")];

fn check(selector: &str, expected: bool) {
    let parsed = LabelSelector::parse(selector).expect(selector);
    let lookup = |key: &str| LABELS.iter().find(|(own, _)| *own == key).map(|(_, value)| *value);
    assert_eq!(parsed.matches(lookup), expected, "{selector}");
}

#[test]
fn every_operator() {
    for (selector, expected) in [
        ("", true),
        (" ", true),
        ("app=web", true),
        ("app==web", true),
        (" app = web ", true),
        ("app=db", false),
        ("app!=db", true),
        ("app!=web", false),
        ("none!=web", true),
        ("none=", false),
        ("tier=", true),
        ("tier=,app", true),
        ("app in (web, db)", true),
        ("app in (db)", false),
        ("app notin (db)", true),
        ("app notin (web)", false),
        ("none notin (web)", true),
        ("none in (web)", false),
        ("app", true),
        ("none", false),
        ("!none", true),
        ("! app", false),
        ("weight>4", true),
        ("weight>5", false),
        ("weight<6", true),
        ("app>4", false),
        ("none<4", false),
        ("x.y/z=a", true),
        ("app=web,weight>4,!none", true),
        ("app=web,weight>5", false),
    ] {
        check(selector, expected);
    }
}

#[test]
fn nothing_between_commas_is_the_empty_value() {
    for (selector, expected) in [
        ("tier in ()", true),
        ("tier in (,a)", true),
        ("tier in (a,)", true),
        ("tier in (a,,b)", true),
        ("tier in (,)", true),
        ("tier in (a,,,)", true),
        ("tier in (a,b)", false),
    ] {
        check(selector, expected);
    }
}

#[test]
fn operators_may_be_keys_and_values() {
    check("in=in", false);
    check("app in (in, notin)", false);
    check("notin notin (in)", true);
}

#[test]
fn refuses_what_kubectl_refuses() {
    for (selector, words) in [
        ("app=web,", "found '', expected: identifier after ','"),
        (",app", "found ',', expected: !, identifier"),
        ("!app=web", "found '=', expected: ',' or 'end of string'"),
        ("app web", "found 'web', expected: '=', '!='"),
        ("app in web", "found 'web', expected: '('"),
        ("app in (a b)", "found 'b', expected: ',' or ')'"),
        ("app in (a,,)", "found ')', expected: ',', or identifier"),
        ("app in (a", "found '', expected: ',' or ')'"),
        ("app in", "found '', expected: '('"),
        ("app=(", "found '(', expected: identifier"),
        ("app=a b", "found 'b', expected: ',' or"),
        ("-a=b", "invalid label key \"-a\""),
        ("A/b=c", "invalid label key \"A/b\""),
        ("a/b/c", "invalid label key"),
        ("a=-b", "invalid label value: \"-b\": at key: \"a\""),
        ("a=b/c", "invalid label value"),
        ("a>b", "the value must be an integer"),
        ("a>-1", "invalid label value"),
        ("!", "found '', expected: identifier"),
    ] {
        let refused = LabelSelector::parse(selector).expect_err(selector).to_string();
        assert!(refused.contains(words), "{selector}: {refused}");
    }
}

#[test]
fn keys_and_values_have_a_longest_length() {
    let longest = "a".repeat(63);
    assert!(LabelSelector::parse(&format!("{longest}={longest}")).is_ok());
    assert!(LabelSelector::parse(&format!("{longest}a")).is_err());
    assert!(LabelSelector::parse(&format!("a={longest}a")).is_err());
}
