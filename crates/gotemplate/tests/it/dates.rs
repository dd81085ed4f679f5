//! The clock as templates see it, and that what depends on it says so.

use gotemplate::sprig::FAMILIES;
use gotemplate::{Fixed, FunctionTable, Ledger, MissingKey, Rendered};
use text::{Origin, Origins, Record};

use crate::language::{Elsewhere, execute_within};
use crate::origins::values;

/// 2024-02-29T12:30:45.000000789Z.
const NOW: i128 = 1_709_209_845_000_000_789;

fn run(template: &str, zone: Option<&str>) -> Result<(Rendered, Origins), String> {
    let world = Elsewhere { world: Fixed::at(NOW), zone: zone.map(str::to_owned) };
    let ledger = Ledger::on();
    let asked = (MissingKey::Invalid, &ledger);
    let rendered = execute_within(&world, FunctionTable::new(FAMILIES), (template, &values()), asked)?;
    Ok((rendered, ledger.into_origins()))
}

fn text(template: &str, zone: Option<&str>) -> String {
    String::from_utf8(run(template, zone).unwrap().0.bytes).unwrap()
}

/// The rules by which a value was made, its own and those of its inputs.
fn rules(origin: Origin, origins: &Origins) -> Vec<&'static str> {
    let Origin::Recorded(id) = origin else { return Vec::new() };
    match origins.record(id) {
        Some(Record::Made { rule, from, .. }) => {
            let inputs = origins.parts(*from).iter().flat_map(|part| rules(part.origin, origins));
            std::iter::once(*rule).chain(inputs).collect()
        }
        Some(Record::Decided { what, .. }) => rules(*what, origins),
        _ => Vec::new(),
    }
}

fn check(template: &str, expected: &str, expected_rules: &[&str]) {
    let (rendered, origins) = run(template, None).unwrap();
    assert_eq!(String::from_utf8(rendered.bytes).unwrap(), expected, "{template}");
    assert_eq!(rules(rendered.pieces[0].1, &origins), expected_rules, "{template}");
}

#[test]
fn what_depends_on_the_clock_was_made_by_a_rule_that_says_so() {
    check("{{now}}", "2024-02-29 12:30:45.000000789 +0000 UTC", &["now"]);
    check("{{now.Year}}", "2024", &["Year", "now"]);
    check("{{now | date \"2006-01-02\"}}", "2024-02-29", &["date", "now"]);
    check("{{date \"2006\" .a}}", "2024", &["date", "now"]);
    check("{{htmlDate nil}}", "2024-02-29", &["htmlDate", "now"]);
    check("{{dateInZone \"15:04 MST\" 1.5 \"Europe/Berlin\"}}", "13:30 CET", &["dateInZone", "now"]);
    check("{{now | dateModify \"-24h\" | unixEpoch}}", "1709123445", &["unixEpoch", "dateModify", "now"]);
    check("{{ago 1709209800}}", "45s", &["ago", "now"]);
    check("{{ago .a}}", "0s", &["ago", "now"]);
    check("{{durationRound (now.AddDate 0 -3 0)}}", "3mo", &["durationRound", "AddDate", "now", "now"]);
    check(
        "{{(now.Sub (toDate \"2006\" \"2024\")).Hours | int}}",
        "1428",
        &["int", "Hours", "Sub", "now", "toDate"],
    );
    check("{{printf \"%d\" now.Unix}}", "1709209845", &["Unix", "now"]);
}

#[test]
fn what_does_not_ask_the_clock_does_not_say_so() {
    check("{{date \"2006\" 0}}", "1970", &["date"]);
    check("{{toDate \"2006\" \"2020\" | date \"06\"}}", "20", &["date", "toDate"]);
    check("{{duration \"95\"}}", "1m35s", &["duration"]);
    check("{{durationRound \"2h\"}}", "2h", &["durationRound"]);
}

#[test]
fn the_clock_is_shown_in_the_zone_of_the_machine() {
    let berlin = Some("Europe/Berlin");
    assert_eq!(text("{{now}}", berlin), "2024-02-29 13:30:45.000000789 +0100 CET");
    assert_eq!(text("{{now.UTC}}", berlin), "2024-02-29 12:30:45.000000789 +0000 UTC");
    assert_eq!(text("{{now.Location}} {{now.UTC.Location}}", berlin), "Europe/Berlin UTC");
    assert_eq!(text("{{now.Location}}", Some("No/Where")), "UTC");
    assert_eq!(text("{{toJson now}}", berlin), r#""2024-02-29T13:30:45.000000789+01:00""#);
}

#[test]
fn layouts_and_texts_of_any_size_are_worked_through_in_time_that_grows_with_them() {
    for template in [
        "{{date (repeat 200000 \".0\") 0 | len}}",
        "{{date (repeat 200000 \"J\") 0 | len}}",
        "{{toDate (repeat 200000 \"1\") (repeat 200000 \"1\")}}",
        "{{dateModify (repeat 200000 \"1ns\") now}}",
        "{{dateModify (repeat 200000 \"1\") now}}",
    ] {
        assert!(run(template, Some("America/New_York")).is_ok(), "{template}");
    }
}

proptest::proptest! {
    #![proptest_config(proptest::prelude::ProptestConfig { failure_persistence: None, cases: 3_000, ..Default::default() })]

    #[test]
    fn what_a_whole_layout_shows_is_read_again(seconds in -62_135_596_800_i64..253_402_300_000) {
        let layout = "2006-01-02T15:04:05 -07:00:00";
        let shown = format!("dateInZone `{layout}` (int64 `{seconds}`) `Asia/Tehran`");
        let template = format!("{{{{(toDate `{layout}` ({shown})).Unix}}}}");
        proptest::prop_assert_eq!(text(&template, Some("Europe/Lisbon")), seconds.to_string());
    }

    #[test]
    fn any_layout_reads_any_text_or_refuses_it(
        layout in proptest::collection::vec(
            proptest::sample::select(vec![
                "2006", "06", "01", "Jan", "January", "Mon", "2", "_2", "__2", "002", "15", "3", "04", "5", "PM", ".000", ",999",
                "MST", "Z07:00", "-0700", "-07", " ", "-", ":", "é", "x",
            ]),
            0..8,
        ),
        value in proptest::collection::vec(
            proptest::sample::select(vec![
                "2020", "20", "12", "Feb", "MAY", "Tue", "7", " 9", "366", "23", "59", "AM", ".123", ",5", "GMT+3", "CET", "Z",
                "+01:00", "-99", "0", " ", "-", ":", "é", "+", ".",
            ]),
            0..8,
        ),
    ) {
        let template = format!("{{{{toDate `{}` `{}`}}}}", layout.concat(), value.concat());
        proptest::prop_assert!(run(&template, Some("America/New_York")).is_ok());
    }
}
