use super::*;

fn check(pattern: &str, matching: &[&str], other: &[&str]) {
    let compiled = Pattern::whole(pattern).expect(pattern);
    for text in matching {
        assert!(compiled.matches(text), "'{pattern}' matches '{text}'");
    }
    for text in other {
        assert!(!compiled.matches(text), "'{pattern}' does not match '{text}'");
    }
}

fn is_simple(pattern: &str) -> bool {
    matches!(Pattern::whole(pattern).expect(pattern).0, Form::Simple(_))
}

#[test]
fn the_empty_pattern_matches_everything() {
    check("", &["", "a", "a\nb"], &[]);
    assert!(Pattern::whole("").expect("empty").is_empty());
}

#[test]
fn texts_are_compared_whole() {
    check("web", &["web"], &["web-1", "my-web", ""]);
    check("^web$", &["web"], &["web-1"]);
    check("web|db", &["web", "db"], &["web|db", "webdb"]);
    check("web|", &["web", ""], &["x"]);
    assert_eq!(Pattern::whole("web|db").expect("two").texts(), Some(vec!["web", "db"]));
    assert_eq!(Pattern::whole("a\\.b").expect("dot").texts(), Some(vec!["a.b"]));
    assert_eq!(Pattern::whole("web.*").expect("open").texts(), None);
}

#[test]
fn one_gap_needs_no_compiling() {
    for pattern in [".*", "web-.*", ".+-db", "a.*b", "web-.*|db"] {
        assert!(is_simple(pattern), "{pattern}");
    }
    check("web-.*", &["web-", "web-1"], &["web", "my-web-1", "web-\n"]);
    check(".+-db", &["a-db"], &["-db", "a-db-1"]);
    check("a.*a", &["aa", "aba"], &["a"]);
}

#[test]
fn everything_else_is_compiled() {
    for pattern in ["a.b", "ab*", "(web|db)-1", "we[bc]", "web.*?", "a.*b.*c", "\\d", "a+"] {
        assert!(!is_simple(pattern), "{pattern}");
    }
    check("a.b", &["a-b", "aéb"], &["ab", "a\nb"]);
    check("(web|db)-[0-9]+", &["web-1", "db-22"], &["db-"]);
    check("a)(b", &["ab"], &["a"]);
    check("(?i)web", &["WEB"], &[]);
    check("(?P<name>a)(?<other>b)", &["ab"], &[]);
}

#[test]
fn classes_know_ascii_only() {
    check("\\d", &["1"], &["١"]);
    check("\\w+", &["a_1"], &["é"]);
    check("[\\d.]+", &["1.2"], &["1a"]);
    check("[^\\W\\d]", &["a"], &["1", "-"]);
    check("a\\b.*", &["a-", "aé"], &["ab"]);
}

#[test]
fn what_only_the_matcher_knows_means_nothing() {
    check("[a[b]", &["a", "[", "b"], &["]"]);
    check("[a&&b]", &["a", "&", "b"], &[]);
    check("[a-c--]", &["b", "-"], &["d"]);
    check("[]a]", &["]", "a"], &[]);
    check("a{", &["a{"], &[]);
    check("a{,2}", &["a{,2}"], &["aa"]);
    check("{name}", &["{name}"], &[]);
    check("\\<a\\>", &["<a>"], &[]);
}

#[test]
fn what_only_go_knows_is_translated() {
    check("\\Qa.b\\E+", &["a.b", "a.bb"], &["axb"]);
    check("\\101\\x42\\x{43}", &["ABC"], &[]);
    check("(?)a", &["a"], &[]);
    check("[[:alpha:]]+", &["ab"], &["a1"]);
    check("\\pL\\p{Greek}", &["aα"], &["ab"]);
}

#[test]
fn refuses_what_go_refuses() {
    for pattern in [
        "*",
        "a**",
        "a+*",
        "a{2}{3}",
        "a{1001}",
        "a{2,1}",
        "(",
        "a)",
        "[a",
        "\\",
        "\\8",
        "\\C",
        "\\u0041",
        "(?x)a",
        "(?=a)",
        "[z-a]",
        "[[:nope:]]",
        "\\x{}",
        "(?P<1-2>a)",
        "\\Qa",
    ] {
        assert!(Pattern::whole(pattern).is_err(), "{pattern}");
    }
}

#[test]
fn a_pattern_that_would_take_too_much_memory_is_refused() {
    let pattern = "((a{1000}){1000}){1000}";
    let refused = Pattern::whole(pattern).expect_err("too large");
    assert!(refused.to_string().contains(pattern), "{refused}");
}
