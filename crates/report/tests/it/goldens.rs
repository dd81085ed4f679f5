//! The formats as people and programs see them.

use checks::UnitReach;
use report::{FleetCounts, Style};

use crate::sample::{VERBOSE, every_format, metas, one_of_everything};

#[test]
fn text() {
    let sample = one_of_everything();
    let style = Style { verbose: false, ..VERBOSE };
    insta::assert_snapshot!(report::text(&sample.report(), style));
}

#[test]
fn text_in_full() {
    insta::assert_snapshot!(report::text(&one_of_everything().report(), VERBOSE));
}

#[test]
fn text_on_a_narrow_terminal() {
    let style = Style { verbose: false, width: 60, ..VERBOSE };
    insta::assert_snapshot!(report::text(&one_of_everything().report(), style));
}

#[test]
fn summary_only() {
    let style = Style { summary_only: true, verbose: false, ..VERBOSE };
    insta::assert_snapshot!(report::text(&one_of_everything().report(), style));
}

#[test]
fn json() {
    insta::assert_snapshot!(report::to_json(&one_of_everything().report()));
}

#[test]
fn sarif_results() {
    // The rules are the registry's words, which change without the format changing.
    let sample = one_of_everything();
    let text = report::sarif(&sample.report(), &[], "0.1.0");
    insta::assert_snapshot!(text);
    let with_rules = report::sarif(&sample.report(), &metas(), "0.1.0");
    let document: serde_json::Value = serde_json::from_str(&with_rules).unwrap();
    let run = &document["runs"][0];
    assert_eq!(run["tool"]["driver"]["rules"][0]["id"], "removed-api");
    assert_eq!(run["results"][0]["ruleIndex"], 0);
}

#[test]
fn junit() {
    insta::assert_snapshot!(report::junit(&one_of_everything().report()));
}

#[test]
fn markdown() {
    insta::assert_snapshot!(report::markdown(&one_of_everything().report()));
}

#[test]
fn github() {
    insta::assert_snapshot!(report::github(&one_of_everything().report()));
}

#[test]
fn colours_add_nothing_but_colours() {
    let sample = one_of_everything();
    let colored = report::text(&sample.report(), Style { color: true, ..VERBOSE });
    assert!(colored.contains("\u{1b}["));
    let mut plain = String::new();
    let mut rest = colored.as_str();
    while let Some((before, after)) = rest.split_once("\u{1b}[") {
        plain.push_str(before);
        rest = after.split_once('m').unwrap().1;
    }
    plain.push_str(rest);
    assert_eq!(plain, report::text(&sample.report(), VERBOSE));
}

#[test]
fn no_line_of_text_is_wider_than_the_terminal_but_for_words_that_are() {
    for width in [80, 120] {
        let text = report::text(&one_of_everything().report(), Style { width, ..VERBOSE });
        for line in text.lines().filter(|line| line.chars().count() > width) {
            let longest = line.split(' ').map(|word| word.chars().count()).max().unwrap();
            assert!(longest > 20, "{width}: {line}");
        }
    }
}

#[test]
fn the_order_of_what_comes_in_does_not_matter() {
    let sample = one_of_everything();
    let mut turned = one_of_everything();
    turned.findings.reverse();
    for ((format, one), (_, other)) in
        every_format(&sample.report()).iter().zip(every_format(&turned.report()))
    {
        assert_eq!(*one, other, "{format}");
    }
}

#[test]
fn every_format_names_the_kustomizations_that_render_a_finding() {
    let mut sample = one_of_everything();
    sample.findings[0].roots = vec!["apps/prod".to_owned(), "apps/stage".to_owned()];
    let mut report = sample.report();
    report.summary.roots = Some((3, 2));
    for (format, text) in every_format(&report) {
        assert!(text.contains("apps/prod") && text.contains("apps/stage"), "{format}: {text}");
    }
    let text = report::text(&report, VERBOSE);
    let on_one_line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(on_one_line.contains("2 of 3 kustomizations rendered"), "{text}");
    assert!(report::to_json(&report).contains("\"rendered\": 2"));
}

#[test]
fn every_format_names_the_units_that_render_a_finding_and_what_nothing_deploys() {
    let mut sample = one_of_everything();
    let reach = |cluster: String| UnitReach {
        unit: "Kustomization flux-system/apps".to_owned(),
        cluster,
        object: "CronJob shop/report".to_owned(),
        minors: Vec::new(),
    };
    sample.findings[0].units = (1..=7).map(|number| reach(format!("cluster-{number}"))).collect();
    sample.findings[0].is_deployed = Some(true);
    sample.findings[1].is_deployed = Some(false);
    let mut report = sample.report();
    report.summary.fleet = Some(FleetCounts { clusters: 7, units: 9, rendered: 8 });
    for (format, text) in every_format(&report) {
        let on_one_line = text.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(on_one_line.contains("flux-system/apps"), "{format}: {text}");
        let undeployed = on_one_line.contains("nothing deploys this file");
        assert!(undeployed || on_one_line.contains("\"deployed\": false"), "{format}: {text}");
    }
    let text = report::text(&report, VERBOSE);
    let on_one_line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(on_one_line.contains("cluster-5 and 2 more"), "{text}");
    assert!(on_one_line.contains("8 of 9 units of 7 clusters rendered"), "{text}");
}
