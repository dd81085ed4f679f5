//! What does not fit is cut, and it is said.

use checks::Severity;
use inventory::Reason;
use serde_json::Value;

use crate::sample::{Said, Sample, metas};

fn many(findings: usize, not_assessed: usize) -> Sample {
    let mut sample = Sample::default();
    for index in 0..findings {
        let path = format!("apps/{:05}.yaml", index / 2);
        let text = sample.file(&path, "kind: Pod\nimage: x\n");
        let said = Said {
            check: "removed-api",
            severity: if index % 10 == 9 { Severity::Breaks } else { Severity::Warning },
            minor: Some(25),
            object: ("Pod", "web", "image"),
            message: "Pod 'shop/web' takes its image from a registry that will be switched off",
            remedy: "take it from the new one",
        };
        sample.find(text, "Pod", &said);
    }
    for index in 0..not_assessed {
        sample.not_assessed(&format!("charts/{index:05}.yaml"), Reason::NeedsRendering, "");
    }
    sample
}

#[test]
fn markdown_fits_into_a_comment_and_says_what_is_left_out() {
    let sample = many(2_000, 2_000);
    let output = report::markdown(&sample.report());
    assert!(output.chars().count() <= 65_536, "{}", output.chars().count());
    assert!(output.chars().count() > 50_000, "{}", output.chars().count());
    let shown = output.lines().filter(|line| line.contains("`removed-api`")).count();
    assert!(output.contains(&format!("**{} findings left out**", 2_000 - shown)));
    assert!(output.contains("Not assessed: 2000") && output.contains("more are left out"));
    assert!(output.trim_end().ends_with("</details>"));
    assert!(output.contains("**2000 findings**"));
}

#[test]
fn sarif_keeps_what_matters_most_of_too_many_results() {
    let sample = many(25_100, 0);
    let text = report::sarif(&sample.report(), &metas(), "0.1.0");
    let document: Value = serde_json::from_str(&text).unwrap();
    let run = &document["runs"][0];
    let results = run["results"].as_array().unwrap();
    assert_eq!(results.len(), 25_000);
    let errors = results.iter().filter(|result| result["level"] == "error").count();
    assert_eq!(errors, 2_510);
    let notification = &run["invocations"][0]["toolExecutionNotifications"][0];
    assert_eq!(notification["descriptor"]["id"], "results-left-out");
    assert!(notification["message"]["text"].as_str().unwrap().starts_with("100 results"));
}
