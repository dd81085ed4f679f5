//! What holds of all versions and constraints.

use proptest::prelude::*;
use version::semver::{Constraints, Version};

/// Texts that are most of them versions, with few numbers, so that they meet.
const VERSION: &str = "v?[0-2](\\.[0-2]){0,2}(-(0|1|2|a|b|a1)(\\.(0|1|a)){0,2})?(\\+[a0]{1,2})?";
/// Texts that are most of them constraints.
const CONSTRAINTS: &str = "(=|!=|>|<|>=|=>|<=|=<|~|~>|\\^)? ?[0-2x](\\.[0-2x]){0,2}(-[ab])?(( |, ?| ?\\|\\| ?| - )(=|!=|>|<|~|\\^)?[0-2](\\.[0-2x]){0,2}){0,3}";

fn version(text: &str) -> Version {
    Version::parse(text).unwrap()
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, cases: 1_000, ..ProptestConfig::default() })]

    #[test]
    fn any_text_is_read_or_refused(text in "\\PC*|[0-9x*v.+|~^<>=!, -]{0,40}") {
        if let Ok(version) = Version::parse(&text) {
            // What is printed is strict, and the same version.
            let again = Version::parse_strict(&version.to_string()).unwrap();
            prop_assert!(again.compare(&version).is_eq());
            prop_assert_eq!(version.original(), &text);
        }
        if let Ok(version) = Version::parse_strict(&text) {
            prop_assert_eq!(Ok(version), Version::parse(&text));
        }
        let _ = Constraints::parse(&text).map(|constraints| constraints.check(&version("1.2.3")));
    }

    #[test]
    fn the_order_is_total_and_blind_to_metadata(texts in prop::collection::vec(VERSION, 3)) {
        let [one, two, three] = [0, 1, 2].map(|index| version(&texts[index]));
        prop_assert_eq!(one.compare(&two), two.compare(&one).reverse());
        prop_assert!(!(one.compare(&two).is_le() && two.compare(&three).is_le()) || one.compare(&three).is_le());
        prop_assert!(one.compare(&one.with_metadata("m").unwrap()).is_eq());
    }

    #[test]
    fn what_follows_is_newer(text in VERSION) {
        let version = version(&text);
        let [patch, minor, major] = [version.next_patch(), version.next_minor(), version.next_major()].map(Result::unwrap);
        prop_assert!(version.compare(&patch).is_lt() && patch.compare(&minor).is_lt() && minor.compare(&major).is_lt());
    }

    #[test]
    fn constraints_mean_what_they_print_and_say_why_they_do_not_hold(text in CONSTRAINTS, versions in prop::collection::vec(VERSION, 4)) {
        let Ok(constraints) = Constraints::parse(&text) else { return Ok(()) };
        let printed = Constraints::parse(&constraints.to_string()).unwrap();
        for version in versions.iter().map(|text| version(text)) {
            prop_assert_eq!(constraints.check(&version), printed.check(&version));
            match constraints.validate(&version) {
                Ok(()) => prop_assert!(constraints.check(&version)),
                Err(reasons) => prop_assert!(!reasons.is_empty() && !constraints.check(&version)),
            }
        }
    }

    #[test]
    fn opposites_never_hold_both(text in VERSION, other in VERSION) {
        let (given, version) = (version(&text), version(&other));
        let holds = |operator: &str| Constraints::parse(&format!("{operator}{given}")).unwrap().check(&version);
        for [one, opposite] in [["<", ">="], ["<=", ">"], ["=", "!="]] {
            prop_assert!(!(holds(one) && holds(opposite)), "{} {}", one, opposite);
        }
        if version.prerelease().is_empty() || !given.prerelease().is_empty() {
            prop_assert!(holds("<") || holds(">="));
            prop_assert!(holds("=") || holds("!="));
        }
    }
}
